"""Whose card or number something is, nobody finds out by trying (T16); and what cannot be stored is
refused, not stumbled over."""

from typing import Any
from uuid import uuid4

import pytest

from regulars.kit.http import Caller
from regulars.portal.visit import MOST_MISSES
from regulars.referrals.operations import GetCode
from regulars.referrals.wire import CodeIn


def test_cards_of_others_cannot_be_tried_out_by_asking_them_into_a_household(shop: Any) -> None:
    anna = shop.somebody().joins()
    anna.send("household", {"act": "found", "kind": "family", "key": uuid4().hex})

    def asks(card: str) -> int:
        body = {"act": "invite", "card": card, "key": uuid4().hex}
        return int(anna.send("household", body).status_code)

    card, _ = shop.card()
    assert [asks("2900000000000015") for _ in range(MOST_MISSES)] == [404] * MOST_MISSES
    assert asks(card) == 429, "the right one is found no more"


def test_numbers_of_others_cannot_be_tried_out_by_typing_them_as_ones_own(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGULARS_SMS_URL")  # with a gateway a code is sent to the number first
    anna, bea = shop.somebody().joins(), shop.somebody().joins()
    taken = f"+4860{uuid4().int % 10**7:07}"

    def types(who: Any, phone: str) -> int:
        body = {"name": "", "birthday": "", "phone": phone, "key": uuid4().hex}
        return int(who.send("details", body).status_code)

    assert types(bea, taken) == 302
    assert [types(anna, taken) for _ in range(MOST_MISSES + 1)] == [409] * MOST_MISSES + [429]


def test_what_cannot_be_stored_is_refused(shop: Any) -> None:
    anna = shop.somebody().joins()
    assert anna.send("details", {"name": "An\0na", "birthday": "", "key": "n"}).status_code == 400
    assert anna.browser.get(shop.url("history"), {"before": "\0"}).status_code == 400


@pytest.mark.parametrize("card", ["new", "mine"])
def test_codes_of_friends_cannot_be_tried_out_by_joining(shop: Any, card: str) -> None:
    """Wrong codes are counted; then the right one is found no more, and without one they join."""
    anna, bea = shop.somebody().joins(), shop.somebody()
    right = shop.do(
        lambda at: GetCode(f"id:{anna.id}", CodeIn(), Caller(), key=uuid4().hex, at=at)
    )["code"]
    bea.signs_in()
    number = shop.card()[0] if card == "mine" else ""

    def tries(code: str) -> Any:
        body = {"card": card, "number": number, "friend": code, "key": uuid4().hex}
        return bea.send("join", body)

    wrong = [tries(f"WRONG{number}").status_code for number in range(MOST_MISSES)]
    assert wrong == [422] * MOST_MISSES
    for code in (right, "WRONG"):
        refused = tries(code)
        assert refused.status_code == 429
        assert "Too many numbers that did not fit" in refused.content.decode()
    without = {"card": "new", "key": uuid4().hex}
    assert bea.send("join", without).status_code == 302
