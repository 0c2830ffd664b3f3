"""What a document may say of rewards, and what it is told that it may not."""

from typing import Any

import pytest

from regulars.programs.document import check
from tests.corner import corner, words

MUG = {"name": words("Mug"), "cost": {"points": 10}}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"voucher": "coffee", "codes": True}, 'one of "voucher", "codes"'),
        ({"gift_card": "gold", "worth_minor": 100}, 'no gift card "gold"'),
        ({"worth_minor": 100}, "go together"),
        ({"cause": "sheltr"}, 'no cause "sheltr"'),
        ({"cause": "shelter", "cost": {"stamps": 1}}, "takes points only"),
        ({"cause": "shelter", "price_minor": 1}, "no money"),
        ({"gives": {"tickets": 1}}, 'no asset "tickets"'),
        ({"codes": True, "places": ["online"]}, "for goods"),
        ({"places": ["a"], "sent_from": "b"}, "one of the places"),
        ({"who": [{"kind": "tier", "one_of": ["gold"]}]}, 'no tier "gold"'),
        (
            {"who": [{"kind": "visits_in_window", "window": "days:30", "at_least": 1}]},
            "not about a time of the past",
        ),
        ({"cost": {}}, "at least 1"),
    ],
)
def test_what_makes_no_sense_is_told(more: dict[str, Any], said: str) -> None:
    found = check(corner(rewards={"mug": MUG | more}), "en")
    assert any(said in one.message for one in found.errors), [one.message for one in found.errors]


def test_a_text_that_is_not_translated_is_told() -> None:
    found = check(corner(rewards={"mug": MUG | {"text": {"en": "Large."}}}), "en")
    assert [one.path for one in found.warnings if "mug" in one.path] == ["rewards.mug.text"] * 2
