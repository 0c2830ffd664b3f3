"""Reading what a member has done, and who is first."""

from datetime import date
from uuid import UUID

import msgspec

from regulars.engine.mechanics import Challenge, StampCard, Streak
from regulars.engine.program import Program
from regulars.engine.progress import (
    Progress,
    completions,
    done,
    local_day,
    period_number,
    period_of,
    rounds,
    running,
    runs,
    span,
)
from regulars.identifiers.resolve import Ref
from regulars.kit.periods import add_months, day_number, day_of, day_start, instant
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.queries import balances
from regulars.members.wire import AssetOut
from regulars.progress.told import Teller
from regulars.progress.wire import (
    BadgeOut,
    CardOut,
    ChallengeOut,
    LeaderboardOut,
    PlaceOut,
    ProgressOut,
    StreakOut,
)

SQL = statements("regulars.progress", "queries.sql")
_state = msgspec.json.Decoder(Progress)
_PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def progress_of(
    program_id: UUID, ref: Ref, program: Program, now: int, language: str
) -> Steps[ProgressOut]:
    """How far a member is with every card, challenge, streak and badge, as of ``now``."""
    has = yield from balances(program_id, ref, now, program.timezone)
    rows = yield Step(SQL["state"], (program_id, has.member))
    state, joined_at, _ = rows[0]
    progress = Progress() if state is None else _state.decode(state)
    rules, teller = program.rules, Teller(program, language)
    today = local_day(now, program.timezone)
    joined = local_day(joined_at, program.timezone)
    assets = {asset.asset: asset for asset in has.assets}
    return ProgressOut(
        has.member,
        [
            _card(name, card, assets.get(card.asset), progress, teller)
            for name, card in rules.stamp_cards.items()
        ],
        [
            _challenge(name, challenge, progress, joined, today, teller)
            for name, challenge in rules.challenges.items()
        ],
        [_streak(name, streak, progress, today, teller) for name, streak in rules.streaks.items()],
        [
            BadgeOut(name, teller.name("badge", name), instant(at))
            for name, at in progress.badges.items()
            if name in rules.badges
        ],
    )


def _card(
    name: str, card: StampCard, has: AssetOut | None, progress: Progress, teller: Teller
) -> CardOut:
    stamps = 0 if has is None else min(card.size, has.available + has.pending)
    return CardOut(
        name,
        teller.name("stamp_card", name),
        stamps,
        card.size,
        teller.word("card", stamps=stamps, size=card.size),
        progress.cards.get(name, 0),
        0 if has is None else has.owed,
    )


def _challenge(
    name: str, challenge: Challenge, progress: Progress, joined: int, today: int, teller: Teller
) -> ChallengeOut:
    taken_up = progress.taken_up.get(name)
    first = joined if challenge.counts_from == "join" else None
    if challenge.counts_from == "opt_in" and taken_up is not None:
        first = local_day(taken_up, teller.program.timezone)
    begins, ends = span(challenge, first)
    periods = progress.challenges.get(name, {})
    period = period_of(challenge, today)
    counts = periods.get(period, {})
    if challenge.every is not None:
        begins = period if begins is None else max(begins, period)
        over = _period_end(challenge.every, period)
        ends = over if ends is None else min(ends, over)
    state = "open"
    if rounds(challenge, counts) == challenge.times:
        state = "done"
    elif challenge.counts_from == "opt_in" and taken_up is None:
        state = "not_joined"
    elif begins is not None and today < begins:
        state = "not_begun"
    elif ends is not None and today >= ends:
        state = "ended"
    goals = [teller.goal(goal, done(challenge, goal, counts)) for goal in challenge.goals]
    reached = sum(goal.done >= goal.of for goal in goals)
    text = (
        teller.word("of", done=reached, of=len(goals))
        if len(goals) > 1
        else teller.word("of", done=goals[0].done, of=goals[0].of)
    )
    if len(goals) == 1 and challenge.goals[0].count == "spend":
        text = goals[0].text
    return ChallengeOut(
        name, teller.name("challenge", name), state, text, completions(challenge, periods), goals,
        None if begins is None else day_of(begins),
        None if ends is None else day_of(ends - 1),
    )  # fmt: skip


def _period_end(every: str, first: int) -> int:
    """The first day after a period."""
    if every in _PERIOD_MONTHS:
        return day_number(add_months(day_of(first), _PERIOD_MONTHS[every]))
    return first + (7 if every == "week" else 1)


def _streak(name: str, streak: Streak, progress: Progress, today: int, teller: Teller) -> StreakOut:
    periods = progress.streaks.get(name, {})
    now = period_number(streak.each, today)
    run = running(streak, periods, now)
    longest = max((run.length for run in runs(streak, periods)), default=0)
    if run is None:
        following = min((rung.length for rung in streak.gives), default=None)
        text = teller.word("streak_none")
        return StreakOut(name, teller.name("streak", name), 0, longest, text, next=following)
    missed = max(0, now - run.last - 1)
    left = streak.freezes - run.frozen
    last_day = _first_day(streak.each, run.last + left + 2) - 1
    told = teller.periods(run.length, streak.each)
    return StreakOut(
        name,
        teller.name("streak", name),
        run.length,
        longest,
        teller.word("streak_until", periods=told, date=teller.voice.date(last_day)),
        now in periods,
        left - missed,
        min((rung.length for rung in streak.gives if rung.length > run.length), default=None),
        day_of(last_day),
    )


def _first_day(each: str, number: int) -> int:
    """The first local day of a period by its number (`period_number`)."""
    if each == "day":
        return number
    if each == "week":
        return number * 7 - 3
    return day_number(date(1970 + number // 12, number % 12 + 1, 1))


def leaderboard(
    program_id: UUID, program: Program, asset: str, first: date, last: date, limit: int
) -> Steps[LeaderboardOut]:
    """Who earned most of an asset in some local days, of those who wished to be seen."""
    begins = day_start(day_number(first), program.timezone)
    ends = day_start(day_number(last) + 1, program.timezone)
    rows = yield Step(SQL["leaders"], (program_id, asset, begins, ends, limit))
    return LeaderboardOut(asset, first, last, [PlaceOut(*row) for row in rows])
