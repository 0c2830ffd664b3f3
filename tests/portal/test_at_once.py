"""The same form sent many times at once is done once, and nobody sees that it was a race."""

from typing import Any
from uuid import uuid4

from tests.serving import at_once


def test_somebody_who_presses_join_many_times_at_once_is_one_member(shop: Any) -> None:
    anna = shop.somebody()
    anna.signs_in()
    body = {"card": "new", "key": uuid4().hex, "consent-news-email": "on"}
    answers = at_once(6, lambda _: anna.send("join", body).status_code)
    assert answers == [302] * 6
    joined = shop.asked(
        "select count(distinct member_id) from identifier where program_id = $1 and value = $2",
        shop.program_id, anna.email,
    )  # fmt: skip
    assert joined[0][0] == 1


def test_a_reward_is_taken_once_however_often_it_is_pressed(shop: Any) -> None:
    anna = shop.somebody().joins()
    shop.give(anna.id, 500)
    body = {"key": uuid4().hex}
    answers = at_once(6, lambda _: anna.send("reward", body, name="mug").status_code)
    assert answers == [302] * 6
    taken = shop.asked(
        "select count(*) from redemption where program_id = $1 and member_id = $2",
        shop.program_id, anna.id,
    )  # fmt: skip
    assert taken[0][0] == 1
