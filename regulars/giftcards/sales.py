"""Gift cards sold and topped up with a line of a basket, and brought back unspent.

A line that sells a card has the role ``gift-card``, so that no campaign reduces it or counts it
unless it names the role. Money is on a card from the moment the purchase is recorded.
"""

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from msgspec.structs import replace

from regulars.activities.bearers import GiftCard
from regulars.activities.terms import expires_from
from regulars.activities.unit import Unit
from regulars.engine.decision import Decision
from regulars.engine.facts import Facts, Line
from regulars.engine.program import Program
from regulars.engine.rules import GiftCard as Definition
from regulars.giftcards.usable import open_card
from regulars.giftcards.wire import CardMoveOut, balance_of, moved, sold
from regulars.kit.codes import make
from regulars.kit.money import allocate
from regulars.kit.periods import day_number, local
from regulars.kit.problems import Conflict, Invalid
from regulars.ledger.book import Book

ROLE = "gift-card"
PIN_DIGITS = 4


class CardNotSold(Invalid):
    code = "gift_card_not_sold"
    title = "This gift card cannot be sold so"


class CardSpent(Conflict):
    code = "gift_card_spent"
    title = "Money of this gift card was spent"


@lru_cache(maxsize=16)
def _by_sku(program: Program) -> dict[str, str]:
    cards = program.rules.gift_cards
    return {sku: name for name, card in cards.items() for sku in card.skus}


def with_roles(program: Program, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines, those of them that sell cards by their article marked as such."""
    if not program.rules.gift_cards:
        return lines
    skus = _by_sku(program)
    return tuple(replace(line, role=ROLE) if line.sku in skus else line for line in lines)


def kind_of(program: Program, line: Line) -> tuple[str, Definition] | None:
    """Which kind of card a line sells, or None where it is no card of this program."""
    cards = program.rules.gift_cards
    if line.role != ROLE or not cards:
        return None
    name = _by_sku(program).get(line.sku, next(iter(cards)) if len(cards) == 1 else "")
    if not name:
        raise CardNotSold(
            f"Which gift card is {line.sku!r}? Name the article under `skus` of one of them: "
            f"{', '.join(cards)}."
        )
    return name, cards[name]


def check_sales(
    program: Program, facts: Facts, unit: Unit, topped: Mapping[int, str], paid: Sequence[int]
) -> None:
    """Refuse what cannot be sold, before anything is changed. ``topped``: codes to be topped up, by
    line (from 0); ``paid``: what each line costs after all."""
    if any(number >= len(facts.lines) for number in topped):
        raise CardNotSold("`top_ups` names a line that is not there.")
    for number, line in enumerate(facts.lines):
        kind = kind_of(program, line)
        code = topped.get(number)
        if kind is None and code is not None:
            raise CardNotSold(f"Line {number + 1} sells no gift card: leave it out of `top_ups`.")
        if kind is None:
            continue
        name, terms = kind
        if paid[number] != line.amount_minor:
            raise CardNotSold(f"A campaign reduces line {number + 1}: leave gift cards out of it.")
        before = 0
        if code is not None:
            card = _named(unit, code)
            if not terms.top_up or card.definition != name or line.quantity != 1:
                raise CardNotSold(
                    f"The card of line {number + 1} cannot be topped up with it: one unit, of the "
                    "same kind of card, where the program allows topping up."
                )
            before = balance_of(card, program.rules.currency)
        for amount in set(amounts_of(line)):
            _refuse_amount(terms, amount, before, number + 1)


def _named(unit: Unit, code: str) -> GiftCard:
    """A card to be topped up: its PIN is asked for where money is taken, not where it is given."""
    card_id = unit.card_codes.get(code)
    pin = None if card_id is None else unit.cards[card_id].pin
    card = open_card(unit, code, pin, unit.now)
    card.book.bring_up_to_date(unit.now, unit.make_id())
    return card


def _refuse_amount(terms: Definition, amount: int, before: int, line: int) -> None:
    listed = ", ".join(map(str, terms.amounts_minor))
    if terms.amounts_minor and amount not in terms.amounts_minor:
        raise CardNotSold(f"Line {line}: this card is sold for {listed} minor units.")
    if amount < terms.least_minor:
        raise CardNotSold(f"Line {line}: this card holds at least {terms.least_minor} minor units.")
    if terms.most_minor is not None and before + amount > terms.most_minor:
        raise CardNotSold(f"Line {line}: this card holds at most {terms.most_minor} minor units.")


def amounts_of(line: Line) -> list[int]:
    """What is put on each of a line's cards; they add up to the line, to the cent."""
    return allocate(line.amount_minor, [1] * line.quantity)


def sell(
    program: Program, facts: Facts, unit: Unit, topped: Mapping[int, str], activity_id: UUID
) -> list[CardMoveOut]:
    """Make the cards of a purchase, or put its money on those named."""
    found = []
    for number, line in enumerate(facts.lines):
        kind = kind_of(program, line)
        if kind is None:
            continue
        name, terms = kind
        expires_at = expires_from(terms.expires, facts.day, program.timezone)
        for amount in amounts_of(line):
            code = topped.get(number)
            card = unit.cards[unit.card_codes[code]] if code else _new(unit, name, terms)
            card.expires_at, card.changed = expires_at, True
            card.book.credit(
                program.rules.currency, amount, now=unit.now, at=facts.at, available_at=facts.at,
                expires_at=expires_at, activity_id=activity_id, kind="sell",
            )  # fmt: skip
            unit.new_loads.append((activity_id, number, card.id, amount))
            card.loads.append((activity_id, number, amount))
            unit.changes += 1
            found.append(sold(card, program.rules.currency, amount, number + 1, new=not code))
    return found


def give(
    program: Program, unit: Unit, name: str, amount: int, *, at: int, activity_id: UUID
) -> CardMoveOut:
    """Make a card that nobody pays for, as which a reward is handed over."""
    terms, currency = program.rules.gift_cards[name], program.rules.currency
    card = _new(unit, name, terms)
    day = day_number(local(at, program.timezone).date())
    card.expires_at = expires_from(terms.expires, day, program.timezone)
    card.book.credit(
        currency, amount, now=unit.now, at=at, available_at=at, expires_at=card.expires_at,
        activity_id=activity_id, kind="reward",
    )  # fmt: skip
    unit.new_loads.append((activity_id, 0, card.id, amount))
    card.loads.append((activity_id, 0, amount))
    return replace(sold(card, currency, amount, 1, new=True), line=None)


def _new(unit: Unit, name: str, terms: Definition) -> GiftCard:
    card_id = unit.make_id()
    digits = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}" if terms.pin else ""
    book = Book(card_id, unit.make_id)
    card = GiftCard(card_id, make(), digits, name, book, new=True)
    unit.add_card(card)
    return card


