"""Pages: batches of cards, made, printed and put into use; one card and what became of it."""

import io
import tempfile
from typing import Any
from uuid import UUID

from django import forms
from django.db import connection
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from regulars.activities.pages import (
    Once,
    caller_of,
    carry_out,
    file_links,
    form_page,
    program_of,
    seconds,
    told,
)
from regulars.cards import queries
from regulars.cards.batches import NameTaken, NumbersTaken, Order, make_batch
from regulars.cards.design import Design, letters_on
from regulars.cards.numbers import Numbers, grouped
from regulars.cards.operations import BlockCard, LoseCard, activate
from regulars.cards.queries import Batch, UnknownCard
from regulars.cards.sheets import write_csv, write_pdf
from regulars.cards.symbols import svg
from regulars.identifiers.resolve import identify
from regulars.kit.pages import (
    Desk,
    Done,
    Link,
    Page,
    Place,
    Shown,
    Table,
    badge,
    code,
    labels_of,
    link,
    moment,
    tongue,
    words_of,
)
from regulars.kit.parts import Facts, File, Filter, Listing, Note, number, sheet
from regulars.kit.problems import NotFound, Problem
from regulars.members.queries import called
from regulars.members.wire import BlockIn

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
TONES = {"made": "plain", "active": "good", "issued": "good", "replaced": "plain",
         "blocked": "bad", "lost": "bad"}  # fmt: skip
_MOST, _MOST_PRINTED = 100_000, 20_000
_PREVIEW = {"ean13": ("20", 13), "qr": ("29", 16), "code128": ("29", 16)}


class LookUpForm(forms.Form):
    card = forms.CharField(required=False, max_length=40, label=word("card_number"))


class BatchForm(Once):
    name = forms.CharField(max_length=100, label=word("name"))
    count = forms.IntegerField(min_value=1, max_value=_MOST, label=word("count"))
    symbology = forms.ChoiceField(label=word("symbology"))
    activation = forms.ChoiceField(label=word("activation"))
    title = forms.CharField(max_length=60, label=word("title"), help_text=word("title_help"))
    line = forms.CharField(required=False, max_length=80, label=word("line"))
    contact = forms.CharField(required=False, max_length=80, label=word("contact"))
    color = forms.RegexField(
        "^#[0-9a-fA-F]{6}$", label=word("color"), initial="#1f3a5f",
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": word("color_bad")},
    )  # fmt: skip
    logo = forms.FileField(required=False, label=word("logo"), help_text=word("logo_help"))

    def __init__(self, request: HttpRequest, title: str) -> None:
        super().__init__(request, files=request.FILES or None)
        kinds = [("qr", say("qr")), ("code128", say("code128")), ("ean13", say("ean13"))]
        ways = [("batch", say("by_batch")), ("first_use", say("at_once"))]
        self.fields["symbology"].choices = kinds  # type: ignore[attr-defined]
        self.fields["activation"].choices = ways  # type: ignore[attr-defined]
        self.fields["title"].initial = title

    def order(self, by: str) -> Order:
        given = self.cleaned_data
        prefix, length = _PREVIEW[given["symbology"]]
        return Order(
            given["name"], given["count"], Numbers(prefix, length, given["symbology"]),
            self.design(), activation=given["activation"], by=by,
            logo=given["logo"].read() if given["logo"] else None,
        )  # fmt: skip

    def design(self) -> Design:
        given = self.cleaned_data
        language = tongue()
        return Design(
            title={language: given["title"]},
            line={language: given["line"]} if given["line"] else {},
            contact=given["contact"], color=given["color"], languages=(language,),
        )  # fmt: skip


def cards(request: HttpRequest, desk: Desk) -> Shown:
    program_of(desk)
    form = LookUpForm(request.GET or None)
    parts: list[Any] = [Filter(form, say("look_up"))]
    text = form.cleaned_data["card"].strip() if form.is_valid() else ""
    if text:
        parts.append(_looked_up(desk, text))
    rows = [
        (
            link(one.name, "batch", batch_id=one.id),
            say(one.symbology),
            number(one.size),
            badge(say("in_use"), "good") if one.activated_at else badge(say("waiting"), "busy"),
            moment(one.made_at, desk.timezone),
            one.made_by,
        )
        for one in reversed(desk.run(queries.batches(desk.program.id)))
    ]
    names = ("name", "symbology", "size", "state", "made", "made_by")
    parts.append(Listing(say("batches"), Table([say(n) for n in names], rows, say("no_batches"))))
    new = Link(say("batch-new"), "batch-new", icon="add", primary=True)
    ways = file_links("cards", "import", "export")
    return sheet(parts, actions=[new, *ways], intro=say("cards_intro"))


