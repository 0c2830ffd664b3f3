"""What a batch has to know of cards: those nobody holds yet, and the secrets of electronic ones.

A batch in which every card names a member, of a program that asks for no codes, asks nothing here.
"""

from regulars.activities.context import Context
from regulars.activities.unit import Unit
from regulars.activities.wants import Wants
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_CARDS = statements("regulars.activities", "load.sql")["cards"]


def load_cards(context: Context, wants: Wants, unit: Unit) -> Steps[None]:
    """Fill `Unit.stock` with cards that name nobody, and `Unit.secrets` where codes matter."""
    rules = context.cards_at(wants.now)
    numbers = {
        ref[1]
        for ref in wants.identifiers
        if ref[0] == "card" and (rules.rotating_code == "required" or ref not in unit.identifiers)
    } | wants.coded
    if not numbers:
        return
    unit.codes_required = rules.rotating_code == "required"
    unit.code_tolerance_seconds = rules.tolerance_seconds
    for number, state, secret in (yield Step(_CARDS, (context.program_id, sorted(numbers)))):
        if state is not None and ("card", number) not in unit.identifiers:
            unit.stock[("card", number)] = state
        if secret is not None:
            unit.secrets[number] = bytes(secret)
