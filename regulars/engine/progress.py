"""Progress: what a member has done for challenges, streaks, cards and badges. Pure.

Everything a member does adds a `Tally`; what is reached follows from the sum of the tallies alone.
So the order in which purchases arrive does not matter, and a return takes off what its goods added:
parts add up to the whole, and all of it leaves nothing behind (T2).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from regulars.engine.case import Case
from regulars.engine.mechanics import Badge, Challenge, Goal, Rung, Streak
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.kit.periods import day_number, day_of, local, period_start

_KEPT_DAYS = 400
_KEPT_CARDS = 20
_AT = "@"
"""Between a goal and a shop in the name of a count; no goal has it in its name."""


class Step(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """What became of one mechanic: ``of`` is its sort (challenge, streak, stamp_card, badge).

    ``code`` says what happened (``moved``, ``completed``, ``reached``, ``full``, ``given``,
    ``taken_back``, ``reopened``, ``owed``) or why nothing did (``nothing``, ``not_begun``,
    ``ended``, ``not_joined``, ``done``).
    """

    of: str
    id: str
    code: str
    figures: dict[str, Any] = {}


class Given(Struct, array_like=True, omit_defaults=True):
    """A prize that was given. Its id is the cause of its lots and vouchers."""

    of: str
    """Sort and name: ``challenge/spring``."""
    rung: int
    """The period of the challenge, the length of the streak; 0 for a card."""
    id: str
    assets: dict[str, int] = {}
    stamps: list[tuple[str, int, int, int]] = []
    """What a card was filled with: (cause, amount, usable from, until) of each lot."""
    taken: bool = False
    """Its reason fell away after its voucher was used: it is not given a second time."""
    period: bool = False
    """Whether the rung is the first day of a period."""


class Progress(Struct, array_like=True, omit_defaults=True):
    """All that is remembered of one member."""

    challenges: dict[str, dict[int, dict[str, int]]] = field(default_factory=dict)
    """Challenge, first day of its period (0 without one), count to a number."""
    taken_up: dict[str, int] = field(default_factory=dict)
    """Challenge to the instant at which it was taken up."""
    streaks: dict[str, dict[int, int]] = field(default_factory=dict)
    """Streak, number of a period, how often something counted in it."""
    cards: dict[str, int] = field(default_factory=dict)
    """Full cards so far."""
    badges: dict[str, int] = field(default_factory=dict)
    """Badge to the instant since when it is held."""
    given: list[Given] = field(default_factory=list)


class Tally(Struct):
    """What one activity adds, and why some of the mechanics get nothing from it."""

    challenges: dict[tuple[str, int], dict[str, int]]
    streaks: dict[tuple[str, int], int]
    idle: list[Step]


def tally(case: Case, taken_up: Mapping[str, int]) -> Tally:
    """What a case adds."""
    found = Tally({}, {}, [])
    rules = case.program.rules
    for name, challenge in rules.challenges.items():
        period, why = _open(challenge, case, taken_up.get(name))
        counts = _counts(challenge, case) if why is None else {}
        if counts:
            found.challenges[name, period] = counts
        else:
            found.idle.append(Step("challenge", name, why or "nothing"))
    for name, streak in rules.streaks.items():
        if streak.activity == case.facts.trigger and _qualifies(streak, case):
            found.streaks[name, period_number(streak.each, case.facts.day)] = 1
        else:
            found.idle.append(Step("streak", name, "nothing"))
    return found


def difference(now: Tally, before: Tally) -> Tally:
    """What has to be added so that one tally takes the place of another."""
    challenges = {
        key: _less(now.challenges.get(key, {}), before.challenges.get(key, {}))
        for key in now.challenges.keys() | before.challenges.keys()
    }
    return Tally(challenges, _less(now.streaks, before.streaks), [])


def _less[K](now: Mapping[K, int], before: Mapping[K, int]) -> dict[K, int]:
    return {key: now.get(key, 0) - before.get(key, 0) for key in now.keys() | before.keys()}


def add(progress: Progress, found: Tally) -> None:
    """Add a tally to what is remembered. What comes to nothing leaves no trace."""
    for (name, period), counts in found.challenges.items():
        periods = progress.challenges.setdefault(name, {})
        _add(periods.setdefault(period, {}), counts)
        if not periods[period]:
            del periods[period]
        if not periods:
            del progress.challenges[name]
    for (name, number), times in found.streaks.items():
        _add(progress.streaks.setdefault(name, {}), {number: times})
        if not progress.streaks[name]:
            del progress.streaks[name]


def _add[K](counts: dict[K, int], more: Mapping[K, int]) -> None:
    """A count that was forgotten meanwhile (`prune`) does not fall below nothing."""
    for key, number in more.items():
        counts[key] = max(0, counts.get(key, 0) + number)
        if not counts[key]:
            del counts[key]


def prune(progress: Progress, day: int) -> None:
    """Forget what is so old that no return can come: periods of challenges, their prizes, cards."""
    oldest = day - _KEPT_DAYS
    for name, periods in list(progress.challenges.items()):
        kept = {first: n for first, n in periods.items() if not first or first >= oldest}
        if kept:
            progress.challenges[name] = kept
        else:
            del progress.challenges[name]
    cards = [given for given in progress.given if given.of.startswith("stamp_card/")]
    forgotten = {given.id for given in cards[:-_KEPT_CARDS]}
    progress.given = [
        given
        for given in progress.given
        if given.id not in forgotten and not (given.period and given.rung < oldest)
    ]


def _open(challenge: Challenge, case: Case, taken_up: int | None) -> tuple[int, str | None]:
    """The period of a challenge the case falls into, or why it falls into none."""
    facts = case.facts
    first = None
    if challenge.counts_from == "join":
        first = None if facts.member is None else facts.member.joined_day
    elif challenge.counts_from == "opt_in":
        if taken_up is None or facts.at < taken_up:
            return 0, "not_joined"
        first = local_day(taken_up, case.program.timezone)
    begins, ends = span(challenge, first)
    if begins is not None and facts.day < begins:
        return 0, "not_begun"
    if ends is not None and facts.day >= ends:
        return 0, "ended"
    return period_of(challenge, facts.day), None


def span(challenge: Challenge, first: int | None) -> tuple[int | None, int | None]:
    """From which local day on it counts, and the first that no longer does. ``first`` is the day
    of joining or taking up."""
    begins = [] if challenge.starts is None else [day_number(challenge.starts)]
    ends = [] if challenge.ends is None else [day_number(challenge.ends) + 1]
    if first is not None:
        begins.append(first)
        if challenge.within_days is not None:
            ends.append(first + challenge.within_days)
    return max(begins, default=None), min(ends, default=None)


def period_of(challenge: Challenge, day: int) -> int:
    """The first day of the challenge's period that holds a day; 0 where it has none."""
    if challenge.every is None:
        return 0
    if challenge.every == "day":
        return day
    if challenge.every == "week":
        return day - (day + 3) % 7
    return day_number(period_start(day_of(day), challenge.every))


