"""Goodwill and corrections: with a reason, within limits, never on one's own account (T18)."""

from typing import Any

import pytest

from regulars.ledger.book import InsufficientFunds
from regulars.points.corrections import NotCorrectable, OwnAccount
from regulars.points.limits import OutsideLimits
from tests.desk import Desk, Give, open_desk, refusals
from tests.points.counter import DOCUMENT, correct, expiring, has, join, lived, state


def test_goodwill_is_credited_and_who_did_it_is_kept(desk: Desk) -> None:
    anna = join(desk)
    answer = desk.do(correct(desk, anna, 50, text="the milk was sour"))
    assert (answer["actor"], answer["changed"]) == ("ewa", 50)
    assert expiring(desk, anna) == [("2026-05-01", 50)]
    facts = [one.facts for one in lived(desk, anna) if one.kind == "correct"]
    assert '"actor":"ewa"' in facts[0]
    assert '"text":"the milk was sour"' in facts[0]
    desk.verify()


def test_a_mistake_is_taken_back(desk: Desk) -> None:
    anna = join(desk, ("points", 80))
    desk.do(correct(desk, anna, -30, "mistake", text="counted twice"))
    assert has(desk, anna) == 50
    with pytest.raises(InsufficientFunds, match="Available: 50 points"):
        desk.do(correct(desk, anna, -51, "mistake", text="counted twice"))
    assert has(desk, anna) == 50
    desk.verify()


@pytest.mark.parametrize(
    ("policy", "left", "changed"), [("owe", {"owed": 20}, -100), ("clamp", {}, -80)]
)
def test_what_is_not_there_is_owed_or_cut_off_as_the_document_says(
    database_url: str, policy: str, left: dict[str, int], changed: int
) -> None:
    document = DOCUMENT.replace("per_staff_per_day: 500", f"on_short: {policy}")
    with open_desk(database_url, document) as desk:
        anna = join(desk, ("points", 50))
        later = Give(("card", anna[5:]), "points", 30, available_at=desk.now + 9_000)
        desk.do(later)
        answer = desk.do(correct(desk, anna, -100, "mistake", text="counted twice"))
        assert (answer["amount"], answer["changed"]) == (-100, changed)
        assert state(desk, anna) == left, "what is pending goes too"
        desk.verify()


def test_every_reason_says_what_it_allows(desk: Desk) -> None:
    anna = join(desk, ("points", 500))
    refused: list[tuple[Any, type[Exception], str]] = [
        (correct(desk, anna, -10), NotCorrectable, "other direction"),
        (correct(desk, anna, 10, "mistake", text=" "), NotCorrectable, "needs a text"),
        (correct(desk, anna, 10, "gift"), NotCorrectable, "there are: goodwill, mistake"),
        (correct(desk, anna, 201), OutsideLimits, "At most 200 points"),
    ]
    for operation, problem, said in refused:
        with pytest.raises(problem, match=said):
            desk.do(operation)
    assert has(desk, anna) == 500


def test_a_member_is_corrected_by_so_much_a_month(desk: Desk) -> None:
    anna = join(desk)
    desk.do(correct(desk, anna, 200))
    desk.do(correct(desk, anna, -50, "mistake", text="too much", actor="jan"))
    with pytest.raises(OutsideLimits, match="this month: 50 points"):
        desk.do(correct(desk, anna, 51, actor="olga"))
    desk.wait(days=31)
    desk.do(correct(desk, anna, 200, actor="olga"))
    desk.verify()


def test_t18_staff_gives_so_much_a_day_however_many_at_once(desk: Desk) -> None:
    members = [join(desk) for _ in range(12)]
    answers = desk.at_once([correct(desk, member, 100) for member in members])
    assert len(refusals(answers)) == 7
    assert all(isinstance(problem, OutsideLimits) for problem in refusals(answers))
    assert sum(has(desk, member) for member in members) == 500
    desk.do(correct(desk, members[0], 100, actor="jan"))
    desk.wait(days=1)
    desk.do(correct(desk, members[1], 100))
    desk.verify()


def test_t18_nobody_credits_their_own_account(desk: Desk) -> None:
    ewa = join(desk)
    with pytest.raises(OwnAccount) as refused:
        desk.do(correct(desk, ewa, 10, actor_member=ewa))
    assert (refused.value.status, set(refused.value.extra["told"])) == (403, {"en", "pl", "bg"})
    desk.do(correct(desk, ewa, 10, actor="jan", actor_member=join(desk)))
    assert has(desk, ewa) == 10


def test_t18_an_account_marked_as_staff_is_not_corrected_by_that_person(desk: Desk) -> None:
    ewa = join(desk, attributes={"staff": "ewa"})
    with pytest.raises(OwnAccount):
        desk.do(correct(desk, ewa, 10))
    desk.do(correct(desk, ewa, 10, actor="jan"))


def test_a_program_without_corrections_allows_none(database_url: str) -> None:
    with open_desk(database_url) as desk, pytest.raises(NotCorrectable, match="add"):
        desk.do(correct(desk, join(desk), 10))
