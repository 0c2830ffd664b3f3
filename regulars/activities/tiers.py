"""Tiers by balance: up and down at once, as the balance of the tiering's asset says."""

from regulars.activities.unit import MemberState
from regulars.engine.program import Program


def place(program: Program, member: MemberState) -> None:
    """Put the member on the tier the balance says; its benefits begin with the next purchase."""
    tiering = program.rules.tiering
    if tiering is None:
        return
    account = member.book.accounts.get(tiering.asset)
    balance = 0 if account is None else account.balance
    reached = [tier for tier, least in tiering.at_least.items() if balance >= least]
    tier = max(reached, key=lambda name: tiering.at_least[name], default="")
    if tier != member.tier:
        member.tier = tier
        member.changed = True
