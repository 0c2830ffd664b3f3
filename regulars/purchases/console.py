"""Pages: purchases and returns, and why each was decided as it was."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django import forms
from django.http import HttpRequest

from regulars.activities.pages import context_of, file_links, program_of
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.money import digits_of
from regulars.kit.pages import (
    Desk,
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
from regulars.kit.parts import (
    Facts,
    Filter,
    Happening,
    Listing,
    Note,
    Story,
    money,
    number,
    sheet,
)
from regulars.kit.periods import zone
from regulars.kit.problems import NotFound
from regulars.kit.steps import Step, Steps
from regulars.members.queries import called
from regulars.organizations.queries import shops as shops_of
from regulars.purchases.queries import SQL, ExplanationOut, explanation, find, said_of
from regulars.purchases.wire import DecisionOut

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
VOICES = ("cashier", "member", "developer")
_ROWS, _LOOKED_AT = 50, 5_000


class FilterForm(forms.Form):
    receipt = forms.CharField(required=False, max_length=64, label=word("receipt"))
    kind = forms.ChoiceField(required=False, label=word("kind"))
    shop = forms.ChoiceField(required=False, label=word("shop"))
    day = forms.DateField(
        required=False, label=word("day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    least = forms.DecimalField(required=False, min_value=0, max_digits=12, label=word("least"))

    def __init__(self, *args: Any, shops: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", say("kind_any")), *((k, say(k)) for k in ("purchase", "return"))]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        here = [("", say("shop_any")), *((one.code, f"{one.code} {one.name}") for one in shops)]
        self.fields["shop"].choices = here  # type: ignore[attr-defined]


def purchases(request: HttpRequest, desk: Desk) -> Shown:
    program = program_of(desk)
    shops = _shops(desk)
    form = FilterForm(request.GET or None, shops=shops)
    asked = form.cleaned_data if form.is_valid() else {}
    codes = [one.code for one in shops] if desk.shops else None
    if asked.get("shop"):
        codes = [asked["shop"]]
    before, first = _id(request.GET.get("before")), None
    if asked.get("day"):
        first, after = _bounds(asked["day"], program.timezone)
        before = min(before, after) if before else after
    least = int((asked.get("least") or 0) * 10 ** _digits(program))
    rows, last = desk.run(
        _page(desk.program.id, before, first, codes, asked.get("kind", ""), least)
    )
    if asked.get("receipt"):
        rows, last = desk.run(_of_receipt(desk.program.id, codes, asked["receipt"])), None
    names = _called(desk, (row[2] for row in rows))
    further = {key: value for key, value in request.GET.items() if key != "before"}
    table = Table(
        [say(name) for name in ("when", "kind", "shop", "receipt", "member", "list", "paid")],
        [_row(row, program, desk, names) for row in rows],
        empty=say("none_found") if request.GET else say("none_yet"),
        further="?" + urlencode({**further, "before": str(last)}) if last else "",
        further_label=say("earlier"),
    )
    parts = [Filter(form, say("filter")), Listing("", table)]
    ways = [
        *file_links("purchases", *([] if desk.shops else ["import"]), "export"),
        *file_links("lines", "export", of="lines"),
    ]
    return sheet(parts, actions=ways, intro=say("purchases_intro"))


def purchase(request: HttpRequest, desk: Desk, activity_id: UUID) -> Shown:
    context = context_of(desk)
    row = desk.run(find(desk.program.id, activity_id))
    if desk.shops and row[4] not in {one.code for one in _shops(desk)}:
        raise NotFound("It was not bought in your shops.")
    if not row[9]:
        return _other(row, desk)
    voice = request.GET.get("voice", VOICES[0])
    if voice not in VOICES:
        raise NotFound("There is no such voice.")
    revisions = context.revisions
    program = revisions.number(row[7])
    told = desk.run(
        explanation(desk.program.id, activity_id, revisions, tongue(), voice)  # type: ignore[arg-type]
    )
    decision = said_of(row, revisions)
    assert isinstance(decision, DecisionOut)
    names = dict(desk.run(_names(desk.program.id, [one.sku for one in decision.lines])))
    back = desk.run(_returns(desk.program.id, activity_id))
    parts = [
        _facts(row, decision, program, desk),
        _earned(decision, program),
        Listing(say("lines"), _lines(decision, program, names)),
        *_back(back, program, desk),
        *([] if told.identical else [Note(say("not_identical"), "bad")]),
        _why(told, voice),
    ]
    receipt = say("receipt_is", receipt=row[6]) if row[6] else say("purchase")
    return sheet(parts, title=receipt)


def _page(
    program_id: UUID, before: UUID | None, first: UUID | None, shops: list[str] | None, kind: str,
    least: int,
) -> Steps[tuple[list[Any], UUID | None]]:  # fmt: skip
    """Rows, and the id before which the page that follows begins; None on the last."""
    rows = yield Step(
        SQL["page"],
        (program_id, before, first, shops, kind, least, _LOOKED_AT, _ROWS + 1),
    )
    found = [row[2:] for row in rows if row[2] is not None]
    if len(found) > _ROWS:
        return found[:_ROWS], found[_ROWS - 1][0]
    return found, rows[0][0] if rows[0][1] == _LOOKED_AT else None


def _of_receipt(program_id: UUID, shops: list[str] | None, receipt: str) -> Steps[list[Any]]:
    rows = yield Step(SQL["with_receipt"], (program_id, receipt, shops))
    return rows


def _names(program_id: UUID, skus: list[str]) -> Steps[list[Any]]:
    return (yield Step(SQL["names"], (program_id, skus)))


def _returns(program_id: UUID, activity_id: UUID) -> Steps[list[Any]]:
    return (yield Step(SQL["returns_of"], (program_id, activity_id)))


def _shops(desk: Desk) -> list[Any]:
    found = desk.run(shops_of(desk.organization_id))
    return [one for one in found if not desk.shops or one.id in desk.shops]


def _row(row: Any, program: Program, desk: Desk, names: dict[UUID, str]) -> tuple[Any, ...]:
    id_, kind, member_id, at, shop, _, receipt, listed, paid, refers_to = row
    who = "" if member_id is None else _member(member_id, desk, names)
    leads = refers_to if kind == "return" else id_
    return (
        link(moment(at, desk.timezone), "purchase", activity_id=leads),
        badge(say(kind), "plain" if kind == "purchase" else "busy"),
        shop,
        code(receipt) if receipt else "",
        who,
        money(listed, program.currency) if kind == "purchase" else "",
        money(paid, program.currency) if kind == "purchase" else "",
    )


def _called(desk: Desk, members: Iterable[UUID | None]) -> dict[UUID, str]:
    return desk.run(called(desk.program.id, members)) if desk.may("members-see") else {}


def _member(member_id: UUID, desk: Desk, names: dict[UUID, str]) -> Any:
    if not desk.may("members-see"):
        return say("with_member")
    return link(names.get(member_id) or say("open"), "member", member_id=member_id)


def _facts(row: Any, decision: DecisionOut, program: Program, desk: Desk) -> Facts:
    currency = program.currency
    rows: list[tuple[str, Any]] = [
        (say("when"), moment(datetime.fromtimestamp(row[3], UTC), desk.timezone)),
        (say("shop"), row[4]),
        (say("till"), row[5]),
        (
            say("member"),
            _member(row[1], desk, _called(desk, row[1:2])) if row[1] else say("nobody"),
        ),
        (say("list"), money(decision.list_minor, currency)),
        (say("discount"), money(-decision.discount_minor, currency)),
        (say("paid"), money(decision.paid_minor, currency)),
    ]
    rows += [
        (say("tender"), f"{one.tender} {money(one.amount_minor, currency)}")
        for one in decision.payments
    ]
    rows += [(say("revision"), number(row[7])), (say("id"), code(row[0]))]
    return Facts(say("purchase"), [(name, value) for name, value in rows if value != ""])


def _earned(decision: DecisionOut, program: Program) -> Facts:
    voice = Voice(program, tongue())
    rows: list[tuple[str, Any]] = [
        (voice.plenty(asset).capitalize(), f"+{number(amount)}")
        for asset, amount in decision.earned.items()
    ]
    rows += [(say("voucher"), voice.voucher(one.voucher)) for one in decision.vouchers]
    rows += [(say("gift"), code(f"{one.quantity} × {one.sku}")) for one in decision.gifts]
    rows += [(say("message"), one.text.get(tongue(), "")) for one in decision.messages]
    return Facts(say("earned"), rows or [(say("earned_nothing"), "")])


def _lines(decision: DecisionOut, program: Program, names: dict[str, str]) -> Table:
    voice = Voice(program, tongue())
    rows = [
        (
            names.get(one.sku) or code(one.sku),
            number(one.quantity),
            money(one.amount_minor, program.currency),
            ", ".join(
                f"{voice.campaign(id_)}: {money(-off, program.currency)}"
                for id_, off in one.discounts.items()
            ),
            money(one.paid_minor, program.currency),
        )
        for one in decision.lines
    ]
    return Table([say(n) for n in ("article", "units", "list", "discounts", "paid")], rows, "")


def _back(found: list[Any], program: Program, desk: Desk) -> Iterator[Listing]:
    if found:
        rows = []
        for _, at, shop, _, answer in found:
            told = msgspec.json.decode(answer)
            goods = ", ".join(f"{one['quantity']} × {one['sku']}" for one in told.get("lines", ()))
            rows.append(
                (
                    moment(datetime.fromtimestamp(at, UTC), desk.timezone),
                    shop,
                    code(goods),
                    money(told.get("refund_minor", 0), program.currency),
                )
            )
        names = [say(name) for name in ("when", "shop", "brought_back", "refund")]
        yield Listing(say("returns"), Table(names, rows, empty=""))


def _why(told: ExplanationOut, voice: str) -> Story:
    lines = [
        Happening(
            one.rule, f"{one.name}: {one.why}", "", "good" if one.applied else "",
            "check_circle" if one.applied else "radio_button_unchecked",
        )
        for one in sorted(told.campaigns, key=lambda one: not one.applied)
    ]  # fmt: skip
    lines += [Happening("", f"{one.name}: {one.text}", "", "", "flag") for one in told.progress]
    other = VOICES[(VOICES.index(voice) + 1) % len(VOICES)]
    return Story(
        say("why"), lines, empty=say("why_empty"), further=f"?voice={other}",
        further_label=say(f"voice_{other}"),
    )  # fmt: skip


def _other(row: Any, desk: Desk) -> Shown:
    rows: list[tuple[str, Any]] = [
        (say("when"), moment(datetime.fromtimestamp(row[3], UTC), desk.timezone)),
        (say("shop"), row[4]),
        (say("kind"), code(row[2])),
        (
            say("member"),
            _member(row[1], desk, _called(desk, row[1:2])) if row[1] else say("nobody"),
        ),
        (say("id"), code(row[0])),
    ]
    if row[11] is not None:
        rows.append((say("refers_to"), link(say("open"), "purchase", activity_id=row[11])))
    return sheet([Facts(say("activity"), rows)], title=say("activity"))


def _bounds(day: date, timezone: str) -> tuple[UUID, UUID]:
    """Ids from the beginning of a local day to its end (UUIDv7)."""
    begins = datetime(day.year, day.month, day.day, tzinfo=zone(timezone))
    ends = begins + timedelta(days=1)
    first, last = (
        UUID(int=int(at.astimezone(UTC).timestamp() * 1000) << 80) for at in (begins, ends)
    )
    return first, last


def _digits(program: Program) -> int:
    return digits_of(program.currency)


def _id(text: str | None) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is nothing before this.") from None


PAGES = [
    Page("purchases/", "purchases", purchases, "purchases-see",
         place=Place("members", 20, "receipt_long")),
    Page("purchases/<uuid:activity_id>/", "purchase", purchase, "purchases-see",
         below="purchases"),
]  # fmt: skip
