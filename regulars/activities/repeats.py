"""What was recorded before and is asked for again, looked up in the month of its id."""

from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.unit import Stored, Unit
from regulars.activities.wants import Wants
from regulars.kit.problems import Conflict
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.months.queries import MonthDetached, put_away

_SQL = statements("regulars.activities", "repeats.sql")


class AnswerDetached(Conflict):
    """A key of long ago: known for good, though what was answered is no longer in the database."""

    code = "answer_detached"
    title = "This was recorded in a month that has been put away"


def load_repeated(context: Context, unit: Unit) -> Steps[None]:
    """Fill `Unit.known`. A batch of new requests asks nothing here."""
    if not unit.repeated:
        return
    ids = sorted({id_ for _, id_ in unit.repeated.values()})
    kept = {row[0]: row[1:] for row in (yield Step(_SQL["stored"], (context.program_id, ids)))}
    for key, (digest, id_) in unit.repeated.items():
        if id_ in kept:
            unit.known[key] = Stored(digest, id_, *kept[id_])
        else:
            unit.known[key] = Stored(digest, id_, None, 0, "", "", "", detached=True)


def still_there(known: Stored) -> Stored:
    """What is known of a repeated request; an `AnswerDetached` where its month is not here."""
    if known.detached:
        raise AnswerDetached(
            "It is recorded and nothing was recorded again. To be told the answer once more, have "
            "the month attached: regulars partitions attach.",
            activity=str(known.id),
        )
    return known


def load_put_away(wants: Wants, unit: Unit) -> Steps[None]:
    """Fill `Unit.put_away` where activities were not found."""
    missing = wants.activities - unit.past.keys()
    if missing:
        unit.put_away.update((yield from put_away(missing)))


def not_put_away(unit: Unit, activity_id: UUID) -> None:
    """Raise `MonthDetached` where that is why an activity was not found."""
    if activity_id in unit.put_away:
        raise MonthDetached.of(unit.put_away[activity_id])
