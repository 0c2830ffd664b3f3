"""``verify`` names what was tampered with among moved points and households."""

import psycopg
import pytest

from regulars.ledger.verify import CHECKS
from tests.desk import Desk
from tests.households.home import family
from tests.points.counter import donate, join, send

DAMAGE = {
    "transfers_arrive": """
        insert into posting (program_id, member_id, id, activity_id, kind, at, asset, amount,
                             against)
        select program_id, member_id, gen_random_uuid(), activity_id, kind, at, asset, 5, against
          from posting where program_id = %s and against = 'transferred' limit 1""",
    "causes_add_up": """
        update counter set used = used + 1 where program_id = %s and campaign like 'cause:%%'""",
    "households_have_heads": """
        update household_member set left_at = joined_at where program_id = %s and role = 'head'""",
}


@pytest.mark.parametrize("check", DAMAGE)
def test_damage_is_found(desk: Desk, check: str) -> None:
    anna, boris = join(desk, ("points", 100)), join(desk)
    desk.do(send(desk, anna, boris, 30))
    desk.do(donate(desk, anna, 10))
    family(desk, anna, boris)
    desk.verify()
    with desk.connection.transaction(force_rollback=True), psycopg.Cursor(desk.connection) as rows:
        rows.execute(DAMAGE[check], (desk.program_id,))
        assert rows.rowcount > 0
        assert rows.execute(CHECKS[check]).fetchone() is not None
    desk.verify()
