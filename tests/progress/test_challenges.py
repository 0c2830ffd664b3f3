"""Challenges: goals within a time, rewarded once or again, taken back with the goods."""

from typing import Any
from uuid import UUID

import pytest

from regulars.progress.operations import NotNow, TakeUp, UnknownChallenge
from regulars.progress.queries import progress_of
from regulars.progress.wire import TakeUpIn
from regulars.purchases.queries import explanation
from tests.desk import DAY, Desk
from tests.progress.games import badges, does, member_id, moved
from tests.purchases.shop import balance, bring_back, buy, join


def take_up(desk: Desk, member: str, name: str) -> Any:
    return desk.do(TakeUp(member, name, TakeUpIn(), desk.caller, key=desk.key(), at=desk.now))


def shown(desk: Desk, member: str, language: str = "en") -> Any:
    _, program = desk.context.revisions.at(desk.now)
    return desk.read(
        progress_of(desk.program_id, member_id(desk, member), program, desk.now, language)
    )


def challenge(desk: Desk, member: str, name: str, language: str = "en") -> Any:
    (found,) = [one for one in shown(desk, member, language).challenges if one.id == name]
    return found


def points(desk: Desk, member: str) -> int:
    return balance(desk, member)[1]


def test_progress_is_told_in_three_languages(desk: Desk) -> None:
    anna = join(desk)
    buy(desk, anna, ("coffee", 2, 1_000))
    spring = challenge(desk, anna, "spring")
    assert [(goal.done, goal.of) for goal in spring.goals] == [(2, 3), (2_000, 5_000)]
    assert spring.text == "0 of 2"
    assert spring.goals[1].text == "amount spent: 20.00 PLN of 50.00 PLN"
    weekly = [challenge(desk, anna, "weekly", lang).text for lang in ("en", "pl", "bg")]
    assert weekly == ["1 of 2", "1 z 2", "1 от 2"]


def test_all_goals_complete_it_once(desk: Desk) -> None:
    anna = join(desk)
    buy(desk, anna, ("coffee", 3, 100))
    bought = buy(desk, anna, ("bread", 1, 5_000))
    ((code, figures),) = moved(bought, "challenge", "spring")
    assert (code, figures["assets"], figures["voucher"]) == ("completed", {"points": 100}, "cake")
    assert "gardener" in badges(desk, anna)
    again = buy(desk, anna, ("coffee", 3, 10_000))
    assert moved(again, "challenge", "spring") == [("done", {})]


def test_the_return_of_an_earlier_purchase_takes_the_reward_of_a_later_one(desk: Desk) -> None:
    anna = join(desk)
    first = buy(desk, anna, ("coffee", 3, 0))
    buy(desk, anna, ("bread", 1, 5_000))
    had = points(desk, anna)
    back = bring_back(desk, first, (1, 1))
    assert moved(back, "challenge", "spring") == [("taken_back", {"assets": {"points": 100}})]
    assert (back["vouchers_withdrawn"], points(desk, anna)) == (1, had - 100)
    assert "gardener" not in badges(desk, anna)
    assert moved(back, "badge", "gardener") == [("taken_back", {})]
    again = buy(desk, anna, ("coffee", 1, 0))
    assert moved(again, "challenge", "spring")[0][0] == "completed"
    assert "gardener" in badges(desk, anna)


def test_a_used_voucher_is_not_given_twice(desk: Desk) -> None:
    """Complete it, use the voucher, bring the goods back, complete it again: one voucher."""
    anna = join(desk)
    first = buy(desk, anna, ("coffee", 3, 2_000))
    cake = [v["code"] for v in first["vouchers"] if v["voucher"] == "cake"]
    used = buy(desk, anna, ("milk", 1, 900), codes=cake)
    assert used["codes"][0]["status"] == "used"
    back = bring_back(desk, first)
    assert back["vouchers_kept"] == 1
    second = buy(desk, anna, ("coffee", 3, 2_000))
    assert moved(second, "challenge", "spring") == [("completed", {"assets": {"points": 100}})]
    bring_back(desk, second)
    bring_back(desk, used)
    third = buy(desk, anna, ("coffee", 3, 2_000))
    assert [v["voucher"] for v in third["vouchers"]] == ["cake"], "nothing was had of the first"


