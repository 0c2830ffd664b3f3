"""Stamp cards. Stamps are an asset of the ledger: a full card is redeemed, a reopened one gets the
very same stamps back, with their own causes and ends (`docs/decisions/0007`)."""

from uuid import UUID

from regulars.activities.unit import MemberState, Unit
from regulars.engine.mechanics import StampCard
from regulars.engine.program import Program
from regulars.progress.prizes import Moment, Outcome, grant, is_used, withdraw

_OF = "stamp_card"


def fill(unit: Unit, program: Program, member: MemberState, when: Moment, outcome: Outcome) -> None:
    """Redeem every card that is full, several where there are stamps for several."""
    for name, card in program.rules.stamp_cards.items():
        account = member.book.accounts.get(card.asset)
        while account is not None and account.available >= card.size and not account.owed:
            stamps = _redeem(unit, member, card, when)
            gave = grant(
                unit, program, member, card.gives, when, outcome, of=f"{_OF}/{name}", rung=0
            )
            member.progress.given[-1].stamps = stamps
            member.progress.cards[name] = member.progress.cards.get(name, 0) + 1
            outcome.say(_OF, name, "full", size=card.size, left=account.available, **gave)


def _redeem(
    unit: Unit, member: MemberState, card: StampCard, when: Moment
) -> list[tuple[str, int, int, int]]:
    """Take the stamps of one card; which they were."""
    book = member.book
    mark = len(book.uses)
    book.debit(card.asset, card.size, now=unit.now, at=when.at, activity_id=when.activity_id)
    lots = {lot.id: lot for lot in book.lots[card.asset]}
    taken = [(lots[lot_id], amount) for lot_id, _, _, amount in book.uses[mark:]]
    return [(str(o.activity_id), n, o.available_at, o.expires_at) for o, n in taken]


def reopen(
    unit: Unit, program: Program, member: MemberState, less: dict[str, int], purchase_id: UUID,
    when: Moment, outcome: Outcome,
) -> None:  # fmt: skip
    """Before a return takes stamps: reopen the latest full cards that it needs them of."""
    for name, card in program.rules.stamp_cards.items():
        missing = less.get(card.asset, 0) - _at_hand(member, card.asset, purchase_id)
        if missing <= 0 or card.on_return == "keep":
            continue
        of = f"{_OF}/{name}"
        for given in [given for given in reversed(member.progress.given) if given.of == of]:
            if missing <= 0:
                break
            if is_used(unit, program, UUID(given.id)):
                continue
            for cause, amount, available_at, expires_at in given.stamps:
                member.book.credit(
                    card.asset, amount, now=unit.now, at=when.at, available_at=available_at,
                    expires_at=expires_at, activity_id=when.activity_id, kind="return",
                    purpose="redeemed", earned_by=UUID(cause),
                )  # fmt: skip
            withdraw(unit, program, member, given, when, outcome)
            _uncount(member, name)
            missing = less[card.asset] - _at_hand(member, card.asset, purchase_id)
            outcome.say(_OF, name, "reopened", size=card.size)
        if missing > 0:
            outcome.say(_OF, name, "owed", missing=missing)


def _at_hand(member: MemberState, asset: str, purchase_id: UUID) -> int:
    """What a return can take without reopening: what is left, and what of the purchase's own stamps
    has expired."""
    lots = member.book.lots.get(asset, [])
    own = sum(lot.expired for lot in lots if lot.activity_id == purchase_id)
    return own + sum(lot.remaining for lot in lots)


def _uncount(member: MemberState, name: str) -> None:
    member.progress.cards[name] = member.progress.cards.get(name, 1) - 1
    if not member.progress.cards[name]:
        del member.progress.cards[name]
