"""Mechanics that remember: stamp cards, challenges, streaks, badges, referrals, as documents say.

What is remembered and how it is counted stands in `engine.progress`.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from regulars.engine.kinds import Texts
from regulars.engine.part import Part, broken
from regulars.engine.scope import Scope, Sku, Slug

OnReturn = Literal["take_back", "keep"]
Period = Literal["day", "week", "month", "quarter", "year"]


class Prize(Part):
    """What is given when something is complete: amounts of assets, vouchers, a product."""

    assets: dict[Slug, PositiveInt] = {}
    voucher: Slug | None = None
    vouchers: PositiveInt = 1
    """How many vouchers of that definition."""
    gift: Sku | None = None
    """A product to hand over for nothing."""


class StampCard(Part):
    """A card with places for stamps. The stamps are an asset, which campaigns give; a full card
    takes them, gives its prize and begins anew. Each card has an asset of its own."""

    name: Texts = {}
    asset: Slug = "stamps"
    size: PositiveInt
    gives: Prize
    on_return: OnReturn = "take_back"
    """When a return takes stamps of a full card: reopen it and take the prize back, unless it was
    used already; or keep the prize. The stamps that are missing then are owed."""


class Goal(Part):
    """One thing to reach: so many units, purchases, shops or activities, or so much spent."""

    id: Slug
    name: Texts = {}
    count: Literal["units", "purchases", "spend", "shops", "activities"]
    at_least: PositiveInt
    """How many; minor units of the currency for ``spend``; different ones for ``shops``."""
    on: Scope = Scope()
    """What counts of a basket; a purchase counts if any of it is kept."""
    least_minor: NonNegativeInt = 0
    """A purchase (of the scope) counts from this price on."""
    activity: Slug | None = None
    """The type of activity, for ``activities``."""

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.count == "activities") != (self.activity is not None):
            raise broken(
                "which_activity", "activity is needed for count: activities, and for no other"
            )
        return self


class Challenge(Part):
    """Goals to be reached within a time, and what is given when all of them are."""

    name: Texts = {}
    goals: Annotated[tuple[Goal, ...], Field(min_length=1, max_length=20)]
    starts: date | None = None
    ends: date | None = None
    """The last local day that counts."""
    every: Period | None = None
    """It begins anew with each calendar period."""
    counts_from: Literal["start", "join", "opt_in"] = "start"
    """From when on it counts for a member: at once, from joining the program, or from taking it
    up."""
    within_days: PositiveInt | None = None
    """So many local days from joining the program or taking it up, that day being number one."""
    times: PositiveInt = 1
    """How often it can be completed (in each period). What is over counts for the next time."""
    gives: Prize = Prize()
    on_return: OnReturn = "take_back"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        ids = [goal.id for goal in self.goals]
        if len(set(ids)) < len(ids):
            raise broken("goals_alike", "every goal needs an id of its own")
        if self.within_days is not None and self.counts_from == "start":
            raise broken("from_when", "within_days needs counts_from: join or opt_in")
        if self.within_days is not None and self.every is not None:
            raise broken("not_both", "give within_days or every, not both")
        if self.starts and self.ends and self.ends < self.starts:
            raise broken("ends_first", "ends lies before starts")
        return self


class Rung(Prize):
    """What is given when a streak is so long."""

    length: PositiveInt
    again: bool = False
    """True: each time it grows by so much; otherwise once for ever."""


class Streak(Part):
    """Periods in a row with at least one purchase or activity. A missed one ends it."""

    name: Texts = {}
    each: Literal["day", "week", "month"]
    """Local calendar days, weeks from Monday, months."""
    activity: Slug = "purchase"
    on: Scope = Scope()
    least_minor: NonNegativeInt = 0
    """A purchase (of the scope) counts from this price on."""
    freezes: NonNegativeInt = 0
    """So many missed periods of one streak do not end it; they are not counted either."""
    gives: tuple[Rung, ...] = ()
    on_return: OnReturn = "take_back"

    @model_validator(mode="after")
    def _rungs_differ(self) -> Self:
        lengths = [rung.length for rung in self.gives]
        if len(set(lengths)) < len(lengths):
            raise broken("lengths_alike", "each length is rewarded once; put the prizes together")
        return self


class Badge(Part):
    """Something to be proud of. One of the reasons gives it, and no badge is held twice."""

    name: Texts = {}
    challenge: Slug | None = None
    streak: Slug | None = None
    card: Slug | None = None
    tier: Slug | None = None
    """This tier or a higher one."""
    at_least: PositiveInt | None = None
    """Completions of the challenge, length of the streak, full cards; purchases, where no other
    reason is named."""
    on_return: OnReturn = "take_back"
    """When a return takes its reason away. Time alone never takes a badge."""

    @model_validator(mode="after")
    def _one_reason(self) -> Self:
        reasons = [self.challenge, self.streak, self.card, self.tier]
        named = sum(reason is not None for reason in reasons)
        if named > 1 or (named == 0 and self.at_least is None):
            raise broken(
                "one_reason",
                "give one reason: challenge, streak, card or tier, or at_least purchases",
            )
        return self


class Caps(Part):
    """How many friends one member is rewarded for."""

    per_month: PositiveInt | None = None
    total: PositiveInt | None = None


class Referrals(Part):
    """Members bring friends; both are rewarded for the friend's first purchase that qualifies."""

    referrer: Prize = Prize()
    friend: Prize = Prize()
    link: Annotated[str, Field(max_length=300)] = ""
    """An address for people, with {code} where the code belongs."""
    enter_within_days: PositiveInt = 30
    """Local days from joining within which a friend may name who sent them, the day of joining
    being number one; and not after a first purchase."""
    qualifies_from_minor: PositiveInt = 1
    """What the purchase costs at least; money put on gift cards counts when they pay."""
    within_days: PositiveInt | None = None
    """Local days from entering the code within which it counts."""
    return_days: NonNegativeInt = 14
    """What is given can be used from the start of the local day so many days after the purchase."""
    caps: Caps = Caps()
    same_person: tuple[Slug, ...] = ("household", "address_hash", "device_hash", "payment_hash")
    """Attributes by which two members are taken for one household: where both have one of these and
    it is the same, the referral is refused."""
