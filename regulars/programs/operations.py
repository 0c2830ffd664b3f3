"""What is done to programs: apply a document, go back to an older one. Steps, for any driver.

One application is one transaction; the tills hear of it when it commits.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, Invalid, NotFound
from regulars.kit.steps import Step, Steps
from regulars.programs import queries
from regulars.programs.document import Document, load
from regulars.programs.queries import SQL

_ids = Ids()


class Applied(NamedTuple):
    """What came of it: the revision now last, and whether it is new."""

    number: int
    is_new: bool
    effective_at: datetime


class Overtaken(Conflict):
    code = "revision_overtaken"
    title = "Somebody else has applied a revision"


class CurrencyChanged(Conflict):
    code = "currency_changed"
    title = "A program keeps its currency"


class InThePast(Invalid):
    code = "effective_in_the_past"
    title = "A revision cannot begin in the past"


def ensure_program(*, organization_id: UUID, document: Document, now: datetime) -> Steps[UUID]:
    """The id of the program the document names; it is made where there is none."""
    yield Step(
        SQL["add_program"],
        (
            _new_id(now), organization_id, document.program, title(document), document.currency,
            document.timezone, now,
        ),
    )  # fmt: skip
    rows = yield Step(SQL["find_program"], (organization_id, document.program))
    program_id, _ = rows[0]
    return program_id


def apply(
    *,
    program_id: UUID,
    document: Document,
    source: str,
    now: datetime,
    note: str = "",
    author: str = "",
    effective_at: datetime | None = None,
    expect: int | None = None,
) -> Steps[Applied]:
    """Make the document the program's next revision.

    A document that means the same as the last one makes none, so that a request may be repeated.
    ``expect`` is the number the caller has seen last (0 = none); a revision that came between is
    refused with `Overtaken`. Only the
    very first revision may begin in the past, for sales that are brought in from before.
    """
    yield Step(SQL["lock_program"], (str(program_id),))
    rows = yield Step(SQL["last_revision"], (program_id,))
    if not rows:
        raise NotFound("There is no such program.")
    last, kept, last_effective_at, currency = rows[0]
    starts = _whole_second(effective_at or now)
    if kept is not None and _means_the_same(kept, document):
        return Applied(last, False, last_effective_at)
    if expect is not None and expect != (last or 0):
        raise Overtaken(f"The last revision is {last or 0}, not {expect}: make the plan anew.")
    if currency != document.currency:
        raise CurrencyChanged(
            f"The books are kept in {currency}; for {document.currency} begin another program."
        )
    if last is not None and starts < _whole_second(now):
        raise InThePast("Purchases since then were judged already: name a time to come, or none.")
    number = (last or 0) + 1
    yield Step(
        SQL["add_revision"],
        (
            _new_id(now), program_id, number, document.stored(), source, document.digest(), note,
            author, now, starts,
        ),
    )  # fmt: skip
    yield Step(SQL["name_program"], (program_id, title(document), document.timezone))
    yield Step(SQL["announce"], (str(program_id),))
    return Applied(number, True, starts)


def _means_the_same(kept: str, document: Document) -> bool:
    """Whether a stored document says what this one says, both read as this version reads them: a
    field added since then, left at its default, makes no difference."""
    try:
        return load(kept).digest() == document.digest()
    except ValueError:
        return False


def put(
    *,
    organization_id: UUID,
    document: Document,
    source: str,
    now: datetime,
    note: str = "",
    author: str = "",
    effective_at: datetime | None = None,
    expect: int | None = None,
) -> Steps[Applied]:
    """`apply` to the program the document names, which is made if there is none."""
    program_id = yield from ensure_program(
        organization_id=organization_id, document=document, now=now
    )
    return (
        yield from apply(
            program_id=program_id,
            document=document,
            source=source,
            now=now,
            note=note,
            author=author,
            effective_at=effective_at,
            expect=expect,
        )
    )


def rollback(
    *,
    program_id: UUID,
    number: int,
    now: datetime,
    note: str = "",
    author: str = "",
    expect: int | None = None,
) -> Steps[Applied]:
    """Apply an older revision's document again, as a new revision."""
    old = yield from queries.revision(program_id, number)
    return (
        yield from apply(
            program_id=program_id,
            document=load(old.document),
            source=old.source,
            now=now,
            note=note,
            author=author,
            expect=expect,
        )
    )


def title(document: Document) -> str:
    """What the program is called where one language must do."""
    return document.name.get("en") or next(iter(document.name.values()), document.program)


def _whole_second(at: datetime) -> datetime:
    """Purchases know whole seconds, so revisions begin on one."""
    return at.astimezone(UTC).replace(microsecond=0)


def _new_id(now: datetime) -> UUID:
    return _ids.make(int(now.timestamp() * 1000))
