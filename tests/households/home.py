"""Shared by the tests of households: what is done to them, in few words."""

from typing import Any
from uuid import UUID

from regulars.households.operations import Appoint, Decline, Dissolve, Found, Invite, Join, Leave
from regulars.households.queries import household
from regulars.households.wire import (
    AnswerIn,
    DissolveIn,
    FoundIn,
    HouseholdOut,
    InviteIn,
    LeaveIn,
    RoleIn,
)
from regulars.rewards.operations import Redeem, Settle, Void
from regulars.rewards.wire import CloseIn, RedeemIn
from tests.desk import Desk


def found(desk: Desk, member: str, kind: str = "family") -> Found:
    return Found(FoundIn(member, kind), desk.caller, key=desk.key(), at=desk.now)


def invite(desk: Desk, home: str, by: str, member: str, role: Any = "member") -> Invite:
    request = InviteIn(by, member, role)
    return Invite(UUID(home), request, desk.caller, key=desk.key(), at=desk.now)


def accept(desk: Desk, home: str, member: str) -> Join:
    return Join(UUID(home), AnswerIn(member), desk.caller, key=desk.key(), at=desk.now)


def decline(desk: Desk, home: str, member: str) -> Decline:
    return Decline(UUID(home), AnswerIn(member), desk.caller, key=desk.key(), at=desk.now)


def leave(desk: Desk, home: str, member: str, by: str | None = None) -> Leave:
    return Leave(UUID(home), LeaveIn(member, by), desk.caller, key=desk.key(), at=desk.now)


def appoint(desk: Desk, home: str, by: str, member: str, role: Any) -> Appoint:
    request = RoleIn(by, member, role)
    return Appoint(UUID(home), request, desk.caller, key=desk.key(), at=desk.now)


def dissolve(desk: Desk, home: str, by: str) -> Dissolve:
    return Dissolve(UUID(home), DissolveIn(by), desk.caller, key=desk.key(), at=desk.now)


def family(desk: Desk, head: str, *others: str, kind: str = "family", child: str = "") -> str:
    """A household of these members; its id."""
    home: str = desk.do(found(desk, head, kind))["id"]
    for member in (*others, *([child] if child else [])):
        desk.do(invite(desk, home, head, member, "child" if member == child else "member"))
        desk.do(accept(desk, home, member))
    return home


def shown(desk: Desk, home: str) -> HouseholdOut:
    _, program = desk.context.revisions.at(desk.now)
    return desk.read(household(desk.program_id, program, UUID(home), desk.now))


def take(desk: Desk, member: str, amount: int, asset: str = "points", **more: Any) -> Redeem:
    request = RedeemIn(member, asset=asset, amount=amount, **more)
    return Redeem(request, desk.caller, key=desk.key(), at=desk.now)


def reward(desk: Desk, member: str, name: str = "mug", **more: Any) -> Redeem:
    return Redeem(RedeemIn(member, name, **more), desk.caller, key=desk.key(), at=desk.now)


def settle(desk: Desk, redemption: Any) -> Settle:
    return Settle(UUID(redemption["id"]), CloseIn(), desk.caller, key=desk.key(), at=desk.now)


def void(desk: Desk, redemption: Any) -> Void:
    return Void(UUID(redemption["id"]), CloseIn(), desk.caller, key=desk.key(), at=desk.now)
