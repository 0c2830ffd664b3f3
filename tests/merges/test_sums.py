"""Whatever two members did: afterwards the one has what both had, to the unit, and no more."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.kit.problems import Problem
from regulars.ledger.verify import verify
from regulars.merges.operations import Merge
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import ReturnIn
from regulars.rewards.operations import Redeem
from regulars.rewards.wire import RedeemIn
from tests.corner import corner
from tests.privacy.office import Office, opened

PENDING = corner(pending_days=10)
ACTS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["buys", "buys", "takes", "reserves", "returns", "waits"]),
        st.integers(1, 60_000),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def till(database_url: str) -> Iterator[Office]:
    with opened(database_url, PENDING) as office:
        yield office


def act(office: Office, member: UUID, what: str, size: int, bought: list[UUID]) -> None:
    """Something a member does; what the program refuses does not happen."""
    caller, key, at = office.caller, office.key(), office.now
    try:
        if what == "buys":
            bought.append(office.buys(member, size))
        elif what in ("takes", "reserves"):
            body = RedeemIn(f"id:{member}", "mug", hold=what == "reserves")
            office.do(Redeem(body, caller, key=key, at=at))
        elif what == "returns" and bought:
            body = ReturnIn(purchase=bought[size % len(bought)])
            office.do(RecordReturn(body, caller, key=key, at=at))
        elif what == "waits":
            office.wait(days=size % 40)
    except Problem:
        pass


def account(office: Office, *members: UUID) -> tuple[Any, ...]:
    """Pending and available less owed, and held, of all of them together."""
    rows = office.rows(
        "select coalesce(sum(pending + available - owed), 0), coalesce(sum(held), 0)"
        " from account where program_id = $1 and holder_id = any ($2) and asset = 'points'",
        office.program_id, list(members),
    )  # fmt: skip
    return tuple(map(int, rows[0]))


def lots(office: Office, *members: UUID) -> list[Any]:
    """What is good until when, and from when, summed."""
    return office.rows(
        "select available_at, expires_at, sum(remaining) from lot where program_id = $1"
        " and member_id = any ($2) and remaining > 0 group by 1, 2 order by 1, 2",
        office.program_id, list(members),
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS, after=ACTS)
def test_the_survivor_has_the_sum_of_both_and_goes_on_like_one(
    till: Office, acts: Any, after: Any
) -> None:
    both = (till.joins(), till.joins())
    bought: tuple[list[UUID], list[UUID]] = ([], [])
    for who, what, size in acts:
        act(till, both[who], what, size, bought[who])
    till.brings_up_to_date(*both)
    before, good = account(till, *both), lots(till, *both)
    owed = till.rows("select count(*) from account where holder_id = any ($1) and owed > 0",
                     list(both))[0][0]  # fmt: skip
    till.do(Merge(*both, key=till.key(), at=till.now, actor="x"))
    assert account(till, both[0]) == before
    assert account(till, both[1]) == (0, 0)
    if not owed:
        assert lots(till, both[0]) == good
    for _, what, size in after:
        act(till, both[0], what, size, bought[0] + bought[1])
    assert_clean(till)


def assert_clean(office: Office) -> None:
    fault = office.read(verify())
    assert fault is None, fault
    assert office.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