def period_number(each: str, day: int) -> int:
    """Days, weeks from Monday or months, counted from 1970.

    >>> from datetime import date
    >>> [period_number("week", day_number(date(2026, 3, day))) for day in (1, 2, 8, 9)]
    [2930, 2931, 2931, 2932]
    """
    if each == "day":
        return day
    if each == "week":
        return (day + 3) // 7
    on = day_of(day)
    return (on.year - 1970) * 12 + on.month - 1


def local_day(at: int, timezone: str) -> int:
    """The local day (number) of an instant."""
    return day_number(local(at, timezone).date())


def _counts(challenge: Challenge, case: Case) -> dict[str, int]:
    found = {key: number for goal in challenge.goals for key, number in _count(goal, case)}
    return {key: number for key, number in found.items() if number}


def _count(goal: Goal, case: Case) -> Iterator[tuple[str, int]]:
    trigger = case.facts.trigger
    if goal.count == "activities":
        yield goal.id, int(trigger == goal.activity)
    elif trigger != "purchase" or not _qualifies(goal, case):
        return
    elif goal.count == "units":
        yield goal.id, case.quantity(goal.on)
    elif goal.count == "spend":
        yield goal.id, case.total(goal.on)
    elif goal.count == "purchases":
        yield goal.id, 1
    else:
        yield f"{goal.id}{_AT}{case.facts.shop}", 1


