"""Whether everything the product has of a seed's members is what the reference has."""

from collections.abc import Iterator
from typing import Any

from regulars.giftcards.queries import balance
from regulars.kit.steps import Step, Steps
from regulars.members.queries import holdings
from regulars.members.tiers import standing
from tests.simulation.buying import ASSETS, Differs
from tests.simulation.deeds import Deeds

_TIERS = "select id, tier from member where program_id = $1 and id = any($2)"
_VOUCHERS = """
select code, member_id, extract(epoch from valid_from)::bigint,
       extract(epoch from valid_until)::bigint, uses_left > 0 and blocked_at is null
  from voucher where program_id = $1 and member_id = any($2)"""
_TOTALS = """
select asset, against, sum(amount)::bigint
  from posting where program_id = $1 and member_id = any($2) group by 1, 2"""

Compared = tuple[str, Any, Any]
"""What, as it is, and as the reference has it."""


def check(deeds: Deeds) -> None:
    """Every balance, tier, voucher and gift card, as of now."""
    for what, found, expected in deeds.desk.read(_all(deeds)):
        if found != expected:
            raise Differs(f"{what}: {found!r}, not {expected!r}")


def check_totals(deeds: Deeds) -> None:
    """The postings of these members, by where they came from and went; everything that was due is
    written down."""
    found = deeds.desk.read(_rows(deeds, _TOTALS))
    has = {(asset, against): amount for asset, against, amount in found if amount}
    expected = {what: amount for what, amount in deeds.ledger.totals.items() if amount}
    if has != expected:
        raise Differs(f"in all: {has}, not {expected}")


def _all(deeds: Deeds) -> Steps[list[Compared]]:
    found = [*(yield from _balances(deeds)), *(yield from _tiers(deeds))]
    found += _vouchers(deeds, (yield from _rows(deeds, _VOUCHERS)))
    return [*found, *(yield from _cards(deeds))]


def _rows(deeds: Deeds, sql: str) -> Steps[list[Any]]:
    return (yield Step(sql, (deeds.desk.program_id, deeds.ids)))


def _balances(deeds: Deeds) -> Steps[list[Compared]]:
    """What the members are told."""
    desk, compared = deeds.desk, []
    for who, id_ in enumerate(deeds.ids):
        told = yield from holdings(desk.program_id, id_, desk.now, "Europe/Warsaw")
        has = {one.asset: (one.pending, one.available, one.held, one.owed) for one in told.assets}
        for asset in ASSETS:
            found = has.get(asset, (0, 0, 0, 0))
            compared.append((f"member {who} {asset}", found, deeds.ledger.state(who, asset)))
    return compared


def _tiers(deeds: Deeds) -> Steps[list[Compared]]:
    """As written down; where time alone may have changed it, as it is told now."""
    desk, compared = deeds.desk, []
    written = dict((yield from _rows(deeds, _TIERS)))
    _, program = desk.context.revisions.at(desk.now)
    for who, id_ in enumerate(deeds.ids):
        tier, expected = written[id_], deeds.tier(who)
        if tier != expected:
            tier = (yield from standing(desk.program_id, id_, program, desk.now)).tier
        compared.append((f"member {who} tier", tier, expected))
    return compared


def _vouchers(deeds: Deeds, rows: list[Any]) -> Iterator[Compared]:
    """Whose they are, from when until when, and whether a use is left."""
    has = {code: tuple(rest) for code, *rest in rows}
    expected = {
        code.replace("-", ""): (deeds.ids[one.who], one.begins, one.ends, one.open)
        for code, one in deeds.vouchers.all.items()
    }
    for code in has.keys() | expected.keys():
        yield f"voucher {code}", has.get(code), expected.get(code)


def _cards(deeds: Deeds) -> Steps[list[Compared]]:
    compared = []
    for number, left in deeds.ledger.cards.items():
        code = deeds.answers[number]["gift_cards"][0]["code"]
        on = yield from balance(deeds.desk.program_id, code, None, "PLN", deeds.desk.now)
        compared.append((f"card {number}", on.balance_minor, left))
    return compared
