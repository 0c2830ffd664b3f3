"""An operation that is carried out as of an earlier instant leaves its neighbours their own."""

from regulars.activities.operations import BringUpToDate
from regulars.kit.periods import instant
from tests.desk import DAY, open_desk, plain
from tests.households import home
from tests.points.counter import join


def test_in_one_batch_each_has_its_own_instant(database_url: str) -> None:
    with open_desk(database_url) as desk:
        anna = join(desk, ("points", 10))
        earlier = BringUpToDate([], now=desk.now - DAY)
        _, held = desk.batch(earlier, home.take(desk, anna, 10, hold=True, lapses_in_seconds=60))
        assert plain(held)["lapses_at"] == instant(desk.now + 60).isoformat().replace("+00:00", "Z")
