"""Goodwill and corrections: staff credits or debits an account, within limits and never its own.

Who did it is recorded with it. Limits count credits and debits alike, so that nobody goes round
them by giving and taking (T18).
"""

from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.tiers import catch_up
from regulars.activities.unit import SHARED, MemberState, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.moves import Corrections
from regulars.engine.program import Program
from regulars.identifiers.resolve import Ref, resolve
from regulars.kit.http import Caller
from regulars.kit.periods import day_number, local
from regulars.kit.problems import Conflict, Invalid, Problem
from regulars.kit.requests import digest_of, encode, key_of
from regulars.members.known import holder, known
from regulars.members.refusals import refusal
from regulars.members.wire import balances
from regulars.points.limits import PACKAGE, OutsideLimits
from regulars.points.operations import bring_up_to_date, credit, known_asset, refuse_short
from regulars.points.wire import CorrectionIn, CorrectionOut

STAFF = "staff"
"""The attribute that marks a staff member's own membership: it holds the name of the actor."""


class NotCorrectable(Conflict):
    code = "not_correctable"
    title = "The program does not allow this correction"


class OwnAccount(Problem):
    """Nobody credits their own account (T18)."""

    code = "own_account"
    status = 403
    title = "Not on one's own account"


class Correct:
    """Staff credits or debits a member. ``actor`` is who does it: the label of the key, or who is
    logged in; ``actor_member`` names that person's own membership, where it is known."""

    path = "/v1/corrections"
    now: int | None = None

    def __init__(
        self, request: CorrectionIn, caller: Caller, *, key: str | None, at: int, actor: str,
        actor_member: Ref | None = None,
    ) -> None:  # fmt: skip
        if not request.amount:
            raise Invalid("amount must not be 0: positive credits, negative debits.")
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at
        self.actor = actor
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till
        self.ref = resolve(request.member, caller.region)
        self.actor_member = actor_member
        if actor_member is None and request.actor_member is not None:
            self.actor_member = resolve(request.actor_member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.standing = True  # a tier may hang on the balance
        asset = self.request.asset
        _, program = context.revisions.at(self.at)
        wants.member(self.ref, lots=self.request.amount < 0, assets=[asset])
        wants.member_campaigns.add(f"corrected:{asset}")
        if self.actor_member is not None:
            wants.member(self.actor_member)
            if wants.housemates is None:
                wants.housemates = False
        rules = program.rules.corrections
        if rules is not None and rules.per_staff_per_day is not None and asset in program.assets:
            wants.counters.add(self._staff_counter(program))

    def decide(self, unit: Unit, context: Context) -> Record:
        asked = self.request
        member = holder(unit, self.ref) if asked.amount > 0 else known(unit, self.ref)
        number, program = context.revisions.at(self.at)
        asset = known_asset(program, asked.asset)
        rules = self._rules(program)
        self._refuse_own(unit, program, member)
        self._refuse_outside(unit, program, rules, member)
        bring_up_to_date(unit, member)
        if asked.amount < 0 and rules.on_short == "refuse":
            refuse_short(program, member, asked.asset, -asked.amount)
        unit.changes += 1
        activity_id = unit.make_id()
        before = member.book.account(asked.asset, unit.now).balance
        if asked.amount > 0:
            credit(
                unit, member, asked.asset, asked.amount, asset, program.timezone, at=self.at,
                activity_id=activity_id, kind="correct", purpose="corrected",
            )  # fmt: skip
        else:
            member.book.deduct(
                asked.asset, -asked.amount, now=unit.now, at=self.at, activity_id=activity_id,
                policy=rules.on_short,
            )  # fmt: skip
        changed = member.book.accounts[asked.asset].balance - before
        month = self._month(program)
        unit.count(member.id, f"corrected:{asked.asset}", "month", month, abs(asked.amount))
        if rules.per_staff_per_day is not None:
            unit.count(SHARED, *self._staff_counter(program), abs(asked.amount))
        catch_up(program, unit, member)
        answer = CorrectionOut(
            activity_id, member.id, asked.asset, asked.amount, changed, asked.reason, self.actor,
            balances(member),
        )  # fmt: skip
        facts = {
            "asset": asked.asset, "amount": asked.amount, "reason": asked.reason,
            "text": asked.text, "actor": self.actor,
        }  # fmt: skip
        return Record(
            id=activity_id,
            member_id=member.id,
            kind="correct",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=number,
            facts=encode(facts).decode(),
            answer=encode(answer).decode(),
        )

    def _rules(self, program: Program) -> Corrections:
        """The program's, once this reason allows it."""
        asked, rules = self.request, program.rules.corrections
        if rules is None:
            raise refusal(NotCorrectable, PACKAGE, "no_corrections", program)
        reason = rules.reasons.get(asked.reason)
        if reason is None:
            names = ", ".join(sorted(rules.reasons))
            raise refusal(
                NotCorrectable, PACKAGE, "unknown_reason", program, name=asked.reason, known=names
            )
        if reason.direction not in ("both", "credit" if asked.amount > 0 else "debit"):
            raise refusal(NotCorrectable, PACKAGE, "wrong_direction", program)
        if reason.text_required and not asked.text.strip():
            raise refusal(NotCorrectable, PACKAGE, "text_missing", program)
        if reason.maximum is not None and abs(asked.amount) > reason.maximum:
            most = (reason.maximum, asked.asset)
            raise refusal(OutsideLimits, PACKAGE, "too_much", program, most=most)
        return rules

    def _refuse_own(self, unit: Unit, program: Program, member: MemberState) -> None:
        """Neither the own account nor one whose points the own household uses together (T18)."""
        own: UUID | None = None
        if self.actor_member is not None:
            own = known(unit, self.actor_member).id
        marked = member.attributes.get(STAFF) == self.actor
        if marked or own == member.id or (own and unit.households.together(own, member.id)):
            raise refusal(OwnAccount, PACKAGE, "own_account", program)

    def _refuse_outside(
        self, unit: Unit, program: Program, rules: Corrections, member: MemberState
    ) -> None:
        asset, amount = self.request.asset, abs(self.request.amount)
        if rules.per_staff_per_day is not None:
            left = rules.per_staff_per_day - unit.counters.get(self._staff_counter(program), 0)
            if amount > left:
                raise refusal(
                    OutsideLimits, PACKAGE, "staff_limit", program, left=(max(0, left), asset)
                )
        if rules.per_member_per_month is not None:
            month = (f"corrected:{asset}", "month", self._month(program))
            left = rules.per_member_per_month - member.counters.get(month, 0)
            if amount > left:
                raise refusal(
                    OutsideLimits, PACKAGE, "member_limit", program, left=(max(0, left), asset)
                )

    def _staff_counter(self, program: Program) -> tuple[str, str, int]:
        day = day_number(local(self.at, program.timezone).date())
        return (f"staff:{self.request.asset}", self.actor, day)

    def _month(self, program: Program) -> int:
        return day_number(local(self.at, program.timezone).date().replace(day=1))