def take_back(
    program: Program, unit: Unit, units: Mapping[int, int], purchase_id: UUID,
    *, at: int, activity_id: UUID,
) -> list[CardMoveOut]:  # fmt: skip
    """Take back cards, or money put on one, with the lines brought back: only what is unspent. The
    lots of the purchase tell; refused before anything is changed."""
    currency = program.rules.currency
    chosen: list[tuple[GiftCard, int, int]] = []
    for number, count in units.items():
        whole = [
            (card, amount, sum(load[0] == purchase_id for load in card.loads))
            for card in unit.cards.values()
            for by, line, amount in card.loads
            if (by, line) == (purchase_id, number)
        ]
        if not whole:
            continue
        unspent = [found for found in whole if _unspent(found[0], currency, purchase_id, found[1])]
        if len(unspent) < count:
            raise CardSpent(
                f"Line {number + 1}: of {count} gift cards {len(unspent)} are unspent. What is "
                "left on the others stays on them; bring back those that are whole.",
                line=number + 1, unspent=len(unspent),
            )  # fmt: skip
        chosen += unspent[:count]
    for card, amount, _ in chosen:
        card.book.bring_up_to_date(unit.now, activity_id)
        card.book.claw_back(
            currency, amount, now=unit.now, at=at, activity_id=activity_id, earned_by=purchase_id,
            clamp=False,
        )  # fmt: skip
        account = card.book.accounts[currency]
        if not account.balance:
            card.state = "cancelled"
        card.changed = True
        unit.changes += 1
    return [moved(card, currency, -amount) for card, amount, _ in chosen]


def _unspent(card: GiftCard, currency: str, purchase_id: UUID, amount: int) -> bool:
    """Whether a purchase's money is on the card, all of it: it was not spent, not taken back, and
    has not expired."""
    return card.state != "cancelled" and any(
        lot.activity_id == purchase_id and lot.remaining == amount == lot.amount
        for lot in card.book.lots.get(currency, ())
    )


def spent_minor(program: Program, facts: Facts, decision: Decision) -> int:
    """What a member has spent with a purchase: money put on cards is spent when they pay."""
    if not program.rules.gift_cards:
        return decision.paid_minor
    return goods_minor(facts, decision.paid)


def goods_minor(facts: Facts, paid: Sequence[int]) -> int:
    """What the basket costs without cards: their money is spent with what they pay for."""
    pairs = zip(facts.lines, paid, strict=True)
    return sum(amount for line, amount in pairs if line.role != ROLE)
