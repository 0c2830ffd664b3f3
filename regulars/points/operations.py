"""Points outside a basket: given to another member, donated, bought for money.

Each is refused before anything changes, or carried out whole: what must suffice is checked first.
"""

from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.terms import lot_terms
from regulars.activities.tiers import catch_up
from regulars.activities.unit import SHARED, MemberState, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.program import Program
from regulars.engine.rules import Asset
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Caller
from regulars.kit.periods import day_number, local
from regulars.kit.problems import Conflict, Invalid, NotFound
from regulars.kit.requests import digest_of, encode, key_of
from regulars.ledger.book import InsufficientFunds
from regulars.members.known import holder, welcome
from regulars.members.refusals import UnknownAsset, nearest, refusal
from regulars.members.wire import balances
from regulars.points.limits import PACKAGE, OutsideLimits, count, refuse_outside
from regulars.points.wire import (
    DonationIn,
    DonationOut,
    SaleIn,
    SaleOut,
    TransferIn,
    TransferOut,
)


class NotTransferable(Conflict):
    code = "not_transferable"
    title = "This cannot be given to this member"


class UnknownCause(NotFound):
    code = "unknown_cause"
    title = "The program has no such cause"


class CauseClosed(Conflict):
    code = "cause_closed"
    title = "This cause takes no such donation"


class NotForSale(Conflict):
    code = "not_for_sale"
    title = "This cannot be bought like this"


