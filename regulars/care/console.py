"""Pages: members, found by anything, with their whole story and what may be done about it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from babel.dates import format_date
from django.conf import settings
from django.http import HttpRequest

from regulars.activities.pages import context_of, file_links, program_of, seconds
from regulars.care import actions
from regulars.care.actions import title_of
from regulars.care.forms import SearchForm
from regulars.care.own import own
from regulars.care.search import Row, find, newest
from regulars.care.story import PAGE, Whole, reasons, whole, words
from regulars.engine.climbing import tier_name
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.pages import (
    Desk,
    Link,
    Page,
    Place,
    Shown,
    Table,
    badge,
    code,
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
    Meter,
    Meters,
    Story,
    money,
    number,
    sheet,
)
from regulars.kit.problems import NotFound
from regulars.members.queries import Happened

say = words_of(__package__ or "")

_ROWS = 50
_ATTRIBUTES = {"name": "full_name", "first_name": "first_name", "last_name": "last_name",
               "birthday": "birthday", "language": "language"}  # fmt: skip
"""What pages and tills ask of members, by its word."""
TONES = {"active": "good", "blocked": "bad", "ended": "plain", "closed": "plain", "lost": "bad",
         "replaced": "plain", "merged": "plain", "erased": "plain"}  # fmt: skip
_ICONS = {
    "purchase": "shopping_bag", "return": "undo", "redeem": "redeem", "settle": "redeem",
    "void": "undo", "expire": "hourglass_bottom", "correct": "edit", "join": "person_add",
    "register": "badge", "block": "block", "unblock": "lock_open", "transfer": "swap_horiz",
    "donate": "volunteer_activism", "redeem_voucher": "confirmation_number",
    "tier": "military_tech", "reward_ready": "inventory_2", "reward_sent": "local_shipping",
    "reward_return": "assignment_return",
    "replace_identifier": "credit_card", "block_identifier": "credit_card_off",
    "lose_card": "credit_card_off", "block_card": "credit_card_off",
}  # fmt: skip


def members(request: HttpRequest, desk: Desk) -> Shown:
    form = SearchForm(request.GET or None)
    asked = form.cleaned_data["q"].strip() if form.is_valid() else ""
    before = _id(request.GET.get("before"))
    program = program_of(desk)
    if asked:
        found = desk.run(find(desk.program.id, asked, _ROWS + 1))
        empty = say("nobody_found", text=asked)
    else:
        found = desk.run(newest(desk.program.id, before, _ROWS + 1))
        empty = say("nobody_yet")
    more = len(found) > _ROWS
    table = Table(
        [say(name) for name in
         ("who", "kind_card", "status", "tier", "joined", "purchases", "spend", "last_purchase")],
        [_row(one, program, desk) for one in found[:_ROWS]],
        empty=empty,
        intro=say("too_many") if asked and more else "",
        further="?" + urlencode({"before": found[_ROWS - 1].id}) if more and not asked else "",
        further_label=say("further"),
    )  # fmt: skip
    new = Link(say("member-new"), "member-new", icon="person_add", primary=True)
    parts = [Filter(form, say("find")), Listing("", table)]
    ways = file_links("members", "import", "export")
    return sheet(parts, actions=[new, *ways], intro=say("members_intro"))


def member(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown:
    context = context_of(desk)
    _, program = context.revisions.at(seconds(desk))
    before = _id(request.GET.get("before"))
    found = desk.run(whole(desk.program.id, member_id, program, seconds(desk), tongue(), before))
    voice = Voice(program, tongue())
    parts = [
        *_merged(found),
        _standing(found, program, desk),
        _identifiers(found, desk),
        *_assets(found, voice),
        *_tier(found, program),
        *_progress(found),
        *_household(found, program),
        *_vouchers(found, voice, desk),
        _story(found, context.revisions, desk),
    ]
    buttons = [
        Link(say("member-correct"), "member-correct", {"member_id": member_id}, "edit", True),
        Link(say("member-register"), "member-register", {"member_id": member_id}, "badge"),
        Link(say("member-replace"), "member-replace", {"member_id": member_id}, "credit_card"),
        Link(say("unblock" if found.member.status == "blocked" else "block"), "member-block",
             {"member_id": member_id}, "block"),
        Link(say("member-own"), "member-own", {"member_id": member_id}, "badge"),
        Link(say("member-merge"), "member-merge", {"member_id": member_id}, "merge"),
        Link(say("member-export"), "member-export", {"member_id": member_id}, "download"),
        Link(say("member-erase"), "member-erase", {"member_id": member_id}, "delete_forever"),
    ]  # fmt: skip
    return sheet(parts, title=title_of(found.member), actions=buttons)


def _merged(found: Whole) -> Iterator[Any]:
    """Where everything is of a membership that was merged."""
    if found.member.merged_into is not None:
        yield Facts(
            say("merged_into"),
            [(say("to_survivor"), link(found.member.merged_into, "member",
                                       member_id=found.member.merged_into))],
            wide=True,
        )  # fmt: skip


def _row(one: Row, program: Program, desk: Desk) -> tuple[Any, ...]:
    return (
        link(one.name or say("anonymous"), "member", member_id=one.id),
        code(one.card) if one.card else "",
        badge(say(f"status_{one.status}"), TONES[one.status]),
        tier_name(program, one.tier, tongue()) if one.tier else "",
        _day(one.joined_at),
        number(one.purchases),
        money(one.spend_minor, program.currency),
        _day(one.last_purchase_at) if one.last_purchase_at else "",
    )


def _standing(found: Whole, program: Program, desk: Desk) -> Facts:
    one = found.member
    rows: list[tuple[str, Any]] = [
        (say("status"), badge(say(f"status_{one.status}"), TONES[one.status])),
        (say("known"), say("known_yes" if one.registered else "known_no")),
        (say("joined"), moment(one.joined_at, desk.timezone)),
        (say("purchases"), number(one.purchases)),
        (say("spend"), money(one.spend_minor, program.currency)),
    ]
    if one.last_purchase_at:
        rows.append((say("last_purchase"), moment(one.last_purchase_at, desk.timezone)))
    rows += [_attribute(name, str(value)) for name, value in sorted(one.attributes.items())]
    if one.children:
        rows.append((say("children"), ", ".join(one.children)))
    if one.segments:
        rows.append((say("segments"), ", ".join(one.segments)))
    rows.append((say("number"), code(one.id)))
    return Facts(say("person"), rows)


def _identifiers(found: Whole, desk: Desk) -> Facts:
    rows = [
        (
            say(f"kind_{one.kind}"),
            code(one.value)
            if one.status == "active"
            else badge(f"{one.value} · {say(f'status_{one.status}')}", TONES[one.status]),
        )
        for one in found.member.identifiers
    ]
    return Facts(say("identifiers"), rows)


def _assets(found: Whole, voice: Voice) -> Iterator[Facts]:
    """A card for each asset: what there is, and each part of it with its day."""
    for one in found.balances.assets:
        rows: list[tuple[str, Any]] = [(say("available"), number(one.available))]
        for name in ("pending", "held", "owed"):
            if amount := getattr(one, name):
                rows.append((say(name), number(amount)))
        rows += [
            (say("matures", day=_day(part.first_day)), number(part.amount)) for part in one.maturing
        ]
        rows += [
            (say("expires", day=_day(part.last_day)), number(part.amount)) for part in one.expiring
        ]
        title = voice.plenty(one.asset) if one.asset in voice.program.assets else one.asset
        yield Facts(title[:1].upper() + title[1:], rows)


def _attribute(name: str, value: str) -> tuple[Any, str]:
    """What may be known of anybody, in words; what a program made up by its name there."""
    if name == "birthday":
        with suppress(ValueError):
            value = _day(date.fromisoformat(value))
    elif name == "language":
        value = dict(settings.LANGUAGES).get(value, value)
    return say(_ATTRIBUTES[name]) if name in _ATTRIBUTES else code(name), value


def _named(program: Program, tier: str | None) -> str:
    return tier_name(program, tier, tongue()) if tier else say("no_tier")


def _tier(found: Whole, program: Program) -> Iterator[Any]:
    tier = found.tier
    if tier is None:
        return
    rows: list[tuple[str, Any]] = [(say("tier"), tier.name or say("no_tier"))]
    if tier.until:
        rows.append((say("tier_until"), _day(tier.until)))
    rows += [(say("benefit"), text) for text in tier.benefits]
    rows += [(say("to_come"), step.text) for step in tier.progress if step.text]
    rows += [
        (
            _day(change.at),
            f"{_named(program, change.tier)}: {change.why} {change.note}".strip(": "),
        )
        for change in tier.changes[:8]
    ]
    yield Facts(say("tier"), rows)


def _progress(found: Whole) -> Iterator[Meters]:
    told = found.progress
    meters = [Meter(card.name, card.stamps, card.size, card.text) for card in told.stamp_cards]
    for one in told.challenges:
        goals = one.goals[:1] if len(one.goals) == 1 else []
        done, of = (goals[0].done, goals[0].of) if goals else (
            sum(goal.done >= goal.of for goal in one.goals), len(one.goals)
        )  # fmt: skip
        state = "" if one.state == "open" else f"{say(f'challenge_{one.state}')} · "
        meters.append(Meter(one.name, min(done, of), of, state + one.text))
    meters += [Meter(one.name, 0, 0, one.text) for one in told.streaks]
    meters += [Meter(one.name, 0, 0, say("badge_since", day=_day(one.since_at)))
               for one in told.badges]  # fmt: skip
    if meters:
        yield Meters(say("progress"), meters)


def _household(found: Whole, program: Program) -> Iterator[Facts]:
    if found.member.household is None:
        return
    rows: list[tuple[str, Any]] = [(say("role"), say(f"role_{found.member.household_role}"))]
    for _, id_, role, name in found.housemates:
        who = link(name or say("anonymous"), "member", member_id=id_)
        rows.append((say(f"role_{role}"), who))
    kinds = {kind for kind, *_ in found.housemates}
    names = [
        program.rules.households[kind].name.get(tongue(), kind)
        for kind in kinds & program.rules.households.keys()
    ]
    yield Facts(next(iter(names), say("household")), rows)


def _vouchers(found: Whole, voice: Voice, desk: Desk) -> Iterator[Listing]:
    if found.vouchers:
        rows = [
            (
                code(one.code),
                voice.voucher(one.voucher),
                say("unlimited") if one.uses_left is None else number(one.uses_left),
                _day(one.valid_from),
                _day(one.valid_until) if one.valid_until else "",
            )
            for one in found.vouchers
        ]
        names = ("voucher_code", "voucher", "uses_left", "valid_from", "valid_until")
        yield Listing(say("vouchers"), Table([say(name) for name in names], rows, empty=""))


def _story(found: Whole, revisions: Any, desk: Desk) -> Story:
    page = found.happened[:PAGE]
    return Story(
        say("story"),
        [_happening(item, revisions, desk) for item in page],
        empty=say("story_empty"),
        why=say("reasons"),
        further=f"?before={page[-1].id}" if len(found.happened) > PAGE else "",
        further_label=say("earlier"),
    )


def _happening(item: Happened, revisions: Any, desk: Desk) -> Happening:
    text = words(item, revisions, tongue())
    gained = sum(amount for _, _, amount in item.amounts)
    paid = money(item.paid_minor, desk.program.currency) if item.kind == "purchase" else ""
    shop = say("in_shop", shop=item.shop) if item.shop else ""
    receipt = say("receipt", receipt=item.receipt) if item.receipt else ""
    return Happening(
        moment(datetime.fromtimestamp(item.occurred_at, UTC), desk.timezone),
        link(text, "purchase", activity_id=item.id)
        if item.kind == "purchase" and desk.may("purchases-see")
        else text,
        " · ".join(filter(None, (paid, shop, receipt))),
        "good" if gained > 0 else "bad" if gained < 0 else "",
        _ICONS.get(item.kind, "circle"),
        reasons(item, revisions, tongue()),
    )


def _day(at: Any) -> str:
    return format_date(at, "medium", locale=tongue())


def _id(text: str | None) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is nothing before this.") from None


PAGES = [
    Page("members/", "members", members, "members-see", place=Place("members", 10, "group")),
    Page("members/new/", "member-new", actions.join, "members-change", "member-joined",
         below="members"),
    Page("members/<uuid:member_id>/", "member", member, "members-see", below="members"),
    Page("members/<uuid:member_id>/correct/", "member-correct", actions.correct, "members-correct",
         "member-corrected", below="members"),
    Page("members/<uuid:member_id>/block/", "member-block", actions.block, "members-change",
         "member-blocked", below="members"),
    Page("members/<uuid:member_id>/register/", "member-register", actions.register,
         "members-change", "member-registered", below="members"),
    Page("members/<uuid:member_id>/replace/", "member-replace", actions.replace, "members-change",
         "member-replaced", below="members"),
    Page("members/<uuid:member_id>/own/", "member-own", own, "staff-change", "member-marked",
         below="members"),
]  # fmt: skip
