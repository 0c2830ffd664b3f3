"""Case: the facts being judged and the prices as reduced so far. Lives for one evaluation."""

from collections.abc import Sequence

from regulars.engine.decision import Award, Discount, Gift, Grant, Message
from regulars.engine.facts import Facts
from regulars.engine.program import Compiled, Program
from regulars.engine.scope import Scope, ScopeMatcher
from regulars.kit.money import half_up, percent_of


class Case:
    """What kinds read. ``amounts`` are the line totals after the discounts given so far."""

    __slots__ = (
        "_found",
        "_sum",
        "amounts",
        "applied",
        "campaign",
        "codes",
        "discounts",
        "facts",
        "given",
        "goods",
        "lists",
        "program",
        "settled",
    )

    def __init__(self, program: Program, facts: Facts) -> None:
        self.program = program
        self.facts = facts
        self.lists = [line.amount_minor for line in facts.lines]
        self.amounts = list(self.lists)
        self.goods = [i for i, line in enumerate(facts.lines) if not line.role]
        self.discounts: list[Discount] = []
        self.campaign = ""
        self.applied: Sequence[Compiled] = ()
        """The campaigns that applied in the lanes before."""
        self.given: Sequence[Award | Grant | Gift | Message] = ()
        """What has been awarded so far, in the order of campaigns."""
        self.settled = False
        """True: the prices are final, so that it is known what was paid by which means."""
        self._found: dict[ScopeMatcher, list[int]] = {}
        self._sum: int | None = None
        """Of all goods on the prices as they are; None where a price has changed since."""
        self.codes: dict[str, list[str]] = {}
        """The coupons by which each campaign's conditions hold."""

    def lines(self, scope: Scope) -> list[int]:
        """Positions of the lines a scope matches, in order."""
        if scope.is_everything:
            return self.goods
        matcher = self.program.matcher(scope)
        found = self._found.get(matcher)
        if found is None:
            found = self._found[matcher] = matcher.find(self.facts.lines, self.goods)
        if scope.unreduced:
            return [i for i in found if self.amounts[i] == self.lists[i]]
        return found

    def total(self, scope: Scope, basis: str = "reduced") -> int:
        """Sum of the matching lines: ``reduced`` so far (``net`` or ``gross``: without or with
        tax), or at ``list`` price."""
        if basis == "reduced":
            if scope.is_everything:
                if self._sum is None:
                    self._sum = sum([self.amounts[i] for i in self.goods])
                return self._sum
            amounts = self.amounts
        elif basis == "list":
            amounts = self.lists
        else:
            return sum([self._taxed(i, basis) for i in self.lines(scope)])
        return sum([amounts[i] for i in self.lines(scope)])

    def of_roles(self, roles: Sequence[str], basis: str = "reduced") -> int:
        """Sum of the lines that have one of the roles."""
        amounts = self.lists if basis == "list" else self.amounts
        return sum(
            amount
            for amount, line in zip(amounts, self.facts.lines, strict=True)
            if line.role and line.role in roles
        )

    def _taxed(self, line: int, basis: str) -> int:
        """A reduced line without or with its tax, half a cent up."""
        amount, tax_bp = self.amounts[line], self.facts.lines[line].tax_bp
        if basis == self.program.rules.prices:
            return amount
        if basis == "net":
            return half_up(amount * 10_000, 10_000 + tax_bp)
        return amount + percent_of(amount, tax_bp)

    def quantity(self, scope: Scope) -> int:
        """Number of units on the matching lines."""
        return sum(self.facts.lines[i].quantity for i in self.lines(scope))

    def room(self, line: int) -> int:
        """How much a line's price can still fall before it reaches its floor."""
        return max(0, self.amounts[line] - self.facts.lines[line].floor_minor)

    def reduce(self, line: int, amount_minor: int) -> int:
        """Take up to ``amount_minor`` off a line, never below its floor; say what was taken."""
        floor = self.facts.lines[line].floor_minor
        taken = min(amount_minor, max(0, self.amounts[line] - floor))
        if taken > 0:
            self.amounts[line] -= taken
            self._sum = None
            self.discounts.append(Discount(self.campaign, line, taken))
        return max(0, taken)

    def reprice(self, amounts: Sequence[int]) -> None:
        """Have the lines cost so much from now on."""
        self.amounts = list(amounts)
        self._sum = None

    def undo(self, mark: int) -> None:
        """Take back every discount given since there were ``mark`` of them."""
        self._sum = None
        while len(self.discounts) > mark:
            last = self.discounts.pop()
            self.amounts[last.line] += last.amount_minor
