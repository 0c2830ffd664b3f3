"""A holding quote keeps what it promises, the last one too, until it is used or lapses (T9)."""

from collections.abc import Callable
from uuid import UUID

import pytest

from regulars.purchases.promises import LapseQuotes, QuoteClosed, VoidQuote
from regulars.purchases.wire import QuoteVoidIn
from tests.desk import Desk
from tests.purchases.shop import RICH, buy, campaign, join, off, quoting, state

Opened = Callable[..., Desk]
LAST_ONE = campaign("last-one", off(100), lane="basket", limits={"total": 1})
BREAD = ("bread", 1, 1_000)


def lapse(desk: Desk, quote: dict) -> None:
    desk.batch(LapseQuotes([UUID(quote["id"])]))


def test_the_last_one_is_kept_for_whom_it_was_promised(opened: Opened) -> None:
    desk = opened(LAST_ONE)
    anna, eve = join(desk), join(desk)
    quote = desk.do(quoting(desk, anna, BREAD))
    assert quote["discount_minor"] == 100
    assert buy(desk, eve, BREAD)["discount_minor"] == 0
    assert buy(desk, anna, BREAD, quote=UUID(quote["id"]))["discount_minor"] == 100
    assert buy(desk, eve, BREAD)["discount_minor"] == 0
    with pytest.raises(QuoteClosed):
        buy(desk, anna, BREAD, quote=UUID(quote["id"]))


def test_lapsed_it_is_free_again(opened: Opened) -> None:
    desk = opened(LAST_ONE)
    anna, eve = join(desk), join(desk)
    quote = desk.do(quoting(desk, anna, BREAD, hold_seconds=60))
    lapse(desk, quote)
    assert buy(desk, eve, BREAD)["discount_minor"] == 0
    desk.wait(seconds=60)
    with pytest.raises(QuoteClosed):
        buy(desk, anna, BREAD, quote=UUID(quote["id"]))
    lapse(desk, quote)
    lapse(desk, quote)
    assert buy(desk, eve, BREAD)["discount_minor"] == 100
    assert buy(desk, anna, BREAD)["discount_minor"] == 0


def test_only_one_of_many_quotes_gets_the_last_one(opened: Opened) -> None:
    from tests.desk import plain

    desk = opened(LAST_ONE)
    members = [join(desk) for _ in range(8)]
    answers = desk.at_once([quoting(desk, member, BREAD) for member in members * 4])
    assert sum(plain(answer)["discount_minor"] for answer in answers) == 100


def test_a_voucher_that_applies_by_itself_is_kept_for_its_purchase(opened: Opened) -> None:
    """Held by a quote it has no use left, and is there for the purchase of that quote alone."""
    desk = opened(*RICH)
    anna = join(desk)
    buy(desk, anna, ("coat", 1, 6_000))
    quote = desk.do(quoting(desk, anna, ("bread", 1, 2_000)))
    assert quote["discount_minor"] == 500
    assert buy(desk, anna, ("bread", 1, 2_000))["discount_minor"] == 0
    bought = buy(desk, anna, ("bread", 1, 2_000), quote=UUID(quote["id"]))
    assert bought["discount_minor"] == 500
    assert state(desk, anna)["vouchers"] == []


def test_a_voucher_with_a_code_is_kept_for_its_purchase(opened: Opened) -> None:
    desk = opened(*RICH)
    anna = join(desk)
    (code, _) = (voucher["code"] for voucher in buy(desk, anna, ("paper", 1, 100))["vouchers"])
    quote = desk.do(quoting(desk, anna, BREAD, codes=(code,)))
    assert quote["discount_minor"] == 200
    assert buy(desk, anna, BREAD, codes=(code,))["codes"] == [
        {"code": code, "status": "not_usable"}
    ]
    bought = buy(desk, anna, BREAD, codes=(code,), quote=UUID(quote["id"]))
    assert bought["discount_minor"] == 200


def test_a_quote_that_lapses_gives_everything_back(opened: Opened) -> None:
    desk = opened(*RICH)
    anna = join(desk)
    buy(desk, anna, ("coat", 1, 6_000))
    before = state(desk, anna)
    lines = (("boots", 2, 9_000), ("coffee", 3, 900))
    quote = desk.do(quoting(desk, anna, *lines, codes=("TEN",), hold_seconds=60))
    assert quote["discount_minor"] > 500
    assert state(desk, anna) != before
    desk.wait(seconds=60)
    lapse(desk, quote)
    assert state(desk, anna) == before


def test_a_quote_says_its_reasons_in_words_for_whom_they_are_asked(opened: Opened) -> None:
    wants = [{"kind": "basket_total", "at_least_minor": 5_000}]
    desk = opened(campaign("large", off(500), lane="basket", when=wants), LAST_ONE)
    anna = join(desk)

    def told(voice: str, lang: str) -> dict[str, tuple[bool, str]]:
        answer = desk.do(quoting(desk, anna, BREAD, voice=voice, lang=lang))
        assert [one["campaign"] for one in answer["told"]] == [
            one["campaign"] for one in answer["reasons"]
        ], "the same reasons, in the same order"
        desk.do(VoidQuote(UUID(answer["id"]), QuoteVoidIn(), desk.caller, key=desk.key(),
                          at=desk.now))  # fmt: skip
        return {one["campaign"]: (one.get("applied", False), one["why"]) for one in answer["told"]}

    assert told("cashier", "en") == {
        "large": (False, "40.00 PLN more is needed"),
        "last-one": (True, "applied: 1.00 PLN off"),
    }
    assert told("member", "pl")["last-one"] == (True, "otrzymujesz: 1,00 PLN rabatu")
    assert "told" not in desk.do(quoting(desk, anna, BREAD))
