"""What a reward is handed over as, and what can be taken back of it."""

from uuid import UUID

from msgspec import Struct

from regulars.activities.terms import lot_terms
from regulars.activities.tiers import catch_up
from regulars.activities.unit import MemberState, Unit
from regulars.engine.program import Program
from regulars.engine.rules import Reward
from regulars.giftcards.sales import give, take_back
from regulars.giftcards.wire import CardMoveOut
from regulars.kit.periods import day_number, local
from regulars.kit.problems import Conflict
from regulars.ledger.book import short
from regulars.rewards.codes import code_of
from regulars.vouchers.operations import issue
from regulars.vouchers.wire import VoucherOut, voucher_out


class RewardUsed(Conflict):
    code = "reward_used"
    title = "This reward was used already"


class NotReturnable(Conflict):
    code = "reward_not_returnable"
    title = "This reward cannot be brought back"


class Handed(Struct, frozen=True):
    """What the member got; nothing of it for goods. ``code`` is encrypted."""

    voucher: VoucherOut | None = None
    code: str | None = None
    code_valid_until: int | None = None
    gift_card: CardMoveOut | None = None
    gives: dict[str, int] = {}


def hand_over(
    unit: Unit, program: Program, reward: Reward | None, member: MemberState, redemption: UUID,
    at: int,
) -> Handed:  # fmt: skip
    """Issue the voucher, the code, the card or the tickets as which the reward is handed over."""
    if reward is None:
        return Handed()
    if reward.voucher is not None:
        voucher = issue(
            unit, reward.voucher, program.rules.vouchers[reward.voucher], member_id=member.id,
            campaign="", activity_id=redemption, at=at, timezone=program.timezone,
        )[0]  # fmt: skip
        return Handed(voucher=voucher_out(voucher))
    if reward.gift_card is not None:
        worth = reward.worth_minor or 0
        card = give(program, unit, reward.gift_card, worth, at=at, activity_id=redemption)
        return Handed(gift_card=card)
    code = code_of(unit, redemption)
    if code is not None:
        return Handed(code=code.code, code_valid_until=code.valid_until)
    _credit(unit, program, reward, member, redemption, at)
    return Handed(gives=dict(reward.gives))


def _credit(
    unit: Unit, program: Program, reward: Reward, member: MemberState, redemption: UUID, at: int
) -> None:
    day = day_number(local(at, program.timezone).date())
    for name, amount in reward.gives.items():
        terms = lot_terms(program.assets[name], at, day, program.timezone, pending_days=0)
        member.book.credit(
            name, amount, now=unit.now, at=at, available_at=terms[0], expires_at=terms[1],
            activity_id=redemption,
        )  # fmt: skip
    if reward.gives:
        catch_up(program, unit, member)


def refuse_used(
    unit: Unit, program: Program, reward: Reward, member: MemberState, redemption: UUID
) -> None:
    """Refuse to take back what is not whole any more: a used voucher, spent tickets, a donation."""
    if reward.cause is not None:
        raise NotReturnable("It was given to a cause: correct the account, if it has to be.")
    for voucher in unit.vouchers.values():
        uses = program.rules.vouchers[voucher.definition].uses
        if voucher.issued_by == redemption and (voucher.uses_left != uses or voucher.blocked):
            raise RewardUsed("Its voucher was used or withdrawn; nothing was given back.")
    for asset, amount in reward.gives.items():
        account = member.book.accounts.get(asset)
        if account is None or account.available < amount:
            raise short(asset, amount, 0 if account is None else account.available)


def take_in(
    unit: Unit, program: Program, reward: Reward, member: MemberState, redemption: UUID, *,
    at: int, activity_id: UUID,
) -> None:  # fmt: skip
    """Withdraw what was handed over: the voucher, the card, the tickets. A code stays known."""
    if reward.gift_card is not None:
        take_back(program, unit, {0: 1}, redemption, at=at, activity_id=activity_id)
    for voucher in unit.vouchers.values():
        if voucher.issued_by == redemption:
            voucher.blocked, voucher.blocked_at, voucher.changed = True, at, True
    for asset, amount in reward.gives.items():
        member.book.deduct(
            asset, amount, now=unit.now, at=at, activity_id=activity_id, policy="refuse",
            kind="return", purpose="issued",
        )  # fmt: skip
    if reward.gives:
        catch_up(program, unit, member)
