"""What is done to drafts: begin, change, submit, approve, publish; and what cannot wait for a
second pair of eyes: pause a campaign, go back. Steps, for any driver; one call is one transaction.

Everybody who does something says which version they have seen. A version that is no longer the
last one is refused with `Stale`, and nothing is changed.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from regulars.drafts.queries import SQL, Draft
from regulars.drafts.texts import rewritten
from regulars.kit.ids import Ids
from regulars.kit.periods import day_number, day_start
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.steps import Step, Steps
from regulars.programs import operations as programs
from regulars.programs.document import Document, load, parse
from regulars.programs.operations import Applied
from regulars.programs.queries import Entry, history, revision
from regulars.programs.source import Source

_ids = Ids()


class Stale(Conflict):
    code = "draft_stale"
    title = "Somebody else has changed the draft"


class OwnDraft(Conflict):
    code = "draft_own"
    title = "Whoever wrote a draft cannot approve it"


class NeedsSecond(Conflict):
    code = "draft_needs_second"
    title = "A second person has to approve it"


def begin(
    *, program_id: UUID, title: str, base: int, source: str, now: datetime, who: str,
    staff_id: UUID | None,
) -> Steps[UUID]:  # fmt: skip
    """A new draft from a revision's text; its id. Without ``staff_id`` the operator wrote it."""
    draft_id = _ids.make(int(now.timestamp() * 1000))
    yield Step(SQL["add"], (program_id, draft_id, title, base, source, now, who, staff_id))
    return draft_id


def change(
    *, program_id: UUID, draft: Draft, version: int, source: str, now: datetime, who: str,
    staff_id: UUID, base: int | None = None,
) -> Steps[int]:  # fmt: skip
    """Keep a new text; the new version."""
    kept = draft.base if base is None else base
    rows = yield Step(
        SQL["change"], (program_id, draft.id, version, source, kept, now, who, staff_id)
    )
    return _version(rows)


def submit(
    *, program_id: UUID, draft: Draft, version: int, now: datetime, who: str,
    staff_id: UUID | None, starts_on: date | None, note: str,
) -> Steps[int]:  # fmt: skip
    """Put it before a second person. A document with errors is refused (`InvalidDocument`)."""
    parse(draft.source)
    rows = yield Step(
        SQL["submit"], (program_id, draft.id, version, now, who, starts_on, note, staff_id)
    )
    return _version(rows)


def reopen(*, program_id: UUID, draft: Draft, version: int, note: str | None) -> Steps[int]:
    """Back to its writers: taken back by them, or not let through, with a word why."""
    rows = yield Step(SQL["reopen"], (program_id, draft.id, version, note))
    return _version(rows)


def approve(
    *, program_id: UUID, draft: Draft, version: int, now: datetime, who: str, staff_id: UUID
) -> Steps[int]:
    """Let it through. Nobody approves what they wrote themselves."""
    if staff_id in draft.writers:
        raise OwnDraft("A second person has to approve it.")
    rows = yield Step(SQL["approve"], (program_id, draft.id, version, now, who, staff_id))
    return _version(rows)


def publish(
    *, program_id: UUID, draft: Draft, version: int, now: datetime, author: str = ""
) -> Steps[Applied]:
    """Make it the program's next revision, at once or from its day on; tills follow in a second.

    `programs.operations.Overtaken` where another revision came since it was begun.
    """
    document = parse(draft.source)
    starts = None
    if draft.starts_on is not None:
        first = day_start(day_number(draft.starts_on), document.timezone)
        starts = max(now, datetime.fromtimestamp(first, UTC))
    applied = yield from programs.apply(
        program_id=program_id,
        document=document,
        source=draft.source,
        now=now,
        note=draft.title,
        author=author or f"{draft.submitted_by} / {draft.approved_by}",
        effective_at=starts,
        expect=draft.base,
    )
    rows = yield Step(SQL["published"], (program_id, draft.id, version, applied.number))
    _version(rows)
    return applied


def publish_alone(
    *, program_id: UUID, draft: Draft, now: datetime, real_now: datetime, who: str, staff_id: UUID,
    approvers: Sequence[UUID], starts_on: date | None, note: str, author: str,
) -> Steps[Applied]:  # fmt: skip
    """Submit, let through and publish in one go, by the only person who may approve here.

    ``approvers`` are all who may; `NeedsSecond` where there is another one. That the organization
    has declared it, the database asks for too.
    """
    if list(approvers) != [staff_id]:
        raise NeedsSecond("Others here may approve too: submit the draft to them.")
    version = yield from submit(
        program_id=program_id, draft=draft, version=draft.version, now=real_now, who=who,
        staff_id=staff_id, starts_on=starts_on, note=note,
    )  # fmt: skip
    rows = yield Step(SQL["approve_alone"], (program_id, draft.id, version, real_now, who))
    ready = draft._replace(version=_version(rows), starts_on=starts_on, state="approved")
    return (
        yield from publish(
            program_id=program_id, draft=ready, version=ready.version, now=now, author=author
        )
    )


def drop(*, program_id: UUID, draft: Draft, version: int) -> Steps[int]:
    """Put it away; it stays in the record."""
    rows = yield Step(SQL["drop"], (program_id, draft.id, version))
    return _version(rows)


def set_paused(
    *, program_id: UUID, campaign: str, paused: bool, now: datetime, who: str, note: str
) -> Steps[Applied]:
    """Pause a campaign at once, or let it run again. Revisions planned for later keep their day and
    are paused too: a new revision would otherwise take their place."""
    entries = yield from history(program_id)
    current, planned = split(entries, now)
    if current is None:
        raise NotFound("No revision of this program is in force yet.")
    applied = None
    for entry in (current, *planned):
        kept = yield from revision(program_id, entry.number)
        document = load(kept.document)
        if campaign not in {one.id for one in document.campaigns}:
            if entry is current:
                raise NotFound("There is no such campaign in the program in force.")
            changed, source = document, kept.source
        else:
            changed, source = _with_pause(document, kept.source, campaign, paused)
        last = yield from programs.apply(
            program_id=program_id, document=changed, source=source, now=now, note=note, author=who,
            effective_at=None if entry is current else entry.effective_at,
        )  # fmt: skip
        applied = applied or last
    assert applied is not None
    return applied


def split(entries: list[Entry], now: datetime) -> tuple[Entry | None, list[Entry]]:
    """Of a history (last first): the revision in force, and those planned that will come."""
    planned: list[Entry] = []
    for entry in entries:
        if entry.effective_at < now + timedelta(seconds=1):
            return entry, planned[::-1]
        if not planned or entry.effective_at < planned[-1].effective_at:
            planned.append(entry)
    return None, planned[::-1]


def _with_pause(
    document: Document, source: str, campaign: str, paused: bool
) -> tuple[Document, str]:
    data: Any = Source(source).data
    for one in data["campaigns"]:
        if one["id"] == campaign:
            one.pop("paused", None)
            if paused:
                one["paused"] = True
    text = rewritten(source, data)
    campaigns = tuple(
        one.model_copy(update={"paused": paused}) if one.id == campaign else one
        for one in document.campaigns
    )
    return document.model_copy(update={"campaigns": campaigns}), text


def _version(rows: list[Any]) -> int:
    if not rows:
        raise Stale("Look at it as it is now and do it again; nothing was changed.")
    return int(rows[0][0])
