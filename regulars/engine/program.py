"""Program: the rules compiled once per revision, indexed by what each campaign can match."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from regulars.engine.caps import WHOLE_PROGRAM, caps_of
from regulars.engine.facts import Facts
from regulars.engine.index import Family, Index, look_up, narrowest, union
from regulars.engine.kinds import Condition, Effect, Unmet
from regulars.engine.scope import Scope, ScopeMatcher
from regulars.engine.windows import oldest_day
from regulars.kit.periods import day_number

if TYPE_CHECKING:
    from regulars.engine.case import Case
    from regulars.engine.decision import Award, Gift, Grant, Message
    from regulars.engine.rules import Asset, Campaign, Rules

    Check = Callable[[Case], Unmet | None]
    Price = Callable[[Case], Iterable[tuple[int, int]]]
    Give = Callable[[Case], Iterable[Award | Grant | Gift | Message]]
    Codes = Callable[[Case], tuple[str, ...]]


class Compiled:
    """A campaign with what is worth computing once."""

    __slots__ = (
        "awards",
        "budget_minor",
        "budget_points",
        "campaign",
        "caps",
        "checks",
        "coupons",
        "discounts",
        "exclusive",
        "first_day",
        "gated",
        "id",
        "keys",
        "lane",
        "last_day",
        "left",
        "limits",
        "max_minor",
        "members_only",
        "multiplies",
        "number",
        "parts",
        "paused",
        "position",
        "tallied",
        "trigger",
    )

    def __init__(self, campaign: Campaign, number: int, position: int, lane: int) -> None:
        self.campaign = campaign
        self.id = campaign.id
        self.number = number
        """Its place in the document, by which stored decisions name it."""
        self.position = position
        """Its place in the order of judging."""
        self.lane = lane
        self.trigger = campaign.trigger
        self.paused = campaign.paused
        self.members_only = campaign.members_only
        self.exclusive = campaign.exclusive
        self.max_minor = campaign.max_minor
        self.first_day = None if campaign.starts is None else day_number(campaign.starts)
        self.last_day = None if campaign.ends is None else day_number(campaign.ends)
        self.limits = [name for name, value in campaign.limits if value is not None]
        self.gated = bool(self.paused or campaign.starts or campaign.ends or self.limits)
        """False: nothing but the lack of a member ever closes it."""
        self.caps = caps_of(campaign.id, campaign.caps)
        self.left = [(f"{campaign.id}/{name}", name) for name in self.limits]
        self.budget_minor = f"{campaign.id}/budget_minor"
        self.budget_points = f"{campaign.id}/budget_points"
        conditions: tuple[Condition, ...] = campaign.when
        effects: tuple[Effect, ...] = campaign.then
        self.parts = tuple(part for condition in conditions for part in condition.parts())
        self.checks: tuple[tuple[int, Check], ...] = tuple(
            (self.parts.index(condition), condition.check) for condition in conditions
        )
        self.coupons: tuple[Codes, ...] = tuple(
            c.coupons for c in conditions if type(c).coupons is not Condition.coupons
        )
        self.discounts: tuple[Price, ...] = tuple(
            e.discounts for e in effects if type(e).discounts is not Effect.discounts
        )
        self.awards: tuple[Give, ...] = tuple(
            e.awards for e in effects if type(e).awards is not Effect.awards
        )
        self.tallied = tuple(effect for effect in effects if effect.tally)
        """Those that keep count of what they gave each member."""
        self.multiplies = any(e.multiplies for e in effects)
        """True: what it gives depends on what others gave."""
        self.keys: Family = None

    def families(self, program: Program) -> Iterable[Family]:
        """The keys of each part, all of which a matching case satisfies."""
        for condition in self.campaign.when:
            yield condition.keys(program)
        yield union(effect.keys(program) for effect in self.campaign.then)
        if self.trigger != "purchase":
            yield frozenset({f"t:{self.trigger}"})


class Program:
    """The compiled form of a revision. Build it with `compile_rules`; it never changes."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.timezone = rules.timezone
        self.currency = rules.currency
        self.assets: dict[str, Asset] = dict(rules.assets)
        self.caps = caps_of(WHOLE_PROGRAM, {n: asset.caps for n, asset in self.assets.items()})
        """The most that all campaigns together give, by asset."""
        self.sliding = [
            (name, asset.expires.days, frozenset(asset.expires.prolonged_by))
            for name, asset in self.assets.items()
            if asset.expires and asset.expires.days and asset.expires.prolonged_by
        ]
        """Assets whose expiry moves on with what members do: for how many days, by what."""
        self.paying = {name: asset.pays for name, asset in self.assets.items() if asset.pays}
        """The assets a basket can be paid with."""
        self._matchers: dict[int, tuple[Scope, ScopeMatcher]] = {}
        self._shared: dict[Scope, ScopeMatcher] = {}  # by what they say: many rules say the same
        self.lanes = [lane.combine for lane in rules.lanes]
        self.campaigns = _ordered(rules)
        self.by_id = {compiled.id: compiled for compiled in self.campaigns}
        self.kept: dict[object, Any] = {}
        """What others work out of it once and for all: words, say."""
        self.numbers = {compiled.id: compiled.number for compiled in self.campaigns}
        self.by_number = sorted(self.campaigns, key=lambda compiled: compiled.number)
        self.windows = frozenset(
            window
            for campaign in rules.campaigns
            for part in (*campaign.when, *campaign.then)
            for window in part.needs()
        )
        self.remembers = bool(
            rules.stamp_cards or rules.challenges or rules.streaks or rules.badges
        )
        """Whether members have progress that follows what they do (`engine.progress`)."""
        self.watched = frozenset(
            asset for c in rules.campaigns for effect in c.then for asset in effect.watches()
        )
        """Assets of which campaigns want to know the member's balance."""
        self._index: Index = {}
        self._always: list[int] = []
        for compiled in self.campaigns:
            self._place(compiled)

    def matcher(self, scope: Scope) -> ScopeMatcher:
        """The compiled form of a scope (kept with it: its identity is the key)."""
        found = self._matchers.get(id(scope))
        if found is None:
            made = self._shared.get(scope)
            if made is None:
                made = self._shared[scope] = ScopeMatcher(scope, self.rules.collections)
            found = (scope, made)
            self._matchers[id(scope)] = found
        return found[1]

    def scope_keys(self, scope: Scope) -> Family:
        """The index keys of the lines a scope matches; None where any line may match."""
        return None if scope.is_everything else self.matcher(scope).keys()

    def candidates(self, facts: Facts) -> list[Compiled]:
        """Campaigns that may match, in the order of lanes and priorities."""
        positions = set(self._always).union(*look_up(self._index, facts))
        campaigns = self.campaigns
        return [campaigns[position] for position in sorted(positions)]

    def oldest_day(self, day: int) -> int | None:
        """How far back the member's history is needed to judge a case of ``day``."""
        return oldest_day(self.windows, day)

    def _place(self, compiled: Compiled) -> None:
        compiled.keys = narrowest(compiled.families(self))
        if compiled.keys is None:
            self._always.append(compiled.position)
        for key in compiled.keys or ():
            letter, _, value = key.partition(":")
            self._index.setdefault(letter, {}).setdefault(value, []).append(compiled.position)


def _ordered(rules: Rules) -> list[Compiled]:
    """The campaigns by lane, then by priority, then as the document has them."""
    lanes = {lane.id: n for n, lane in enumerate(rules.lanes)}
    placed = [
        (lanes.get(campaign.lane or rules.lanes[0].id, 0), number, campaign)
        for number, campaign in enumerate(rules.campaigns)
    ]
    placed.sort(key=lambda item: (item[0], -item[2].priority, item[1]))
    return [
        Compiled(campaign, number, position, lane)
        for position, (lane, number, campaign) in enumerate(placed)
    ]


def compile_rules(rules: Rules) -> Program:
    """Compile the rules of one revision."""
    return Program(rules)
