"""Recording a purchase or another activity: the same operation for till, import, page and job."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from regulars.activities.context import Context
from regulars.activities.membership import end_due, renew
from regulars.activities.repeats import not_put_away
from regulars.activities.tiers import catch_up, count, refresh_due, want_standing
from regulars.activities.unit import MemberState, Record, Stored, Unit
from regulars.activities.wants import Wants
from regulars.engine.decision import Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Facts, Line
from regulars.engine.program import Program
from regulars.engine.progress import Step
from regulars.engine.returns import totals
from regulars.engine.storage import pack
from regulars.giftcards.payments import take_cards
from regulars.giftcards.sales import check_sales, sell, spent_minor, with_roles
from regulars.giftcards.usable import want_cards
from regulars.giftcards.wire import CardMoveOut
from regulars.identifiers.resolve import resolve
from regulars.kit.codes import normalize
from regulars.kit.http import Caller
from regulars.kit.problems import Invalid, NotFound
from regulars.kit.requests import digest_of, encode
from regulars.members.known import welcome
from regulars.progress.follow import advance, want
from regulars.purchases.announced import keep_prices, shown_prices, want_prices
from regulars.purchases.answers import decision_out, extras_of, hints_out, said_again
from regulars.purchases.effects import (
    credit,
    give_vouchers,
    make_awaited_usable,
    slide,
    use_vouchers,
    uses,
    visited,
)
from regulars.purchases.facts import (
    case_of,
    check_gifts,
    counted_caps,
    coupons_of,
    day_at,
    left_of,
    limited_campaigns,
    lines_of,
    member_facts,
    want_history,
    want_limits,
    with_tallies,
)
from regulars.purchases.paying import release, take, want_payment, with_tenders
from regulars.purchases.promises import use_quote
from regulars.purchases.receipts import keys_of
from regulars.purchases.wire import ActivityIn, PurchaseIn
from regulars.referrals import pay
from regulars.referrals.operations import enter, want_code
from regulars.vouchers.usable import want_codes

_LATEST_AHEAD_SECONDS = 300
"""How far a till's clock may be ahead of ours."""


_OURS = ("purchase", "return", "quote")


class UnknownPurchase(NotFound):
    code = "unknown_purchase"
    title = "No such purchase"


