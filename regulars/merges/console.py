"""Pages: find the other membership of the same person, compare, merge."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django import forms
from django.http import HttpRequest

from regulars.activities.pages import Once, carry_out, program_of, seconds, told
from regulars.care.actions import title_of
from regulars.care.search import Row, name_of
from regulars.care.search import find as search
from regulars.engine.climbing import tier_name
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.pages import (
    Desk,
    Done,
    Link,
    Page,
    Shown,
    Table,
    code,
    labels_of,
    link,
    long,
    tongue,
    words_of,
)
from regulars.kit.parts import Filter, Listing, money, number, sheet
from regulars.kit.problems import Problem
from regulars.members.queries import find
from regulars.merges.operations import Merge
from regulars.merges.queries import Side, sides
from regulars.staff.operations import refuse_own_account

say = words_of(__package__ or "")
label = labels_of(__package__ or "")
_MOST = 20


class OtherForm(forms.Form):
    """Who the other one is."""

    q = forms.CharField(
        max_length=200, required=False, label=label("search"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip


class SureForm(Once):
    """Asked once more."""

    same = forms.BooleanField(label=label("merge_sure"))


def choose(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown:
    """Find the one that is to go over to this one."""
    program = program_of(desk)
    kept = desk.run(find(desk.program.id, member_id))
    form = OtherForm(request.GET or None)
    asked = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = desk.run(search(desk.program.id, asked, _MOST)) if asked else []
    table = Table(
        [say(name) for name in ("who", "card", "joined", "purchases", "spend")],
        [_row(one, member_id, program) for one in found
         if one.id != member_id and one.status not in ("merged", "erased")],
        empty=say("nobody_found", text=asked) if asked else say("ask"),
    )  # fmt: skip
    parts = [Filter(form, say("find")), Listing("", table)]
    return sheet(parts, title=title_of(kept), intro=say("merge_intro"))


def merge(
    request: HttpRequest, desk: Desk, member_id: UUID, other_id: UUID
) -> Shown | Done:  # fmt: skip
    """Both side by side, and what the survivor has afterwards; then merged."""
    program = program_of(desk)
    kept, gone = desk.run(sides(desk.program.id, member_id, other_id))
    form = SureForm(request)
    if form.is_valid():
        try:
            for one in (member_id, other_id):
                desk.run(
                    refuse_own_account(
                        staff_id=desk.staff_id, program_id=desk.program.id, member_id=one
                    )
                )
            at, who = seconds(desk), desk.who
            carry_out(desk, Merge(member_id, other_id, key=form.key, at=at, actor=who))
        except Problem as problem:
            reason = problem.extra.get("reason")
            form.add_error(None, say(f"not_{reason}") if reason else told(problem))
        else:
            return Done(
                str(member_id), to="member", message=say("merged"), parts={"member_id": member_id},
                details={"merged": str(other_id)},
            )  # fmt: skip
    table = Table(
        [say(name) for name in ("what", "stays", "goes", "afterwards")],
        list(_compared(kept, gone, program)),
        empty="",
    )
    turn = {"member_id": other_id, "other_id": member_id}
    context = {
        "form": form, "part": Listing("", table), "intro": say("preview_intro"),
        "yes": say("merge_yes"),
        "actions": [Link(say("turn"), "member-merge-with", turn, "swap_horiz")],
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return Shown("console/agree.html", context, status=status, title=_name(kept))


def _row(one: Row, member_id: UUID, program: Program) -> tuple[Any, ...]:
    name = one.name or say("anonymous")
    return (
        link(name, "member-merge-with", member_id=member_id, other_id=one.id),
        code(one.card) if one.card else "",
        _day(one.joined_at),
        number(one.purchases),
        money(one.spend_minor, program.currency),
    )


def _compared(kept: Side, gone: Side, program: Program) -> Iterator[tuple[Any, ...]]:
    """A line for each thing both may have."""
    voice = Voice(program, tongue())
    both = {**gone.attributes, **kept.attributes}
    yield say("names"), _name(kept), _name(gone), name_of(both) or say("anonymous")
    contacts = [", ".join(value for _, value, status in one.identifiers if status == "active")
                for one in (kept, gone)]  # fmt: skip
    yield say("contacts"), *map(long, (*contacts, ", ".join(filter(None, contacts))))
    first = min(kept.joined_at, gone.joined_at)
    yield say("joined"), _day(kept.joined_at), _day(gone.joined_at), _day(first)
    yield _sum("purchases", kept.purchases, gone.purchases)
    spent = (kept.spend_minor, gone.spend_minor, kept.spend_minor + gone.spend_minor)
    yield say("spend"), *(money(amount, program.currency) for amount in spent)
    for asset in sorted({*kept.accounts, *gone.accounts}):
        if asset in program.assets:
            has = [_balance(one, asset) for one in (kept, gone)]
            yield asset_name(voice, asset), *(number(amount) for amount in (*has, sum(has)))
    if program.rules.tiers:
        tiers = [tier_name(program, one.tier, tongue()) if one.tier else "" for one in (kept, gone)]
        yield say("tier"), *tiers, say("higher")
    yield _sum("vouchers", kept.vouchers, gone.vouchers)
    yield _sum("reserved", kept.reserved, gone.reserved)
    yield _sum("friends", kept.friends, gone.friends)
    homes = [one.household is not None for one in (kept, gone)]
    yield say("household"), *(say("yes" if home else "no") for home in (*homes, any(homes)))


def asset_name(voice: Voice, asset: str) -> str:
    """What an asset is called, without a number."""
    return voice.asset(2, asset).lstrip("2").strip()


def _sum(word: str, one: int, other: int) -> tuple[Any, ...]:
    return say(word), number(one), number(other), number(one + other)


def _balance(one: Side, asset: str) -> int:
    pending, available, held, owed = one.accounts.get(asset, (0, 0, 0, 0))
    return pending + available + held - owed


def _name(one: Side) -> str:
    cards = [value for kind, value, status in one.identifiers if kind == "card"]
    return name_of(one.attributes) or next(iter(cards), "") or say("anonymous")


def _day(at: Any) -> str:
    return format_date(at, "medium", locale=tongue())


PAGES = [
    Page("members/<uuid:member_id>/merge/", "member-merge", choose, "members-merge",
         below="members"),
    Page("members/<uuid:member_id>/merge/<uuid:other_id>/", "member-merge-with", merge,
         "members-merge", "member-merged", below="members"),
]  # fmt: skip
