"""Drafts over HTTP: a document is put up for approval, and how far it has come is asked."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from regulars.activities.batch import KeyReused
from regulars.drafts import operations, queries
from regulars.drafts.queries import Draft
from regulars.drafts.wire import DraftIn, DraftOut
from regulars.kit.http import Call, Manager, Route
from regulars.kit.problems import Invalid
from regulars.kit.rowsecurity import WORK_ON
from regulars.kit.steps import Step, Steps
from regulars.programs import operations as programs
from regulars.programs import queries as programs_queries
from regulars.programs.document import Document, parse
from regulars.programs.managing import manager_of, program_of
from regulars.staff.operations import notify
from regulars.staff.queries import who_may


def _read(call: Call) -> Document:
    return parse(call.body.document)


def _submit(call: Call) -> Steps[DraftOut]:
    """The id follows from the Idempotency-Key: sent again, it is the same draft."""
    body: DraftIn = call.body
    of = manager_of(call)
    document: Document = call.found
    now = datetime.fromtimestamp(call.now, UTC)
    if document.program != call.path["program"]:
        raise Invalid(f"The document is of {document.program!r}, the address of another program.")
    program_id = yield from programs.ensure_program(
        organization_id=of.organization_id, document=document, now=now
    )
    yield Step(WORK_ON, (str(program_id),))
    draft_id = uuid5(program_id, f"draft {call.key}")
    rows = yield Step(queries.SQL["one"], (program_id, draft_id))
    if rows:
        kept = Draft(*rows[0])
        if (kept.source, kept.title, kept.base) != (body.document, body.title, body.expect):
            raise KeyReused("A new draft needs a new Idempotency-Key; repeat a request unchanged.")
        return _out(call, kept)
    last = yield from programs_queries.last_revision(program_id)
    if body.expect != (last.number if last else 0):
        raise programs.Overtaken(
            f"The last revision is {last.number if last else 0}, not {body.expect}: plan anew."
        )
    yield from _kept(of, program_id, draft_id, body, now)
    return _out(call, (yield from queries.draft(program_id, draft_id)))


def _kept(
    of: Manager, program_id: UUID, draft_id: UUID, body: DraftIn, now: datetime
) -> Steps[None]:
    """Whoever made the key counts as one who wrote it: they cannot approve it."""
    yield Step(
        queries.SQL["add"],
        (program_id, draft_id, body.title, body.expect, body.document, now, of.who, of.maker),
    )
    draft = yield from queries.draft(program_id, draft_id)
    yield from operations.submit(
        program_id=program_id, draft=draft, version=draft.version, now=now, who=of.who,
        staff_id=of.maker, starts_on=body.starts_on, note=body.note,
    )  # fmt: skip
    approvers = yield from who_may(of.organization_id, "drafts-approve")
    yield from notify(
        organization_id=of.organization_id, to=[one for one in approvers if one != of.maker],
        code="draft_submitted", who=of.who, object=body.title,
        path=f"/console/drafts/{draft_id}/", now=now,
    )  # fmt: skip


def _show(call: Call) -> Steps[DraftOut]:
    program_id = yield from program_of(call)
    return _out(call, (yield from queries.draft(program_id, call.id("draft"))))


def _out(call: Call, draft: Draft) -> DraftOut:
    state: str = draft.state
    return DraftOut(
        draft.id, call.path["program"], draft.title, state, draft.base,  # type: ignore[arg-type]
        draft.submitted_at, draft.submitted_by, draft.approved_at, draft.approved_by,
        draft.starts_on, draft.note, draft.revision,
    )  # fmt: skip


ROUTES = (
    Route(
        "POST", "/api/programs/{program}/drafts", "programs:manage",
        "Put a document up for approval by a second person", DraftOut, status=201, body=DraftIn,
        prepare=_read, manage=_submit, writes="draft-submitted", problems=(409,),
    ),
    Route(
        "GET", "/api/programs/{program}/drafts/{draft}", "programs:manage",
        "Show how far a draft has come", DraftOut, manage=_show, problems=(404,),
    ),
)  # fmt: skip
