"""Sent again, sent late, sent beside something broken: recorded once, with the same end (T10)."""

from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from regulars.activities.batch import InternalError, KeyReused, ReceiptTaken
from regulars.activities.context import Context
from regulars.activities.unit import SHARED, Record, Unit, Voucher
from regulars.activities.wants import Wants
from regulars.identifiers.resolve import resolve
from tests.desk import Desk, plain
from tests.lengths import examples
from tests.purchases.shop import BASE, balance, buying, campaign, join, points, state

Opened = Callable[..., Desk]
LIMITED = campaign("first-ten", points(5), lane="points", limits={"total": 10})


def bought(desk: Desk) -> int:
    row = desk.connection.execute(
        "select count(*) from activity where program_id = %s and kind = 'purchase'",
        (desk.program_id,),
    ).fetchone()
    desk.connection.commit()
    assert row is not None
    return int(row[0])


def test_a_receipt_is_recorded_once_with_or_without_a_key(opened: Opened) -> None:
    desk = opened(BASE)
    anna = join(desk)
    keys = [None, desk.key(), desk.key()]
    again = [
        desk.batch(buying(desk, anna, ("bread", 1, 900), receipt_number="A1", key=key))[0]
        for key in keys
    ]
    assert [answer.replayed for answer in again] == [False, True, True]
    assert len({answer.text for answer in again}) == 1
    assert bought(desk) == 1
    assert balance(desk, anna) == (9, 0, 0, 0)


def test_the_same_receipt_with_other_goods_is_refused(opened: Opened) -> None:
    desk = opened(BASE)
    anna = join(desk)
    key = desk.key()
    desk.do(buying(desk, anna, ("bread", 1, 900), receipt_number="A1", key=key))
    other = desk.batch(buying(desk, anna, ("bread", 2, 900), receipt_number="A1"))[0]
    assert isinstance(other.problem, ReceiptTaken)
    other = desk.batch(buying(desk, anna, ("bread", 2, 900), key=key))[0]
    assert isinstance(other.problem, KeyReused)
    elsewhere = buying(desk, anna, ("bread", 2, 900), receipt_number="A1", till="2")
    assert desk.do(elsewhere)["paid_minor"] == 1_800
    assert bought(desk) == 2


def test_one_receipt_from_many_tries_at_once(opened: Opened) -> None:
    desk = opened(LIMITED)
    anna = join(desk)
    tries = [
        buying(desk, anna, ("bread", 1, 900), receipt_number="A1", key=f"{desk.key()}-{n % 4}")
        for n in range(32)
    ]
    assert len({answer.text for answer in desk.at_once(tries)}) == 1
    assert bought(desk) == 1
    assert balance(desk, anna) == (5, 0, 0, 0)


@examples(8, 300)
@given(
    st.lists(
        st.tuples(st.integers(0, 9_999), st.integers(0, 30 * 86_400)), min_size=1, max_size=12
    ),
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_a_queue_replayed_in_any_order_gives_the_same_balances(
    queues: Desk, sales: list[tuple[int, int]], sizes: list[int], order: Random
) -> None:
    """Each purchase of the last month comes three times, in any order, in batches of any size."""
    ends = []
    for replays in (1, 3):
        member = join(queues)
        queue = [
            (price, ago, f"{member}-{n}") for n, (price, ago) in enumerate(sales)
        ] * replays  # fmt: skip
        if replays > 1:
            order.shuffle(queue)
        todo = [
            buying(queues, member, ("bread", 1, price), at=queues.now - ago, receipt_number=number)
            for price, ago, number in queue
        ]
        while todo:
            size = order.choice(sizes) if replays > 1 else 1
            for answer in queues.batch(*todo[:size]):
                plain(answer)
            del todo[:size]
        ends.append(state(queues, member, "counters"))
    assert ends[0] == ends[1]


class Poison:
    """Has changed everything it could when a bug strikes."""

    digest = b""
    now: int | None = None

    def __init__(self, member: str) -> None:
        self.keys: Sequence[str] = ["key:poison"]
        self.ref = resolve(member)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)
        wants.counters.add(("first-ten", "total", 0))

    def decide(self, unit: Unit, context: Context) -> Record:
        member = unit.member(self.ref)
        assert member is not None
        activity_id = unit.make_id()
        member.book.credit(
            "points", 1_000_000, now=unit.now, at=unit.now, available_at=unit.now,
            expires_at=unit.now + 1_000, activity_id=activity_id,
        )  # fmt: skip
        unit.count(SHARED, "first-ten", "total", 0, 5)
        unit.visit(member, 20_000, 7, 700)
        unit.add_voucher(
            Voucher("POISON", "five-off", member.id, 1, unit.now, None, False, new=True)
        )
        unit.record(Record(activity_id, member.id, "purchase", unit.now))
        raise ZeroDivisionError


def test_poison_in_a_batch_harms_nobody_else(opened: Opened) -> None:
    desk = opened(LIMITED, BASE)
    anna, eve = join(desk), join(desk)
    answers = desk.batch(
        buying(desk, anna, ("bread", 1, 900)), Poison(anna), buying(desk, eve, ("bread", 1, 700)),
        Poison(eve), buying(desk, anna, ("bread", 1, 500)),
    )  # fmt: skip
    assert [type(answer.problem) for answer in answers] == [
        type(None), InternalError, type(None), InternalError, type(None),
    ]  # fmt: skip
    assert isinstance(answers[1].bug, ZeroDivisionError)
    assert balance(desk, anna) == (9 + 5 + 5 + 5, 0, 0, 0)
    assert balance(desk, eve) == (7 + 5, 0, 0, 0)
    assert state(desk, anna)["counters"] == [("first-ten", "total", 0, 3)]
    assert state(desk, anna)["vouchers"] == []
    assert bought(desk) == 3
    desk.verify()


def test_poison_beside_an_unknown_member_and_a_wrong_quote(opened: Opened) -> None:
    desk = opened(LIMITED, BASE)
    anna = join(desk)
    nobody = buying(desk, "card:2900000000000007", ("bread", 1, 900))
    no_quote = buying(desk, anna, ("bread", 1, 900), quote=UUID(int=7))
    good = buying(desk, anna, ("bread", 1, 900))
    answers = desk.batch(nobody, Poison(anna), no_quote, good)
    codes = [answer.problem and answer.problem.code for answer in answers]
    assert codes == ["unknown_member", "internal_error", "unknown_quote", None]
    assert balance(desk, anna) == (14, 0, 0, 0)
