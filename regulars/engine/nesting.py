"""Nesting: conditions that hold other conditions. `engine.rules` fills in what "any" stands for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Unmet
from regulars.engine.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Nest(Condition):
    """A condition made of others; what they ask for, it asks for."""

    def inner(self) -> tuple[Condition, ...]:
        """The conditions directly inside."""
        raise NotImplementedError

    @cached_property
    def _numbered(self) -> tuple[tuple[int, Condition], ...]:
        """The inner conditions, each with its number among `parts`."""
        numbered, number = [], 1
        for condition in self.inner():
            numbered.append((number, condition))
            number += sum(1 for _ in condition.parts())
        return tuple(numbered)

    def missing(self, case: Case) -> Iterator[Unmet | None]:
        """What each inner condition misses, or None for it, in order and only when asked."""
        for number, condition in self._numbered:
            unmet = condition.check(case)
            yield unmet and replace(unmet, part=number + unmet.part)

    def parts(self) -> Iterator[Condition]:
        yield self
        for condition in self.inner():
            yield from condition.parts()

    def scopes(self) -> Iterable[Scope]:
        return [scope for condition in self.inner() for scope in condition.scopes()]

    def needs(self) -> frozenset[str]:
        return frozenset().union(*(condition.needs() for condition in self.inner()))

    def assets(self) -> frozenset[str]:
        return frozenset().union(*(condition.assets() for condition in self.inner()))

    def vouchers(self) -> frozenset[str]:
        return frozenset().union(*(condition.vouchers() for condition in self.inner()))
