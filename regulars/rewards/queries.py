"""What there is to take, what is left of it, and why a member cannot take it; what was taken."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct, field

from regulars.activities.unit import SHARED
from regulars.engine.facts import Facts
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.engine.rules import Reward
from regulars.identifiers.resolve import Ref
from regulars.kit.periods import day_number, instant, local
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.kit.words import say
from regulars.members.known import UnknownMember
from regulars.members.queries import SQL as MEMBERS
from regulars.members.queries import identify, read_book
from regulars.rewards.eligible import facts_of, unmet
from regulars.rewards.limits import PER_MEMBER, TOTAL, brought, gone, in_time, key, left
from regulars.rewards.wire import (
    PlaceOut,
    RewardOut,
    RewardsOut,
    TakenListOut,
    TakenOut,
    WhyNotOut,
)

SQL = statements("regulars.rewards", "queries.sql")
MOST_COUNTED = 10_000
"""Codes are counted so far; of more, so many are told."""
_WORDS = (__package__ or "", "words.toml")
_facts = msgspec.json.Decoder(dict[str, Any])
_pairs = msgspec.json.Decoder(list[tuple[str, int]])


class Of(Struct):
    """Of whom rewards are asked: what they have, and what conditions may want to know."""

    id: UUID
    has: Mapping[str, int]
    facts: Facts


class Found(Struct):
    """What was read of all rewards at once."""

    taken: dict[tuple[UUID, str, str], int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)

    def used(self, holder: UUID, name: str, scope: str) -> int:
        return self.taken.get((holder, key(name), scope), 0)

    def at(self, name: str, place: str) -> int:
        """How many are left at a place."""
        there = self.used(SHARED, name, brought(place)) - self.used(SHARED, name, gone(place))
        return max(0, there)


def rewards(
    program_id: UUID, program: Program, ref: Ref | None, now: int, language: str
) -> Steps[RewardsOut]:
    """Every reward of the program in force, in the order of the document."""
    member = None if ref is None else (yield from _member(program_id, program, ref, now))
    found = yield from _found(program_id, program, member, now)
    return RewardsOut([
        _reward(program_id, program, name, reward, found, member, now, language)
        for name, reward in program.rules.rewards.items()
    ])  # fmt: skip


def _found(program_id: UUID, program: Program, member: Of | None, now: int) -> Steps[Found]:
    names = list(program.rules.rewards)
    holders = [SHARED] if member is None else [SHARED, member.id]
    rows = yield Step(SQL["taken"], (program_id, holders, [key(name) for name in names]))
    found = Found({(holder, campaign, scope): used for holder, campaign, scope, used in rows})
    rows = yield Step(SQL["beside"], (program_id, names, instant(now), MOST_COUNTED))
    for name, codes, picture in rows:
        found.codes[name] = codes
        found.pictures[name] = f"/pictures/{program_id}/{picture}.webp" if picture else ""
    return found


def _member(program_id: UUID, program: Program, ref: Ref, now: int) -> Steps[Of]:
    """Who asks: two statements, one more where only an identifier is known."""
    member_id = ref if isinstance(ref, UUID) else (yield from identify(program_id, ref))
    pooled = {asset for rules in program.rules.households.values() if rules.pool
              for asset in rules.pool.assets}  # fmt: skip
    rows = yield Step(SQL["about"], (program_id, member_id, list(pooled)))
    if not rows:
        raise UnknownMember
    attributes, tier, segments, joined_at, purchases, spend, others = rows[0]
    rows = yield Step(MEMBERS["book"], (program_id, member_id))
    book = read_book(member_id, *rows[0])
    book.bring_up_to_date(now, SHARED)
    has = {asset: account.available for asset, account in book.accounts.items()}
    for asset, amount in _pairs.decode(others or "[]"):
        has[asset] = has.get(asset, 0) + amount
    facts = facts_of(
        program, member_id, now, attributes=_facts.decode(attributes), tier=tier,
        segments=tuple(segments), joined_at=joined_at, purchases=purchases, spend_minor=spend,
    )  # fmt: skip
    return Of(member_id, has, facts)


def _reward(
    program_id: UUID, program: Program, name: str, reward: Reward, found: Found,
    member: Of | None, now: int, language: str,
) -> RewardOut:  # fmt: skip
    had = None if member is None else found.used(member.id, name, PER_MEMBER)
    in_all, own = left(reward, found.used(SHARED, name, TOTAL), had)
    places = [PlaceOut(place, found.at(name, place)) for place in reward.places]
    bounds = [] if in_all is None else [in_all]
    bounds += [sum(place.left for place in places)] if places else []
    bounds += [found.codes.get(name, 0)] if reward.codes else []
    there = min(bounds) if bounds else None
    if there is not None and own is not None:
        own = min(own, there)
    day = local(now, program.timezone).date()
    missing = {} if member is None else _missing(reward, member.has)
    why = list(_why_not(program, reward, member, there, own, missing, now, language))
    return RewardOut(
        reward=name,
        name=reward.name.get(language, name),
        cost=dict(reward.cost),
        available=in_time(reward, day) and 0 not in (there, own),
        left=there,
        left_for_member=own,
        voucher=reward.voucher,
        starts=reward.starts,
        ends=reward.ends,
        kind=reward.kind,
        text=reward.text.get(language, ""),
        price_minor=reward.price_minor,
        partner=reward.partner,
        picture=found.pictures.get(name, ""),
        places=places,
        sent_from=reward.sent_from,
        can_take=member is not None and not why,
        why_not=why,
        missing=missing,
    )


def _missing(reward: Reward, has: Mapping[str, int]) -> dict[str, int]:
    short = {asset: amount - has.get(asset, 0) for asset, amount in reward.cost.items()}
    return {asset: amount for asset, amount in short.items() if amount > 0}


def _why_not(
    program: Program, reward: Reward, member: Of | None, there: int | None, own: int | None,
    missing: Mapping[str, int], now: int, language: str,
) -> Iterator[WhyNotOut]:  # fmt: skip
    """Everything that stands against it, what lasts longest first."""
    voice, day = Voice(program, language, "member"), local(now, program.timezone).date()

    def why(code: str, **figures: object) -> WhyNotOut:
        return WhyNotOut(code, say(*_WORDS, code, language, **figures))

    if reward.ends is not None and reward.ends < day:
        yield why("over")
    if reward.starts is not None and day < reward.starts:
        yield why("not_yet", day=voice.date(day_number(reward.starts)))
    if member is not None:
        for text in unmet(program, reward, member.facts, language, "member"):
            yield WhyNotOut("not_for_member", text)
    if there == 0:
        yield why("gone")
    elif own == 0:
        yield why("had")
    if missing:
        lacks = ", ".join(voice.asset(amount, asset) for asset, amount in missing.items())
        yield why("missing", what=lacks)


class Redemption(NamedTuple):
    """A reward that was taken, with all that is known of it."""

    id: UUID
    member_id: UUID
    reward: str
    place: str
    state: str
    deliver_to: str
    sent_by: str
    tracking: str
    taken_at: Any
    changed_at: Any
    lapses_at: Any
    facts: str
    revision: int
    shop: str


class Mine(NamedTuple):
    """A reward that a member took; a code is encrypted."""

    id: UUID
    reward: str
    state: str
    taken_at: Any
    place: str
    lapses_at: Any
    sent_by: str
    tracking: str
    facts: str
    answer: str
    code: str | None
    code_valid_until: Any


def rows_of(name: str, *params: Any) -> Steps[list[Any]]:
    """The rows of a statement."""
    return (yield Step(SQL[name], params))


def redemption(program_id: UUID, id: UUID) -> Steps[Redemption | None]:
    rows = yield Step(SQL["redemption"], (program_id, id))
    return Redemption(*rows[0]) if rows else None


def mine(program_id: UUID, member_id: UUID, now: int, *, waiting: bool) -> Steps[list[Mine]]:
    """What a member took, the last one first; with ``waiting`` only what is not handed over yet."""
    rows = yield Step(SQL["of_member"], (program_id, member_id, waiting, instant(now)))
    return [Mine(*row) for row in rows]


def waiting(
    program_id: UUID, program: Program, member_id: UUID, now: int, language: str
) -> Steps[TakenListOut]:
    """What waits to be handed over to a member, for a till."""
    found = yield from mine(program_id, member_id, now, waiting=True)
    rules = program.rules.rewards
    return TakenListOut([
        TakenOut(
            id=one.id, reward=one.reward, state=one.state, taken_at=one.taken_at,
            name=rules[one.reward].name.get(language, one.reward)
            if one.reward in rules else one.reward,
            place=one.place, lapses_at=one.lapses_at, sent_by=one.sent_by, tracking=one.tracking,
            price_minor=_facts.decode(one.facts).get("price_minor", 0),
        )
        for one in found
    ])  # fmt: skip
