"""Leaderboards show who wishes to be seen, and nobody else."""

from datetime import date
from typing import Any

import pytest

from regulars.engine.progress import local_day
from regulars.kit.periods import day_of
from regulars.programs.document import InvalidDocument, parse
from regulars.progress.operations import Play
from regulars.progress.queries import leaderboard
from regulars.progress.wire import PlayerIn
from tests.desk import Desk
from tests.progress.games import games
from tests.purchases.shop import bring_back, buy, join


def plays(desk: Desk, member: str, name: str | None) -> None:
    desk.do(Play(member, PlayerIn(name), desk.caller, key=desk.key(), at=desk.now))


def board(desk: Desk, *days: date, asset: str = "points") -> list[Any]:
    _, program = desk.context.revisions.at(desk.now)
    told = desk.read(leaderboard(desk.program_id, program, asset, *days, 10))
    return [(place.place, place.display_name, place.amount) for place in told.places]


def test_who_earned_most_in_some_days_of_those_who_wish(desk: Desk) -> None:
    desk.wait(days=5_000)
    day = day_of(local_day(desk.now, "Europe/Sofia"))
    anna, ben, eva, dan = (join(desk) for _ in range(4))
    for member, name in ((anna, "Anna"), (ben, "Ben"), (eva, "Eva")):
        plays(desk, member, name)
    for member, amount in ((anna, 1_000), (ben, 3_000), (eva, 2_000), (dan, 9_000)):
        buy(desk, member, ("tea", 1, amount))
    back = buy(desk, ben, ("tea", 1, 5_000))
    bring_back(desk, back)
    found = board(desk, day, day, asset="qualifying")
    assert found == [(1, "Ben", 30), (2, "Eva", 20), (3, "Anna", 10)]
    plays(desk, ben, None)
    plays(desk, eva, "Evita")
    buy(desk, anna, ("tea", 1, 1_000))
    assert board(desk, day, day, asset="qualifying") == [(1, "Anna", 20), (1, "Evita", 20)]
    desk.wait(days=2)
    later = day_of(local_day(desk.now, "Europe/Sofia"))
    assert board(desk, later, later, asset="qualifying") == []


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"stamp_cards": {"c": {"asset": "nothing", "size": 3, "gives": {}}}},
         "stamp_cards.c.asset"),
        ({"stamp_cards": {"c": {"asset": "qualifying", "size": 3, "gives": {}}}},
         "stamp_cards.c.asset"),
        ({"stamp_cards": {"c": {"size": 3, "gives": {}}, "d": {"size": 4, "gives": {}}}},
         "stamp_cards.d.asset"),
        ({"stamp_cards": {"c": {"size": 3, "gives": {"voucher": "tea"}}}},
         "stamp_cards.c.gives.voucher"),
        ({"streaks": {"s": {"each": "day", "gives": [{"length": 2, "assets": {"coins": 1}}]}}},
         "streaks.s.gives[0].assets.coins"),
        ({"badges": {"b": {"challenge": "autumn"}}}, "badges.b.challenge"),
        ({"badges": {"b": {"tier": "platinum"}}}, "badges.b.tier"),
        ({"referrals": {"friend": {"voucher": "tea"}}}, "referrals.friend.voucher"),
        ({"challenges": {"c": {"goals": [
            {"id": "g", "count": "units", "at_least": 1, "on": {"collections": ["teas"]}}]}}},
         "challenges.c.goals[0].on.collections[0]"),
    ],
)  # fmt: skip
def test_what_is_named_must_be_there(part: dict[str, Any], place: str) -> None:
    parts = {"badges": {}, **part}
    with pytest.raises(InvalidDocument) as refused:
        parse(games(**parts))
    paths = [finding["path"] for finding in refused.value.extra["findings"]]
    assert place in paths


@pytest.mark.parametrize("badge", [{}, {"challenge": "spring", "tier": "gold"}])
def test_a_badge_has_one_reason(badge: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument, match="one reason"):
        parse(games(badges={"b": badge}))