def test_it_begins_anew_with_each_period_and_can_be_completed_twice_in_one(desk: Desk) -> None:
    anna = join(desk)
    desk.wait(days=(7 - (desk.now // DAY + 3) % 7))
    given = []
    for _ in range(6):
        told = moved(buy(desk, anna, ("milk", 1, 50)), "challenge", "weekly")
        given.append(told[0][0])
    assert given == ["moved", "completed", "moved", "completed", "done", "done"]
    desk.wait(days=7)
    assert challenge(desk, anna, "weekly").state == "open"
    assert moved(buy(desk, anna, ("milk", 1, 50)), "challenge", "weekly")[0][0] == "moved"
    assert challenge(desk, anna, "weekly").completed == 2


def test_two_shops_and_each_counts_once_a_round(desk: Desk) -> None:
    anna = join(desk)
    codes = [
        moved(buy(desk, anna, ("milk", 1, 50), shop=shop), "challenge", "round-trip")[0][0]
        for shop in ("north", "north", "south", "south", "north")
    ]
    assert codes == ["moved", "moved", "completed", "completed", "moved"]


def test_one_that_is_taken_up_counts_from_then_on(desk: Desk) -> None:
    anna = join(desk)
    early = buy(desk, anna, ("bread", 1, 50))
    assert challenge(desk, anna, "critic").state == "not_joined"
    take_up(desk, anna, "critic")
    desk.wait(seconds=60)
    assert moved(does(desk, anna, "review"), "challenge", "critic")[0][0] == "moved"
    bring_back(desk, early)
    assert challenge(desk, anna, "critic").goals[1].done == 0
    bought = buy(desk, anna, ("bread", 1, 50), at=desk.now)
    assert moved(bought, "challenge", "critic")[0][0] == "completed"
    with pytest.raises(NotNow):
        take_up(desk, anna, "critic")
    with pytest.raises(UnknownChallenge):
        take_up(desk, anna, "spring")


def test_its_days_run_out(desk: Desk) -> None:
    anna, ben = join(desk), join(desk)
    take_up(desk, ben, "critic")
    buy(desk, anna, ("milk", 1, 50))
    desk.wait(days=2)
    gift = buy(desk, anna, ("milk", 1, 50))
    assert [(g["campaign"], g["sku"]) for g in gift["gifts"]] == [("welcome", "mug")]
    desk.wait(days=5)
    told = buy(desk, ben, ("bread", 1, 50))
    assert {(s["of"], s["id"]) for s in told["progress"]}.isdisjoint({("challenge", "critic")})
    found = desk.read(explanation(desk.program_id, UUID(told["id"]), desk.context.revisions, "en"))
    why = {line.id: line.text for line in found.progress if line.of == "challenge"}
    assert why["critic"] == "its time is over"
    assert why["welcome"] == "its time is over"
    assert found.identical


def test_the_explanation_says_what_moved_and_why_not(desk: Desk) -> None:
    anna = join(desk)
    told = buy(desk, anna, ("coffee", 5, 1_200))
    for language, words in {
        "en": "is full, gave 10 points, voucher Coffee; a new one has begun",
        "pl": "jest pełna, dało 10 points, bon Coffee; zaczęła się nowa",
        "bg": "е пълна, донесе 10 points, ваучер Coffee; започна нова",
    }.items():
        found = desk.read(
            explanation(desk.program_id, UUID(told["id"]), desk.context.revisions, language)
        )
        lines = {(line.of, line.id): line.text for line in found.progress}
        assert lines["stamp_card", "coffee"] == words
        assert all(lines.values())
        assert not any(set("{}|#") & set(text) for text in lines.values())