def card(request: HttpRequest, desk: Desk, card_number: str) -> Shown:
    found = desk.run(queries.card(desk.program.id, _digits(card_number)))
    rows: list[tuple[str, Any]] = [
        (say("card_number"), code(grouped(found.number))),
        (say("state"), badge(say(f"state_{found.state}"), TONES[found.state])),
    ]
    if found.batch is not None:
        rows.append((say("batch"), link(found.batch, "batch", batch_id=found.batch_id)))
    if found.member_id is not None and desk.may("members-see"):
        name = desk.run(called(desk.program.id, [found.member_id])).get(found.member_id)
        rows.append((say("member"), link(name or say("open"), "member", member_id=found.member_id)))
    if found.replaced_by:
        rows.append(
            (say("replaced_by"), link(found.replaced_by, "card", card_number=found.replaced_by))
        )
    if found.secret is not None:
        rows.append((say("electronic"), say("yes")))
    buttons = []
    if found.state in ("active", "issued", "made"):
        where = {"card_number": found.number}
        buttons = [Link(say("card-lost"), "card-lost", where, "credit_card_off"),
                   Link(say("card-block"), "card-block", where, "block")]  # fmt: skip
    if found.state == "issued":
        buttons.insert(0, Link(say("replace"), "member-replace",
                               {"member_id": found.member_id}, "credit_card", True))  # fmt: skip
    return sheet([Facts(say("card"), rows)], title=grouped(found.number), actions=buttons)


def card_lost(request: HttpRequest, desk: Desk, card_number: str) -> Shown | Done:
    return _end(request, desk, card_number, LoseCard, "lost")


def card_block(request: HttpRequest, desk: Desk, card_number: str) -> Shown | Done:
    return _end(request, desk, card_number, BlockCard, "block")


def batch(request: HttpRequest, desk: Desk, batch_id: UUID) -> Shown:
    found = _batch(desk, batch_id)
    rows: list[tuple[str, Any]] = [
        (say("size"), number(found.size)),
        (say("symbology"), say(found.symbology)),
        (say("state"), badge(say("in_use"), "good") if found.activated_at else (
            badge(say("waiting"), "busy"))),
        (say("made"), moment(found.made_at, desk.timezone)),
    ]  # fmt: skip
    if found.activated_at:
        rows.append((say("since"), moment(found.activated_at, desk.timezone)))
    counts = desk.run(queries.counts(desk.program.id, batch_id))
    states = [(say(f"state_{state}"), number(count)) for state, count in counts.items()]
    assert found.design is not None
    look = Facts(say("look"), [("", _face(found.design, found.symbology))])
    where = {"batch_id": batch_id}
    buttons = [Link(say("batch-file"), "batch-file", where, "print")]
    if not found.activated_at:
        buttons.insert(
            0, Link(say("batch-activate"), "batch-activate", where, "check_circle", True)
        )
    parts = [Facts(say("batch"), rows), Facts(say("states"), states), look]
    return sheet(parts, title=found.name, actions=buttons)


def batch_new(request: HttpRequest, desk: Desk) -> Shown | Done:
    """A first look at the design, then the batch."""
    program = program_of(desk)
    name = getattr(program.rules, "name", {})
    form = BatchForm(request, name.get(tongue(), desk.program.name))
    shown: dict[str, Any] = {"send": say("batch-new"), "look": ""}
    if form.is_valid():
        if "look" in request.POST:
            shown["look"] = _face(form.design(), form.cleaned_data["symbology"])
        else:
            order = form.order(desk.who)
            try:
                connection.ensure_connection()
                made = make_batch(connection.connection, desk.program.id, order, now=desk.now)
            except NameTaken:
                form.add_error("name", say("name_taken"))
            except NumbersTaken:
                form.add_error(None, say("numbers_taken"))
            except Problem as problem:
                form.add_error("logo", told(problem))
            else:
                return Done(order.name, to="batch", message=say("batch_made"),
                            details={"count": order.count}, parts={"batch_id": made})  # fmt: skip
    page = form_page(form, intro=say("batch_intro"), status=200 if shown["look"] else None, **shown)
    return Shown("cards/batch.html", page.context, page.status)


def batch_activate(request: HttpRequest, desk: Desk, batch_id: UUID) -> Shown | Done:
    found = _batch(desk, batch_id)
    if request.method == "POST":
        try:
            desk.run(activate(desk.program.id, found, now=desk.now))
        except Problem as problem:
            return sheet([Note(told(problem), "bad")], title=found.name, status=409)
        return Done(found.name, to="batch", message=say("activated"),
                    parts={"batch_id": batch_id})  # fmt: skip
    context = {"question": say("activate_sure", name=found.name), "yes": say("batch-activate")}
    return Shown("console/sure.html", context, title=found.name)


