"""Pages: rewards and what is left of them; redemptions that wait to be handed over."""

from typing import Any
from uuid import UUID

import msgspec
from babel.dates import format_date
from django.http import HttpRequest

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
from regulars.kit.parts import Facts, number, sheet
from regulars.kit.problems import NotFound, Problem
from regulars.kit.steps import Step, Steps
from regulars.rewards.operations import Settle, Void
from regulars.rewards.queries import SQL
from regulars.rewards.queries import rewards as rewards_of
from regulars.rewards.wire import CloseIn

say = words_of(__package__ or "")


def rewards(request: HttpRequest, desk: Desk) -> Shown:
    program = program_of(desk)
    voice = Voice(program, tongue())
    found = desk.run(rewards_of(desk.program.id, program, None, seconds(desk), tongue()))
    rows = []
    for one in found.rewards:
        rule = program.rules.rewards[one.reward]
        taken = "" if rule.stock is None else number(rule.stock - (one.left or 0))
        rows.append((
            one.name,
            ", ".join(voice.asset(amount, asset) for asset, amount in one.cost.items()),
            say("no_limit") if rule.stock is None else number(rule.stock),
            taken,
            "" if one.left is None else _left(one.left, rule.stock or 0),
            say("no_limit") if rule.per_member is None else number(rule.per_member),
            voice.voucher(one.voucher) if one.voucher else say("goods"),
            _days(one.starts, one.ends),
        ))  # fmt: skip
    names = ("reward", "cost", "stock", "taken", "left", "per_member", "hands_out", "when")
    table = Table(
        [say(name) for name in names],
        rows,
        empty=say("no_rewards"),
        intro=say("rewards_intro"),
        actions=[Link(say("redemptions"), "redemptions", icon="inventory_2", primary=True)],
    )
    return Shown("console/list.html", {"table": table})


def redemptions(request: HttpRequest, desk: Desk) -> Shown:
    """What is reserved and not handed over yet, the most urgent first."""
    program = program_of(desk)
    rows = [
        (
            link(_name(program, facts), "redemption", redemption_id=id_),
            badge(say("state_to_hand_over"), "busy"),
            moment(at, desk.timezone),
            moment(lapses_at, desk.timezone),
            shop,
            link(say("open"), "member", member_id=member_id) if desk.may("members-see") else "",
        )
        for id_, lapses_at, facts, member_id, shop, at, _ in desk.run(_prepared(desk))
    ]
    table = Table(
        [say(name) for name in ("reward", "state", "reserved", "lapses", "shop", "member")],
        rows,
        empty=say("no_redemptions"),
        intro=say("redemptions_intro"),
        actions=file_links("redemptions", "export"),
    )
    return Shown("console/list.html", {"table": table})


def redemption(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown:
    facts, member_id, shop, at, _, lapses_at = _one(desk, redemption_id)
    program = program_of(desk)
    voice = Voice(program, tongue())
    cost = msgspec.json.decode(facts)["cost"]
    member = link(say("open"), "member", member_id=member_id)
    rows: list[tuple[str, Any]] = [
        (say("state"), _state(lapses_at)),
        (say("cost"), ", ".join(voice.asset(amount, asset) for asset, amount in cost.items())),
        (say("reserved"), moment(at, desk.timezone)),
        *([(say("lapses"), moment(lapses_at, desk.timezone))] if lapses_at else []),
        *([(say("shop"), shop)] if shop else []),
        *([(say("member"), member)] if desk.may("members-see") else []),
        (say("number"), code(redemption_id)),
    ]
    where = {"redemption_id": redemption_id}
    buttons = [
        Link(say("redemption-settle"), "redemption-settle", where, "redeem", True),
        Link(say("redemption-void"), "redemption-void", where, "undo"),
    ]
    title = _name(program, facts)
    return sheet(
        [Facts(say("redemption"), rows)], title=title, actions=buttons if lapses_at else ()
    )


def settle(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown | Done:
    return _close(request, desk, redemption_id, Settle, "settle")


def void(request: HttpRequest, desk: Desk, redemption_id: UUID) -> Shown | Done:
    return _close(request, desk, redemption_id, Void, "void")


def _close(
    request: HttpRequest, desk: Desk, redemption_id: UUID, kind: type[Settle | Void], what: str
) -> Shown | Done:
    found = _one(desk, redemption_id)
    title = _name(program_of(desk), found[0])
    form = Once(request)
    if form.is_valid():
        try:
            carry_out(
                desk,
                kind(redemption_id, CloseIn(), caller_of(desk), key=form.key, at=seconds(desk)),
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            return Done(str(redemption_id), to="redemptions", message=say(f"{what}_done"))
    return form_page(form, title=title, intro=say(f"{what}_intro"), send=say(f"redemption-{what}"))


def _one(desk: Desk, redemption_id: UUID) -> Any:
    def steps() -> Steps[list[Any]]:
        return (yield Step(SQL["redemption"], (desk.program.id, redemption_id)))

    rows = desk.run(steps()) if desk.program is not None else []
    if not rows:
        raise NotFound("There is no such redemption here.")
    return rows[0]


def _prepared(desk: Desk) -> Steps[list[Any]]:
    return (yield Step(SQL["prepared"], (desk.program.id, desk.now)))


def _name(program: Program, facts: str) -> str:
    reward = msgspec.json.decode(facts).get("reward")
    rule = program.rules.rewards.get(reward or "")
    return rule.name.get(tongue(), reward) if rule else reward or say("points_taken")


def _state(lapses_at: Any) -> Any:
    return badge(say("state_to_hand_over"), "busy") if lapses_at else badge(say("state_closed"))


def _left(left: int, stock: int) -> Any:
    tone = "bad" if not left else "busy" if left * 10 <= stock else "good"
    return badge(number(left), tone)


def _days(starts: Any, ends: Any) -> str:
    parts = [say("from_day", day=format_date(starts, "medium", locale=tongue()))] if starts else []
    parts += [say("until_day", day=format_date(ends, "medium", locale=tongue()))] if ends else []
    return " ".join(parts) or say("always")


PAGES = [
    Page("rewards/", "rewards", rewards, "rewards-see", place=Place("program", 40, "redeem")),
    Page("redemptions/", "redemptions", redemptions, "rewards-see",
         place=Place("members", 30, "inventory_2")),
    Page("redemptions/<uuid:redemption_id>/", "redemption", redemption, "rewards-see",
         below="redemptions"),
    Page("redemptions/<uuid:redemption_id>/settle/", "redemption-settle", settle,
         "rewards-hand-over", "reward-handed-over", below="redemptions"),
    Page("redemptions/<uuid:redemption_id>/void/", "redemption-void", void, "rewards-hand-over",
         "reward-given-back", below="redemptions"),
]  # fmt: skip
