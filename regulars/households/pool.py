"""Points used together: what a member may use of a household's, and from whom it is taken.

Everybody earns on their own account. What is used is taken from the accounts of those it belongs
to, each by a posting or hold of its own, so that every account is exact at any moment and whoever
leaves takes along what is theirs. Whoever takes points from a member does it through here:

    pool.want(wants, program)                              beside ``wants.member(ref, lots=True)``
    pool.bring_up_to_date(unit, program, member)
    pool.usable(unit, program, member, asset, at)          how much there is, to ask or to show
    shares = pool.shares(unit, program, member, cost, at)  who gives how much, or a refusal
    share.member.book.debit(share.asset, share.amount, ...)    or ``reserve``
    pool.count(unit, program, member, shares, at)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from regulars.activities.unit import MemberState, Unit
from regulars.activities.wants import Wants
from regulars.engine.moves import Pool
from regulars.engine.program import Program
from regulars.kit.periods import day_number, local
from regulars.ledger.book import InsufficientFunds
from regulars.ledger.records import Lot


class Share(NamedTuple):
    """So much of an asset is taken from this member."""

    member: MemberState
    asset: str
    amount: int


def want(wants: Wants, program: Program) -> None:
    """Let the members' households come along, with their lots, where the program has any pool."""
    pooled = {
        a for rules in program.rules.households.values() if rules.pool for a in rules.pool.assets
    }
    if pooled:
        wants.housemates = True
        wants.member_campaigns.update(map(_counted, pooled))


def bring_up_to_date(unit: Unit, program: Program, member: MemberState) -> None:
    """Let what is due happen to the member and to all whose points the member may use."""
    for one in (member, *_others(unit, program, member)):
        one.book.bring_up_to_date(unit.now, unit.make_id())


def usable(unit: Unit, program: Program, member: MemberState, asset: str, at: int) -> int:
    """What the member may use of an asset now: all of their own, some of the others'."""
    return _available(member, asset) + _allowed(unit, program, member, asset, at)


def shares(
    unit: Unit, program: Program, member: MemberState, cost: Mapping[str, int], at: int
) -> list[Share]:
    """From whom the cost is taken: the member's own first, then of the others' whatever expires
    first. All of it, or a refusal that says what is missing."""
    found: list[Share] = []
    missing: dict[str, int] = {}
    for asset, amount in cost.items():
        own = min(amount, _available(member, asset))
        rest = amount - own
        if rest > _allowed(unit, program, member, asset, at):
            missing[asset] = rest - _allowed(unit, program, member, asset, at)
            continue
        if own:
            found.append(Share(member, asset, own))
        found += _from_others(unit, program, member, asset, rest)
    if missing:
        words = ", ".join(f"{amount} {asset}" for asset, amount in missing.items())
        raise InsufficientFunds(f"{words} more are needed; nothing was taken.", missing=missing)
    return found


def pooled(member: MemberState, shares: Sequence[Share]) -> dict[str, int]:
    """How much of the shares is the others'."""
    found: dict[str, int] = {}
    for share in shares:
        if share.member is not member:
            found[share.asset] = found.get(share.asset, 0) + share.amount
    return found


def count(
    unit: Unit, program: Program, member: MemberState, shares: Sequence[Share], at: int
) -> None:
    """Count what was taken of the others' towards the member's month."""
    for asset, amount in pooled(member, shares).items():
        unit.count(member.id, _counted(asset), "month", _month(program, at), amount)


def give_back(
    unit: Unit, program: Program, member_id: UUID, taken: Mapping[str, int], at: int
) -> None:
    """What was taken at that time of the others' has gone back to them."""
    for asset, amount in taken.items():
        unit.adjust(member_id, _counted(asset), "month", _month(program, at), -amount)


def _rules(unit: Unit, program: Program, member: MemberState) -> Pool | None:
    household = unit.households.of.get(member.id)
    rules = None if household is None else program.rules.households.get(household.kind)
    return None if rules is None else rules.pool


def _others(unit: Unit, program: Program, member: MemberState) -> Iterator[MemberState]:
    """Those who share a pool with the member. Who is blocked gives nothing."""
    if _rules(unit, program, member) is None:
        return
    for member_id in unit.households.of[member.id].members:
        other = unit.members.get(member_id)
        if other is not None and other is not member and other.status == "active":
            yield other


def _allowed(unit: Unit, program: Program, member: MemberState, asset: str, at: int) -> int:
    """How much of the others' the member may use now."""
    pool = _rules(unit, program, member)
    if pool is None or asset not in pool.assets:
        return 0
    own = unit.households.of[member.id].members[member.id]
    barred = {"anybody": (), "adults": ("child",), "head": ("member", "child")}[pool.usable_by]
    today = day_number(local(at, program.timezone).date())
    joined = day_number(local(own.joined_at, program.timezone).date())
    if own.role in barred or today < joined + pool.after_days:
        return 0
    amount = sum(
        lot.remaining for other in _others(unit, program, member) for lot in _lots(other, asset)
    )
    if pool.per_member_per_month is None:
        return amount
    used = member.counters.get((_counted(asset), "month", _month(program, at)), 0)
    return max(0, min(amount, pool.per_member_per_month - used))


def _from_others(
    unit: Unit, program: Program, member: MemberState, asset: str, amount: int
) -> Iterator[Share]:
    """What each of the others gives, so that over all of them the earliest expiry goes first."""
    lots = [
        (lot.order, other, lot.remaining)
        for other in _others(unit, program, member)
        for lot in _lots(other, asset)
    ]
    given: dict[UUID, int] = {}
    for _, other, remaining in sorted(lots, key=lambda item: item[0]):
        part = min(amount, remaining)
        if part:
            given[other.id] = given.get(other.id, 0) + part
            amount -= part
    for member_id, part in given.items():
        yield Share(unit.members[member_id], asset, part)


def _available(member: MemberState, asset: str) -> int:
    account = member.book.accounts.get(asset)
    return 0 if account is None else account.available


def _lots(other: MemberState, asset: str) -> list[Lot]:
    """Lots that can be used now. One who joined within this very batch may have come without them:
    what is not at hand is not offered."""
    account = other.book.accounts.get(asset)
    if account is None or not account.available:
        return []
    return [
        lot
        for lot in other.book.lots.get(asset, ())
        if lot.remaining and lot.available_at <= account.as_of
    ]


def _counted(asset: str) -> str:
    return f"pooled:{asset}"


def _month(program: Program, at: int) -> int:
    return day_number(local(at, program.timezone).date().replace(day=1))