class Judged:
    """What purchases and other activities have in common: member, facts, decision."""

    path = ""
    trigger = "purchase"

    def __init__(
        self,
        request: PurchaseIn | ActivityIn,
        caller: Caller,
        *,
        key: str | None,
        at: int,
        now: int | None = None,
        activity_id: UUID | None = None,
        silent: bool = False,
    ) -> None:
        self.silent = silent
        """Nobody waits for the answer: an import. It can still be put together later."""
        self._case: Facts | None = None
        self.now = now
        self.activity_id = activity_id
        self.decision: Decision | None = None
        self.cards: list[CardMoveOut] = []
        """What became of gift cards."""
        self.request = request
        self.caller = caller
        self.digest = digest_of(self.path, request)
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till
        receipt = getattr(request, "receipt_number", None)
        self.receipt = receipt or ""
        self.keys: Sequence[str] = keys_of(key, caller, self.shop, self.till, receipt)
        self.member_key = None if request.member is None else resolve(request.member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        _, program = context.revisions.at(self.at)
        if self.member_key is not None:
            wants.member(self.member_key)
            want_history(wants, program, self.at)
            want(wants, program, self.member_key)
            _, current = context.revisions.at(wants.now if self.now is None else self.now)
            want_standing(wants, current, day_at(self.at, current.timezone))
            pay.want(wants, program)
            wants.automatic.update(
                name for name, voucher in program.rules.vouchers.items() if voucher.automatic
            )
        if self.request.codes:
            want_codes(wants, self.request.codes)
        self.want_lines(wants, context, program)

    def want_lines(self, wants: Wants, context: Context, program: Program) -> None:
        """Ask for what the lines need: products not met yet, counters of limited campaigns."""
        self._case = facts = self.case(context, program)
        want_limits(wants, program, facts, self.request.codes, unsure=False)

    def case(self, context: Context, program: Program) -> Facts:
        return case_of(self.at, program, trigger=self.trigger, shop=self.shop)

    def judge(
        self, unit: Unit, context: Context, member: MemberState | None
    ) -> tuple[int, Program, Facts, Decision]:
        """Gather the facts and evaluate; nothing is changed yet."""
        number, program = context.revisions.at(self.at)
        facts = self._case or self.case(context, program)
        coupons = coupons_of(self.request.codes, program, unit, member, self.at)
        facts = msgspec.structs.replace(
            facts,
            member=None if member is None else member_facts(program, member, facts.day),
            coupons=coupons,
        )
        found = program.candidates(facts)
        if limited_campaigns(program) or counted_caps(program):
            asked = [compiled for compiled in found if compiled.trigger == facts.trigger]
            left = left_of(program, asked, unit, member, facts.day)
            facts = msgspec.structs.replace(facts, left=left)
            if member is not None and facts.member and any(c.tallied for c in asked):
                known = with_tallies(facts.member, asked, member, facts.day)
                facts = msgspec.structs.replace(facts, member=known)
        return number, program, facts, evaluate(program, facts, found=found)

    def before(self, unit: Unit, activity_id: UUID) -> None:
        """What has to happen before the case is judged."""

    def begin(
        self, unit: Unit, program: Program, facts: Facts, member: MemberState | None,
        activity_id: UUID,
    ) -> None:  # fmt: skip
        """What else it does before it earns; the first that may change anything."""

    def decide(self, unit: Unit, context: Context) -> Record:
        if self.at > unit.now + _LATEST_AHEAD_SECONDS:
            raise Invalid("occurred_at lies in the future: set the till's clock.")
        self._renewed(unit, context)
        member = None if self.member_key is None else welcome(unit, self.member_key, self.at)
        activity_id = self.activity_id or unit.make_id()
        if member is not None:
            member.book.bring_up_to_date(unit.now, activity_id)
            catch_up(context.revisions.at(unit.now)[1], unit, member)
        self.before(unit, activity_id)
        holder = member
        if member is not None and member.status == "ended":
            member = None  # nothing is earned, and what is left may be spent
        number, program, facts, decision = self.judge(unit, context, member)
        self.decision = decision
        self.begin(unit, program, facts, holder, activity_id)
        use_vouchers(decision, unit)
        for counter, amount in uses(program, facts, decision, member).items():
            unit.count(*counter, amount)
        keep_prices(program, facts, unit)
        vouchers = give_vouchers(program, facts, decision, member, unit, activity_id)
        steps: list[Step] = []
        if member is not None:
            if program.sliding:
                slide(program, facts, member, unit.now)
            credit(program, facts, decision.awards, member, activity_id, unit.now)
            spent = spent_minor(program, facts, decision)
            if facts.lines:
                visited(member, facts, spent, unit)
            count(
                context.revisions.at(unit.now)[1], unit, member, facts, totals(decision.awards),
                activity_id,
            )  # fmt: skip
            renew(context.revisions.at(unit.now)[1], member, facts.trigger, self.at)
            refresh_due(context.revisions.at(unit.now)[1], member)
            moved = advance(unit, program, facts, decision, member, activity_id)
            told, given = pay.reward(unit, program, facts, spent, member, activity_id)
            vouchers, steps = [*vouchers, *moved.vouchers, *given], [*moved.steps, *told]
        extras = extras_of(
            facts, decision, member, vouchers, self.request.codes,
            hints=hints_out(program, facts, decision, self.request, member, unit.now),
            prices=shown_prices(program, facts, decision, unit), progress=steps,
            cards=self.cards,
        )  # fmt: skip
        member_id = None if holder is None else holder.id
        said = ""
        if not self.silent:
            answer = decision_out(activity_id, number, facts, decision, member_id, extras)
            said = encode(answer).decode()
        return Record(
            id=activity_id,
            member_id=member_id,
            kind=facts.trigger,
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            receipt=self.receipt,
            revision=number,
            refers_to=getattr(self.request, "purchase", None),
            list_minor=decision.list_minor,
            paid_minor=decision.paid_minor,
            facts=encode(facts).decode(),
            decision=pack(program, decision).decode(),
            answer=encode(extras).decode(),
            said=said,
        )

    def _renewed(self, unit: Unit, context: Context) -> None:
        """An activity may open a membership that has ended."""
        member = unit.member(self.member_key)
        if member is not None and isinstance(self.request, ActivityIn):
            end_due(unit, member)
            if member.status == "ended":
                current = context.revisions.at(unit.now)[1]
                renew(current, member, self.request.type, self.at)
                unit.changes += 1

    def tell(self, stored: Stored, context: Context) -> str:
        program = context.revisions.number(stored.revision)
        answer = said_again(
            stored.id, stored.revision, program, stored.facts, stored.decision, stored.member_id,
            stored.answer,
        )  # fmt: skip
        return encode(answer).decode()


class RecordPurchase(Judged):
    """A basket that was bought."""

    path = "/v1/purchases"
    request: PurchaseIn

    @property
    def regroups(self) -> bool:
        """With a code it also says who sent the member."""
        return self.request.referral_code is not None

    def want_lines(self, wants: Wants, context: Context, program: Program) -> None:
        unknown = list(context.unknown(line.sku for line in self.request.lines))
        wants.skus.update(unknown)
        facts = self.case(context, program)
        self._case = None if unknown else facts
        want_limits(wants, program, facts, self.request.codes, unsure=bool(unknown))
        want_prices(wants, program, facts)

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        if self.request.gift_cards or self.request.top_ups:
            want_cards(wants, (card.code for card in self.request.gift_cards))
            want_cards(wants, self.request.top_ups.values())
        if self.request.referral_code is not None:
            want_code(wants, normalize(self.request.referral_code))
        if self.request.quote is not None:
            wants.quotes.add(self.request.quote)
        if self.request.pay_with or self.request.quote is not None:
            _, program = context.revisions.at(self.at)
            want_payment(wants, program, self.member_key, self.request)

    def before(self, unit: Unit, activity_id: UUID) -> None:
        if self.request.quote is not None:
            use_quote(unit, self.request.quote)
            release(unit, self.request.quote, activity_id)

    def judge(
        self, unit: Unit, context: Context, member: MemberState | None
    ) -> tuple[int, Program, Facts, Decision]:
        number, program, facts, decision = super().judge(unit, context, member)
        if self.request.pay_with or self.request.tenders or self.request.gift_cards:
            facts = with_tenders(program, facts, decision, member, self.request, unit)
            decision = evaluate(program, facts)
        if program.rules.gift_cards or self.request.top_ups:
            check_sales(program, facts, unit, self._topped(), decision.paid)
        return number, program, facts, decision

    def _topped(self) -> dict[int, str]:
        """Codes of cards to be topped up, by line (from 0)."""
        return {line - 1: normalize(code) for line, code in self.request.top_ups.items()}

    def begin(
        self, unit: Unit, program: Program, facts: Facts, member: MemberState | None,
        activity_id: UUID,
    ) -> None:  # fmt: skip
        if self.request.referral_code is not None:
            self._came_by(unit, program, member, normalize(self.request.referral_code))
        take(member, facts, unit, activity_id)
        if program.rules.gift_cards:
            self.cards = take_cards(program, facts, unit, activity_id)
            self.cards += sell(program, facts, unit, self._topped(), activity_id)

    def _came_by(self, unit: Unit, program: Program, member: MemberState | None, code: str) -> None:
        """The member names who sent them; the same one told before is none too many."""
        if member is None or member.status != "active":
            raise Invalid("Nobody came by a referral_code here: name the new member, or leave it.")
        told, found = unit.referrals.of.get(member.id), unit.referrals.codes.get(code)
        if told is None or found is None or told.referrer_id != found.member_id:
            enter(unit, program, member, code, self.at)

    def case(self, context: Context, program: Program) -> Facts:
        lines: tuple[Line, ...] = with_roles(program, lines_of(self.request.lines, context))
        detail = self.request.detail
        if self.request.gifts:
            check_gifts(program, self.request.gifts)
            detail = {**detail, "gifts": self.request.gifts}
        return case_of(
            self.at, program, trigger="purchase", shop=self.shop, lines=lines,
            detail=detail,
        )  # fmt: skip


class RecordActivity(Judged):
    """Something else that happened to a member."""

    path = "/v1/activities"
    request: ActivityIn

    def case(self, context: Context, program: Program) -> Facts:
        return case_of(
            self.at, program, trigger=self.request.type, shop=self.shop, detail=self.request.detail
        )

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        if self.request.purchase is not None:
            if self.request.type in _OURS:
                raise Invalid(f"An activity that names a purchase cannot be a {self.request.type}.")
            wants.activities.add(self.request.purchase)

    def begin(
        self, unit: Unit, program: Program, facts: Facts, member: MemberState | None,
        activity_id: UUID,
    ) -> None:  # fmt: skip
        if self.request.purchase is None or member is None:
            return
        purchase = unit.past.get(self.request.purchase)
        not_put_away(unit, self.request.purchase)
        if purchase is None or purchase.kind != "purchase" or purchase.member_id != member.id:
            raise UnknownPurchase("The member has no purchase of this id: look up its receipt.")
        make_awaited_usable(program, facts, member, purchase.id, unit.now)
