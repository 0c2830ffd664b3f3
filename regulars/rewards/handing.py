"""Pages: what waits to be handed over, and one redemption on its way into hands."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest

from regulars.activities.pages import (
    Once,
    caller_of,
    carry_out,
    file_links,
    form_page,
    program_of,
    seconds,
)
from regulars.activities.pages import told as in_words
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
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
    link,
    moment,
    tongue,
    words_of,
)
from regulars.kit.parts import Facts, Filter, Happening, Listing, Story, money, sheet
from regulars.kit.problems import Conflict, NotFound, Problem
from regulars.members.queries import called
from regulars.rewards.forms import PaidForm, ReturnForm, SendForm, WaitingForm
from regulars.rewards.fulfilment import MakeReady, Return, Send
from regulars.rewards.operations import Settle, Void
from regulars.rewards.queries import Redemption, rows_of
from regulars.rewards.queries import redemption as find
from regulars.rewards.wire import CloseIn, ReturnIn, SendIn
from regulars.staff.queries import acts_on_own_account

say = words_of(__package__ or "")
OPEN = ("to_prepare", "ready")
STATES = (*OPEN, "sent", "handed_over", "returned", "voided", "lapsed")
TONES = {"to_prepare": "busy", "ready": "good", "voided": "plain", "lapsed": "bad",
         "returned": "plain"}  # fmt: skip
STEPS = {"reward_ready": ("inventory_2", "ready"), "settle": ("redeem", "handed_over"),
         "reward_sent": ("local_shipping", "sent"), "void": ("undo", "voided"),
         "reward_return": ("assignment_return", "returned")}  # fmt: skip


class OwnReward(Conflict):
    code = "own_account"


def redemptions(request: HttpRequest, desk: Desk) -> Shown:
    """What is reserved and not handed over yet, the most urgent first."""
    program = program_of(desk)
    places = sorted({place for one in program.rules.rewards.values() for place in one.places})
    states = [("", say("all_waiting")), *((state, say(f"state_{state}")) for state in STATES)]
    form = WaitingForm(
        request.GET or None, states, [("", say("all_places")), *((one, one) for one in places)]
    )
    asked = form.cleaned_data if form.is_valid() else {}
    state, place = asked.get("state") or "", asked.get("place") or ""
    if state and state not in OPEN:
        found = desk.run(rows_of("lately", desk.program.id, state))
        found = [row for row in found if not place or row[3] == place]
    else:
        found = desk.run(rows_of("waiting", desk.program.id, state, place, desk.now))
    until = "since" if state and state not in OPEN else "lapses"
    columns = ("reward", "state", "from_where", "reserved", until, "member")
    names = _called(desk, (row[-1] for row in found))
    table = Table(
        [say(name) for name in columns],
        [_row(program, desk, row, names) for row in found],
        empty=say("no_redemptions"),
    )
    parts = [Filter(form, say("show")), Listing("", table)]
    return sheet(parts, intro=say("redemptions_intro"), actions=file_links("redemptions", "export"))


def _called(desk: Desk, members: Iterable[UUID]) -> dict[UUID, str]:
    return desk.run(called(desk.program.id, members)) if desk.may("members-see") else {}


def _member(desk: Desk, member_id: UUID, names: dict[UUID, str]) -> Any:
    if not desk.may("members-see"):
        return ""
    return link(names.get(member_id) or say("open"), "member", member_id=member_id)


def _row(
    program: Program, desk: Desk, row: Any, names: dict[UUID, str]
) -> tuple[Any, ...]:  # fmt: skip
    id_, reward, state, place, sent, taken_at, at, member_id = row
    return (
        link(name_of(program, reward), "redemption", redemption_id=id_),
        _badge(state),
        say("by_post", place=place) if sent else place,
        moment(taken_at, desk.timezone),
        moment(at, desk.timezone),
        _member(desk, member_id, names),
    )


def redemption(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown:
    program, found = program_of(desk), _one(desk, redemption_id)
    facts = msgspec.json.decode(found.facts)
    voice, zone = Voice(program, tongue()), desk.timezone
    member = _member(desk, found.member_id, _called(desk, [found.member_id]))
    rows: list[tuple[str, Any]] = [
        (say("state"), _badge(found.state)),
        (say("cost"), _cost(voice, program, facts)),
        *([(say("lapses"), moment(found.lapses_at, zone))] if found.lapses_at else []),
        *([(say("from_where"), found.place)] if found.place else []),
        *([(say("deliver_to"), found.deliver_to)] if _may_send(desk, found) else []),
        *([(say("sent_by"), found.sent_by)] if found.sent_by else []),
        *([(say("tracking"), code(found.tracking))] if found.tracking else []),
        *([(say("member"), member)] if member else []),
        (say("number"), code(found.id)),
    ]
    parts = [Facts(say("redemption"), rows), _story(desk, found)]
    actions = [Link(say(name), name, {"redemption_id": redemption_id}, icon, primary)
               for name, icon, primary in _next(found)]  # fmt: skip
    return sheet(parts, title=name_of(program, found.reward), actions=actions)


def _may_send(desk: Desk, found: Redemption) -> bool:
    """The address is for whoever packs the parcel."""
    return bool(found.deliver_to) and desk.may("rewards-hand-over")


def _story(desk: Desk, found: Redemption) -> Story:
    """Each step of the way, the last one first."""
    zone = desk.timezone
    lines = [Happening(moment(found.taken_at, zone), say("state_taken"), found.shop, icon="redeem")]
    for kind, at, shop, _, facts in desk.run(rows_of("steps", desk.program.id, found.id)):
        icon, state = STEPS[kind]
        why = msgspec.json.decode(facts).get("reason", "") if facts else ""
        note = " · ".join(filter(None, (shop, why)))
        lines.append(Happening(moment(at, zone), say(f"state_{state}"), note, icon=icon))
    if found.state == "lapsed":
        gone = moment(found.changed_at, zone)
        lines.append(Happening(gone, say("state_lapsed"), tone="bad", icon="hourglass_bottom"))
    return Story(say("way"), lines[::-1], empty="", wide=False)


def _next(found: Redemption) -> list[tuple[str, str, bool]]:
    """What can be done now: page, icon, and whether it is what one would do."""
    if found.state not in OPEN:
        back = found.state in ("sent", "handed_over")
        return [("redemption-return", "assignment_return", False)] if back else []
    ready = found.state == "ready"
    steps = [] if ready else [("redemption-ready", "inventory_2", True)]
    if found.deliver_to:
        steps.append(("redemption-send", "local_shipping", ready))
    return [*steps, ("redemption-settle", "redeem", ready and not found.deliver_to),
            ("redemption-void", "undo", False)]  # fmt: skip


def settle(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown | Done:
    found = _one(desk, redemption_id)
    paid, price = _price(desk, found)
    form = PaidForm(request, price)
    return _close(desk, found, form, "settle", Settle, lambda: CloseIn(paid_minor=paid))


def void(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown | Done:
    return _close(desk, _one(desk, redemption_id), Once(request), "void", Void, CloseIn)


def ready(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown | Done:
    return _close(desk, _one(desk, redemption_id), Once(request), "ready", MakeReady, CloseIn)


def send(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown | Done:
    found = _one(desk, redemption_id)
    paid, price = _price(desk, found)
    form = SendForm(request, price)

    def asked() -> SendIn:
        given = form.cleaned_data
        return SendIn(given["sent_by"], given["tracking"], paid)

    return _close(desk, found, form, "send", Send, asked)


def take_back(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown | Done:
    form = ReturnForm(request)

    def asked() -> ReturnIn:
        return ReturnIn(form.cleaned_data["restock"], form.cleaned_data["reason"])

    return _close(desk, _one(desk, redemption_id), form, "return", Return, asked)


def _close(
    desk: Desk, found: Redemption, form: Once, what: str, kind: Any, asked: Callable[[], Any]
) -> Shown | Done:
    """A step on the way; never with one's own reward (T18)."""
    where = {"redemption_id": found.id}
    if form.is_valid():
        try:
            _refuse_own(desk, found.member_id)
            carry_out(
                desk, kind(found.id, asked(), caller_of(desk), key=form.key, at=seconds(desk))
            )
        except Problem as problem:
            form.add_error(None, in_words(problem))
        else:
            return Done(str(found.id), "redemption", say(f"{what}_done"), parts=where)
    title = name_of(program_of(desk), found.reward)
    return form_page(
        form, title=title, intro=say(f"{what}_intro"), send=say(f"redemption-{what}"),
        danger=what == "void",
    )  # fmt: skip


