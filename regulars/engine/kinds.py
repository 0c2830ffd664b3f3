"""What every kind of rule part is: a small frozen model that describes itself.

A kind is one file in `conditions` or `effects` with its scenarios beside it. Its fields are its
parameters; ``sentence`` says it in Polish, Bulgarian and English with the parameters filled in
(see `engine.phrases` for the placeholders). Form, JSON Schema, documentation and the wording of
reasons are derived from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from regulars.engine.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from regulars.engine.case import Case
    from regulars.engine.decision import Award, Gift, Grant, Message
    from regulars.engine.facts import Facts
    from regulars.engine.program import Program

Texts = dict[str, str]
"""A text by language: pl, bg and en."""


class Unmet(Struct, frozen=True, gc=False):
    """The first unmet condition: which kind it was, and the figures its wording needs."""

    kind: str
    figures: dict[str, Any]
    part: int = 0
    """Which condition it was, seen from the one asked: 0 = itself, then those nested in it."""


class Bound(NamedTuple):
    """What a condition demands of something: a span of numbers, or one of some values. Two bounds
    of the same thing that have nothing in common cannot both hold (`engine.check`)."""

    of: str
    least: float = float("-inf")
    most: float = float("inf")
    values: frozenset[str | int] | None = None


class Kind(BaseModel):
    """A rule part. The field ``kind`` holds the name of its file."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        serialize_by_alias=True,
        validate_by_name=True,
        validate_by_alias=True,
    )
    sentence: ClassVar[Texts]
    clauses: ClassVar[dict[str, Texts]] = {}
    """Parts of a sentence said only where a field is set (``cap``) or has a value
    (``per=unit``)."""
    kind: str

    def scopes(self) -> Iterable[Scope]:
        """Every scope this part uses, to be compiled once."""
        return [value for _, value in self if isinstance(value, Scope)]

    def assets(self) -> frozenset[str]:
        """Assets it speaks of, so that a misspelt one is found when the document is checked."""
        return frozenset()

    def others(self) -> frozenset[str]:
        """Other campaigns it speaks of."""
        return frozenset()

    def vouchers(self) -> frozenset[str]:
        """Voucher definitions it speaks of."""
        return frozenset()

    def needs(self) -> frozenset[str]:
        """Names of the windows (`engine.windows`) it wants gathered."""
        return frozenset()

    def keys(self, program: Program) -> frozenset[str] | None:
        """Index keys (`engine.index`) of which a case must have one for this part to hold or to
        give anything; None = cannot be indexed."""
        return None


class Condition(Kind):
    """Something that must hold. ``unmet`` words what is missing, from the figures of `check`."""

    unmet: ClassVar[Texts]
    unmet_member: ClassVar[Texts] = {}
    """The same said to the member, where it is said in other words."""

    def bounds(self) -> Iterable[Bound]:
        """What it demands, as far as that can be said of single things."""
        return ()

    @property
    def buyable(self) -> bool:
        """Whether what is missing can be bought with this basket; see `engine.hints`."""
        return False

    def check(self, case: Case) -> Unmet | None:
        """None when it holds, else what is missing."""
        raise NotImplementedError

    def parts(self) -> Iterator[Condition]:
        """This condition and those nested in it, each before its own."""
        yield self

    def coupons(self, case: Case) -> tuple[str, ...]:
        """The presented codes by which this condition holds, to be counted as redeemed."""
        return ()


class Effect(Kind):
    """Something that is given: money off, or awards once all prices are known."""

    multiplies: ClassVar[bool] = False
    """Whether it reads what other campaigns gave."""

    several: ClassVar[bool] = False
    """Whether one unit alone gets nothing of it, so that the price of a single one has to be shown
    as prominently (T22)."""

    def discounts(self, case: Case) -> Iterable[tuple[int, int]]:
        """(line, amount off) on the prices as the campaign found them."""
        return ()

    def watches(self) -> frozenset[str]:
        """Assets of which it wants to know the member's balance."""
        return frozenset()

    @property
    def tally(self) -> str:
        """Under what name it keeps count of what it has given each member; empty = it does not."""
        return ""

    def counts(self, campaign: str, facts: Facts, paid_minor: int) -> Iterable[tuple[int, int]]:
        """What a purchase of so much adds to its tally: (day, amount)."""
        return ()

    def recalled(
        self, counted: Mapping[int, int], spent: Mapping[int, int], since: int, day: int
    ) -> tuple[int, tuple[tuple[int, int], ...] | None]:
        """What a case of ``day`` has to know of its tally (``counted``, by day): how often it was
        passed, and of rolling windows what was ``spent`` by day and is not counted yet."""
        raise NotImplementedError

    def short(self, case: Case) -> dict[str, int] | None:
        """What the basket is short of for more of it: ``missing`` units or ``missing_minor``."""
        return None

    def awards(self, case: Case) -> Iterable[Award | Grant | Gift | Message]:
        """What is given on the prices as they are in the end; ``case.campaign`` is the cause."""
        return ()
