"""A card blocked while others wait for its member is blocked for them too."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import psycopg

from regulars.activities.batch import Answer, run_batch
from regulars.kit.steps import run_sync
from regulars.members.known import MemberBlocked
from regulars.members.operations import BlockIdentifier, BlockMember, Join, Register
from regulars.members.wire import BlockIn, IdentifierIn, JoinIn, RegisterIn
from tests.desk import Desk

CARD = "card:2900000000000007"


def overtaken(desk: Desk, first: BlockIdentifier | BlockMember) -> Answer:
    """What becomes of a registration that begins while ``first`` has not yet been committed."""
    register = Register(CARD, RegisterIn((), {"a": 1}), desk.caller, key=desk.key(), at=desk.now)

    def later() -> Answer:
        with psycopg.connect(desk.database_url) as connection, connection.transaction():
            cursor = psycopg.RawCursor(connection)
            return run_sync(
                cursor, run_batch(desk.context, [register], now=desk.now, ids=desk.ids)
            )[0]

    with ThreadPoolExecutor(1) as thread:
        with desk.connection.transaction():
            cursor = psycopg.RawCursor(desk.connection)
            run_sync(cursor, run_batch(desk.context, [first], now=desk.now, ids=desk.ids))
            waiting = thread.submit(later)
            sleep(0.3)
            assert not waiting.done(), "it must wait for the member"
        return waiting.result(timeout=10)


def test_who_waited_sees_the_card_blocked(desk: Desk) -> None:
    request = JoinIn((IdentifierIn(*CARD.split(":")),))
    desk.do(Join(request, desk.caller, key=None, at=desk.now))
    block = BlockIdentifier(CARD, BlockIn(), desk.caller, key=desk.key(), at=desk.now)
    assert isinstance(overtaken(desk, block).problem, MemberBlocked)


def test_who_waited_sees_the_member_blocked(desk: Desk) -> None:
    request = JoinIn((IdentifierIn(*CARD.split(":")),))
    desk.do(Join(request, desk.caller, key=None, at=desk.now))
    block = BlockMember(CARD, BlockIn(), desk.caller, key=desk.key(), at=desk.now)
    assert isinstance(overtaken(desk, block).problem, MemberBlocked)
