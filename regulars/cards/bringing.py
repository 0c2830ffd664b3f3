"""Cards that exist already and are brought in: with or without somebody who holds them.

What was ended here stays ended, whatever a list says: a list may be older than the loss.
"""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.identifiers.resolve import Ref
from regulars.kit.requests import encode
from regulars.members.known import holder, known
from regulars.members.operations import end, name, refuse_taken

State = Literal["active", "blocked", "lost"]
_KINDS = {"active": "register", "blocked": "block_card", "lost": "lose_card"}


class Lot(Struct, frozen=True):
    """The batch that takes up cards nobody holds."""

    id: UUID
    name: str
    design: str
    """JSON of a `Design`."""
    by: str


class BringCard:
    """A card as a list tells it. ``outcome``: new, updated, unchanged, or ended (it was ended
    before and was left so)."""

    digest = b""
    now: int | None = None

    def __init__(
        self, line: int, ref: tuple[str, str], *, member: Ref | None, state: State, lot: Lot | None,
        at: int,
    ) -> None:  # fmt: skip
        self.keys: list[str] = []
        self.line, self.ref, self.member = line, ref, member
        self.state, self.lot, self.at = state, lot, at
        self.outcome = ""

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)
        if self.member is not None:
            wants.member(self.member)

    def decide(self, unit: Unit, context: Context) -> Record:
        if self.ref in unit.identifiers:
            return self._held(unit)
        if self.ref in unit.stock and self.member is None:
            return self._in_stock(unit)
        was = unit.stock.get(self.ref, "")
        if was in ("blocked", "lost"):
            return self._left("unchanged" if was == self.state else "ended")
        self.outcome = "updated" if was else "new"
        if self.lot is not None and not was:
            self._make(unit, self.lot, ended=self.member is None)
        return self._given(unit) if self.member is not None else self._nothing()

    def _held(self, unit: Unit) -> Record:
        status, _ = unit.identifiers[self.ref]
        if self.member is not None and status == "active":
            refuse_taken(unit, [self.ref], unless=_id_of(unit, self.member))
        if status != "active":
            return self._left("unchanged" if status == self.state else "ended")
        if self.state == "active":
            return self._left("unchanged")
        self.outcome = "updated"
        member = known(unit, self.ref)
        end(unit, member, self.ref, self.state)
        return self._record(unit, member.id)

    def _in_stock(self, unit: Unit) -> Record:
        was = unit.stock[self.ref]
        if was in ("blocked", "lost"):
            return self._left("unchanged" if was == self.state else "ended")
        if self.state == "active":
            return self._left("unchanged")
        self.outcome = "updated"
        unit.stock[self.ref] = self.state
        unit.card_rows.setdefault("card_ended", []).append((self.ref[1], self.state, unit.now))
        unit.changes += 1
        return self._record(unit, None)

    def _given(self, unit: Unit) -> Record:
        assert self.member is not None
        member = holder(unit, self.member)
        refuse_taken(unit, [self.ref])
        name(unit, member, [self.ref])
        if self.state != "active":
            end(unit, member, self.ref, self.state)
        return self._record(unit, member.id)

    def _make(self, unit: Unit, lot: Lot, *, ended: bool) -> None:
        rows = unit.card_rows.setdefault("card_batch", [])
        size = next((row[2] for row in rows if row[0] == lot.id), 0)
        rows[:] = [row for row in rows if row[0] != lot.id]
        rows.append((lot.id, lot.name, size + 1, lot.design, lot.by, unit.now))
        state = self.state if ended else "active"
        said = "" if state == "active" else state
        unit.card_rows.setdefault("card_made", []).append((self.ref[1], lot.id, said, unit.now))
        unit.stock[self.ref] = state
        unit.changes += 1

    def _record(self, unit: Unit, member_id: UUID | None) -> Record:
        kind = _KINDS[self.state]
        facts = {"identifiers": ["card"], "attributes": []} if kind == "register" else {}
        return Record(
            id=unit.make_id(), member_id=member_id, kind=kind, occurred_at=self.at,
            facts=encode(facts or {"reason": ""}).decode(), answer="{}",
        )  # fmt: skip

    def _left(self, outcome: str) -> Record:
        self.outcome = outcome
        return self._nothing()

    def _nothing(self) -> Record:
        """An answer without an activity: nothing happened to anybody."""
        return Record(id=UUID(int=0), member_id=None, kind="", occurred_at=self.at)


def _id_of(unit: Unit, ref: Ref) -> UUID:
    return ref if isinstance(ref, UUID) else known(unit, ref).id
