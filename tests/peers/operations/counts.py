"""Counts: uses of campaigns and codes, counted by orders and given back by cancellations."""

import re
from collections import Counter
from typing import Any

from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Coupon, Facts, Line
from regulars.engine.program import Program
from regulars.engine.returns import reevaluate
from tests.peers import baskets
from tests.peers.cases import Case, Data
from tests.peers.draft import Draft
from tests.peers.translate_campaigns import campaigns
from tests.peers.words import Fields, NotTranslated, moment

PLACES = re.compile(r"(?P<who>\S+) places (?:an )?order(?: with (?P<codes>.+))?")
CANCELS = re.compile(r"(?P<who>\S+) cancels (?:it|the order|(?:his|her|their) order)")


class Orders:
    """Orders with codes, and how often each campaign and code is used by those that stand."""

    def __init__(self, case: Case, specs: list[Data]) -> None:
        given = case.input
        self.draft = Draft.of(Case(case.id, case.source, case.area, {"campaigns": specs},
                                   {"lines": given.get("lines") or ()}, {}))  # fmt: skip
        campaigns(self.draft, nominal=True)
        self.program: Program = self.draft.program()
        self.uses: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.orders: list[tuple[str, Facts]] = []

    def place(self, who: str, codes: list[str]) -> None:
        lines = None if self.draft.case.input["lines"] else [Line("anything", 1, 100)]
        coupons = tuple(map(Coupon, codes))
        facts = baskets.facts(self.draft, lines=lines, coupons=coupons)
        self.orders.append((who, facts))
        self._count(facts, {}, 1)

    def cancel(self, place: int) -> None:
        """All of an order comes back: it no longer uses what it used."""
        for campaign in self.draft.case.setup["campaigns"]:
            if campaign.get("reuse_after_cancel") is False:
                raise NotTranslated("a use of a public code that a cancelled order keeps")
        _, facts = self.orders.pop(place)
        self._count(facts, {}, -1)
        self._count(facts, {i: line.quantity for i, line in enumerate(facts.lines)}, 1)

    def _count(self, facts: Facts, returned: dict[int, int], times: int) -> None:
        decision = (
            reevaluate(self.program, facts, returned) if returned else evaluate(self.program, facts)
        )
        for campaign in decision.used:
            self.uses[self.draft.names[campaign]] += times
        for _, code in decision.redeemed:
            self.codes[code] += times

    def answers(self, expected: Data) -> dict[str, Any]:
        codes = expected.get("code_uses") or {}
        return {
            "campaign_uses": sum(self.uses.values()),
            "code_uses": {code: self.codes[code] for code in codes},
        }


def sequence(case: Case) -> dict[str, Any]:
    """Steps in words."""
    counter = Orders(case, case.setup.get("campaigns") or [])
    for step in case.input["steps"]:
        if found := PLACES.fullmatch(step):
            counter.place(found["who"], re.split(r"[ ,]+(?:and )?", found["codes"] or ""))
        elif found := CANCELS.fullmatch(step):
            who = found["who"]
            places = [i for i, (name, _) in enumerate(counter.orders) if name == who]
            if not places:
                raise NotTranslated(f"the step {step!r}")
            counter.cancel(places[-1])
        else:
            raise NotTranslated(f"the step {step!r}")
    return counter.answers(case.expected)


def booked(case: Case) -> dict[str, Any]:
    """Orders with codes that share the counter of a campaign, booked and reverted."""
    fields = Fields(case.operation, case.input)
    done, undone = fields.take("orders_booked") or [], fields.take("orders_reverted") or []
    for name in ("operation", "currency", "lines"):
        fields.take(name)
    fields.done()
    every = sorted({code for codes in [*done, *undone] for code in codes})
    specs = [
        {**spec, "codes": spec.get("codes") or every} for spec in case.setup.get("campaigns") or ()
    ]
    counter = Orders(case, specs)
    for codes in done:
        counter.place(",".join(codes), codes)
    for codes in undone:
        counter.cancel([who for who, _ in counter.orders].index(",".join(codes)))
    return counter.answers(case.expected)


def create_code(case: Case) -> dict[str, Any]:
    """A code beside others of the same letters: the document with both is right or refused."""
    fields = Fields("create_code", case.input)
    wanted = {"code": fields.need("code"), "period": fields.take("period")}
    prior = Fields("prior", fields.take("prior") or {})
    codes = [*(prior.take("codes") or ()), wanted]
    prior.done()
    draft = Draft.of(case)
    for entry in codes:
        first, last = entry.get("period") or (None, None)
        campaign: Data = {
            "when": [{"kind": "coupon_presented", "codes": [entry["code"]]}],
            "then": [{"kind": "amount_off", "off_minor": 100}],
        }
        for name, text in (("starts", first), ("ends", last)):
            if text is not None:
                campaign[name] = str(moment(text, draft.now).date())
        draft.add(entry["code"], campaign)
    return {"accepted": draft.accepted()}


OPERATIONS = {
    "sequence": sequence,
    "register_use": booked,
    "revert_use": booked,
    "create_code": create_code,
}
