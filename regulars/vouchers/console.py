"""Pages: lots of voucher codes: made, brought in, taken out, paused."""

import io
import tempfile
from collections.abc import Sequence
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from msgspec import convert, json

from regulars.activities.pages import (
    Once,
    caller_of,
    carry_out,
    form_page,
    program_of,
    seconds,
    told,
)
from regulars.engine.phrases import Voice
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
    ending,
    labels_of,
    link,
    moment,
    tongue,
    words_of,
)
from regulars.kit.parts import Facts, File, Listing, number, sheet
from regulars.kit.problems import Problem
from regulars.kit.steps import Step, Steps
from regulars.vouchers import queries
from regulars.vouchers.files import FileRefused, digest, read, settle, write
from regulars.vouchers.lots import MakeLot, SetLotState, generate
from regulars.vouchers.wire import LotIn, LotOut, LotStateIn

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
TONES = {"active": "good", "paused": "busy", "withdrawn": "bad"}
_CODES, _MOST, _MOST_BYTES, _AT_ONCE = 50, 200_000, 20_000_000, 10_000


class LotForm(Once):
    lot = forms.RegexField(
        "^[a-z0-9][a-z0-9_-]{0,62}$", label=word("lot"), help_text=word("lot_help"),
        error_messages={"invalid": word("lot_help")},
    )  # fmt: skip
    voucher = forms.ChoiceField(label=word("voucher"))
    count = forms.IntegerField(
        required=False, min_value=1, max_value=_MOST, label=word("count"),
        help_text=word("count_help"),
    )  # fmt: skip
    file = forms.FileField(required=False, label=word("file"), help_text=word("file_help"))
    before = forms.RegexField(
        "^[A-Za-z0-9]{1,16}$", required=False, label=word("prefix"), help_text=word("prefix_help")
    )
    uses = forms.IntegerField(
        required=False, min_value=1, max_value=10**9, label=word("uses"), help_text=word("usual")
    )
    per_member = forms.IntegerField(
        required=False, min_value=1, max_value=10**9, label=word("per_member")
    )

    def __init__(self, request: HttpRequest, vouchers: list[tuple[str, str]]) -> None:
        super().__init__(request, files=request.FILES or None)
        self.fields["voucher"].choices = vouchers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("count")) == bool(given.get("file")):
            raise forms.ValidationError(say("count_or_file"))
        if given.get("file") and given["file"].size > _MOST_BYTES:
            raise forms.ValidationError(say("too_large"))
        return given


class StateForm(Once):
    state = forms.ChoiceField(label=word("state"))

    def __init__(self, request: HttpRequest, now: str) -> None:
        super().__init__(request)
        states = [(one, say(f"state_{one}")) for one in ("active", "paused", "withdrawn")]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        self.fields["state"].initial = now


def lots(request: HttpRequest, desk: Desk) -> Shown:
    voice = Voice(program_of(desk), tongue())
    rows = [
        (
            link(one.lot, "lot", lot=one.lot),
            voice.voucher(one.voucher),
            say(f"source_{one.source}"),
            badge(say(f"state_{one.state}"), TONES[one.state]),
            number(one.issued),
            moment(one.valid_from, desk.program.timezone),
            ending(one.valid_until, desk.program.timezone) if one.valid_until else say("for_good"),
        )
        for one in desk.run(queries.lots(desk.program.id)).lots
    ]
    names = ("lot", "voucher", "source", "state", "issued", "valid_from", "valid_until")
    table = Table(
        [say(name) for name in names],
        rows,
        empty=say("no_lots"),
        intro=say("lots_intro"),
        actions=[Link(say("lot-new"), "lot-new", icon="add", primary=True)],
    )
    return Shown("console/list.html", {"table": table})


def lot(request: HttpRequest, desk: Desk, lot: str) -> Shown:
    program = program_of(desk)
    found = desk.run(queries.lot(desk.program.id, lot))
    rows: list[tuple[str, Any]] = [
        (say("voucher"), Voice(program, tongue()).voucher(found.voucher)),
        (say("state"), badge(say(f"state_{found.state}"), TONES[found.state])),
        (say("source"), say(f"source_{found.source}")),
        (say("issued"), number(found.issued)),
        (say("used"), say("not_counted") if found.used is None else number(found.used)),
        (say("uses"), say("any") if found.uses is None else number(found.uses)),
        (say("per_member"), say("any") if found.per_member is None else number(found.per_member)),
        (say("valid_from"), moment(found.valid_from, desk.program.timezone)),
    ]
    if found.valid_until:
        rows.append((say("valid_until"), ending(found.valid_until, desk.program.timezone)))
    after = request.GET.get("after", "")
    page = desk.run(queries.lot_codes(desk.program.id, lot, after, _CODES))
    codes = [
        (
            code(one.code),
            say("any") if one.uses_left is None else number(one.uses_left),
            _member(one.member, desk),
        )
        for one in page.codes
    ]
    table = Table(
        [say(name) for name in ("code", "uses_left", "member")], codes, empty=say("no_codes"),
        further=f"?after={page.next}" if page.next else "", further_label=say("further"),
    )  # fmt: skip
    buttons = [
        Link(say("lot-state"), "lot-state", {"lot": lot}, "pause_circle"),
        Link(say("lot-export"), "lot-export", {"lot": lot}, "download"),
    ]
    return sheet([Facts(say("what"), rows), Listing(say("codes"), table)], title=lot,
                 actions=buttons)  # fmt: skip