def batch_file(request: HttpRequest, desk: Desk, batch_id: UUID) -> Shown | File:
    """For printing: whoever has the list knows the numbers, so it is written down."""
    found = _batch(desk, batch_id)
    kind = request.POST.get("kind", "")
    if kind not in ("csv", "a4", "card"):
        few = found.size <= _MOST_PRINTED
        context = {"intro": say("file_intro" if few else "file_many"), "few": few}
        return Shown("cards/file.html", context, title=found.name)
    size = found.size if kind == "csv" else min(found.size, _MOST_PRINTED)
    numbers = queries.numbers(desk.run, desk.program.id, batch_id, 1, size)
    name = "".join(one if one.isascii() and one.isalnum() else "-" for one in found.name)
    done = Done(found.name, details={"kind": kind})
    if kind == "csv":
        text = io.StringIO(newline="")
        write_csv(text, numbers, batch=found.name, symbology=found.symbology)
        return File(text.getvalue().encode("utf-8-sig"), f"{name}.csv", "text/csv", done)
    assert found.design is not None
    with tempfile.TemporaryFile() as out:
        write_pdf(
            out, numbers, title=found.name, design=found.design, symbology=found.symbology,
            logo=found.logo, paper="a4" if kind == "a4" else "card",
        )  # fmt: skip
        out.seek(0)
        return File(out.read(), f"{name}.pdf", "application/pdf", done)


def _looked_up(desk: Desk, text: str) -> Any:
    try:
        found = desk.run(queries.card(desk.program.id, _digits(text)))
    except Problem:
        return Note(say("no_card", number=text[:40]), "bad")
    rows = [(link(grouped(found.number), "card", card_number=found.number),
             badge(say(f"state_{found.state}"), TONES[found.state]))]  # fmt: skip
    return Listing("", Table([say("card_number"), say("state")], rows, ""))


def _end(
    request: HttpRequest, desk: Desk, card_number: str, kind: type[BlockCard], what: str
) -> Shown | Done:
    found = desk.run(queries.card(desk.program.id, _digits(card_number)))
    form = Once(request)
    if form.is_valid():
        try:
            carry_out(
                desk,
                kind(found.number, BlockIn(), caller_of(desk), key=form.key, at=seconds(desk)),
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            return Done(found.number, to="card", message=say(f"{what}_done"),
                        parts={"card_number": found.number})  # fmt: skip
    title = grouped(found.number)
    return form_page(
        form, title=title, intro=say(f"{what}_intro"), send=say(f"card-{what}"), danger=True
    )


def _digits(text: str) -> str:
    try:
        return identify("card", text.removeprefix("card:"))[1]
    except Problem:
        raise UnknownCard from None


def _batch(desk: Desk, batch_id: UUID) -> Batch:
    if desk.program is None:
        raise NotFound("There is no program.")
    return desk.run(queries.batch(desk.program.id, str(batch_id)))


def _face(design: Design, symbology: str) -> Any:
    """The card's front as a picture: what is printed comes from the same design."""
    letters = "#{:02x}{:02x}{:02x}".format(*letters_on(design.brand))
    prefix, length = _PREVIEW[symbology]
    text = Numbers(prefix, length, symbology).range(1, 1)[0]
    return format_html(
        '<svg class="rg-card-face" viewBox="0 0 856 540" role="img" aria-label="{}">'
        '<rect width="856" height="540" rx="32" fill="{}"/>'
        '<text x="56" y="110" font-size="58" font-weight="700" fill="{}">{}</text>'
        '<text x="56" y="170" font-size="32" fill="{}">{}</text>'
        '<rect x="56" y="240" width="744" height="180" rx="16" fill="#fff"/>'
        '<svg x="76" y="255" width="704" height="150" preserveAspectRatio="xMidYMid meet">{}</svg>'
        '<text x="56" y="490" font-size="40" letter-spacing="4" fill="{}">{}</text></svg>',
        say("look"), design.color, letters, design.say(design.title, tongue()), letters,
        design.say(design.line, tongue()), mark_safe(svg(symbology, text)),
        letters, grouped(text),
    )  # fmt: skip


PAGES = [
    Page("cards/", "cards", cards, "cards-see", place=Place("members", 40, "credit_card")),
    Page("cards/new/", "batch-new", batch_new, "cards-make", "batch-made", below="cards"),
    Page("cards/batches/<uuid:batch_id>/", "batch", batch, "cards-see", below="cards"),
    Page("cards/batches/<uuid:batch_id>/activate/", "batch-activate", batch_activate,
         "cards-make", "batch-activated", below="cards"),
    Page("cards/batches/<uuid:batch_id>/file/", "batch-file", batch_file, "cards-make",
         "batch-printed", below="cards"),
    Page("cards/<slug:card_number>/", "card", card, "cards-see", below="cards"),
    Page("cards/<slug:card_number>/lost/", "card-lost", card_lost, "cards-change", "card-lost",
         below="cards"),
    Page("cards/<slug:card_number>/block/", "card-block", card_block, "cards-change",
         "card-blocked", below="cards"),
]  # fmt: skip
