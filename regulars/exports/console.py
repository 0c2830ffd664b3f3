"""Pages: members, products, purchases and their lines, cards, rewards and redemptions as files. The
rows are those the role may see, the columns those it may have, and that it was done is written
down."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.db import connection, transaction
from django.http import HttpRequest, StreamingHttpResponse
from psycopg import RawServerCursor

from regulars.activities.pages import form_page, program_of
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.exports.files import FORMATS, Row
from regulars.exports.kinds import KINDS, Column, Noun, columns_of, statement
from regulars.kit.pages import Desk, Done, Page, Shown, labels_of, tongue, words_of
from regulars.kit.periods import day_number, day_start, instant
from regulars.kit.seat import enter
from regulars.organizations.queries import shops

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
_AT_ONCE = 2_000


class ExportForm(forms.Form):
    columns = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=word("columns"), help_text=word("columns_help")
    )
    since = forms.DateField(
        required=False, label=word("since"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label=word("until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    form = forms.ChoiceField(label=word("form"))

    def __init__(
        self, data: Any, columns: list[Column], program: Program, *, period: bool
    ) -> None:  # fmt: skip
        super().__init__(data)
        names, voice = [column.name for column in columns], Voice(program, tongue())
        self.fields["columns"].choices = [(name, _called(name, voice)) for name in names]  # type: ignore[attr-defined]
        self.fields["columns"].initial = names
        self.fields["form"].choices = [(name, say(f"form_{name}")) for name in FORMATS]  # type: ignore[attr-defined]
        if not period:
            del self.fields["since"], self.fields["until"]

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", say("until_before_since"))
        return self.cleaned_data


class Stream(StreamingHttpResponse):
    """A file that is written while it is read. ``done`` goes into the record before it begins."""

    def __init__(self, pieces: Iterator[bytes], name: str, media: str, done: Done) -> None:
        super().__init__(pieces, content_type=media)
        self["Content-Disposition"] = f'attachment; filename="{name}"'
        self["X-Content-Type-Options"] = "nosniff"
        self.done = done


def export(noun: Noun) -> Callable[..., Any]:
    """The page of one noun."""
    kind = KINDS[noun]

    def page(request: HttpRequest, desk: Desk) -> Shown | Stream:
        program = program_of(desk)
        columns = columns_of(noun, desk.permissions, tuple(program.rules.assets))
        form = ExportForm(request.POST or None, columns, program, period=kind.period)
        if not form.is_valid():
            return form_page(
                form, title=say(f"{noun}-export"), intro=say(f"{noun}_intro"), send=say("take_out")
            )
        said = form.cleaned_data
        chosen = [column for column in columns if column.name in said["columns"]]
        since, until = said.get("since"), said.get("until")
        ends = _at(until and until + timedelta(1), desk) if kind.period else desk.now
        params = (desk.program.id, _shops(desk), _at(since, desk), ends)
        write, media = FORMATS[said["form"]]

        @contextmanager
        def reading() -> Iterator[Iterator[list[Row]]]:
            with _rows(desk, statement(noun, chosen), params) as parts:
                yield parts

        details = {"columns": [c.name for c in chosen], "from": since, "to": until}
        name = f"{noun}-{desk.now:%Y-%m-%d}.{said['form']}"
        pieces = write(chosen, reading, desk.program.timezone)
        return Stream(pieces, name, media, Done(name, details=details))

    return page


@contextmanager
def _rows(desk: Desk, sql: str, params: tuple[Any, ...]) -> Iterator[Iterator[list[Row]]]:
    """Rows in parts, by a cursor of the server, in a transaction of their own that sees what the
    desk sees: the page's own has ended when a file begins to flow."""
    connection.ensure_connection()
    with transaction.atomic():
        enter(desk.organization_id, [program.id for program in desk.programs])
        with RawServerCursor(connection.connection, f"export_{uuid4().hex}") as cursor:
            cursor.execute(sql, params)
            yield iter(lambda: cursor.fetchmany(_AT_ONCE), [])


def _shops(desk: Desk) -> list[str] | None:
    """Codes of the shops this person works in; None for all of them."""
    if not desk.shops:
        return None
    return [one.code for one in desk.run(shops(desk.organization_id)) if one.id in desk.shops]


def _at(day: date | None, desk: Desk) -> datetime | None:
    return None if day is None else instant(day_start(day_number(day), desk.program.timezone))


def _called(name: str, voice: Voice) -> str:
    if name.startswith("available_"):
        return say("available", asset=voice.plenty(name.removeprefix("available_")))
    return say(f"column_{name}")


PAGES = [
    Page(f"exports/{noun}/", f"{noun}-export", export(noun), kind.permission, "taken-out",
         below=kind.page)
    for noun, kind in KINDS.items()
]  # fmt: skip
