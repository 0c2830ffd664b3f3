"""What a document may say of points that pay, are capped, wait or live with activity."""

import json
from typing import Any

import pytest

from regulars.programs.document import check
from tests.corner import corner, words


def faults(**asset: Any) -> dict[str, str]:
    assets = {"points": {"name": words("points"), **asset}, "stamps": {"name": words("stamps")}}
    checked = check(corner(assets=assets, rewards={}), "en")
    return {found.path: found.message for found in checked.errors}


@pytest.mark.parametrize(
    ("asset", "path", "says"),
    [
        ({"pays": {"minor": 0}}, "assets.points.pays.minor", "0"),
        ({"pays": {"minor": 1, "most_percent": 101}}, "assets.points.pays.most_percent", "100"),
        ({"pays": {"minor": 1}, "spendable": False}, "assets.points.pays", "spen"),
        (
            {"pays": {"minor": 1, "on": {"collections": ["wines"]}}},
            "assets.points.pays.on.collections", "wines",
        ),
        (
            {"expires": {"end_of": "year", "prolonged_by": ["visit"]}},
            "assets.points.expires", 'goes with "days"',
        ),
        ({"caps": {"per_week": 5}}, "assets.points.caps.per_week", "per_week"),
        ({"usable_from": "soon"}, "assets.points.usable_from", "soon"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(asset: dict[str, Any], path: str, says: str) -> None:
    found = faults(**asset)
    assert says in found[path]


def test_a_cap_names_an_asset_that_is_there() -> None:
    campaign = {
        "id": "more", "name": words("more"), "caps": {"miles": {"total": 5}},
        "then": [{"kind": "fixed_points", "points": 1}],
    }  # fmt: skip
    errors = check(corner(campaign), "en").errors
    assert [found.path for found in errors] == ["campaigns[4].caps.miles"]


def test_a_message_in_one_language_is_a_warning() -> None:
    campaign = {
        "id": "told", "name": words("told"), "then": [{"kind": "message", "text": {"en": "Hi"}}],
    }  # fmt: skip
    warned = {found.path for found in check(corner(campaign), "en").warnings}
    assert "campaigns[4].then[0].text" in warned


def test_everything_right_is_kept_as_it_is() -> None:
    asset = {
        "pays": {"points": 100, "minor": 500, "least": 100, "step": 100, "most": 1_000},
        "caps": {"per_member_per_year": 5_000},
        "pending_until": "delivered",
        "usable_from": "2026-12-01",
        "expires": {"days": 365, "prolonged_by": ["purchase", "visit"]},
    }
    assets = {"points": {"name": words("points"), **asset}, "stamps": {"name": words("stamps")}}
    document = check(corner(assets=assets, rewards={}), "en").document
    assert document is not None
    stored = json.loads(document.stored())["assets"]["points"]
    assert {name: stored[name] for name in ("pending_until", "usable_from")} == {
        "pending_until": "delivered", "usable_from": "2026-12-01",
    }  # fmt: skip
    assert stored["pays"] | asset["pays"] == stored["pays"]  # type: ignore[operator]
    assert stored["expires"]["prolonged_by"] == ["purchase", "visit"]
