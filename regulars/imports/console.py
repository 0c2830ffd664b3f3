"""Page: products from a file. All of it or nothing; first a dry run, then in earnest."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest

from regulars.activities.pages import Once, form_page, program_of, seconds
from regulars.kit.pages import Desk, Done, Page, Shown, Table, labels_of, tongue, words_of
from regulars.kit.parts import Facts, Listing, Note, number, sheet
from regulars.kit.words import say as said

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
_MOST_BYTES = 50_000_000
_KINDS = (".csv", ".parquet")
_FIGURES = ("rows", "new", "updated", "unchanged", "prices")


class FileForm(Once):
    file = forms.FileField(label=word("file"), help_text=word("file_help"))
    dry = forms.BooleanField(
        required=False, initial=True, label=word("dry"), help_text=word("dry_help")
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, files=request.FILES or None)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if Path(upload.name).suffix.lower() not in _KINDS:
            raise forms.ValidationError(say("not_a_table"))
        if upload.size > _MOST_BYTES:
            raise forms.ValidationError(say("too_large"))
        return upload


def products(request: HttpRequest, desk: Desk) -> Shown | Done:
    program_of(desk)
    form = FileForm(request)
    if not form.is_valid():
        return form_page(form, intro=say("products_intro"), send=say("bring_in"))
    from regulars.imports.faults import Refused

    try:
        counts = _carry_out(desk, form)
    except Refused as refused:
        return _refused(refused, form)
    if form.cleaned_data["dry"]:
        figures = [(say(name), number(counts[name])) for name in _FIGURES if name in counts]
        parts = [Note(say("dry_done"), "good"), Facts(say("would"), figures)]
        return sheet(parts)
    told = ", ".join(f"{say(name)}: {number(counts[name])}" for name in _FIGURES if name in counts)
    return Done(form.cleaned_data["file"].name, to="products", message=told, details=counts)


def _carry_out(desk: Desk, form: FileForm) -> dict[str, int]:
    """What came of the file. In a dry run all of it is tried, and taken back."""
    from regulars.imports.operations import Hearing, put_products
    from regulars.imports.rows import Given

    upload = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder) / f"products{Path(upload.name).suffix.lower()}"
        with path.open("wb") as file:
            for part in upload.chunks():
                file.write(part)
        hearing = Hearing(lambda part: None, lambda done, total: None)
        outcome = put_products(
            Given("products", path), program_id=desk.program.id, run=desk.run, hearing=hearing,
            now=seconds(desk),
        )  # fmt: skip
        if form.cleaned_data["dry"]:
            transaction.set_rollback(True)
    return dict(outcome.counts)


def _refused(refused: Any, form: FileForm) -> Shown:
    """Every fault with its line; nothing of the file was taken."""
    faults = refused.faults
    rows = [
        (
            number(fault.line) if fault.line else "",
            fault.column,
            said(__package__ or "", "faults.toml", fault.code, tongue(), **fault.figures),
        )
        for fault in faults.first
    ]
    table = Table([say("line"), say("column"), say("what")], rows, empty="")
    note = Note(say("refused", count=number(faults.count)), "bad")
    return sheet([note, Listing(say("faults"), table)], status=422)


PAGES = [
    Page("products/import/", "products-import", products, "products-change", "products-imported",
         below="products"),
]  # fmt: skip
