"""The member's tier: as of now, what is missing for the next, how it came about; and by hand."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.activities.context import Context
from regulars.activities.tiers import catch_up, days_of, ladder_of, settle
from regulars.activities.unit import MemberState, Record, TierChange, Unit
from regulars.activities.wants import Wants
from regulars.engine.climbing import because, steps, tier_name, words
from regulars.engine.program import Program
from regulars.engine.standing import FOREVER, Floor, Standing
from regulars.identifiers.resolve import Ref
from regulars.kit.ids import Ids
from regulars.kit.periods import day_number, day_of, day_start, instant, local
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.requests import encode
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.about import AboutMember
from regulars.members.known import known
from regulars.members.queries import identify, read_book
from regulars.members.wire import (
    GivenTierOut,
    GiveTierIn,
    ProgressOut,
    TierChangeOut,
    TierOut,
    TierStandingOut,
)

_SQL = statements("regulars.members", "queries.sql")
_MOST = 100
_standing = msgspec.json.Decoder(Standing)


class NoTiers(Conflict):
    code = "no_tiers"
    title = "This program has no tiers"

    def __init__(self) -> None:
        super().__init__("Name its levels under `tiers` in the program's document first.")


class GiveTier(AboutMember[GiveTierIn]):
    """A tier given by hand as a floor, until the end of a day or for good; or taken away again."""

    path = "/v1/members/{member}/tier"

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        wants.standing = True

    def decide(self, unit: Unit, context: Context) -> Record:
        _, program = context.revisions.at(unit.now)
        member = known(unit, self.ref)
        standing = member.standing
        if standing is None or not program.rules.tiers:
            raise NoTiers
        tier, until_at = self._asked(program, unit.now)
        given = [floor for floor in standing.floors if floor.reason == "given"]
        if tier is None and not given:
            raise Conflict("No tier was given to this member by hand; nothing was changed.")
        activity_id = unit.make_id()
        member.book.bring_up_to_date(unit.now, activity_id)
        catch_up(program, unit, member)
        standing.floors = [floor for floor in standing.floors if floor not in given]
        if tier is not None:
            standing.floors.append(Floor(tier, until_at, str(activity_id), "given"))
        change = TierChange(
            unit.make_id(), unit.now, "", "", "withdrawn" if tier is None else "given",
            activity_id, self.request.actor, self.request.reason, tier or "", until_at,
        )  # fmt: skip
        settle(program, unit, member, change)
        answer = TierStandingOut(
            member.id, member.tier, tier, None if until_at is None else instant(until_at)
        )
        return Record(
            id=activity_id,
            member_id=member.id,
            kind="tier",
            occurred_at=self.at,
            shop=self.shop,
            facts=encode({"tier": tier, "until": until_at, "actor": self.request.actor}).decode(),
            answer=encode(answer).decode(),
        )

    def _asked(self, program: Program, now: int) -> tuple[str | None, int | None]:
        tier, until = self.request.tier, self.request.until
        if tier is None:
            if until is not None:
                raise Invalid("until belongs to a tier that is given: leave it out here.")
            return None, None
        if tier not in program.rules.tiers:
            raise Invalid(f"There is no such tier; give one of {', '.join(program.rules.tiers)}.")
        until_at = None
        if until is not None:
            until_at = day_start(day_number(until) + 1, program.timezone)
            if until_at <= now:
                raise Invalid("until is over already: give today or a later day.")
        return tier, until_at


def standing(program_id: UUID, ref: Ref, program: Program, now: int) -> Steps[MemberState]:
    """A member with all that tiers depend on, brought up to ``now`` in memory."""
    member_id = yield from identify(program_id, ref)
    asset = "" if program.rules.tiering is None else program.rules.tiering.asset
    rows = yield Step(_SQL["standing"], (program_id, member_id, asset))
    tier, stored, joined_at, days, qualified = rows[0]
    unit = Unit(program_id, now, Ids())
    books = yield Step(_SQL["book"], (program_id, member_id))
    member = MemberState(member_id, read_book(member_id, *books[0]), joined_at)
    member.tier = tier
    member.standing = _standing.decode(stored) if stored else Standing()
    member.days = {day: (visits, spend) for day, visits, spend in _list(days)}
    member.qualified = dict(_list(qualified))
    member.book.bring_up_to_date(now, member_id)
    member.told = 0
    catch_up(program, unit, member)
    return member


def show_tier(
    program_id: UUID, ref: Ref, program: Program, now: int, language: str
) -> Steps[TierOut]:
    """The tier as of ``now``, what is missing, and how it came about, newest first."""
    if not program.rules.tiers:
        raise NoTiers
    member = yield from standing(program_id, ref, program, now)
    rows = yield Step(_SQL["tier_changes"], (program_id, member.id, _MOST))
    kept = [TierChange(*row) for row in rows]
    changes = sorted((*kept, *member.tier_changes), key=lambda c: (c.at, c.id), reverse=True)
    assert member.standing is not None
    return TierOut(
        member=member.id,
        as_of=instant(now),
        tier=member.tier,
        name=tier_name(program, member.tier, language) if member.tier else "",
        until=_until(program, member.standing, member.tier),
        benefits=[text.get(language, "") for text in program.rules.benefits.get(member.tier, ())],
        given=[
            GivenTierOut(f.tier, None if f.until_at is None else instant(f.until_at), f.reason)
            for f in member.standing.floors
        ],
        progress=progress(program, member, now, language),
        changes=[_told(change, language) for change in changes[:_MOST]],
    )


def progress(program: Program, member: MemberState, now: int, language: str) -> list[ProgressOut]:
    """What is missing to keep the tier and to reach the next, in words."""
    tiering = program.rules.tiering
    if tiering is None or member.standing is None or not tiering.at_least:
        return []
    today = day_number(local(now, program.timezone).date())
    ladder = ladder_of(program, member.joined_at)
    days: Mapping[int, int] = days_of(tiering, member)
    if tiering.period is None:
        account = member.book.accounts.get(tiering.asset)
        days = {today: 0 if account is None else account.balance}
    return [
        ProgressOut(
            step.tier, step.keeps, step.missing, tiering.by, _date(step.by_day),
            _date(step.until_day), words(program, step, language),
        )
        for step in steps(ladder, member.standing, days, member.tier, today)
    ]  # fmt: skip


def _until(program: Program, standing: Standing, tier: str) -> datetime | None:
    """The latest end of what holds the tier; None = it has none."""
    ends: list[int | None] = [f.until_at for f in standing.floors if f.tier == tier]
    day = standing.held.get(tier)
    if day is not None:
        ends.append(None if day >= FOREVER else day_start(day, program.timezone))
    known_ends = [end for end in ends if end is not None]
    return instant(max(known_ends)) if known_ends and len(known_ends) == len(ends) else None


def _told(change: TierChange, language: str) -> TierChangeOut:
    return TierChangeOut(
        instant(change.at), change.tier, change.before, change.reason,
        because(change.reason, language), change.activity_id, change.actor, change.note,
        change.given, None if change.until_at is None else instant(change.until_at),
    )  # fmt: skip


def _list(text: str | None) -> Iterator[Any]:
    yield from msgspec.json.decode(text) if text else ()


def _date(day: int | None) -> date | None:
    return None if day is None else day_of(day)