def lot_new(request: HttpRequest, desk: Desk) -> Shown | Done:
    program = program_of(desk)
    names = [(key, one.name.get(tongue(), key)) for key, one in program.rules.vouchers.items()]
    form = LotForm(request, names)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = _made(desk, form)
        except FileRefused as refused:
            for fault in refused.faults[:20]:
                form.add_error("file", say("in_line", what=fault.words(tongue())))
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            details = {"issued": made.issued, "voucher": made.voucher}
            return Done(
                given["lot"], to="lot", message=say("lot_made", count=number(made.issued)),
                details=details, parts={"lot": given["lot"]},
            )  # fmt: skip
    return form_page(form, intro=say("lot_new_intro"))


def lot_state(request: HttpRequest, desk: Desk, lot: str) -> Shown | Done:
    found = desk.run(queries.lot(desk.program.id, lot))
    form = StateForm(request, found.state)
    if form.is_valid():
        try:
            body = convert({"state": form.cleaned_data["state"]}, LotStateIn)
            carry_out(desk, SetLotState(lot, body, caller_of(desk), key=form.key, at=seconds(desk)))
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            return Done(lot, to="lot", message=say("state_changed"), parts={"lot": lot},
                        details={"state": body.state})  # fmt: skip
    return form_page(form, title=lot, intro=say("state_intro"))


def lot_export(request: HttpRequest, desk: Desk, lot: str) -> Shown | HttpResponse:
    """The codes as a file for a spreadsheet. They are worth something, so it is written down."""
    desk.run(queries.lot(desk.program.id, lot))
    if request.method != "POST":
        context = {"question": say("export_sure"), "yes": say("export_yes")}
        return Shown("console/sure.html", context, title=lot)
    out = io.StringIO(newline="")
    count = write(out, desk.program.id, lot, desk.run)
    done = Done(lot, details={"codes": count})
    return File(out.getvalue().encode("utf-8-sig"), f"{lot}.csv", "text/csv", done)


def _made(desk: Desk, form: LotForm) -> LotOut:
    """Make or bring in the codes of a lot, in the page's transaction: all of them or none."""
    given = form.cleaned_data
    asked = LotIn(
        given["lot"], given["voucher"], prefix=given["before"] or None, uses=given["uses"],
        per_member=given["per_member"],
    )  # fmt: skip
    program_id, codes = desk.program.id, None
    pairs: list[tuple[str, UUID | None]]
    if given["file"]:
        codes = _read(given["file"])
        copied = (len(codes), digest(codes))
    else:
        copied = (given["count"], b"")
    operation = MakeLot(asked, caller_of(desk), key=None, at=seconds(desk), copied=copied)
    with transaction.atomic():
        made = json.decode(carry_out(desk, operation).text, type=LotOut)
        if operation.recorded:
            if codes is not None:
                desk.run(settle(program_id, codes, asked.prefix or ""))
                pairs = [(one.code, one.member_id) for one in codes]
            else:
                pairs = [(one, None) for one in generate(given["count"], asked.prefix or "")]
            desk.run(_add(program_id, made, pairs))
    return made


def _add(program_id: UUID, lot: LotOut, pairs: Sequence[tuple[str, UUID | None]]) -> Steps[None]:
    for part in batched(pairs, _AT_ONCE):
        codes, members = (list(column) for column in zip(*part, strict=True))
        yield Step(
            queries.SQL["add_codes"],
            (program_id, lot.voucher, lot.lot, lot.uses, lot.valid_from, lot.valid_until, codes,
             members),
        )  # fmt: skip


def _read(upload: Any) -> Any:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        for part in upload.chunks():
            file.write(part)
        file.flush()
        return read(Path(file.name), "PL")


def _member(member_id: Any, desk: Desk) -> Any:
    if member_id is None:
        return ""
    return link(say("open"), "member", member_id=member_id) if desk.may("members-see") else (
        say("given_to_one")
    )  # fmt: skip


PAGES = [
    Page("lots/", "lots", lots, "vouchers-see",
         place=Place("program", 50, "confirmation_number")),
    Page("lots/new/", "lot-new", lot_new, "vouchers-change", "lot-made", below="lots"),
    Page("lots/<slug:lot>/", "lot", lot, "vouchers-see", below="lots"),
    Page("lots/<slug:lot>/state/", "lot-state", lot_state, "vouchers-change", "lot-changed",
         below="lots"),
    Page("lots/<slug:lot>/export/", "lot-export", lot_export, "vouchers-change", "lot-exported",
         below="lots"),
]  # fmt: skip
