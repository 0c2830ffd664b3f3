"""What a program says of referrals."""

from regulars.engine.mechanics import Referrals
from regulars.engine.program import Program
from regulars.kit.problems import NotFound


class NoReferrals(NotFound):
    code = "no_referrals"
    title = "The program has no referrals"


def rules_of(program: Program) -> Referrals:
    """The referrals of a program."""
    if program.rules.referrals is None:
        raise NoReferrals("Its document has no part `referrals`.")
    return program.rules.referrals


def link_of(rules: Referrals, code: str) -> str:
    return rules.link.replace("{code}", code)
