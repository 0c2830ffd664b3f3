"""What a return would give back is what it then gives back, and to ask for it changes nothing."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from regulars.kit.http import Call
from regulars.kit.problems import Problem
from regulars.purchases.previews import preview
from regulars.purchases.returns import NothingLeft
from regulars.purchases.wire import ReturnIn, ReturnLineIn
from tests.desk import Desk, refusals
from tests.purchases.shop import bring_back, buy, join, returning, spend, state

BASKETS = (
    ((("boots", 1, 20_000), ("clogs", 1, 12_000)), ((1, 1),)),
    ((("boots", 2, 9_900), ("coffee", 3, 1_250), ("bread", 1, 420)), ((1, 1), (2, 2))),
    ((("paper", 1, 3_000), ("coat", 1, 7_000)), ()),
    ((("bread", 3, 333),), ((1, 2),)),
)


def asked(desk: Desk, purchase: Any, *lines: tuple[int, int]) -> Any:
    request = ReturnIn(UUID(purchase["id"]), tuple(ReturnLineIn(*line) for line in lines))
    call = Call(
        body=request, path={}, query=None, caller=desk.caller, key=None, now=desk.now,
        program_id=desk.program_id, context=desk.context,
    )  # fmt: skip
    return msgspec.json.decode(bytes(desk.read(preview(call))))


@pytest.mark.parametrize(("basket", "lines"), BASKETS)
def test_it_says_what_the_return_then_says(desk: Desk, basket: Any, lines: Any) -> None:
    anna = join(desk)
    buy(desk, anna, ("boots", 1, 30_000))
    bought = buy(desk, anna, *basket)
    desk.wait(days=3)
    spend(desk, anna, 20)
    before = state(desk, anna)
    said = asked(desk, bought, *lines)
    assert asked(desk, bought, *lines) | {"id": ""} == said | {"id": ""}, "asked twice is as once"
    assert state(desk, anna) == before
    given = bring_back(desk, bought, *lines)
    assert given | {"id": ""} == said | {"id": ""}
    assert state(desk, anna) != before


def test_what_the_return_refuses_is_refused_before(desk: Desk) -> None:
    anna = join(desk)
    bought = buy(desk, anna, ("bread", 1, 500))
    with pytest.raises(Problem):
        asked(desk, bought, (2, 1))
    bring_back(desk, bought)
    with pytest.raises(NothingLeft):
        asked(desk, bought)


def test_it_does_not_stand_in_the_way_of_others(desk: Desk) -> None:
    """Somebody who asks locks nothing: while they look at it, the return is recorded."""
    bought = buy(desk, join(desk), ("bread", 2, 500))
    with desk.connection.transaction():
        assert asked(desk, bought)["refund_minor"] == 1_000
        assert refusals(desk.at_once([returning(desk, bought)])) == []
    with pytest.raises(NothingLeft):
        asked(desk, bought)
