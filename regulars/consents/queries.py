"""What a member consented to, and how it came about."""

from collections.abc import Mapping
from uuid import UUID

from regulars.consents.wire import ConsentOut
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.programs.queries import revision
from regulars.programs.source import Source

_SQL = statements("regulars.consents", "queries.sql")
_MOST_REVISIONS = 500
_orders: dict[tuple[UUID, int], list[str]] = {}
"""By program and revision; a revision never changes."""


def in_order[Terms](
    program_id: UUID, number: int, asked: Mapping[str, Terms]
) -> Steps[dict[str, Terms]]:
    """What a revision asks members for, in the order of its text: the database keeps documents
    without one."""
    if len(asked) < 2:
        return dict(asked)
    order = _orders.get((program_id, number))
    if order is None:
        written = Source((yield from revision(program_id, number)).source).data
        order = list(written.get("consents", {})) if isinstance(written, dict) else []
        if len(_orders) >= _MOST_REVISIONS:
            _orders.clear()
        _orders[program_id, number] = order
    first = {name: asked[name] for name in order if name in asked}
    return first | dict(asked)


def standing(program_id: UUID, member_id: UUID) -> Steps[dict[str, ConsentOut]]:
    """The last word on each consent the member ever spoke about."""
    rows = yield Step(_SQL["standing"], (program_id, member_id))
    return {row[0]: ConsentOut(*row) for row in rows}


def history(program_id: UUID, member_id: UUID) -> Steps[list[ConsentOut]]:
    """Every act, the first one first: the proof."""
    rows = yield Step(_SQL["history"], (program_id, member_id))
    return [ConsentOut(*row) for row in rows]
