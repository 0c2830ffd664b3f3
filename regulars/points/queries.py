"""Reading causes: what each was given. Steps that only read."""

from uuid import UUID

from regulars.engine.program import Program
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.points.wire import CauseOut, CausesOut

_SQL = statements("regulars.points", "queries.sql")


def causes(program_id: UUID, program: Program, language: str) -> Steps[CausesOut]:
    """The causes of the document in its order, with what each was given so far."""
    declared = program.rules.causes
    counters = {name: f"cause:{name}:{cause.asset}" for name, cause in declared.items()}
    rows = yield Step(_SQL["given"], (program_id, list(counters.values())))
    given = dict(tuple(row) for row in rows)
    return CausesOut(
        [
            CauseOut(
                name,
                cause.name.get(language, name),
                cause.asset,
                total := given.get(counters[name], 0),
                not cause.closed and (cause.most is None or total < cause.most),
                cause.most,
            )
            for name, cause in declared.items()
        ]
    )
