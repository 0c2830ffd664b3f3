"""Scope: which lines of a basket a rule speaks of."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from regulars.engine.facts import Line

Sku = Annotated[str, Field(min_length=1, max_length=64)]
Path = Annotated[str, Field(min_length=1, max_length=200)]
SLUG = r"^[a-z0-9][a-z0-9_-]{0,62}$"
Slug = Annotated[str, Field(pattern=SLUG)]
GOODS = "goods"
"""How a scope names the lines that have no role."""


@lru_cache(maxsize=65536)
def ancestors(category: str) -> tuple[str, ...]:
    """A category path and everything above it.

    >>> ancestors("food/dairy/milk")
    ('food', 'food/dairy', 'food/dairy/milk')
    """
    parts = category.split("/")
    return tuple("/".join(parts[: n + 1]) for n in range(len(parts))) if category else ()


class Products(BaseModel):
    """Products by article number, category path (with all below it), brand or label."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    products: tuple[Sku, ...] = ()
    categories: tuple[Path, ...] = ()
    brands: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """Marks of a line, as they came with it."""


class Collection(Products):
    """A named set of products: all that any of its lists names, less what ``exclude`` names."""

    exclude: Products | None = None


class Scope(Products):
    """Lines a rule speaks of: every key given must hold, each list means "any of". Empty = all
    goods; shipping and other lines with a role only where ``roles`` names it."""

    collections: tuple[Slug, ...] = ()
    unit_at_least_minor: NonNegativeInt | None = None
    """Only units of this list price or dearer."""
    unit_at_most_minor: NonNegativeInt | None = None
    """Only units of this list price or cheaper."""
    roles: tuple[Slug, ...] = ()
    """``shipping`` ... instead of goods; ``goods`` names those."""
    unreduced: bool | None = None
    """Only lines that no campaign has made cheaper so far."""
    exclude: Collection | None = None

    @cached_property
    def is_everything(self) -> bool:
        return all(getattr(self, name) in (None, (), False) for name in type(self).model_fields)


class Matcher:
    """A compiled set of products: three look-ups a line, whatever the length of its lists."""

    __slots__ = ("brands", "categories", "excluded", "labels", "skus")

    def __init__(self, part: Products, excluded: "Matcher | None" = None) -> None:
        self.skus = frozenset(part.products)
        self.categories = frozenset(part.categories)
        self.brands = frozenset(part.brands)
        self.labels = frozenset(part.labels)
        self.excluded = excluded

    def any(self, line: Line) -> bool:
        """True when any of the lists names the line and no exclusion does."""
        return (
            line.sku in self.skus
            or line.brand in self.brands
            or (bool(self.categories) and not self.categories.isdisjoint(ancestors(line.category)))
            or (bool(self.labels) and not self.labels.isdisjoint(line.labels))
        ) and not (self.excluded is not None and self.excluded.any(line))

    def keys(self) -> frozenset[str]:
        """The index keys of which a matching line has at least one."""
        return frozenset(
            {f"s:{sku}" for sku in self.skus}
            | {f"c:{path}" for path in self.categories}
            | {f"b:{brand}" for brand in self.brands}
            | {f"a:{label}" for label in self.labels}
        )


class ScopeMatcher:
    """A compiled `Scope`: all of its keys must hold."""

    __slots__ = ("bounds", "collections", "excluded", "own", "roles")

    def __init__(self, scope: Scope, collections: dict[str, Collection]) -> None:
        self.own = Matcher(scope)
        self.roles = frozenset("" if role == GOODS else role for role in scope.roles)
        self.bounds = (scope.unit_at_least_minor, scope.unit_at_most_minor)
        self.collections = [matcher(collections[name]) for name in scope.collections]
        self.excluded = None if scope.exclude is None else matcher(scope.exclude)

    def find(self, lines: Sequence[Line], goods: list[int]) -> list[int]:
        """Positions of the lines for which every key given holds, in order; of ``goods`` where no
        other role is named."""
        found = goods
        if self.roles:
            found = [i for i, line in enumerate(lines) if line.role in self.roles]
        skus, categories, brands = self.own.skus, self.own.categories, self.own.brands
        if skus:
            found = [i for i in found if lines[i].sku in skus]
        if categories:
            found = [i for i in found if not categories.isdisjoint(ancestors(lines[i].category))]
        if brands:
            found = [i for i in found if lines[i].brand in brands]
        if self.own.labels:
            found = [i for i in found if not self.own.labels.isdisjoint(lines[i].labels)]
        if self.bounds != (None, None):
            found = [i for i in found if _within(lines[i], *self.bounds)]
        if self.collections:
            found = [i for i in found if any(part.any(lines[i]) for part in self.collections)]
        if self.excluded is not None:
            found = [i for i in found if not self.excluded.any(lines[i])]
        return found

    def keys(self) -> frozenset[str] | None:
        """The narrowest family of index keys, or None where any line may match."""
        if self.own.skus:
            return frozenset(f"s:{sku}" for sku in self.own.skus)
        if self.collections:
            return frozenset().union(*(part.keys() for part in self.collections))
        if self.own.categories:
            return frozenset(f"c:{path}" for path in self.own.categories)
        if self.own.brands:
            return frozenset(f"b:{brand}" for brand in self.own.brands)
        if self.own.labels:
            return frozenset(f"a:{label}" for label in self.own.labels)
        return None


def _within(line: Line, least: int | None, most: int | None) -> bool:
    """True when the unit price of a line is within the bounds; nothing is rounded."""
    return (least is None or least * line.quantity <= line.amount_minor) and (
        most is None or line.amount_minor <= most * line.quantity
    )


def matcher(collection: Collection) -> Matcher:
    """Compile a collection with its exclusion."""
    return Matcher(collection, Matcher(collection.exclude) if collection.exclude else None)
