"""Cut: what becomes of the price of one unit. Steps: reductions that grow. Parts of a set."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, model_validator

from regulars.engine.part import broken
from regulars.engine.scope import Scope
from regulars.kit.money import percent_of

Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]


class Cut(BaseModel):
    """One of: a percentage off (100 = free), an amount off, or a price instead."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"minProperties": 1, "maxProperties": 1}
    )
    percent: Percent | None = None
    off_minor: PositiveInt | None = None
    price_minor: NonNegativeInt | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(value is not None for _, value in self) != 1:
            raise broken(
                "one_of",
                "give one of percent, off_minor and price_minor",
                names="percent off_minor price_minor",
            )
        return self

    @cached_property
    def _basis_points(self) -> int:
        return int((self.percent or 0) * 100)

    def off(self, price_minor: int) -> int:
        """How much a unit of this price becomes cheaper; half a cent up, never below zero."""
        if self.price_minor is not None:
            return max(0, price_minor - self.price_minor)
        if self.off_minor is not None:
            return min(self.off_minor, price_minor)
        return percent_of(price_minor, self._basis_points)


FREE = Cut(percent=Decimal(100))


class Part(BaseModel):
    """So many units of a scope."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    units: PositiveInt = 1
    on: Scope = Scope()


class Threshold(BaseModel):
    """From when on a step holds: a total, a number of units, both, or always."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    from_minor: PositiveInt | None = None
    from_units: PositiveInt | None = None

    def reached(self, total_minor: int, units: int) -> bool:
        return total_minor >= (self.from_minor or 0) and units >= (self.from_units or 0)


def next_step(steps: Iterable[Threshold], total_minor: int, units: int) -> dict[str, int] | None:
    """What the nearest of some steps misses: money, or units where only these are missing."""
    if not units:
        return None
    money = [s.from_minor - total_minor for s in steps if s.from_minor and not s.from_units]
    if money:
        return {"missing_minor": min(money)}
    missing = [s.from_units - units for s in steps if s.from_units and not s.from_minor]
    return {"missing": min(missing)} if missing else None


class PercentStep(Threshold):
    """A percentage from a threshold on."""

    percent: Percent


class AmountStep(Threshold):
    """An amount off from a threshold on."""

    off_minor: PositiveInt


class SpendStep(BaseModel):
    """A percentage from an amount spent on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    from_minor: NonNegativeInt = 0
    percent: Percent
