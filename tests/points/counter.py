"""Shared by the tests of points that move outside a basket: a program with all of it."""

from typing import Any

from regulars.identifiers.resolve import resolve
from regulars.ledger.records import NEVER
from regulars.members.operations import Join
from regulars.members.queries import balances, history
from regulars.members.wire import JoinIn
from regulars.points.corrections import Correct
from regulars.points.operations import Donate, Sell, Send
from regulars.points.wire import CorrectionIn, DonationIn, SaleIn, TransferIn
from tests.desk import Desk, Give

DOCUMENT = """\
program: corner
name: {pl: Narożny, bg: Ъглов, en: Corner}
currency: PLN
timezone: Europe/Warsaw
assets:
  points:
    name: {pl: punkt|punkty|punktów, bg: точка|точки, en: point|points}
    expires: {days: 60}
    transfer: {minimum: 10, maximum: 500, per_day: 600, per_month: 900, per_year: 1000}
    sale: {price_minor: 250, units: 100, per_month: 1000}
  stamps:
    name: {pl: pieczątki, bg: печати, en: stamps}
    transfer: {fee: 1, fee_percent: 10, keep_expiry: false}
  miles:
    name: {pl: mile, bg: мили, en: miles}
causes:
  shelter: {name: {pl: Schronisko, bg: Приют, en: Shelter}, minimum: 5, most: 1000}
  forest: {name: {pl: Las, bg: Гора, en: Forest}, closed: true}
corrections:
  reasons:
    goodwill:
      name: {pl: Przeprosiny, bg: Извинение, en: Goodwill}
      direction: credit
      maximum: 200
    mistake: {name: {pl: Pomyłka, bg: Грешка, en: Mistake}, text_required: true}
  per_staff_per_day: 500
  per_member_per_month: 300
households:
  family:
    name: {pl: Rodzina, bg: Семейство, en: Family}
    size: 4
    children: 1
    wait_days: 30
    invitation_days: 7
    pool: {assets: [points], usable_by: adults, per_member_per_month: 400}
  team:
    name: {pl: Zespół, bg: Екип, en: Team}
    size: 3
    pool: {assets: [points], usable_by: head}
    on_leaving: stay
rewards:
  mug: {name: {pl: Kubek, bg: Чаша, en: Mug}, cost: {points: 100}}
campaigns:
  - id: base
    name: {pl: Podstawa, bg: Основа, en: Base}
    then: [{kind: points_per_spend, per_minor: 100}]
"""


def join(desk: Desk, *given: tuple[str, int], expires_at: int = NEVER, **more: Any) -> str:
    """A new member with so much of what; how requests name them."""
    made = desk.do(Join(JoinIn(issue_card=True, **more), desk.caller, key=desk.key(), at=desk.now))
    card = f"card:{made['card']}"
    for asset, amount in given:
        desk.do(Give(("card", made["card"]), asset, amount, expires_at=expires_at))
    return card


def send(desk: Desk, member: str, to: str, amount: int, asset: str = "points") -> Send:
    request = TransferIn(member, to, asset, amount)
    return Send(request, desk.caller, key=desk.key(), at=desk.now)


def donate(desk: Desk, member: str, amount: int, cause: str = "shelter") -> Donate:
    return Donate(DonationIn(member, cause, amount), desk.caller, key=desk.key(), at=desk.now)


def sell(desk: Desk, member: str, amount: int, paid_minor: int, asset: str = "points") -> Sell:
    request = SaleIn(member, asset, amount, paid_minor)
    return Sell(request, desk.caller, key=desk.key(), at=desk.now)


def correct(
    desk: Desk, member: str, amount: int, reason: str = "goodwill", *, asset: str = "points",
    text: str = "", actor: str = "ewa", actor_member: str | None = None,
) -> Correct:  # fmt: skip
    request = CorrectionIn(member, asset, amount, reason, text, actor_member)
    return Correct(request, desk.caller, key=desk.key(), at=desk.now, actor=actor)


def has(desk: Desk, member: str, asset: str = "points") -> int:
    """What a member can use now."""
    return state(desk, member, asset).get("available", 0)


def state(desk: Desk, member: str, asset: str = "points") -> dict[str, int]:
    found = desk.read(balances(desk.program_id, resolve(member), desk.now, "Europe/Warsaw"))
    names = ("available", "pending", "held", "owed")
    for one in found.assets:
        if one.asset == asset:
            return {name: getattr(one, name) for name in names if getattr(one, name)}
    return {}


def expiring(desk: Desk, member: str, asset: str = "points") -> list[tuple[str, int]]:
    """What expires when: (last day, amount)."""
    found = desk.read(balances(desk.program_id, resolve(member), desk.now, "Europe/Warsaw"))
    (one,) = [one for one in found.assets if one.asset == asset]
    return [(line.last_day.isoformat(), line.amount) for line in one.expiring]


def lived(desk: Desk, member: str) -> list[Any]:
    """What happened to a member, newest first."""
    return desk.read(history(desk.program_id, resolve(member), before=None, limit=50))