def _refuse_own(desk: Desk, member_id: UUID) -> None:
    own = desk.run(
        acts_on_own_account(staff_id=desk.staff_id, program_id=desk.program.id, member_id=member_id)
    )
    if own:
        raise OwnReward(say("own_reward"), told={tongue(): say("own_reward")})


def _one(desk: Desk, redemption_id: UUID) -> Redemption:
    found = None if desk.program is None else desk.run(find(desk.program.id, redemption_id))
    if found is None:
        raise NotFound("There is no such redemption here.")
    return found


def _price(desk: Desk, found: Redemption) -> tuple[int | None, str]:
    price = msgspec.json.decode(found.facts).get("price_minor", 0)
    return price or None, money(price, program_of(desk).currency) if price else ""


def _cost(voice: Voice, program: Program, facts: dict[str, Any]) -> str:
    parts = [voice.asset(amount, asset) for asset, amount in facts["cost"].items()]
    price = facts.get("price_minor", 0)
    return " + ".join([*parts, *([money(price, program.currency)] if price else [])])


def name_of(program: Program, reward: str) -> str:
    rule = program.rules.rewards.get(reward)
    return rule.name.get(tongue(), reward) if rule else reward


def _badge(state: str) -> Any:
    return badge(say(f"state_{state}"), TONES.get(state, "good"))


def _step(name: str, view: Any, writes: str) -> Page:
    path = f"redemptions/<uuid:redemption_id>/{name.partition('-')[2]}/"
    return Page(path, name, view, "rewards-hand-over", writes, below="redemptions")


PAGES = [
    Page("redemptions/", "redemptions", redemptions, "rewards-see",
         place=Place("members", 30, "inventory_2")),
    Page("redemptions/<uuid:redemption_id>/", "redemption", redemption, "rewards-see",
         below="redemptions"),
    _step("redemption-ready", ready, "reward-made-ready"),
    _step("redemption-send", send, "reward-sent"),
    _step("redemption-settle", settle, "reward-handed-over"),
    _step("redemption-void", void, "reward-given-back"),
    _step("redemption-return", take_back, "reward-returned"),
]  # fmt: skip
