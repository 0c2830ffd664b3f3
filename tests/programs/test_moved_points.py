"""What a document may say of points outside a basket: each fault at its place."""

import json
from typing import Any

import pytest

from regulars.programs.document import check
from tests.corner import corner


def faults(**changes: Any) -> list[tuple[str, str]]:
    """(place, message) of each error."""
    document = json.loads(corner())
    for name, value in changes.items():
        document[name] = {**document.get(name, {}), **value} if name == "assets" else value
    return [(str(found.path), found.message) for found in check(json.dumps(document)).errors]


NAME = {"pl": "mila", "bg": "миля", "en": "mile"}


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        (
            {"assets": {"miles": {"name": NAME, "spendable": False, "transfer": {}}}},
            "assets.miles.transfer",
            "cannot be spent",
        ),
        (
            {"assets": {"miles": {"name": NAME, "transfer": {"minimum": 9, "per_day": 8}}}},
            "assets.miles.transfer.per_day",
            "more than per_day 8",
        ),
        (
            {
                "assets": {
                    "miles": {
                        "name": NAME,
                        "sale": {"price_minor": 1, "units": 100, "minimum": 10, "maximum": 90},
                    }
                }
            },
            "assets.miles.sale.units",
            "only multiples of 100",
        ),
        ({"causes": {"forest": {"asset": "ponits"}}}, "causes.forest.asset", "ponits"),
        (
            {"households": {"family": {"pool": {"assets": ["miles"]}}}},
            "households.family.pool.assets[0]",
            "miles",
        ),
        ({"corrections": {"reasons": {}}}, "corrections.reasons", "at least"),
    ],
)
def test_a_fault_is_told_at_its_place(changes: dict[str, Any], place: str, said: str) -> None:
    found = faults(**changes)
    assert [path for path, _ in found] == [place]
    assert said in found[0][1]


def test_what_the_corner_shop_says_is_sound() -> None:
    assert faults() == []
