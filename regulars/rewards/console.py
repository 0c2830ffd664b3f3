"""Pages: the catalogue of rewards with what is left of them, their pictures, stock and codes."""

from typing import Any, ClassVar

from babel.dates import format_date
from django.http import HttpRequest
from django.urls import reverse
from msgspec import Struct

from regulars.activities.pages import (
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
from regulars.engine.rules import Reward
from regulars.kit.pages import (
    Desk,
    Done,
    Link,
    Page,
    Place,
    Shown,
    Table,
    badge,
    ending,
    tongue,
    words_of,
)
from regulars.kit.parts import Facts, Listing, money, number, sheet
from regulars.kit.periods import day_number, day_start, instant
from regulars.kit.problems import NotFound, Problem
from regulars.rewards import pictures
from regulars.rewards.codes import bring_in
from regulars.rewards.forms import CodesForm, PictureForm, StockForm
from regulars.rewards.handing import PAGES as HANDING
from regulars.rewards.queries import MOST_COUNTED, rows_of
from regulars.rewards.queries import rewards as rewards_of
from regulars.rewards.stock import ChangeStock
from regulars.rewards.wire import RewardOut, StockIn

say = words_of(__package__ or "")
ICONS = {
    "goods": "redeem", "voucher": "confirmation_number", "ticket": "local_activity",
    "gift_card": "card_giftcard", "donation": "volunteer_activism", "benefit": "handshake",
    "chance": "casino",
}  # fmt: skip


class Tiles(Struct, frozen=True):
    """Rewards as people see them."""

    template: ClassVar[str] = "rewards/tiles.html"
    tiles: list[dict[str, Any]]
    empty: str
    wide: bool = True


class FaceOf(Struct, frozen=True):
    """A reward's picture and what members read of it."""

    template: ClassVar[str] = "rewards/face.html"
    name: str
    picture: str
    icon: str
    kind: str
    text: str
    badges: list[Any]
    wide: bool = False


def rewards(request: HttpRequest, desk: Desk) -> Shown:
    program = program_of(desk)
    found = desk.run(rewards_of(desk.program.id, program, None, seconds(desk), tongue()))
    tiles = [
        {
            "name": one.name, "picture": one.picture, "icon": ICONS[one.kind],
            "kind": _kind(one), "cost": _cost(program, one),
            "url": reverse("console:reward", kwargs={"reward": one.reward}),
            "badges": _badges(program.rules.rewards[one.reward], one),
        }
        for one in found.rewards
    ]  # fmt: skip
    waiting = Link(say("redemptions"), "redemptions", icon="inventory_2", primary=True)
    parts = [Tiles(tiles, say("no_rewards"))]
    ways = file_links("rewards", "import", "export")
    return sheet(parts, actions=[waiting, *ways], intro=say("rewards_intro"))


def reward(request: HttpRequest, desk: Desk, reward: str) -> Shown:
    program = program_of(desk)
    rule, one = _one(desk, program, reward)
    voice = Voice(program, tongue())
    rows: list[tuple[str, Any]] = [
        (say("cost"), _cost(program, one)),
        (say("hands_out"), voice.voucher(one.voucher) if one.voucher else say(one.kind)),
        (say("stock"), say("no_limit") if rule.stock is None else number(rule.stock)),
        (say("left"), say("no_limit") if one.left is None else _many(one.left)),
        (
            say("per_member"),
            say("no_limit") if rule.per_member is None else number(rule.per_member),
        ),
        (say("when"), _days(one.starts, one.ends)),
    ]
    if rule.who:
        rows.append((say("for_whom"), "; ".join(map(voice.sentence, rule.who))))
    if one.partner:
        rows.append((say("partner"), one.partner))  # fmt: skip
    where, name = {"reward": reward}, one.name
    badges = _badges(rule, one)
    parts: list[Any] = [
        FaceOf(name, one.picture, ICONS[one.kind], _kind(one), one.text, badges),
        Facts(say("terms"), rows),
    ]
    actions = [Link(say("reward-picture"), "reward-picture", where, "add_photo_alternate")]
    if rule.places:
        parts.append(Listing(say("places"), _places(rule, one)))
        actions.append(Link(say("reward-stock"), "reward-stock", where, "inventory", True))
    if rule.codes:
        parts.append(Listing(say("codes"), _lists(desk, reward)))
        actions.append(Link(say("reward-codes"), "reward-codes", where, "upload", True))
    return sheet(parts, title=name, actions=actions)


def picture(request: HttpRequest, desk: Desk, reward: str) -> Shown | Done:
    _, one = _one(desk, program_of(desk), reward)
    form = PictureForm(request, has_one=bool(one.picture))
    if form.is_valid():
        given, program_id = form.cleaned_data, desk.program.id
        try:
            if given.get("picture"):
                found = pictures.read(given["picture"].read())
                desk.run(
                    pictures.put(
                        program_id=program_id, reward=reward, picture=found, now=desk.real_now
                    )
                )
            else:
                desk.run(pictures.drop(program_id=program_id, reward=reward))
        except pictures.PictureRefused as refused:
            form.add_error("picture", say(refused.told))
        else:
            return _done(reward, "picture_done")
    return form_page(form, title=one.name, send=say("save"))


def stock(request: HttpRequest, desk: Desk, reward: str) -> Shown | Done:
    rule, one = _one(desk, program_of(desk), reward)
    form = StockForm(request, [(place, place) for place in rule.places])
    if form.is_valid():
        given = form.cleaned_data
        asked = StockIn(given["place"], given["change"], given["reason"])
        try:
            carry_out(
                desk,
                ChangeStock(reward, asked, caller_of(desk), key=form.key, at=seconds(desk)),
            )
        except Problem as problem:
            form.add_error("change", told(problem))
        else:
            return _done(reward, "stock_done", place=asked.place, change=asked.change)
    return form_page(form, title=one.name, send=say("save"), intro=say("stock_intro"))


def codes(request: HttpRequest, desk: Desk, reward: str) -> Shown | Done:
    program = program_of(desk)
    rule, one = _one(desk, program, reward)
    if not rule.codes:
        raise NotFound("This reward hands out no codes.")
    form = CodesForm(request)
    if form.is_valid():
        given = form.cleaned_data
        until = given["last_on"]
        end = day_start(day_number(until) + 1, program.timezone) if until else None
        steps = bring_in(
            program_id=desk.program.id, reward=reward, codes=given["file"], list=given["named"],
            valid_until=None if end is None else instant(end), now=desk.real_now,
        )  # fmt: skip
        added = desk.run(steps)
        known = len(given["file"]) - added
        message = say("codes_done", added=number(added), known=number(known))
        details = {"list": given["named"], "added": added, "known": known}
        return Done(reward, "reward", message, details, parts={"reward": reward})
    return form_page(form, title=one.name, send=say("bring_in"), intro=say("codes_intro"))


def _done(reward: str, word: str, **details: Any) -> Done:
    return Done(reward, "reward", say(word), details, parts={"reward": reward})


def _one(desk: Desk, program: Program, name: str) -> tuple[Reward, RewardOut]:
    found = desk.run(rewards_of(desk.program.id, program, None, seconds(desk), tongue()))
    one = next((one for one in found.rewards if one.reward == name), None)
    if one is None:
        raise NotFound("The program in force has no such reward.")
    return program.rules.rewards[name], one


def _kind(one: RewardOut) -> str:
    return f"{say(one.kind)} · {one.partner}" if one.partner else say(one.kind)


def _cost(program: Program, one: RewardOut) -> str:
    voice = Voice(program, tongue())
    parts = [voice.asset(amount, asset) for asset, amount in one.cost.items()]
    parts += [money(one.price_minor, program.currency)] if one.price_minor else []
    return " + ".join(parts)


def _badges(rule: Reward, one: RewardOut) -> list[Any]:
    found = [] if one.left is None else [_left(one.left, rule)]
    found += [
        badge(
            say("left_at", place=place.place, number=number(place.left)),
            "busy" if place.left else "bad",
        )
        for place in one.places
        if place.left <= rule.low
    ]
    if any(why.code in ("over", "not_yet") for why in one.why_not):
        found.append(badge(_days(one.starts, one.ends)))
    return found


def _left(left: int, rule: Reward) -> Any:
    few = rule.low if rule.stock is None else max(rule.low, rule.stock // 10)
    tone = "bad" if not left else "busy" if left <= few else "good"
    return badge(say("are_left", number=_many(left)) if left else say("none_left"), tone)


def _many(left: int) -> str:
    return number(left) + ("+" if left >= MOST_COUNTED else "")


def _places(rule: Reward, one: RewardOut) -> Table:
    rows = [
        (
            place.place,
            badge(number(place.left),
                  "bad" if not place.left else "busy" if place.left <= rule.low else "good"),
            say("sent_from") if place.place == rule.sent_from else "",
        )
        for place in one.places
    ]  # fmt: skip
    return Table([say("place"), say("left"), ""], rows, empty="")


def _lists(desk: Desk, reward: str) -> Table:
    rows = [
        (
            name,
            number(every),
            number(handed),
            number(late) if late else "",
            number(every - handed - late),
            ending(until, desk.program.timezone) if until else say("always"),
        )
        for name, every, handed, late, until, _ in desk.run(
            rows_of("lists", desk.program.id, reward, desk.now)
        )
    ]
    names = ("list", "in_all", "handed_out", "too_old", "left", "codes_until")
    return Table([say(name) for name in names], rows, empty=say("no_codes"))


def _days(starts: Any, ends: Any) -> str:
    parts = [say("from_day", day=format_date(starts, "medium", locale=tongue()))] if starts else []
    parts += [say("until_day", day=format_date(ends, "medium", locale=tongue()))] if ends else []
    return " ".join(parts) or say("always")


PAGES = [
    Page("rewards/", "rewards", rewards, "rewards-see", place=Place("program", 40, "redeem")),
    Page("rewards/<slug:reward>/", "reward", reward, "rewards-see", below="rewards"),
    Page("rewards/<slug:reward>/picture/", "reward-picture", picture, "rewards-change",
         "reward-pictured", below="rewards"),
    Page("rewards/<slug:reward>/stock/", "reward-stock", stock, "rewards-change",
         "reward-stocked", below="rewards"),
    Page("rewards/<slug:reward>/codes/", "reward-codes", codes, "rewards-change",
         "reward-codes-brought", below="rewards"),
    *HANDING,
]  # fmt: skip
