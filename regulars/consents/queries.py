"""What a member consented to, and how it came about."""

from uuid import UUID

from regulars.consents.wire import ConsentOut
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_SQL = statements("regulars.consents", "queries.sql")


def standing(program_id: UUID, member_id: UUID) -> Steps[dict[str, ConsentOut]]:
    """The last word on each consent the member ever spoke about."""
    rows = yield Step(_SQL["standing"], (program_id, member_id))
    return {row[0]: ConsentOut(*row) for row in rows}


def history(program_id: UUID, member_id: UUID) -> Steps[list[ConsentOut]]:
    """Every act, the first one first: the proof."""
    rows = yield Step(_SQL["history"], (program_id, member_id))
    return [ConsentOut(*row) for row in rows]
