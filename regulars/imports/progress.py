"""What pages show of a file: a row in a list, its first rows as understood, how far it is and what
came of it."""

from datetime import datetime
from typing import Any

from babel.numbers import format_percent
from django.utils.html import format_html, format_html_join, strip_tags

from regulars.imports.fields import Noun
from regulars.imports.mapping import ATTRIBUTE, Mapping
from regulars.imports.preview import Cell, Row
from regulars.imports.shelf import Kept, Listed
from regulars.kit.pages import (
    Desk,
    Link,
    Table,
    badge,
    code,
    link,
    long,
    moment,
    tongue,
    words_of,
)
from regulars.kit.parts import Facts, Listing, Note, money, number
from regulars.kit.periods import instant

say = words_of(__package__ or "")
called = words_of(__package__ or "", "names.toml")
TONES = {"": "plain", "checked": "good", "done": "good", "known": "good", "refused": "bad",
         "stopped": "bad", "broken": "bad", "waits": "busy"}  # fmt: skip
_WAITS_LONG_SECONDS = 20


def row_of(one: Listed, noun: Noun, desk: Desk) -> tuple[Any, ...]:
    """A file in the list of those given before."""
    waits = one.wanted_at is not None and one.ended_at is None
    state = "waits" if waits else one.outcome
    return (
        link(one.name, f"{noun}-import-file", file_id=one.id),
        badge(say(f"is_{state or 'given'}"), TONES[state]),
        moment(one.made_at, desk.timezone),
        one.made_by,
    )


def understood_rows(
    rows: list[Row], desk: Desk, mapping: Mapping | None, same: datetime | None
) -> dict[str, Any]:
    """The first rows, as a table."""
    columns = [say("line"), *(_name(cell) for cell in rows[0].cells)] if rows else []
    body = [(number(row.line), *(_cell(cell, desk) for cell in row.cells)) for row in rows]
    empty = say("nothing_understood" if mapping is None else "no_rows_yet")
    before = say("same_before", when=_when(same, desk)) if same else ""
    return {"table": Table(columns, body, empty=empty), "same": before}


def standing(found: Kept, desk: Desk) -> dict[str, Any]:
    """How far a file is and what came of it."""
    name = f"{found.noun}-import"
    here = {"file_id": found.id}
    context: dict[str, Any] = {"file": found, "live": found.under_way, "actions": []}
    context["parts"] = [*_notes(found, desk), *_counts(found)]
    if found.under_way:
        context["progress"] = _progress(found)
        return context
    if found.outcome == "refused":
        context["parts"].append(faults_listing(found))
        context["actions"].append(
            Link(say("errors_file"), f"{name}-errors", here, "download", primary=True)
        )
    if found.noun == "rewards" and found.outcome == "done" and found.said:
        where = {"draft_id": found.said}
        context["actions"].append(Link(say("to_draft"), "draft", where, "edit_note", True))
    if found.outcome != "checked":
        context["actions"].append(Link(say("another_file"), name, icon="upload"))
    context["bring"] = found.here and found.outcome in ("checked", "stopped")
    context["change"] = found.here and found.outcome in ("checked", "refused", "broken")
    return context


def faults_listing(found: Kept) -> Listing:
    """The first faults, each with its line."""
    rows = [
        (code(one.line) if one.line else "", one.column, long(one.words(tongue(), page=True)))
        for one in found.faults
    ]
    table = Table([say("line"), say("column"), say("what")], rows, empty="")
    return Listing(say("faults"), table)


def _progress(found: Kept) -> dict[str, Any]:
    """In thousandths: reading is the first third, where something is carried out after it."""
    done = found.done / found.total if found.total else 0.0
    share = (found.part + 2 * done) / 3
    word = "bringing" if found.total else "reading" if found.taken else "waiting"
    shown = say("of", done=number(found.done), total=number(found.total)) if found.total else ""
    return {
        "share": round(share * 1000),
        "percent": format_percent(share, locale=tongue()),
        "word": say(f"trying_{word}" if found.dry else word),
        "shown": shown,
    }


def _notes(found: Kept, desk: Desk) -> list[Note]:
    if found.under_way:
        assert found.wanted_at is not None
        late = (desk.now - found.wanted_at).total_seconds() > _WAITS_LONG_SECONDS
        return [Note(say("no_worker"), "busy")] if late and not found.taken else []
    figures = {"count": number(found.fault_count), "said": found.said}
    if found.noun == "rewards" and found.outcome == "done":
        return _of_rewards(found)
    tone = {"good": "good", "bad": "bad"}.get(TONES[found.outcome], "busy")
    return [Note(say(f"told_{found.outcome}", **figures), tone)]


def _of_rewards(found: Kept) -> list[Note]:
    """What is in force, what waits for a second person, and what has to come once more."""
    notes = [Note(say("told_drafted" if found.said else "told_done"), "good")]
    return notes + ([Note(say("stock_waits"), "busy")] if found.counts.get("stock_waits") else [])


def _counts(found: Kept) -> list[Facts]:
    rows = [
        (say(f"count_{name}"), number(amount))
        for name, amount in found.counts.items()
        if f"count_{name}" in _COUNTED and (amount or name in ("rows", "new"))
    ]
    title = say("would" if found.outcome == "checked" else "did")
    return [Facts(title, rows, wide=True)] if rows else []


def _name(cell: Cell) -> str:
    name = cell.field.name
    return cell.label if name.startswith(ATTRIBUTE) else called(name)


def _cell(cell: Cell, desk: Desk) -> Any:
    """A cell as it was understood, or as it stands with what is wrong with it."""
    if cell.fault is not None:
        return format_html(
            '<span class="rg-cell-bad">{}</span><small class="rg-cell-why">{}</small>',
            cell.text or "∅", cell.fault.words(tongue(), page=True),
        )  # fmt: skip
    if cell.value is None:
        return ""
    if cell.field.form == "money":
        return money(cell.value, desk.program.currency)
    if cell.field.form == "time":
        return moment(instant(cell.value), desk.program.timezone)
    if cell.field.form == "yes_no":
        return say("yes" if cell.value else "no")
    if cell.field.form in ("labels", "codes"):
        words = ((word,) for word in str(cell.value).split())
        return format_html_join(" ", '<span class="rg-badge rg-plain">{}</span>', words)
    if cell.field.form == "state":
        return say(f"card_{cell.value}")
    return number(cell.value) if cell.field.form in ("quantity", "count") else str(cell.value)


def _when(at: datetime, desk: Desk) -> str:
    return strip_tags(moment(at, desk.timezone))


_COUNTED = {
    f"count_{name}"
    for name in ("rows", "left_out", "purchases", "new", "known", "different", "joined",
                 "unknown", "updated", "unchanged", "prices", "ended", "rewards", "in_draft",
                 "came_in", "delivered_before", "stock_waits")
}  # fmt: skip
