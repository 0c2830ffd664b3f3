"""Following: every activity moves challenges, streaks, cards and badges on; a return moves them
back.

What is reached is worked out anew from the counts, and the difference to what was given is given
or taken: only returns take.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from regulars.activities.unit import MemberState, Unit
from regulars.activities.wants import Wants
from regulars.engine.case import Case
from regulars.engine.decision import Decision
from regulars.engine.facts import Facts
from regulars.engine.mechanics import Challenge, Streak
from regulars.engine.program import Program
from regulars.engine.progress import (
    Step,
    Tally,
    add,
    climbed,
    deserved,
    difference,
    done,
    prune,
    rounds,
    running,
    runs,
    tally,
)
from regulars.identifiers.resolve import Ref
from regulars.progress import cards
from regulars.progress.prizes import Moment, Outcome, forget_unused, grant, withdraw


def want(wants: Wants, program: Program, ref: Ref) -> None:
    """Ask for what a member has done, where the program has something that follows it."""
    if program.remembers:
        wants.progress = True
        stamps = {card.asset for card in program.rules.stamp_cards.values()}
        if stamps:
            wants.member(ref, lots=True, assets=stamps)


def advance(
    unit: Unit, program: Program, facts: Facts, decision: Decision, member: MemberState,
    activity_id: UUID,
) -> Outcome:  # fmt: skip
    """A purchase or another activity counts; what that gives."""
    outcome = Outcome([], [])
    if not program.remembers:
        return outcome
    when = Moment(facts.at, facts.day, activity_id)
    found = tally(_case(program, facts, decision), member.progress.taken_up)
    add(member.progress, found)
    _reward(unit, program, member, found, when, outcome)
    cards.fill(unit, program, member, when, outcome)
    _badges(unit, program, member, when, outcome)
    if outcome.steps:
        prune(member.progress, facts.day)
        _changed(unit, member)
    outcome.steps += found.idle
    return outcome


class Falling:
    """A return, on its way: `begin` before anything is taken back, `end` when all else is."""

    def __init__(self, unit: Unit, program: Program, member: MemberState, when: Moment) -> None:
        self.unit, self.program, self.member, self.when = unit, program, member, when
        self.outcome = Outcome([], [])
        self.held: set[str] = set()

    def begin(self, less: dict[str, int], purchase_id: UUID) -> None:
        """``less``: by asset, what the return will take."""
        self.held = set(_deserved(self.program, self.member))
        cards.reopen(
            self.unit, self.program, self.member, less, purchase_id, self.when, self.outcome
        )

    def end(self, before: Facts, old: Decision, kept: Facts, new: Decision) -> Outcome:
        """``before`` and ``kept``: the facts with what was kept before and after this return."""
        program, member, taken_up = self.program, self.member, self.member.progress.taken_up
        if program.remembers:
            was = tally(_case(program, before, old), taken_up)
            now = tally(_case(program, kept, new), taken_up)
            less = difference(now, was)
            reached = dict(_reached(program, member, less))
            add(member.progress, less)
            self._take(reached, dict(_reached(program, member, less)))
            forget_unused(self.unit, program, member)
            _reward(self.unit, program, member, less, self.when, self.outcome, moved=False)
            cards.fill(self.unit, program, member, self.when, self.outcome)
            self._take_badges()
            _badges(self.unit, program, member, self.when, self.outcome)
            _changed(self.unit, member)
        return self.outcome

    def _take(self, before: dict[tuple[str, int], int], after: dict[tuple[str, int], int]) -> None:
        for (of, rung), was in before.items():
            given = [g for g in self.member.progress.given if (g.of, g.rung) == (of, rung)]
            given = [g for g in given if not g.taken]
            too_many = min(was, len(given)) - after[of, rung]
            sort, _, name = of.partition("/")
            if too_many > 0 and _on_return(self.program, sort, name) == "take_back":
                for prize in given[-too_many:]:
                    withdraw(self.unit, self.program, self.member, prize, self.when, self.outcome)
                    figures = {"assets": prize.assets} if prize.assets else {}
                    self.outcome.say(sort, name, "taken_back", **figures)

    def _take_badges(self) -> None:
        badges = self.program.rules.badges
        for name in self.held - set(_deserved(self.program, self.member)):
            if name in self.member.progress.badges and badges[name].on_return == "take_back":
                del self.member.progress.badges[name]
                self.outcome.say("badge", name, "taken_back")


def _case(program: Program, facts: Facts, decision: Decision) -> Case:
    case = Case(program, facts)
    case.reprice(decision.paid)
    return case


def _changed(unit: Unit, member: MemberState) -> None:
    member.changed = member.progress_changed = True
    unit.changes += 1


def _on_return(program: Program, sort: str, name: str) -> str:
    rules = program.rules
    part: Challenge | Streak
    part = rules.challenges[name] if sort == "challenge" else rules.streaks[name]
    return part.on_return


def _reached(
    program: Program, member: MemberState, touched: Tally
) -> Iterator[tuple[tuple[str, int], int]]:
    """How often each prize that a tally may change is due: by (sort/name, rung)."""
    progress = member.progress
    for name, period in touched.challenges:
        counts = progress.challenges.get(name, {}).get(period, {})
        yield (f"challenge/{name}", period), rounds(program.rules.challenges[name], counts)
    for name in {name for name, _ in touched.streaks}:
        streak = program.rules.streaks[name]
        found = runs(streak, progress.streaks.get(name, {}))
        for rung in streak.gives:
            yield (f"streak/{name}", rung.length), climbed(rung, found)


def _reward(
    unit: Unit, program: Program, member: MemberState, touched: Tally, when: Moment,
    outcome: Outcome, *, moved: bool = True,
) -> None:  # fmt: skip
    """Give what is due and was not given yet; with ``moved`` tell of what only moved on, too."""
    due = dict(_reached(program, member, touched))
    for name, period in touched.challenges:
        challenge = program.rules.challenges[name]
        of = f"challenge/{name}"
        steps = len(outcome.steps)
        for _ in range(due[of, period] - _count(member, of, period)):
            gave = grant(
                unit, program, member, challenge.gives, when, outcome, of=of, rung=period,
                period=challenge.every is not None,
            )  # fmt: skip
            outcome.say("challenge", name, "completed", **gave)
        if moved and len(outcome.steps) == steps:
            outcome.steps.append(_moved(challenge, name, member, period))
    for name, number in touched.streaks:
        streak = program.rules.streaks[name]
        of = f"streak/{name}"
        if moved:
            outcome.steps.append(_going_on(streak, name, member, number))
        for rung in streak.gives:
            for _ in range(due[of, rung.length] - _count(member, of, rung.length)):
                gave = grant(unit, program, member, rung, when, outcome, of=of, rung=rung.length)
                outcome.say("streak", name, "reached", length=rung.length, **gave)


def _count(member: MemberState, of: str, rung: int) -> int:
    """How often a prize was given and not taken back."""
    return sum(
        not given.taken and (given.of, given.rung) == (of, rung) for given in member.progress.given
    )


def _moved(challenge: Challenge, name: str, member: MemberState, period: int) -> Step:
    counts = member.progress.challenges.get(name, {}).get(period, {})
    if rounds(challenge, counts) == challenge.times:
        return Step("challenge", name, "done")
    goals: dict[str, Any] = {
        goal.id: [done(challenge, goal, counts), goal.at_least] for goal in challenge.goals
    }
    return Step("challenge", name, "moved", {"goals": goals})


def _going_on(streak: Streak, name: str, member: MemberState, number: int) -> Step:
    periods = member.progress.streaks.get(name, {})
    run = running(streak, periods, number)
    length = 0 if run is None else run.length
    return Step("streak", name, "moved" if periods[number] == 1 else "again", {"length": length})


def _deserved(program: Program, member: MemberState) -> Iterator[str]:
    for name, badge in program.rules.badges.items():
        if deserved(program, badge, member.progress, member.tier, member.purchases):
            yield name


def _badges(
    unit: Unit, program: Program, member: MemberState, when: Moment, outcome: Outcome
) -> None:
    """Give the badges whose reason holds now, each once."""
    for name in _deserved(program, member):
        if name not in member.progress.badges:
            member.progress.badges[name] = when.at
            outcome.say("badge", name, "given")
