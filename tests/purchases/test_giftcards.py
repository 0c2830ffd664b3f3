"""Gift cards: sold, spent in parts, topped up, brought back; their money is in the books."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from regulars.activities.batch import Operation
from regulars.activities.operations import BringUpToDate
from regulars.activities.queries import due_members
from regulars.giftcards.operations import SetCardState
from regulars.giftcards.payments import CardShort
from regulars.giftcards.queries import balance
from regulars.giftcards.sales import CardNotSold, CardSpent
from regulars.giftcards.usable import NoSuchCard
from regulars.giftcards.wire import CardPayIn, CardStateIn
from regulars.kit.codes import checks, make, normalize
from regulars.kit.problems import Invalid
from regulars.ledger.verify import verify
from regulars.members.operations import Join
from regulars.members.queries import find
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.promises import VoidQuote
from regulars.purchases.queries import show
from regulars.purchases.quotes import MakeQuote
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import LineIn, PurchaseIn, QuoteIn, QuoteVoidIn, ReturnIn, ReturnLineIn
from tests.corner import corner, words
from tests.desk import Desk, open_desk, refusals

ANNA = "2900000000000007"
CARDS = {
    "classic": {
        "name": words("Card"), "skus": ["GC"], "top_up": True, "most_minor": 20_000,
        "least_minor": 500, "expires": {"days": 365},
    },
    "fixed": {"name": words("Fixed"), "skus": ["GC50"], "amounts_minor": [5_000], "pin": True},
}  # fmt: skip
TENTH = {
    "id": "tenth",
    "name": words("10 %"),
    "lane": "prices",
    "members_only": False,
    "then": [{"kind": "percent_off", "percent": 10}],
}


@pytest.fixture
def desk(fresh_database_url: str) -> Iterator[Desk]:
    document = corner(gift_cards=CARDS, without=("ten-off",))
    with open_desk(fresh_database_url, document) as desk:
        request = JoinIn((IdentifierIn("card", ANNA),))
        desk.do(Join(request, desk.caller, key=None, at=desk.now))
        yield desk
        desk.verify()


def line(sku: str, minor: int, quantity: int = 1) -> LineIn:
    return LineIn(sku, quantity, unit_price_minor=minor)


def purchase(desk: Desk, *lines: LineIn, **more: Any) -> Operation:
    more.setdefault("member", f"card:{ANNA}")
    return RecordPurchase(PurchaseIn(lines, **more), desk.caller, key=desk.key(), at=desk.now)


def buy(desk: Desk, *lines: LineIn, **more: Any) -> Any:
    return desk.do(purchase(desk, *lines, **more))


def a_card(desk: Desk, minor: int = 10_000) -> str:
    (card,) = buy(desk, line("GC", minor))["gift_cards"]
    return str(card["code"])


def pay(code: str, amount: Any = "most", pin: str | None = None) -> tuple[CardPayIn, ...]:
    return (CardPayIn(code, pin, amount),)


def on(desk: Desk, code: str, pin: str | None = None) -> int:
    found = desk.read(balance(desk.program_id, code, pin, "PLN", desk.now))
    return int(found.balance_minor)


def bring_back(desk: Desk, bought: Any, *lines: tuple[int, int]) -> Any:
    request = ReturnIn(UUID(bought["id"]), tuple(ReturnLineIn(*each) for each in lines))
    return desk.do(RecordReturn(request, desk.caller, key=desk.key(), at=desk.now))


def test_cards_are_sold_in_a_basket(desk: Desk) -> None:
    sold = buy(desk, line("GC", 5_000, 2), line("bread", 1_000))
    cards = sold["gift_cards"]
    assert [(card["line"], card["amount_minor"]) for card in cards] == [(1, 5_000), (1, 5_000)]
    assert len({card["code"] for card in cards}) == 2
    assert all(checks(normalize(card["code"])) for card in cards)
    assert [on(desk, card["code"]) for card in cards] == [5_000, 5_000]
    assert sold["earned"] == {"points": 10}, "of the bread alone"
    desk.context.forget_products()


def test_a_card_is_not_reduced_and_is_no_spending(fresh_database_url: str) -> None:
    with open_desk(fresh_database_url, corner(TENTH, gift_cards=CARDS)) as desk:
        desk.do(Join(JoinIn((IdentifierIn("card", ANNA),)), desk.caller, key=None, at=desk.now))
        sold = buy(desk, line("GC", 5_000), line("bread", 1_000))
        assert [each.get("discount_minor", 0) for each in sold["lines"]] == [0, 100]
        member = desk.read(find(desk.program_id, ("card", ANNA)))
        assert member.spend_minor == 900
        bring_back(desk, sold)
        assert desk.read(find(desk.program_id, ("card", ANNA))).spend_minor == 0


def test_a_quote_sells_nothing(desk: Desk) -> None:
    request = QuoteIn((line("GC", 5_000),), hold=True)
    told = desk.do(MakeQuote(request, desk.caller, key=desk.key(), at=desk.now))
    assert "gift_cards" not in told
    assert desk.connection.execute("select count(*) from gift_card").fetchone() == (0,)


@pytest.mark.parametrize(
    ("sku", "minor", "quantity"),
    [("GC", 499, 1), ("GC", 20_001, 1), ("GC50", 4_000, 1), ("GC", 0, 1)],
)
def test_only_the_amounts_of_the_document_are_sold(
    desk: Desk, sku: str, minor: int, quantity: int
) -> None:
    with pytest.raises(CardNotSold):
        buy(desk, line(sku, minor, quantity))
    with pytest.raises(CardNotSold):
        buy(desk, line("bread", 900), top_ups={1: make()})


def test_a_card_pays_for_several_purchases(desk: Desk) -> None:
    code = a_card(desk)
    first = buy(desk, line("bread", 3_000), gift_cards=pay(code))
    assert (first["to_pay_minor"], first["paid_minor"]) == (0, 3_000)
    assert first["gift_cards"][0]["balance_minor"] == 7_000
    assert code[-4:] not in json.dumps(first["gift_cards"][0]["code"][:-5])
    second = buy(desk, line("bread", 9_000), gift_cards=pay(code))
    assert (second["to_pay_minor"], on(desk, code)) == (2_000, 0)
    with pytest.raises(NoSuchCard):
        buy(desk, line("bread", 100), gift_cards=pay(code))


def test_several_cards_pay_for_one_purchase_beside_cash(desk: Desk) -> None:
    one, other = a_card(desk, 1_000), a_card(desk, 2_000)
    told = buy(
        desk, line("bread", 5_000), gift_cards=(*pay(one), *pay(other, 1_500)),
        tenders={"cash": 2_500},
    )  # fmt: skip
    assert [(each["tender"], each["amount_minor"]) for each in told["payments"]] == [
        ("gift_card", 1_000), ("gift_card", 1_500), ("cash", 2_500),
    ]  # fmt: skip
    assert (told["to_pay_minor"], on(desk, one), on(desk, other)) == (0, 0, 500)
    assert told["earned"] == {"points": 50}, "a gift card counts like money"


@pytest.mark.parametrize("amount", [10_001, 2_001])
def test_no_more_than_there_is_or_is_to_be_paid(desk: Desk, amount: int) -> None:
    code = a_card(desk)
    with pytest.raises(CardShort if amount > 10_000 else Invalid):
        buy(desk, line("bread", 2_000), gift_cards=pay(code, amount))
    with pytest.raises(Invalid):
        buy(desk, line("bread", 2_000), gift_cards=pay(code, 100) * 2)
    with pytest.raises(Invalid):
        buy(desk, line("GC", 2_000), gift_cards=pay(code, 100))
    assert on(desk, code) == 10_000


def test_a_card_is_topped_up(desk: Desk) -> None:
    code = a_card(desk)
    told = buy(desk, line("bread", 100), line("GC", 5_000), top_ups={2: code})
    assert told["gift_cards"][0]["balance_minor"] == 15_000
    assert "pin" not in told["gift_cards"][0]
    with pytest.raises(CardNotSold):
        buy(desk, line("GC", 5_001), top_ups={1: code})
    with pytest.raises(NoSuchCard):
        buy(desk, line("GC", 5_000), top_ups={1: make()})
    bring_back(desk, told, (2, 1))
    assert on(desk, code) == 10_000


def test_a_pin_is_asked_for_where_money_is_taken(desk: Desk) -> None:
    (card,) = buy(desk, line("GC50", 5_000))["gift_cards"]
    wrong = str((int(card["pin"]) + 1) % 10_000).zfill(4)
    for pin in (None, wrong):
        with pytest.raises(NoSuchCard):
            buy(desk, line("bread", 100), gift_cards=pay(card["code"], pin=pin))
        with pytest.raises(NoSuchCard):
            on(desk, card["code"], pin)
    buy(desk, line("bread", 100), gift_cards=pay(card["code"], pin=card["pin"]))
    assert on(desk, card["code"], card["pin"]) == 4_900


def test_money_expires_as_the_document_says(desk: Desk) -> None:
    code = a_card(desk)
    desk.wait(days=364)
    buy(desk, line("bread", 100), gift_cards=pay(code))
    desk.wait(days=2)
    with pytest.raises(NoSuchCard):
        buy(desk, line("bread", 100), gift_cards=pay(code))
    with pytest.raises(NoSuchCard):
        on(desk, code)
    due = desk.read(due_members(desk.program_id, desk.now, 10))
    desk.batch(BringUpToDate(due))
    assert desk.read(due_members(desk.program_id, desk.now, 10)) == []
    posted = desk.connection.execute(
        "select amount from posting where kind = 'expire' and asset = 'PLN'"
    )
    assert posted.fetchall() == [(-9_900,)]


def test_a_card_is_taken_back_unspent(desk: Desk) -> None:
    sold = buy(desk, line("GC", 5_000, 2))
    first, second = (card["code"] for card in sold["gift_cards"])
    buy(desk, line("bread", 1_000), gift_cards=pay(first))
    with pytest.raises(CardSpent) as refusal:
        bring_back(desk, sold)
    assert refusal.value.extra == {"line": 1, "unspent": 1}
    back = bring_back(desk, sold, (1, 1))
    assert (back["refund_minor"], on(desk, first)) == (5_000, 4_000)
    with pytest.raises(NoSuchCard):
        on(desk, second)
    with pytest.raises(CardSpent):
        bring_back(desk, sold, (1, 1))


def test_what_a_card_paid_goes_back_to_it_first(desk: Desk) -> None:
    one, other = a_card(desk, 1_000), a_card(desk, 2_000)
    bought = buy(desk, line("bread", 1_000, 5), gift_cards=(*pay(one), *pay(other)))
    first = bring_back(desk, bought, (1, 2))
    assert (first["refund_minor"], first["to_refund_minor"]) == (2_000, 0)
    assert (on(desk, one), on(desk, other)) == (1_000, 1_000)
    second = bring_back(desk, bought, (1, 3))
    assert (second["refund_minor"], second["to_refund_minor"]) == (3_000, 2_000)
    assert (on(desk, one), on(desk, other)) == (1_000, 2_000)


def test_what_an_expired_card_paid_goes_back_otherwise(desk: Desk) -> None:
    code = a_card(desk, 1_000)
    bought = buy(desk, line("bread", 1_000), gift_cards=pay(code))
    desk.wait(days=400)
    back = bring_back(desk, bought)
    assert (back["refund_minor"], back.get("to_refund_minor", 1_000)) == (1_000, 1_000)


def test_a_holding_quote_keeps_the_money(desk: Desk) -> None:
    code = a_card(desk, 1_000)

    def quote() -> UUID:
        request = QuoteIn((line("bread", 800),), gift_cards=pay(code), hold=True, hold_seconds=60)
        return UUID(desk.do(MakeQuote(request, desk.caller, key=desk.key(), at=desk.now))["id"])

    held = quote()
    assert on(desk, code) == 200
    desk.do(VoidQuote(held, QuoteVoidIn(), desk.caller, key=desk.key(), at=desk.now))
    assert on(desk, code) == 1_000
    bought = buy(desk, line("bread", 800), gift_cards=pay(code), quote=quote(), member=None)
    assert (bought["to_pay_minor"], on(desk, code)) == (0, 200)
    quote_of_rest = QuoteIn((line("bread", 200),), gift_cards=pay(code), hold=True, hold_seconds=60)
    desk.do(MakeQuote(quote_of_rest, desk.caller, key=desk.key(), at=desk.now))
    desk.wait(seconds=61)
    desk.batch(BringUpToDate(desk.read(due_members(desk.program_id, desk.now, 10))))
    assert on(desk, code) == 200


def test_a_lost_card_is_blocked_and_keeps_its_money(desk: Desk) -> None:
    code = a_card(desk)

    def be(state: Any) -> Any:
        request = CardStateIn(code, state, "lost")
        return desk.do(SetCardState(request, desk.caller, key=desk.key(), at=desk.now))

    assert be("blocked")["balance_minor"] == 10_000
    with pytest.raises(NoSuchCard):
        buy(desk, line("bread", 100), gift_cards=pay(code))
    be("active")
    assert on(desk, code) == 10_000


def test_t16_whatever_is_wrong_with_a_card_the_answer_is_the_same(desk: Desk) -> None:
    spent, blocked, back = a_card(desk, 500), a_card(desk), buy(desk, line("GC", 900))
    buy(desk, line("bread", 500), gift_cards=pay(spent))
    request = CardStateIn(blocked, "blocked", "lost")
    desk.do(SetCardState(request, desk.caller, key=desk.key(), at=desk.now))
    bring_back(desk, back)
    (pinned,) = buy(desk, line("GC50", 5_000))["gift_cards"]
    said = set()
    taken_back = back["gift_cards"][0]["code"]
    for code in (make(), spent, blocked, taken_back, pinned["code"], "nonsense"):
        with pytest.raises(NoSuchCard) as refusal:
            buy(desk, line("bread", 100), gift_cards=pay(code))
        said.add(json.dumps(refusal.value.document(), sort_keys=True))
    assert len(said) == 1


def test_t1_of_64_at_once_a_card_pays_once(desk: Desk) -> None:
    code = a_card(desk, 1_000)
    answers = desk.at_once([
        purchase(desk, line("bread", 1_000), gift_cards=pay(code, 1_000), member=None)
        for _ in range(64)
    ])  # fmt: skip
    assert [answer.bug for answer in answers if answer.bug] == []
    assert Counter(map(type, refusals(answers))) == {NoSuchCard: 63}
    assert sum(bool(answer.text) for answer in answers) == 1


def test_t11_a_purchase_that_is_repeated_sells_one_card(desk: Desk) -> None:
    selling = purchase(desk, line("GC", 1_000))
    first = desk.do(selling)
    assert desk.do(selling) == first
    assert desk.connection.execute("select count(*) from gift_card").fetchone() == (1,)


def test_the_money_of_the_cards_is_what_is_owed_for_them(desk: Desk) -> None:
    code = a_card(desk, 9_000)
    buy(desk, line("bread", 2_500), gift_cards=pay(code))
    rows = desk.connection.execute(
        "select purpose, sum(amount) from entry where asset = 'PLN' group by 1 order by 1"
    ).fetchall()
    assert rows == [("issued", -9_000), ("own", 6_500), ("redeemed", 2_500)]
    with desk.connection.transaction(force_rollback=True):
        desk.connection.execute("update gift_card set state = 'cancelled'")
        fault = desk.read(verify())
        assert fault is not None
        assert fault.startswith("gift_cards_hold_money: ")


def test_codes_and_pins_are_told_to_whoever_sells_the_card_and_to_nobody_who_reads_it_later(
    desk: Desk,
) -> None:
    selling = purchase(desk, line("GC50", 5_000))
    (told,) = desk.do(selling)["gift_cards"]
    (again,) = desk.do(selling)["gift_cards"]
    assert again == told, "the same request is told the same"
    bought = desk.do(selling)["id"]
    read = desk.read(show(desk.program_id, UUID(bought), desk.context.revisions))
    (later,) = read.gift_cards
    assert (later.code, later.pin) == (f"...{told['code'][-5:]}", None)
    assert (later.line, later.amount_minor) == (1, 5_000)
    paid = buy(desk, line("bread", 900), gift_cards=pay(told["code"], pin=told["pin"]))
    read = desk.read(show(desk.program_id, UUID(paid["id"]), desk.context.revisions))
    assert read.gift_cards[0].code == paid["gift_cards"][0]["code"] == later.code
