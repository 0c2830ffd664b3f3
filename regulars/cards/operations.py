"""What happens to one card: blocked, lost, shown on a telephone. In batches like all else."""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.cards import queries
from regulars.cards.queries import UnknownCard
from regulars.cards.wire import CardChangedOut, ElectronicIn, PassIn, State
from regulars.identifiers.resolve import identify
from regulars.identifiers.rotation import SECRET_BYTES
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict
from regulars.kit.requests import digest_of, encode, key_of
from regulars.kit.steps import Step, Steps
from regulars.members.known import holder, known
from regulars.members.operations import AlreadySo, end
from regulars.members.wire import BlockIn


class CodeWouldStand(Conflict):
    code = "pass_cannot_rotate"
    title = "This pass would show the same code for ever"


def activate(program_id: UUID, batch: queries.Batch, *, now: datetime) -> Steps[int]:
    """From now on the cards of a batch can be used. Says how many; `AlreadySo` if they could."""
    rows = yield Step(queries.SQL["activate"], (program_id, batch.id, now))
    if not rows:
        raise AlreadySo(f"The batch {batch.name!r} is active; nothing was changed.")
    return int(rows[0][0])


class _OnCard:
    """An operation on the card that the path names."""

    path = ""
    now: int | None = None

    def __init__(
        self, card: str, request: object, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.ref = identify("card", card.removeprefix("card:"), caller.region)
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (self.ref, request))
        self.at = at
        self.shop = caller.shop

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)

    def record(
        self, unit: Unit, member_id: UUID | None, kind: str, state: State, **facts: object
    ) -> Record:
        return Record(
            id=unit.make_id(), member_id=member_id, kind=kind, occurred_at=self.at, shop=self.shop,
            facts=encode(facts).decode(),
            answer=encode(CardChangedOut(self.ref[1], state)).decode(),
        )  # fmt: skip


class BlockCard(_OnCard):
    """It names nobody any more, or never will. Of a card somebody holds, the identifier says so."""

    path = "/v1/cards/{card}/block"
    state: Literal["blocked", "lost"] = "blocked"
    kind = "block_card"

    def __init__(
        self, card: str, request: BlockIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(card, request, caller, key=key, at=at)
        self.reason = request.reason

    def decide(self, unit: Unit, context: Context) -> Record:
        if self.ref in unit.identifiers:
            return self._held(unit)
        before = unit.stock.get(self.ref)
        if before is None:
            raise UnknownCard
        self._refuse(before if before in ("blocked", "lost") else "active")
        unit.stock[self.ref] = self.state
        unit.card_rows.setdefault("card_ended", []).append((self.ref[1], self.state, unit.now))
        unit.changes += 1
        return self.record(unit, None, self.kind, self.state, reason=self.reason)

    def _held(self, unit: Unit) -> Record:
        member = known(unit, self.ref)
        self._refuse(unit.identifiers[self.ref][0])
        end(unit, member, self.ref, self.state)
        return self.record(unit, member.id, self.kind, self.state, reason=self.reason)

    def _refuse(self, before: str) -> None:
        if before != "active":
            raise AlreadySo(f"It was {before} before; nothing was changed.")


class LoseCard(BlockCard):
    """The holder lost it. Another one replaces it, and keeps everything."""

    path = "/v1/cards/{card}/lost"
    state: Literal["blocked", "lost"] = "lost"
    kind = "lose_card"


class ShowOnTelephone(_OnCard):
    """A new secret for the card's rotating codes. What was shown by an older one is worthless."""

    path = "/v1/cards/{card}/electronic"

    def __init__(
        self, card: str, request: ElectronicIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(card, request, caller, key=key, at=at)
        self.reason = request.reason

    def decide(self, unit: Unit, context: Context) -> Record:
        member = holder(unit, self.ref)
        number = self.ref[1]
        secret = secrets.token_bytes(SECRET_BYTES)
        kept = [row for row in unit.card_rows.get("card_secret", []) if row[0] != number]
        unit.card_rows["card_secret"] = [*kept, (number, secret, unit.now)]
        unit.secrets[number] = secret
        unit.changes += 1
        return self.record(unit, member.id, "card_secret", "issued", reason=self.reason)


class MakePass(_OnCard):
    """A pass for a telephone's wallet; the same again where there is one."""

    path = "/v1/cards/{card}/passes"

    def __init__(
        self, card: str, request: PassIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(card, request, caller, key=key, at=at)
        self.platform = request.platform

    def decide(self, unit: Unit, context: Context) -> Record:
        member = holder(unit, self.ref)
        if self.platform == "apple" and context.cards_at(unit.now).rotating_code == "required":
            raise CodeWouldStand(
                "The program asks for rotating codes and an Apple pass cannot show them: use the "
                "electronic card or a Google pass."
            )
        rows = unit.card_rows.setdefault("card_pass", [])
        if not any(row[1:3] == (self.ref[1], self.platform) for row in rows):
            token = secrets.token_urlsafe(32)
            rows.append((unit.make_id(), self.ref[1], self.platform, token, unit.now))
        unit.changes += 1
        return self.record(unit, member.id, "card_pass", "issued", platform=self.platform)
