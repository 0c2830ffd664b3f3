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


class Manager(Struct, frozen=True):
    """The key of a request that manages an organization, and what it may give on."""

    organization_id: UUID
    programs: dict[str, UUID]
    scopes: frozenset[str]
    who: str
    """As the record of what was done names it."""
    maker: UUID | None = None
    """Who of the staff made the key."""


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
    """What the route's ``before`` found, or its ``prepare`` made."""
    manager: "Manager | None" = None
    """Of a route that manages: for whom it works."""

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
    """One operation of the HTTP interface. Exactly one of ``operation``, ``read`` and ``manage`` is
    given."""

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
    manage: Callable[[Call], Steps[Any]] | None = None
    """Steps for the organization of the key, in one transaction; their value is the answer."""
    prepare: Callable[[Call], Any] | None = None
    """What a route that manages works out before, beside the tills' requests: reading a document
    takes long."""
    writes: str = ""
    """What a route that manages does, as the record of what was done says it."""
    dry: Callable[[Any], bool] | None = None
    """Says of a body whether it writes nothing (a quote without a hold)."""
    guessable: bool = False
    """Misses are counted against the caller, so that codes cannot be tried out (T16)."""
    tries_codes: bool = False
    """The body's `codes` cost nothing to try here, so unusable ones count as misses (T16)."""
    problems: tuple[int, ...] = ()
    """Statuses beyond those every route may answer."""

    @property
    def keyed(self) -> bool:
        """Whether it wants an Idempotency-Key. A PUT or a DELETE can be repeated by its nature."""
        return self.operation is not None or (self.method == "POST" and bool(self.writes))
