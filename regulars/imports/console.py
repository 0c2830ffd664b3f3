"""Pages: a file becomes members, products, purchases, cards or rewards. It is given, its first
rows are shown as they are understood, the worker checks all of it and brings it in, and the page
follows how far it is.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from regulars.activities.pages import form_page, program_of
from regulars.imports import preview, shelf
from regulars.imports.faults import Refused, table
from regulars.imports.fields import FIELDS, Noun
from regulars.imports.guess import encoding, propose
from regulars.imports.mapform import MapForm
from regulars.imports.progress import row_of, standing, understood_rows
from regulars.imports.rows import Terms
from regulars.imports.shelf import Kept, Settings
from regulars.kit.money import digits_of
from regulars.kit.pages import (
    Desk,
    Done,
    Page,
    Shown,
    Table,
    labels_of,
    refused,
    tongue,
    words_of,
)
from regulars.kit.parts import File
from regulars.kit.problems import NotFound, Problem

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
called = words_of(__package__ or "", "names.toml")
_MOST_BYTES = 50_000_000
_KINDS = (".csv", ".txt", ".tsv", ".parquet")
_PARQUET = b"PAR1"
_LATELY = 10
_EAST = {"Europe/Sofia": "BG", "Europe/Warsaw": "PL"}


class OfAllShops(Problem):
    """Who works in certain shops brings in no purchases: a file may speak of any shop."""

    code = "of_all_shops"
    status = 403
    title = "A file of purchases is of all shops"


class FileForm(forms.Form):
    file = forms.FileField(
        label=word("file"), help_text=word("file_help"),
        widget=forms.FileInput(attrs={"accept": ",".join(_KINDS)}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        suffix = Path(upload.name).suffix.lower()
        begins = upload.read(4)
        upload.seek(0)
        if suffix not in _KINDS or (suffix == ".parquet") != (begins == _PARQUET):
            raise forms.ValidationError(say("not_a_table"))
        if upload.size > _MOST_BYTES:
            raise forms.ValidationError(say("too_large"))
        return upload


def given(noun: Noun) -> Callable[..., Shown | Done]:
    """The page on which a file is given, with those given before."""

    def page(request: HttpRequest, desk: Desk) -> Shown | Done:
        program_of(desk)
        _require_all_shops(desk, noun)
        form = FileForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                return _put_away(desk, noun, upload)
            except Refused as wrong:
                form.add_error("file", wrong.faults.kept[0].words(tongue(), page=True))
        rows = [row_of(one, noun, desk) for one in desk.run(
            shelf.lately(desk.program.id, noun, _LATELY))]  # fmt: skip
        columns = ("file", "state", "given", "by")
        before = Table([say(name) for name in columns], rows, empty=say("none_before"))
        shown = form_page(
            form, title=say(f"{noun}-import"), intro=say(f"{noun}_intro"), send=say("go_on"),
            table=before, before=say("before"),
        )  # fmt: skip
        return Shown("imports/given.html", shown.context, shown.status, shown.title)

    return page


def _require_all_shops(desk: Desk, noun: Noun) -> None:
    if noun == "purchases" and desk.shops:
        raise OfAllShops(say("of_all_shops"))


def file(noun: Noun) -> Callable[..., Shown | Done]:
    """One file: how it is understood, how far it is, what came of it."""

    def page(request: HttpRequest, desk: Desk, file_id: UUID) -> Shown | Done:
        _require_all_shops(desk, noun)
        found = _found(desk, noun, file_id)
        act = request.POST.get("act", "")
        if act in ("check", "bring") and found.under_way:
            raise shelf.InHand(say("in_hand"))
        as_it_was = act == "bring" and "again" not in request.GET
        if as_it_was and found.outcome in ("checked", "stopped"):
            return _want(desk, found, found.settings, dry=False)
        again = found.here and not found.under_way and (request.method == "POST"
                                                        or "again" in request.GET)  # fmt: skip
        if found.wanted_at is None or again:
            return _understood(request, desk, found, act)
        context = standing(found, desk)
        return Shown("imports/standing.html", context, title=found.name)

    return page


def faults(noun: Noun) -> Callable[..., Any]:
    """All faults that were kept, as a file for a spreadsheet (T23)."""

    def page(request: HttpRequest, desk: Desk, file_id: UUID) -> File:
        found = desk.run(shelf.kept(desk.program.id, file_id, faults=10_000))
        if found.noun != noun:
            raise NotFound(say("not_there_any_more"))
        text = table(found.faults, tongue()).encode("utf-8-sig")
        return File(text, f"{noun}-errors.csv", "text/csv; charset=utf-8")

    return page


def _put_away(desk: Desk, noun: Noun, upload: Any) -> Done:
    """Keep the file, with a proposal of how it is to be read."""
    program, region = desk.program.id, _EAST.get(desk.timezone, "PL")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"head{Path(upload.name).suffix.lower()}"
        whole = path.suffix == ".parquet"
        path.write_bytes(upload.read() if whole else upload.read(shelf.PART_BYTES))
        head = preview.head(path)
        data = propose(noun, head, region)
        allowed = {f.name for f in FIELDS[noun] if not f.wants or desk.may(f.wants)}
        data["fields"] = {name: one for name, one in data["fields"].items() if name in allowed}
        if not head.typed and (coded := encoding(path.read_bytes())):
            data["encoding"] = coded
    upload.seek(0)
    file_id = desk.run(
        shelf.keep(
            program_id=program, noun=noun, name=upload.name, content=upload.chunks(), who=desk.who,
            staff_id=desk.staff_id, now=desk.now, settings=Settings(data),
        )
    )  # fmt: skip
    details = {"bytes": upload.size, "noun": noun}
    return Done(upload.name, f"{noun}-import-file", "", details, {"file_id": file_id})


def _understood(request: HttpRequest, desk: Desk, found: Kept, act: str) -> Shown | Done:
    """The form of the mapping, and the first rows as it understands them."""
    data = request.POST if request.method == "POST" and act else None
    how = data if data is not None else found.settings.mapping
    with tempfile.TemporaryDirectory() as folder:
        path = desk.run(preview.begin(desk.program.id, found.id, found.name, Path(folder)))
        head = preview.head(path, how.get("delimiter") or None, how.get("encoding") or None)
    form = MapForm(found.noun, head, data, found.settings, desk.permissions)
    if form.is_valid() and act in ("check", "bring"):
        return _want(desk, found, form.settings(), dry=act == "check")
    mapping = form.mapping()
    terms = Terms(digits_of(desk.program.currency), desk.program.timezone, _seconds(desk))
    rows = [] if mapping is None else preview.understood(found.noun, head, mapping, terms)
    same = desk.run(shelf.same(desk.program.id, found.noun, found.digest))
    context = {"form": form, "file": found, **understood_rows(rows, desk, mapping, same)}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return Shown("imports/understood.html", context, status=status, title=found.name)


def _want(desk: Desk, found: Kept, settings: Settings, *, dry: bool) -> Done:
    """Let the worker take it, where this person may bring in all that it reads."""
    beyond = [
        called(field.name) for field in FIELDS[found.noun]
        if field.name in settings.mapping.get("fields", {}) and field.wants
        and not desk.may(field.wants)
    ]  # fmt: skip
    if beyond:
        raise refused(say("may_not", names=", ".join(beyond)))
    wanting = shelf.want(
        program_id=desk.program.id, file_id=found.id, settings=settings, dry=dry, now=desk.now
    )
    try:
        desk.run(wanting)
    except shelf.InHand:
        raise shelf.InHand(say("in_hand")) from None
    details = {"noun": found.noun, "only_checked": dry, "mapping": settings.mapping}
    return Done(found.name, f"{found.noun}-import-file", "", details, {"file_id": found.id})


def _found(desk: Desk, noun: Noun, file_id: UUID) -> Kept:
    found = desk.run(shelf.kept(desk.program.id, file_id))
    if found.noun != noun:
        raise NotFound(say("not_there_any_more"))
    return found


def _seconds(desk: Desk) -> int:
    return int(desk.now.timestamp())


NOUNS: dict[Noun, str] = {
    "members": "members-change",
    "products": "products-change",
    "purchases": "purchases-import",
    "cards": "cards-make",
    "rewards": "drafts-write",
}
"""Which permission it takes to bring them in."""

PAGES = [
    page
    for noun, permission in NOUNS.items()
    for page in (
        Page(f"imports/{noun}/", f"{noun}-import", given(noun), permission, "file-given",
             below=noun),
        Page(f"imports/{noun}/<uuid:file_id>/", f"{noun}-import-file", file(noun), permission,
             "import-asked", below=f"{noun}-import"),
        Page(f"imports/{noun}/<uuid:file_id>/errors/", f"{noun}-import-errors", faults(noun),
             permission, below=f"{noun}-import"),
    )
]  # fmt: skip
