"""A real member at the test basket: the path of a till's quote, with the draft for a program.

Nothing is written and nothing is locked; what is known of the member, what they have used up and
which vouchers they hold is gathered as for a quote.
"""

from typing import Any

from regulars.activities.batch import run_batch
from regulars.activities.context import Context
from regulars.activities.unit import MemberState, Unit
from regulars.drafts.basket import Basket, instant_of, lines_of
from regulars.drafts.queries import Product
from regulars.engine.decision import Decision
from regulars.engine.facts import Facts
from regulars.engine.program import Program
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.pages import Desk
from regulars.programs.document import Document
from regulars.programs.snapshot import Kept, Revisions
from regulars.purchases.quotes import MakeQuote
from regulars.purchases.wire import LineIn, QuoteIn

_DRAFT = 1


class _Tried(MakeQuote):
    """A quote that remembers what it knew."""

    facts: Facts | None = None

    def judge(
        self, unit: Unit, context: Context, member: MemberState | None
    ) -> tuple[int, Program, Facts, Decision]:
        found = super().judge(unit, context, member)
        self.facts = found[2]
        return found


def facts_of(
    desk: Desk, document: Document, basket: Basket, products: dict[str, Product], program: Program
) -> Facts:
    """The facts of the basket bought by the member it names; raises the `Problem` of a till."""
    at = instant_of(basket, program.timezone, desk.now)
    lines = tuple(
        LineIn(line.sku, line.quantity, amount_minor=line.amount_minor,
               category=line.category or None)
        for line in lines_of(program, basket, products)
    )  # fmt: skip
    codes = (basket.code,) if basket.code else ()
    asked: Any = QuoteIn(lines=lines, member=basket.card, codes=codes)
    operation = _Tried(asked, Caller(shop=basket.shop, till="1"), key=None, at=int(at.timestamp()))
    revisions = Revisions(desk.program.id, [Kept(_DRAFT, 0, document.stored())])
    context = Context(desk.program.id, revisions)
    answer = desk.run(
        run_batch(context, [operation], now=int(at.timestamp()), ids=Ids(), dry=True)
    )[0]
    if answer.problem is not None:
        raise answer.problem
    assert operation.facts is not None, answer.bug
    return operation.facts