def _qualifies(part: Goal | Streak, case: Case) -> bool:
    """Whether a purchase counts at all; another activity always does."""
    if case.facts.trigger != "purchase":
        return True
    scope: Scope = part.on
    return case.quantity(scope) > 0 and case.total(scope) >= part.least_minor


# What is reached.


def rounds(challenge: Challenge, counts: Mapping[str, int]) -> int:
    """How often it is complete."""
    return min(_rounds(goal, counts, challenge.times) for goal in challenge.goals)


def done(challenge: Challenge, goal: Goal, counts: Mapping[str, int]) -> int:
    """How much of a goal is done of the round at hand; all of it when no further round follows."""
    complete = rounds(challenge, counts)
    if complete == challenge.times:
        return goal.at_least
    return max(0, min(goal.at_least, _sum(goal, counts, complete + 1) - complete * goal.at_least))


def completions(challenge: Challenge, periods: Mapping[int, Mapping[str, int]]) -> int:
    return sum(rounds(challenge, counts) for counts in periods.values())


def _rounds(goal: Goal, counts: Mapping[str, int], most: int) -> int:
    if goal.count != "shops":
        return min(most, max(0, counts.get(goal.id, 0)) // goal.at_least)
    complete = 0
    while complete < most and _sum(goal, counts, complete + 1) >= (complete + 1) * goal.at_least:
        complete += 1
    return complete


def _sum(goal: Goal, counts: Mapping[str, int], turn: int) -> int:
    """What counts up to a round. A shop counts once in each, however often it was visited."""
    if goal.count != "shops":
        return counts.get(goal.id, 0)
    head = goal.id + _AT
    return sum(min(visits, turn) for key, visits in counts.items() if key.startswith(head))


class Run(NamedTuple):
    """A streak: its first and last period, those that counted, and missed ones it survived."""

    first: int
    last: int
    length: int
    frozen: int


def runs(streak: Streak, periods: Iterable[int]) -> list[Run]:
    """The streaks that the periods make, oldest first."""
    found: list[Run] = []
    for number in sorted(periods):
        last = found[-1] if found else None
        missed = 0 if last is None else number - last.last - 1
        if last is not None and last.frozen + missed <= streak.freezes:
            found[-1] = Run(last.first, number, last.length + 1, last.frozen + missed)
        else:
            found.append(Run(number, number, 1, 0))
    return found


def running(streak: Streak, periods: Iterable[int], now: int) -> Run | None:
    """The streak that a purchase in period ``now`` would go on, or has gone on."""
    found = [run for run in runs(streak, periods) if run.first <= now]
    if not found or found[-1].frozen + max(0, now - found[-1].last - 1) > streak.freezes:
        return None
    return found[-1]


def climbed(rung: Rung, found: Iterable[Run]) -> int:
    """How often a rung was reached."""
    if rung.again:
        return sum(run.length // rung.length for run in found)
    return int(any(run.length >= rung.length for run in found))


def deserved(program: Program, badge: Badge, progress: Progress, tier: str, purchases: int) -> bool:
    """Whether the reason of a badge holds."""
    rules = program.rules
    least = badge.at_least or 1
    if badge.tier is not None:
        return tier in rules.tiers and rules.tiers.index(tier) >= rules.tiers.index(badge.tier)
    if badge.challenge is not None:
        periods = progress.challenges.get(badge.challenge, {})
        return completions(rules.challenges[badge.challenge], periods) >= least
    if badge.streak is not None:
        streak = rules.streaks[badge.streak]
        found = runs(streak, progress.streaks.get(badge.streak, {}))
        return any(run.length >= least for run in found)
    if badge.card is not None:
        return progress.cards.get(badge.card, 0) >= least
    return purchases >= least