class Move:
    """What all of them have in common: a member, an asset, a place and an instant."""

    path = ""
    kind = ""
    now: int | None = None

    def __init__(
        self, request: TransferIn | DonationIn | SaleIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till
        self.ref = resolve(request.member, caller.region)

    def record(
        self, revision: int, id: UUID, member: MemberState, facts: object, answer: object,
        paid_minor: int = 0,
    ) -> Record:  # fmt: skip
        return Record(
            id=id,
            member_id=member.id,
            kind=self.kind,
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=revision,
            list_minor=paid_minor,
            paid_minor=paid_minor,
            facts=encode(facts).decode(),
            answer=encode(answer).decode(),
        )


class Send(Move):
    """A member gives points to another: two postings of one activity (0002)."""

    path = "/v1/transfers"
    kind = "transfer"

    def __init__(self, request: TransferIn, caller: Caller, *, key: str | None, at: int) -> None:
        super().__init__(request, caller, key=key, at=at)
        self.request = request
        self.to = resolve(request.to, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.standing = True  # a tier may hang on the balance
        wants.member(self.ref, lots=True, assets=[self.request.asset])
        wants.member(self.to)
        wants.member_campaigns.add(f"sent:{self.request.asset}")
        if wants.housemates is None:
            wants.housemates = False

    def decide(self, unit: Unit, context: Context) -> Record:
        sender, receiver = welcome(unit, self.ref), holder(unit, self.to)
        asked = self.request
        number, program = context.revisions.at(self.at)
        asset = known_asset(program, asked.asset)
        rule = asset.transfer
        if rule is None or not asset.spendable:
            raise refusal(NotTransferable, PACKAGE, "not_transferable", program, name=asked.asset)
        if sender is receiver:
            raise refusal(Invalid, PACKAGE, "to_oneself", program)
        if rule.to == "household" and not unit.households.together(sender.id, receiver.id):
            raise refusal(NotTransferable, PACKAGE, "household_only", program)
        counted = f"sent:{asked.asset}"
        refuse_outside(program, sender, rule, counted, asked.asset, asked.amount, self.at)
        fee = rule.fee + -(-asked.amount * rule.fee_percent // 100)
        for member in (sender, receiver):
            bring_up_to_date(unit, member)
        refuse_short(program, sender, asked.asset, asked.amount + fee)
        unit.changes += 1
        activity_id = unit.make_id()
        move(
            unit, sender, receiver, asked.asset, asked.amount, at=self.at, activity_id=activity_id,
            terms=None if rule.keep_expiry else (asset, program.timezone),
        )  # fmt: skip
        if fee:
            sender.book.debit(
                asked.asset, fee, now=unit.now, at=self.at, activity_id=activity_id, kind="fee",
                purpose="fees",
            )  # fmt: skip
        count(unit, sender, counted, asked.amount, self.at, program.timezone)
        for member in (sender, receiver):
            catch_up(program, unit, member)
        facts = {"to": receiver.id, "asset": asked.asset, "amount": asked.amount, "fee": fee}
        answer = TransferOut(
            activity_id, sender.id, receiver.id, asked.asset, asked.amount, fee, balances(sender)
        )
        return self.record(number, activity_id, sender, facts, answer)


class Donate(Move):
    """A member gives points to a cause; what a cause was given is counted under its own lock."""

    path = "/v1/donations"
    kind = "donate"

    def __init__(self, request: DonationIn, caller: Caller, *, key: str | None, at: int) -> None:
        super().__init__(request, caller, key=key, at=at)
        self.request = request

    def wants(self, wants: Wants, context: Context) -> None:
        wants.standing = True  # a tier may hang on the balance
        _, program = context.revisions.at(self.at)
        cause = program.rules.causes.get(self.request.cause)
        if cause is not None:  # else it is refused, unless the request was carried out before
            wants.member(self.ref, lots=True, assets=[cause.asset])
            wants.counters.add(counter_of(self.request.cause, cause.asset))

    def decide(self, unit: Unit, context: Context) -> Record:
        number, program = context.revisions.at(self.at)
        cause, amount = program.rules.causes.get(self.request.cause), self.request.amount
        if cause is None:
            name = self.request.cause
            raise refusal(UnknownCause, PACKAGE, "unknown_cause", program, name=name)
        member = welcome(unit, self.ref)
        counter = counter_of(self.request.cause, cause.asset)
        given = unit.counters.get(counter, 0)
        refuse_donation(unit, program, self.request.cause, amount)
        bring_up_to_date(unit, member)
        refuse_short(program, member, cause.asset, amount)
        unit.changes += 1
        activity_id = unit.make_id()
        member.book.debit(
            cause.asset, amount, now=unit.now, at=self.at, activity_id=activity_id, kind="donate",
            purpose="donated",
        )  # fmt: skip
        unit.count(SHARED, *counter, amount)
        catch_up(program, unit, member)
        facts = {"cause": self.request.cause, "asset": cause.asset, "amount": amount}
        answer = DonationOut(
            activity_id, member.id, self.request.cause, cause.asset, amount, given + amount,
            balances(member),
        )  # fmt: skip
        return self.record(number, activity_id, member, facts, answer)


class Sell(Move):
    """A member buys points at the program's price; the till has taken the money."""

    path = "/v1/points/purchases"
    kind = "buy_points"

    def __init__(self, request: SaleIn, caller: Caller, *, key: str | None, at: int) -> None:
        super().__init__(request, caller, key=key, at=at)
        self.request = request

    def wants(self, wants: Wants, context: Context) -> None:
        wants.standing = True  # a tier may hang on the balance
        wants.member(self.ref)
        wants.member_campaigns.add(f"bought:{self.request.asset}")

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.ref)
        asked = self.request
        number, program = context.revisions.at(self.at)
        asset = known_asset(program, asked.asset)
        rule = asset.sale
        if rule is None:
            raise refusal(NotForSale, PACKAGE, "not_for_sale", program, name=asked.asset)
        if asked.amount % rule.units:
            units = (rule.units, asked.asset)
            raise refusal(NotForSale, PACKAGE, "not_whole", program, units=units)
        counted = f"bought:{asked.asset}"
        refuse_outside(program, member, rule, counted, asked.asset, asked.amount, self.at)
        price = asked.amount // rule.units * rule.price_minor
        if price != asked.paid_minor:
            raise refusal(NotForSale, PACKAGE, "other_price", program, price_minor=price)
        bring_up_to_date(unit, member)
        unit.changes += 1
        activity_id = unit.make_id()
        credit(
            unit, member, asked.asset, asked.amount, asset, program.timezone, at=self.at,
            activity_id=activity_id, kind="buy", purpose="sold",
        )  # fmt: skip
        count(unit, member, counted, asked.amount, self.at, program.timezone)
        catch_up(program, unit, member)
        facts = {"asset": asked.asset, "amount": asked.amount}
        answer = SaleOut(activity_id, member.id, asked.asset, asked.amount, price, balances(member))
        return self.record(number, activity_id, member, facts, answer, paid_minor=price)


# What the operations are made of.


def counter_of(cause: str, asset: str) -> tuple[str, str, int]:
    """The shared counter of what a cause was given of an asset."""
    return (f"cause:{cause}:{asset}", "given", 0)


def refuse_donation(unit: Unit, program: Program, name: str, amount: int) -> None:
    """Refuse what a cause does not take: it is closed, or full, or the amount is too small."""
    cause = program.rules.causes[name]
    given = unit.counters.get(counter_of(name, cause.asset), 0)
    if cause.closed or (cause.most is not None and given >= cause.most):
        raise refusal(CauseClosed, PACKAGE, "cause_closed", program)
    if cause.most is not None and given + amount > cause.most:
        left = (cause.most - given, cause.asset)
        raise refusal(CauseClosed, PACKAGE, "cause_full", program, left=left)
    if amount < cause.minimum:
        least = (cause.minimum, cause.asset)
        raise refusal(OutsideLimits, PACKAGE, "too_little", program, least=least)


def known_asset(program: Program, name: str) -> Asset:
    asset = program.assets.get(name)
    if asset is None:
        raise UnknownAsset(nearest("asset", name, program.assets))
    return asset


def bring_up_to_date(unit: Unit, member: MemberState) -> None:
    """Let what is due happen, by a cause of its own: it stays where the rest is refused."""
    member.book.bring_up_to_date(unit.now, unit.make_id())


def refuse_short(program: Program, member: MemberState, asset: str, asked: int) -> None:
    account = member.book.accounts.get(asset)
    available = 0 if account is None else account.available
    if asked > available:
        raise refusal(
            InsufficientFunds, PACKAGE, "short", program, asked=(asked, asset),
            available=(available, asset),
        )  # fmt: skip


def credit(
    unit: Unit, member: MemberState, name: str, amount: int, asset: Asset, timezone: str, *,
    at: int, activity_id: UUID, kind: str, purpose: str,
) -> None:  # fmt: skip
    """A credit that can be used at once and expires as if it had been earned now."""
    day = day_number(local(at, timezone).date())
    available_at, expires_at = lot_terms(asset, at, day, timezone, pending_days=0)
    member.book.credit(
        name, amount, now=unit.now, at=at, available_at=available_at, expires_at=expires_at,
        activity_id=activity_id, kind=kind, purpose=purpose,
    )  # fmt: skip


def move(
    unit: Unit, sender: MemberState, receiver: MemberState, asset: str, amount: int, *, at: int,
    activity_id: UUID, terms: tuple[Asset, str] | None = None,
) -> None:  # fmt: skip
    """From one book to another; the lots keep their expiry, or begin anew by the ``terms``."""
    parts = sender.book.send(asset, amount, now=unit.now, at=at, activity_id=activity_id)
    if terms is not None:
        day = day_number(local(at, terms[1]).date())
        parts = [(amount, lot_terms(terms[0], at, day, terms[1], pending_days=0)[1])]
    receiver.book.receive(asset, parts, now=unit.now, at=at, activity_id=activity_id)
