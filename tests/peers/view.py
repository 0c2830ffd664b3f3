"""View: what a decision says, under the names a case expects it by."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from regulars.engine.decision import Decision, Reason
from regulars.engine.facts import Facts
from regulars.kit.money import allocate, percent_of
from tests.peers.draft import Draft

# The peer's words for a refusal that our reason may stand for.
REFUSALS: dict[tuple[str, str], set[str]] = {
    ("schedule", "ended"): {"coupon_expired", "campaign_expired", "expired"},
    ("schedule", "starts"): {"coupon_not_started", "coupon_not_yet_valid", "not_started"},
    ("schedule", "paused"): {"coupon_inactive", "campaign_inactive"},
    ("limit", "total"): {"usage_limit_exceeded", "limit_total", "budget_exceeded"},
    ("limit", "per_member"): {"limit_once_per_member", "limit_per_member", "usage_limit_exceeded"},
    ("budget", ""): {"budget_exceeded"},
    ("unmet", "member"): {"no_member", "login_required"},
    ("unmet", "date_window"): {"coupon_expired", "coupon_not_started", "expired", "not_started"},
    ("unmet", ""): {"coupon_not_applicable", "not_eligible", "conditions_not_met"},
    ("nothing", ""): {"coupon_not_applicable", "not_eligible", "no_matching_items"},
    ("exclusive", ""): {"not_combinable", "better_promotion_exists", "coupon_not_applicable"},
    ("lane", ""): {"not_combinable", "better_promotion_exists", "coupon_not_applicable"},
}
UNKNOWN_CODE = {"coupon_not_found", "coupon_invalid"}
ONE_ANSWER = {"coupon_invalid"}
"""To a guesser all refusals of a code are alike (T16); some peers say no more than that."""

GOODS_ONLY = {"sylius"}
"""Peers whose discount total leaves out what came off the shipping."""


class View:
    """A decision beside its facts and the draft of its document."""

    def __init__(self, draft: Draft, facts: Facts, decision: Decision, full: Decision) -> None:
        self.draft, self.facts, self.decision, self.full = draft, facts, decision, full
        given = draft.case.input
        names = [line["line"] for line in given.get("lines") or ()]
        names += [method.get("id", "shipping") for method in given.get("shipping") or ()]
        self.keys = {name: i for i, name in enumerate(names)}
        self.off = [0] * len(facts.lines)
        for discount in decision.discounts:
            self.off[discount.line] += discount.amount_minor
        self.is_shipping = [line.role == "shipping" for line in facts.lines]

    def sum(self, amounts: list[int], *, shipping: bool | None = None) -> int:
        """Of the goods, of the shipping, or of both."""
        return sum(
            amount
            for amount, is_shipping in zip(amounts, self.is_shipping, strict=True)
            if shipping is None or is_shipping == shipping
        )

    def taxed(self, amounts: list[int], how: str) -> list[int]:
        """Each line with (``gross``) or without its tax."""
        found = []
        for amount, line in zip(amounts, self.facts.lines, strict=True):
            if how == self.draft.prices or not line.tax_bp:
                found.append(amount)
            elif how == "gross":
                found.append(amount + percent_of(amount, line.tax_bp))
            else:
                net = Fraction(amount * 10_000, 10_000 + line.tax_bp)
                found.append(int(net + Fraction(1, 2)))
        return found

    @property
    def lists(self) -> list[int]:
        return [line.amount_minor for line in self.facts.lines]

    def discount_total(self) -> int:
        goods = self.sum(self.off, shipping=False)
        return goods if self.draft.case.source.peer in GOODS_ONLY else sum(self.off)

    def by_line(self, value: Callable[[int], Any], *, shipping: bool = False) -> dict[str, Any]:
        return {n: value(i) for n, i in self.keys.items() if self.is_shipping[i] == shipping}

    def units(self, line: int) -> list[int]:
        """The discount of a line by unit; the odd cents on its first units."""
        return allocate(self.off[line], [1] * self.facts.lines[line].quantity)

    def per_unit(self, amount_minor: int, line: int) -> Fraction:
        return Fraction(amount_minor, self.facts.lines[line].quantity)

    def off_by(self, line: int, wanted: Callable[[str], bool]) -> int:
        return sum(
            d.amount_minor for d in self.decision.discounts if d.line == line and wanted(d.campaign)
        )

    def applied(self) -> list[str]:
        return [self.draft.names[campaign] for campaign in self.decision.used]

    def adjustments(self) -> list[tuple[str, str, int]]:
        sums: dict[tuple[str, int], int] = {}
        for d in self.decision.discounts:
            at = (d.campaign, d.line)
            sums[at] = sums.get(at, 0) + d.amount_minor
        keys = {i: name for name, i in self.keys.items()}
        found = [(self.draft.names[c], keys[i], amount) for (c, i), amount in sums.items()]
        return sorted(found)

    def points(self) -> int:
        return sum(award.amount for award in self.decision.awards if award.asset == "points")

    def free_units(self) -> int:
        """Given on top, or made free in the basket."""
        on_top = sum(gift.quantity for gift in self.decision.gifts)
        gifts = {
            campaign["id"]
            for campaign in self.draft.campaigns
            if any(effect["kind"].startswith("gift") for effect in campaign["then"])
        }
        inside = 0
        for i, line in enumerate(self.facts.lines):
            off = self.off_by(i, gifts.__contains__)
            inside += off * line.quantity // line.amount_minor if off else 0
        return on_top + inside

    def refusals(self) -> set[str]:
        """The words for why the codes, or the campaigns, did not apply; none where all did."""
        codes = {code.casefold() for code in self.draft.case.input.get("codes") or ()}
        codes |= {coupon.code.casefold() for coupon in self.facts.coupons}
        found: set[str] = set()
        known: set[str] = set()
        for campaign in self.draft.campaigns:
            own = {
                code.casefold()
                for condition in campaign.get("when", ())
                for code in condition.get("codes", ())
            }
            if {coupon.voucher for coupon in self.facts.coupons} - {""}:
                own |= set(self.draft.owners)
            known |= own
            if codes and not own & codes:
                continue
            for reason in self.full.trace:
                if reason.campaign == campaign["id"] and reason.code != "applied":
                    found |= words_for(reason) | (ONE_ANSWER if codes else set())
        return found | (UNKNOWN_CODE if codes - known else set())


def words_for(reason: Reason) -> set[str]:
    found = REFUSALS.get((reason.code, reason.kind))
    return found if found is not None else REFUSALS.get((reason.code, ""), set())
