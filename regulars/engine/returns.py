"""Returns: the kept lines are judged again by the same revision and facts; see T2 and T3."""

from collections.abc import Mapping

from msgspec.structs import replace

from regulars.engine.decision import Award, Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Facts, Line
from regulars.engine.program import Program
from regulars.kit.money import cheapest_units


def keep(line: Line, quantity: int) -> Line:
    """The line as if only ``quantity`` of its units had been bought, the dearer cents first."""
    gone = line.quantity - quantity
    amount = line.amount_minor - cheapest_units(line.amount_minor, line.quantity, gone)
    floor = line.floor_minor * quantity // line.quantity
    return replace(line, quantity=quantity, amount_minor=amount, floor_minor=floor)


def reevaluate(program: Program, facts: Facts, returned: Mapping[int, int]) -> Decision:
    """The decision for what is kept after ``returned`` (line position to units, all returns so
    far). Lines keep their positions: one brought back whole stays with quantity 0 and costs 0."""
    if not any(returned.values()):
        return evaluate(program, facts)
    lines = tuple(
        keep(line, line.quantity - returned.get(i, 0)) if returned.get(i, 0) else line
        for i, line in enumerate(facts.lines)
    )
    kept = [i for i, line in enumerate(lines) if line.quantity > 0]
    if not kept:
        return Decision(0, 0, [0] * len(lines))
    decision = evaluate(program, replace(facts, lines=tuple(lines[i] for i in kept)))
    paid = [0] * len(lines)
    for position, amount in zip(kept, decision.paid, strict=True):
        paid[position] = amount
    discounts = [replace(d, line=kept[d.line]) for d in decision.discounts]
    return replace(decision, paid=paid, discounts=discounts)


def totals(awards: list[Award]) -> dict[str, int]:
    """Amount by asset."""
    sums: dict[str, int] = {}
    for award in awards:
        sums[award.asset] = sums.get(award.asset, 0) + award.amount
    return sums
