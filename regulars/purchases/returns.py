"""Returns: kept lines are judged again by the purchase's own revision and facts; the difference is
posted (T2, T3). Returning all of it, at once or bit by bit, leaves things as if never bought."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.activities.context import Context
from regulars.activities.repeats import not_put_away
from regulars.activities.tiers import catch_up, days_of, uncount, want_standing
from regulars.activities.unit import MemberState, Past, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.decision import Award, Decision
from regulars.engine.facts import Facts, Line
from regulars.engine.program import Program
from regulars.engine.returns import keep, reevaluate, totals
from regulars.engine.storage import unpack
from regulars.giftcards.payments import KIND as GIFT_CARD
from regulars.giftcards.payments import due_back, refund_cards
from regulars.giftcards.sales import spent_minor, take_back
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.requests import digest_of, encode
from regulars.ledger.terms import awaited
from regulars.progress.follow import Falling
from regulars.progress.prizes import Moment, Outcome
from regulars.progress.wire import steps_out
from regulars.purchases.answers import balances, lines_out, reasons_out
from regulars.purchases.brought import Brought, read_brought, units_brought
from regulars.purchases.effects import credit, uses
from regulars.purchases.facts import day_at
from regulars.purchases.operations import UnknownPurchase
from regulars.purchases.paying import Back, give_back, payments_back, refunded
from regulars.purchases.receipts import keys_of
from regulars.purchases.refunds import changes, lines_back, money_back
from regulars.purchases.unreceipted import Found, not_found, refuse_unclear
from regulars.purchases.wire import LineOut, PaymentOut, ReturnIn, ReturnLineIn, ReturnOut
from regulars.referrals.pay import cancel
from regulars.vouchers.usable import use_key

_facts = msgspec.json.Decoder(Facts)


class NothingLeft(Conflict):
    code = "already_returned"
    title = "There is not that much left to return"


class RecordReturn:
    """Goods of a recorded purchase brought back."""

    path = "/v1/returns"

    def __init__(
        self, request: ReturnIn, caller: Caller, *, key: str | None, at: int,
        now: int | None = None, found: Found | None = None,
    ) -> None:  # fmt: skip
        refuse_unclear(request)
        self.now = now
        self.request = request
        self.purchase = request.purchase if found is None else found.purchase
        self.lines = request.lines if found is None else found.lines
        self.digest = digest_of(self.path, request)
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till
        self.keys = keys_of(key, caller, self.shop, self.till, request.receipt_number)

    def wants(self, wants: Wants, context: Context) -> None:
        if self.purchase is None:
            return  # nothing was found: it is refused, unless it is a repeated request
        wants.activities.add(self.purchase)
        wants.gift_cards = True
        wants.holds.add(self.purchase)  # what it was paid with
        wants.progress = wants.referrals = True
        _, current = context.revisions.at(wants.now if self.now is None else self.now)
        want_standing(wants, current, 0, everything=True)

    def decide(self, unit: Unit, context: Context) -> Record:
        if self.purchase is None:
            raise not_found(context.revisions.at(self.at)[1].rules.returns)
        purchase = unit.past.get(self.purchase)
        not_put_away(unit, self.purchase)
        if purchase is None or purchase.kind != "purchase":
            raise UnknownPurchase("No purchase has this id: look it up by its receipt first.")
        program = context.revisions.number(purchase.revision)
        facts = _facts.decode(purchase.facts)
        earlier = [
            read_brought(past.facts)
            for past in unit.returns.get(purchase.id, ())
            if past.kind == "return"
        ]
        before = units_brought(earlier)
        units = self._units(facts, before)
        gone = units_brought([*earlier, Brought(units, 0)])
        original = unpack(program, purchase.decision.encode())
        old = reevaluate(program, facts, before) if before else original
        new = reevaluate(program, facts, gone)
        refunded_minor = sum(item.refund_minor for item in earlier)
        refund_minor = max(0, original.paid_minor - new.paid_minor - refunded_minor)
        everything = all(line.quantity == gone.get(i, 0) for i, line in enumerate(facts.lines))
        before_back = _paid_back(earlier)
        returned = lines_back(facts, old, before, units, refund_minor)
        kept = _kept(facts, gone)
        back = refunded(
            program, facts, replace(facts, lines=kept), new, paid_minor=original.paid_minor,
            refund_minor=refunded_minor + refund_minor, before_minor=refunded_minor,
            before=before_back,
        )  # fmt: skip
        by_points = sum(minor for _, minor in back.values())
        on_cards = _on_cards(earlier)
        to_cards = due_back(facts, unit, refund_minor - by_points, on_cards, self.at)
        in_money = refund_minor - by_points - sum(to_cards.values())
        given_otherwise = sum(minor for _, minor in before_back.values()) + sum(on_cards.values())
        brought = Brought(units, refund_minor, everything, back, to_cards)
        answer = ReturnOut(
            id=unit.make_id(),
            purchase=purchase.id,
            refund_minor=refund_minor,
            withheld_minor=max(0, sum(line.paid_minor for line in returned) - refund_minor),
            lines=returned,
            discounts=changes(old, new),
            kept=[line for line in lines_out(kept, new) if line.quantity],
            reasons=reasons_out(new),
            payments=[
                *payments_back(back),
                *(PaymentOut(GIFT_CARD, minor) for minor in to_cards.values()),
            ],
            to_refund_minor=in_money if back or to_cards else None,
            money=money_back(facts, refunded_minor - given_otherwise, in_money),
        )
        moves = take_back(program, unit, units, purchase.id, at=self.at, activity_id=answer.id)
        moves += refund_cards(
            program, unit, purchase.id, to_cards, on_cards, at=self.at, activity_id=answer.id
        )
        answer = replace(answer, gift_cards=moves)
        member = unit.member(purchase.member_id)
        if member is not None and back:
            member.book.bring_up_to_date(unit.now, answer.id)
            give_back(
                program, facts, member, purchase.id, back, before_back, now=unit.now, at=self.at,
                activity_id=answer.id,
            )  # fmt: skip
        was = replace(facts, lines=_kept(facts, before))
        now = replace(facts, lines=kept)
        current = context.revisions.at(unit.now)[1]
        programs = (program, current)
        if purchase.member_id is None:  # no row to lock: of two at once, one meets the other's key
            unit.new_keys.append((f"return:{purchase.id}:{len(earlier)}", self.digest, answer.id))
        return self._record(unit, purchase, programs, facts, old, new, brought, answer, was, now)

    def _units(self, facts: Facts, before: dict[int, int]) -> dict[int, int]:
        """Units by line that this return brings back; more than is left is refused."""
        left = {i: line.quantity - before.get(i, 0) for i, line in enumerate(facts.lines)}
        if not self.lines:
            units = {i: quantity for i, quantity in left.items() if quantity}
            if not units:
                raise NothingLeft("Everything of this purchase was returned already.")
            return units
        units = {}
        for asked in self.lines:
            line = asked.line - 1
            if line not in left:
                raise Invalid(f"The purchase has {len(left)} lines; there is no line {asked.line}.")
            if asked.quantity > left[line]:
                raise NothingLeft(_too_many(asked, left[line]), line=asked.line, left=left[line])
            left[line] -= asked.quantity
            units[line] = units.get(line, 0) + asked.quantity
        return units

    def _record(
        self,
        unit: Unit,
        purchase: Past,
        programs: tuple[Program, Program],
        facts: Facts,
        old: Decision,
        new: Decision,
        brought: Brought,
        answer: ReturnOut,
        was: Facts,
        now: Facts,
    ) -> Record:
        activity_id, (program, current) = answer.id, programs
        member = unit.member(purchase.member_id) if facts.member is not None else None
        taken: dict[str, int] = {}
        falling = None
        if member is not None:
            member.book.bring_up_to_date(unit.now, activity_id)
            catch_up(current, unit, member)
            tiering = current.rules.tiering
            counted = {} if tiering is None else days_of(tiering, member)
            falling = Falling(
                unit,
                program,
                member,
                Moment(self.at, day_at(self.at, program.timezone), activity_id),
            )
            falling.begin(_differences(old.awards, new.awards), purchase.id)
            taken = self._take_back(
                unit, program, facts, old, new, member, purchase.id, activity_id
            )
            less = spent_minor(program, facts, old) - spent_minor(program, facts, new)
            _forget_visit(unit, member, facts, less, brought.everything)
            uncount(
                current, unit, member, counted, facts, taken, _units_of(answer.kept),
                purchase=purchase.id, activity_id=activity_id,
            )  # fmt: skip
        withdrawn, kept = _withdraw_vouchers(unit, old, new, purchase.id)
        given_back = _give_back_vouchers(program, facts, unit, old, new)
        _uncount(program, facts, old, new, member, unit)
        fallen = Outcome([], []) if falling is None else falling.end(was, old, now, new)
        if falling is not None:
            spent = spent_minor(program, facts, new)
            cancel(unit, program, purchase.id, spent, falling.when, fallen)
        answer = replace(
            answer,
            earned=taken,
            balances=balances(member),
            vouchers_withdrawn=withdrawn + fallen.withdrawn,
            vouchers_kept=kept + fallen.kept,
            vouchers_given_back=given_back,
            progress=steps_out(fallen.steps),
        )
        return Record(
            id=activity_id,
            member_id=purchase.member_id,
            kind="return",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            receipt=self.request.receipt_number or "",
            revision=purchase.revision,
            refers_to=purchase.id,
            list_minor=new.list_minor - old.list_minor,
            paid_minor=-brought.refund_minor,
            facts=encode(brought).decode(),
            answer=encode(answer).decode(),
        )

    def _take_back(
        self, unit: Unit, program: Program, facts: Facts, old: Decision, new: Decision,
        member: MemberState, purchase_id: UUID, activity_id: UUID,
    ) -> dict[str, int]:  # fmt: skip
        """Post the difference of what was earned; by asset, what the member loses (negative)."""
        taken: dict[str, int] = {}
        for asset, amount in _differences(old.awards, new.awards).items():
            taken[asset] = -amount
            if amount > 0:
                member.book.claw_back(
                    asset, amount, now=unit.now, at=self.at, activity_id=activity_id,
                    earned_by=purchase_id, clamp=program.assets[asset].on_return == "clamp",
                )  # fmt: skip
            elif amount < 0:
                gained = [Award("", asset, -amount)]
                own = [
                    lot for lot in member.book.lots.get(asset, ()) if lot.activity_id == purchase_id
                ]
                credit(
                    program, facts, gained, member, purchase_id, unit.now,
                    awaits=not own or any(map(awaited, own)),
                )  # fmt: skip
        return taken


def _kept(facts: Facts, gone: dict[int, int]) -> tuple[Line, ...]:
    return tuple(keep(line, line.quantity - gone.get(i, 0)) for i, line in enumerate(facts.lines))


def _units_of(lines: list[LineOut]) -> dict[str, int]:
    """Units by product."""
    units: dict[str, int] = {}
    for line in lines:
        units[line.sku] = units.get(line.sku, 0) + line.quantity
    return units


def _too_many(asked: ReturnLineIn, left: int) -> str:
    return f"Line {asked.line} has {left} left to return, {asked.quantity} were asked for."


def _paid_back(earlier: list[Brought]) -> Back:
    """What earlier returns gave back of the points it was paid with."""
    total: Back = {}
    for item in earlier:
        for asset, (units, minor) in item.paid_back.items():
            had = total.get(asset, (0, 0))
            total[asset] = (had[0] + units, had[1] + minor)
    return total


def _on_cards(earlier: list[Brought]) -> dict[str, int]:
    """What earlier returns put back on gift cards."""
    total: dict[str, int] = {}
    for item in earlier:
        for card, minor in item.cards.items():
            total[card] = total.get(card, 0) + minor
    return total


def _differences(old: list[Award], new: list[Award]) -> dict[str, int]:
    """By asset, what to take back; negative where the kept goods earn more."""
    had, has = totals(old), totals(new)
    found = {asset: had.get(asset, 0) - has.get(asset, 0) for asset in had.keys() | has.keys()}
    return {asset: found[asset] for asset in sorted(found) if found[asset]}


def _forget_visit(
    unit: Unit, member: MemberState, facts: Facts, paid_less_minor: int, everything: bool
) -> None:
    """The goods leave the member's history; the visit with them when nothing is kept."""
    member.spend_minor = max(0, member.spend_minor - paid_less_minor)
    if everything:
        member.purchases -= 1
        unit.unvisited.add(member.id)
    unit.visit(member, facts.day, -1 if everything else 0, -paid_less_minor)


