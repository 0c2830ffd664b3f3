"""Operations: what a case asks to be done, one module for what belongs together.

Each takes a case, does it with the public engine and ledger, and says what came out by the names
that cases expect.
"""

from collections.abc import Callable
from typing import Any

from tests.peers.cases import Case
from tests.peers.operations import (
    accounts,
    baskets,
    counts,
    giftcards,
    paying,
    referrals,
    returns,
    sharing,
    tiers,
)
from tests.peers.words import NotTranslated

MISSING = {}
"""What the product does not have yet, by the operation that needs it."""

Operation = Callable[[Case], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    **baskets.OPERATIONS,
    **accounts.OPERATIONS,
    **counts.OPERATIONS,
    **giftcards.OPERATIONS,
    **paying.OPERATIONS,
    **referrals.OPERATIONS,
    **returns.OPERATIONS,
    **sharing.OPERATIONS,
    **tiers.OPERATIONS,
}


def run(case: Case) -> dict[str, Any]:
    """Do what the case asks."""
    if case.operation in MISSING:
        raise NotTranslated(MISSING[case.operation])
    if case.operation not in OPERATIONS:
        raise NotTranslated(f"operation {case.operation}")
    return OPERATIONS[case.operation](case)
