"""Program documents over HTTP: look at one, plan it, apply it, go back; for whoever keeps programs
beside their code. What a document says is worked out before the transaction begins."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from regulars.kit.http import Call, Manager, Route
from regulars.kit.problems import Invalid, NotFound, Problem
from regulars.kit.rowsecurity import WORK_ON
from regulars.kit.steps import Step, Steps
from regulars.organizations.operations import PUBLISH
from regulars.organizations.queries import settings
from regulars.programs import operations, queries
from regulars.programs.diff import diff
from regulars.programs.document import Document, check, load, parse
from regulars.programs.operations import Applied
from regulars.programs.wire import (
    AppliedOut,
    ApplyIn,
    CheckIn,
    CheckOut,
    GoBackIn,
    PlanOut,
    ProgramsOut,
    RevisionsOut,
    RevisionTextOut,
    finding_out,
    revision_out,
)
from regulars.staff.queries import who_may


class NeedsSecond(Problem):
    code = "needs_second_person"
    status = 403
    title = "A second person has to approve this"


def _looked_at(call: Call) -> CheckOut:
    found = check(call.body.document, call.body.lang, now=_now(call))
    return CheckOut(found.document is not None, [finding_out(one) for one in found.findings])


def _check(call: Call) -> Steps[CheckOut]:
    """Nothing is read: the document says it all."""
    yield from ()
    return call.found


def _read(call: Call) -> Document:
    return parse(call.body.document, getattr(call.body, "lang", "en"))


def _plan(call: Call) -> Steps[PlanOut]:
    document: Document = call.found
    body: CheckIn = call.body
    found = yield from queries.programs(manager_of(call).organization_id)
    last = None
    if document.program in found:
        yield Step(WORK_ON, (str(found[document.program]),))
        last = yield from queries.last_revision(found[document.program])
    changes = diff(load(last.document) if last else None, document)
    said = [change.words(body.lang) for change in changes]
    return PlanOut(document.program, last.number if last else 0, said)


def _programs(call: Call) -> Steps[ProgramsOut]:
    found = yield from queries.programs(manager_of(call).organization_id)
    return ProgramsOut(sorted(found))


def _revisions(call: Call) -> Steps[RevisionsOut]:
    program_id = yield from program_of(call)
    entries = yield from queries.history(program_id)
    return RevisionsOut(call.path["program"], [revision_out(entry) for entry in entries])


def _revision(call: Call) -> Steps[RevisionTextOut]:
    program_id = yield from program_of(call)
    found = yield from queries.revision(program_id, _number(call))
    return RevisionTextOut(
        found.number, found.created_at, found.effective_at, found.author, found.note, found.source
    )


def _apply(call: Call) -> Steps[AppliedOut]:
    body: ApplyIn = call.body
    document: Document = call.found
    of = manager_of(call)
    if document.program != call.path["program"]:
        raise Invalid(f"The document is of {document.program!r}, the address of another program.")
    program_id = yield from operations.ensure_program(
        organization_id=of.organization_id, document=document, now=_now(call)
    )
    yield Step(WORK_ON, (str(program_id),))
    applied = yield from operations.apply(
        program_id=program_id, document=document, source=body.document, now=_now(call),
        note=body.note, author=of.who, effective_at=body.effective_at, expect=body.expect,
    )  # fmt: skip
    if applied.is_new and PUBLISH not in of.scopes and (yield from _wants_a_second(of)):
        raise NeedsSecond(
            "Nothing was published. Put the document up for approval with POST "
            f"/api/programs/{document.program}/drafts; whoever may approve drafts lets it through "
            "in the console. A key with programs:publish publishes alone; the operator makes it."
        )
    return _applied(call, applied)


def _wants_a_second(of: Manager) -> Steps[bool]:
    """Whether a draft of the console would want a second person here: unless the organization has
    declared that one may publish alone, and there is nobody else who could approve."""
    declared = (yield from settings(of.organization_id)).approval == "alone"
    approvers = yield from who_may(of.organization_id, "drafts-approve")
    return not declared or len(approvers) > 1


def _go_back(call: Call) -> Steps[AppliedOut]:
    body: GoBackIn = call.body
    program_id = yield from program_of(call)
    applied = yield from operations.rollback(
        program_id=program_id, number=body.revision, now=_now(call), note=body.note,
        author=manager_of(call).who, expect=body.expect,
    )  # fmt: skip
    return _applied(call, applied)


def _applied(call: Call, applied: Applied) -> AppliedOut:
    return AppliedOut(call.path["program"], applied.number, applied.is_new, applied.effective_at)


def program_of(call: Call) -> Steps[UUID]:
    """The program that the path names, entered."""
    found = yield from queries.programs(manager_of(call).organization_id)
    program_id = found.get(call.path["program"])
    if program_id is None:
        raise NotFound("This organization has no such program.")
    yield Step(WORK_ON, (str(program_id),))  # it may be newer than what is remembered of the key
    return program_id


def _number(call: Call) -> int:
    text = call.path["revision"]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise Invalid("A revision is a whole number from 1 on.")
    return int(text)


def manager_of(call: Call) -> Manager:
    """Who manages."""
    assert call.manager is not None
    return call.manager


def _now(call: Call) -> datetime:
    return datetime.fromtimestamp(call.now, UTC)


def _route(method: str, path: str, summary: str, answer: Any, **more: Any) -> Route:
    return Route(method, f"/api/{path}", "programs:manage", summary, answer, **more)


MANAGED = (
    _route("GET", "programs", "List the programs", ProgramsOut, manage=_programs),
    _route(
        "POST", "documents/check", "Tell everything that is wrong in a document", CheckOut,
        body=CheckIn, prepare=_looked_at, manage=_check,
    ),
    _route(
        "POST", "documents/plan", "Show what applying a document would change", PlanOut,
        body=CheckIn, prepare=_read, manage=_plan,
    ),
    _route(
        "PUT", "programs/{program}", "Make a document the next revision", AppliedOut, body=ApplyIn,
        prepare=_read, manage=_apply, writes="program-applied", problems=(409,),
    ),
    _route(
        "GET", "programs/{program}/revisions", "List the revisions", RevisionsOut,
        manage=_revisions, problems=(404,),
    ),
    _route(
        "GET", "programs/{program}/revisions/{revision}", "Show a revision with its document",
        RevisionTextOut, manage=_revision, problems=(404,),
    ),
    _route(
        "PUT", "programs/{program}/revision", "Go back to an older revision", AppliedOut,
        body=GoBackIn, manage=_go_back, writes="program-rolled-back", problems=(404, 409),
    ),
)  # fmt: skip