def _withdraw_vouchers(
    unit: Unit, old: Decision, new: Decision, purchase_id: UUID
) -> tuple[int, int]:
    """Block vouchers the kept goods no longer earn, unused ones first; (withdrawn, already used).

    A used one is blocked too: should the purchase it was used for come back, it is worth nothing.
    """
    less: dict[tuple[str, str], int] = {}
    for grants, sign in ((old.grants, 1), (new.grants, -1)):
        for grant in grants:
            key = (grant.campaign, grant.voucher)
            less[key] = less.get(key, 0) + sign * grant.count
    withdrawn = kept = 0
    for (_, definition), count in less.items():
        issued = [
            v
            for v in unit.vouchers.values()
            if v.issued_by == purchase_id and v.definition == definition and not v.blocked
        ]
        issued.sort(key=lambda v: v.uses_left == 0)
        for voucher in issued[: max(0, count)]:
            if voucher.uses_left:
                withdrawn += 1
            else:
                kept += 1
            voucher.blocked, voucher.blocked_at, voucher.uses_left = True, unit.now, 0
            voucher.changed = True
    unit.changes += withdrawn + kept
    return withdrawn, kept


def _give_back_vouchers(
    program: Program, facts: Facts, unit: Unit, old: Decision, new: Decision
) -> int:
    """Give back the use of vouchers whose campaign no longer applies, where the policy says so."""
    reusable = _reusable(program, facts)
    still = {code for _, code in new.redeemed}
    count = 0
    for _, code in old.redeemed:
        if code not in still and code in reusable:
            unit.give_back(code)
            count += 1
    return count


def _reusable(program: Program, facts: Facts) -> set[str]:
    """The codes shown whose use comes back with the goods."""
    definitions = program.rules.vouchers
    return {
        coupon.code
        for coupon in facts.coupons
        if coupon.voucher in definitions and definitions[coupon.voucher].reusable_after_return
    }


def _uncount(
    program: Program, facts: Facts, old: Decision, new: Decision, member: MemberState | None,
    unit: Unit,
) -> None:  # fmt: skip
    """Limits and budgets count what the kept goods use."""
    had = uses(program, facts, old, member)
    has = uses(program, facts, new, member)
    spent = {use_key(coupon.code)[0] for coupon in facts.coupons}
    spent -= {use_key(code)[0] for code in _reusable(program, facts)}
    for counter in had.keys() | has.keys():
        change = has.get(counter, 0) - had.get(counter, 0)
        if change and counter[1] not in spent:
            unit.adjust(*counter, change)
