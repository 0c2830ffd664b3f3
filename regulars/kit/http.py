"""Routes as data: each noun's ``api.py`` lists its own; till and OpenAPI read them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from regulars.kit.problems import Invalid
from regulars.kit.steps import Steps

_LATEST_AHEAD_SECONDS = 300
"""How far a till's clock may be ahead of ours."""


class Caller(Struct, frozen=True):
    """Where a request comes from, as its key says."""

    shop: str = ""
    till: str = ""
    region: str = "PL"
    """Country whose phone numbers may be written without their prefix."""


class Call(Struct):
    """One request, decoded and checked, as a route's function gets it."""

    body: Any
    path: dict[str, str]
    query: Any
    caller: Caller
    key: str | None
    """The Idempotency-Key."""
    now: int
    program_id: UUID
    context: Any = None
    found: Any = None
    """What the route's ``before`` found."""

    def id(self, name: str = "id") -> UUID:
        """The id that the path names."""
        try:
            return UUID(self.path[name])
        except ValueError:
            raise Invalid("The id in the address is not a UUID.") from None

    def at(self, said: datetime | None) -> int:
        """When it happened: as the caller says, or now."""
        if said is None:
            return self.now
        at = int(said.timestamp())
        if not 0 <= at <= self.now + _LATEST_AHEAD_SECONDS:
            raise Invalid("The time lies in the future, or before 1970: set the till's clock.")
        return at


class Route(Struct, frozen=True):
    """One operation of the HTTP interface. Exactly one of ``operation`` and ``read`` is given."""

    method: str
    path: str
    scope: str
    summary: str
    answer: Any
    status: int = 200
    body: Any = None
    query: Any = None
    operation: Callable[[Call], Any] | None = None
    """Makes what group commit carries out; such a route wants an Idempotency-Key unless dry."""
    before: Callable[[Call], Steps[Any]] | None = None
    """Steps that only read, run before the operation is made; they may find nothing, but never
    refuse: a repeated request is known by its key alone."""
    read: Callable[[Call], Steps[Any]] | None = None
    """Steps that only read; their value is the answer."""
    dry: Callable[[Any], bool] | None = None
    """Says of a body whether it writes nothing (a quote without a hold)."""
    guessable: bool = False
    """Misses are counted against the caller, so that codes cannot be tried out (T16)."""
    tries_codes: bool = False
    """The body's `codes` cost nothing to try here, so unusable ones count as misses (T16)."""
    problems: tuple[int, ...] = ()
    """Statuses beyond those every route may answer."""
