"""What a document says about tiers: how they are reached, how long they last, how they are lost."""

from typing import Literal, Self

from pydantic import NonNegativeInt, PositiveInt, model_validator

from regulars.engine.part import Part, broken
from regulars.engine.scope import Slug


class Period(Part):
    """Over what qualification is counted: exactly one of these. Days are local days."""

    days: PositiveInt | None = None
    """Rolling: so many days that end with today."""
    months: PositiveInt | None = None
    """Rolling: what happened on a day counts until the same day so many months later."""
    calendar: Literal["month", "quarter", "year"] | None = None
    from_joining: PositiveInt | None = None
    """So many months, counted from the day the member joined."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for _, value in self) != 1:
            raise broken(
                "one_of",
                "give exactly one of days, months, calendar, from_joining",
                names="days months calendar from_joining",
            )
        return self

    @property
    def fixed(self) -> bool:
        """True where periods follow each other; False where one rolls."""
        return self.calendar is not None or self.from_joining is not None


class Lasting(Part):
    """How long a tier lasts that was reached: exactly one of these."""

    days: PositiveInt | None = None
    """Until the end of the day so many days later."""
    months: PositiveInt | None = None
    periods: NonNegativeInt | None = None
    """To the end of the period in which it was reached and so many more."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for _, value in self) != 1:
            raise broken(
                "one_of", "give exactly one of days, months, periods", names="days months periods"
            )
        return self


class Fee(Part):
    """A tier that is bought: with a product in the basket, or by an activity (a fee paid)."""

    tier: Slug
    product: str | None = None
    activity: Slug | None = None
    days: PositiveInt | None = None
    months: PositiveInt | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.product is None) == (self.activity is None):
            raise broken("one_of", "give either product or activity", names="product activity")
        if (self.days is None) == (self.months is None):
            raise broken("one_of", "give either days or months", names="days months")
        return self


class Tiering(Part):
    """How tiers are reached and lost.

    By ``balance`` they follow the balance of an asset, up and down at once. By ``points`` (earned
    of an asset), ``spend`` or ``visits`` they are reached by what was counted in a period, at
    once, and last as ``lasts`` says. Only ``bought`` tiers need no ``at_least``.
    """

    by: Literal["balance", "points", "spend", "visits"] = "balance"
    asset: Slug = "qualifying"
    """Of ``balance`` and ``points``."""
    at_least: dict[Slug, PositiveInt] = {}
    """What each tier wants: so many points or visits, so much money in minor units."""
    period: Period | None = None
    lasts: Lasting | None = None
    """Nothing: as long as the figure of the period holds (to the end of a calendar period)."""
    grace_days: NonNegativeInt = 0
    """So many days more, in which it can still be confirmed."""
    down: Literal["justified", "one_step"] = "justified"
    """What follows a tier that was not confirmed: the highest that is justified, or the next."""
    on_return: Literal["lower", "keep"] = "lower"
    """Whether goods that come back take the tier they had brought."""
    bought: tuple[Fee, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        periodic = self.by != "balance"
        if periodic and self.period is None:
            raise broken("no_period", "tiers by {by} want a period", by=self.by)
        if not periodic and (
            self.period or self.lasts or self.grace_days or self.down != "justified"
        ):
            raise broken(
                "at_once",
                "tiers by balance go up and down at once: leave out period, lasts, grace_days and "
                "down, or say by: points",
            )
        fixed = self.period is not None and self.period.fixed
        if self.lasts is not None and self.lasts.periods is not None and not fixed:
            raise broken("rolls", "a rolling period has no end: say lasts in days or months")
        if self.down == "one_step" and not fixed and self.lasts is None:
            raise broken("no_lasts", "one_step wants lasts: how long the lower tier is held then")
        return self
