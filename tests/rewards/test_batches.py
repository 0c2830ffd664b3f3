"""However requests are gathered into batches, what they do is the same, and the ledger holds."""

from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.members.operations import Join
from regulars.members.queries import balances
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.rewards.operations import Redeem, Settle, Void
from regulars.rewards.wire import CloseIn, RedeemIn
from tests.desk import DAY, Desk, Give, open_desk

CARDS = ("2900000000000007", "4539148803436467")

deeds = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.sampled_from(CARDS), st.integers(1, 300), st.integers(0, 4)),
        st.tuples(st.just("take"), st.sampled_from(CARDS), st.integers(1, 200), st.booleans()),
        st.tuples(st.just("mug"), st.sampled_from(CARDS), st.booleans()),
        st.tuples(st.just("settle"), st.integers(0, 9)),
        st.tuples(st.just("void"), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.integers(1, 3)),
    ),
    max_size=25,
)


class Shop:
    """Does deeds in batches of a size, and notes how each ended."""

    def __init__(self, desk: Desk, size: int) -> None:
        self.desk, self.size = desk, size
        self.waiting: list[Any] = []
        self.ended: list[str] = []
        self.redemptions: list[UUID] = []
        for card in CARDS:
            request = JoinIn((IdentifierIn("card", card),))
            desk.do(Join(request, desk.caller, key=None, at=desk.now))

    def do(self, deed: tuple[Any, ...]) -> None:
        kind, desk = deed[0], self.desk
        if kind == "wait":
            self.flush()
            desk.wait(days=deed[1])
        elif kind == "give":
            _, card, amount, days = deed
            ends = {"expires_at": desk.now + days * DAY} if days else {}
            self.waiting.append(Give(("card", card), "points", amount, **ends))
        elif kind in ("take", "mug"):
            what = {"reward": "mug"} if kind == "mug" else {"asset": "points", "amount": deed[2]}
            request = RedeemIn(f"card:{deed[1]}", hold=deed[-1], **what)
            self.waiting.append(Redeem(request, desk.caller, key=None, at=desk.now))
        else:
            self.flush()  # the caller must know the id first
            if self.redemptions:
                id_ = self.redemptions[deed[1] % len(self.redemptions)]
                close = Settle if kind == "settle" else Void
                self.waiting.append(close(id_, CloseIn(), desk.caller, key=None, at=desk.now))
        if len(self.waiting) >= self.size:
            self.flush()

    def flush(self) -> None:
        answers = self.desk.batch(*self.waiting) if self.waiting else []
        for operation, answer in zip(self.waiting, answers, strict=True):
            assert answer.bug is None
            self.ended.append("done" if answer.problem is None else answer.problem.code)
            if isinstance(operation, Redeem) and answer.problem is None:
                self.redemptions.append(msgspec.json.decode(answer.text, type=dict)["id"])
        self.redemptions = [UUID(str(id_)) for id_ in self.redemptions]
        self.waiting = []

    def stands(self) -> list[Any]:
        desk = self.desk
        return [
            desk.read(balances(desk.program_id, ("card", card), desk.now, "UTC")).assets
            for card in CARDS
        ]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(todo=deeds, size=st.integers(2, 12))
def test_t10_one_by_one_or_together_ends_the_same(
    database_url: str, todo: list[tuple[Any, ...]], size: int
) -> None:
    with open_desk(database_url) as one, open_desk(database_url) as other:
        alone, together = Shop(one, 1), Shop(other, size)
        for shop in (alone, together):
            for deed in todo:
                shop.do(deed)
            shop.flush()
        assert together.ended == alone.ended
        assert together.stands() == alone.stands()
        one.verify()
