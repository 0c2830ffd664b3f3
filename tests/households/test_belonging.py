"""Who belongs together: asked by the head, by one's own consent, one household at a time."""

from typing import Any

import pytest

from regulars.households.operations import HouseholdRefused, UnknownHousehold
from regulars.identifiers.resolve import resolve
from regulars.kit.problems import Invalid
from regulars.members.queries import find
from tests.desk import Desk, plain, refusals
from tests.households.home import (
    accept,
    appoint,
    decline,
    dissolve,
    family,
    found,
    invite,
    leave,
    shown,
)
from tests.points.counter import join


def home_of(desk: Desk, member: str) -> tuple[str | None, str]:
    """What the till is shown: the household and the role in it."""
    told = desk.read(find(desk.program_id, resolve(member)))
    return (None if told.household is None else str(told.household), told.household_role)


def test_nobody_belongs_to_a_household_before_saying_yes(desk: Desk) -> None:
    anna, boris = join(desk), join(desk)
    home = desk.do(found(desk, anna))["id"]
    told = desk.do(invite(desk, home, anna, boris))
    assert [one["role"] for one in told["members"]] == ["head"]
    assert told["invited"][0]["lapses_at"] == "2026-03-09T12:00:00Z"
    assert (home_of(desk, anna), home_of(desk, boris)) == ((home, "head"), (None, ""))
    told = desk.do(accept(desk, home, boris))
    assert [one["role"] for one in told["members"]] == ["head", "member"]
    assert "invited" not in told
    assert home_of(desk, boris) == (home, "member")
    desk.verify()


def test_an_invitation_can_be_declined_taken_back_or_lapse(desk: Desk) -> None:
    anna, boris = join(desk), join(desk)
    home = desk.do(found(desk, anna))["id"]
    desk.do(invite(desk, home, anna, boris))
    desk.do(decline(desk, home, boris))
    with pytest.raises(UnknownHousehold):
        desk.do(accept(desk, home, boris))
    desk.do(invite(desk, home, anna, boris))
    desk.do(leave(desk, home, boris, by=anna))
    with pytest.raises(UnknownHousehold):
        desk.do(accept(desk, home, boris))
    desk.do(invite(desk, home, anna, boris))
    desk.wait(days=7)
    assert shown(desk, home).invited == []
    with pytest.raises(UnknownHousehold):
        desk.do(accept(desk, home, boris))
    desk.do(invite(desk, home, anna, boris))
    desk.do(accept(desk, home, boris))
    desk.verify()


def test_one_household_at_a_time_and_some_days_between(desk: Desk) -> None:
    anna, boris, vera = join(desk), join(desk), join(desk)
    first = family(desk, anna, boris)
    second = desk.do(found(desk, vera))["id"]
    desk.do(invite(desk, second, vera, boris))
    for operation in (accept(desk, second, boris), found(desk, boris)):
        with pytest.raises(HouseholdRefused, match="one household at a time"):
            desk.do(operation)
    desk.do(leave(desk, first, boris))
    desk.wait(days=29)
    desk.do(invite(desk, second, vera, boris))
    with pytest.raises(HouseholdRefused, match="1 April 2026") as refused:
        desk.do(accept(desk, second, boris))
    assert "1 април 2026" in refused.value.extra["told"]["bg"]
    desk.wait(days=1)
    desk.do(accept(desk, second, boris))
    assert home_of(desk, boris) == (second, "member")
    desk.verify()


def test_it_is_no_larger_than_the_document_says(desk: Desk) -> None:
    anna, *others = [join(desk) for _ in range(6)]
    home = desk.do(found(desk, anna))["id"]
    for other in others:
        desk.do(invite(desk, home, anna, other))
    answers = desk.at_once([accept(desk, home, other) for other in others])
    assert [type(problem) for problem in refusals(answers)] == [HouseholdRefused] * 2
    assert len(shown(desk, home).members) == 4
    with pytest.raises(HouseholdRefused, match="full"):
        desk.do(invite(desk, home, anna, join(desk)))
    desk.verify()


def test_children_are_counted_apart(desk: Desk) -> None:
    anna, boris, vera = join(desk), join(desk), join(desk)
    home = family(desk, anna, vera, child=boris)
    with pytest.raises(HouseholdRefused, match="another child"):
        desk.do(invite(desk, home, anna, join(desk), "child"))
    with pytest.raises(HouseholdRefused, match="another child"):
        desk.do(appoint(desk, home, anna, vera, "child"))
    desk.do(appoint(desk, home, anna, boris, "member"))
    desk.do(appoint(desk, home, anna, vera, "child"))
    assert home_of(desk, vera) == (home, "child")


def test_only_the_head_asks_appoints_removes_and_dissolves(desk: Desk) -> None:
    anna, boris, vera = join(desk), join(desk), join(desk)
    home = family(desk, anna, boris)
    refused: list[Any] = [
        invite(desk, home, boris, vera),
        appoint(desk, home, boris, anna, "child"),
        leave(desk, home, anna, by=boris),
        dissolve(desk, home, boris),
    ]
    for operation in refused:
        with pytest.raises(HouseholdRefused, match="Only the head"):
            desk.do(operation)
    for operation in (invite(desk, home, vera, vera), dissolve(desk, home, vera)):
        with pytest.raises(UnknownHousehold):
            desk.do(operation)
    desk.do(leave(desk, home, boris, by=anna))
    assert home_of(desk, boris) == (None, "")


def test_the_head_goes_last_or_makes_another_one_head(desk: Desk) -> None:
    anna, boris = join(desk), join(desk)
    home = family(desk, anna, boris)
    with pytest.raises(HouseholdRefused, match="head cannot leave"):
        desk.do(leave(desk, home, anna))
    desk.do(appoint(desk, home, anna, boris, "head"))
    assert (home_of(desk, anna), home_of(desk, boris)) == ((home, "member"), (home, "head"))
    desk.do(leave(desk, home, anna))
    told = desk.do(leave(desk, home, boris))
    assert (told["members"], told["dissolved_at"]) == ([], "2026-03-02T12:00:00Z")
    with pytest.raises(UnknownHousehold):
        desk.do(leave(desk, home, boris))
    desk.verify()


def test_dissolved_it_lets_everybody_go_and_nobody_in(desk: Desk) -> None:
    anna, boris, vera = join(desk), join(desk), join(desk)
    home = family(desk, anna, boris)
    desk.do(invite(desk, home, anna, vera))
    desk.do(dissolve(desk, home, anna))
    assert [home_of(desk, one)[0] for one in (anna, boris)] == [None, None]
    with pytest.raises(UnknownHousehold):
        desk.do(accept(desk, home, vera))
    desk.verify()


def test_t11_joining_twice_is_joining_once(desk: Desk) -> None:
    anna, boris = join(desk), join(desk)
    home = desk.do(found(desk, anna))["id"]
    desk.do(invite(desk, home, anna, boris))
    operation = accept(desk, home, boris)
    first = desk.do(operation)
    (again,) = desk.batch(operation)
    assert (plain(again), again.replayed) == (first, True)


def test_t13_joining_two_households_at_once_only_one_of_them_happens(desk: Desk) -> None:
    heads, boris = [join(desk) for _ in range(6)], join(desk)
    homes = [desk.do(found(desk, head))["id"] for head in heads]
    for home, head in zip(homes, heads, strict=True):
        desk.do(invite(desk, home, head, boris))
    answers = desk.at_once([accept(desk, home, boris) for home in homes])
    assert len(refusals(answers)) == 5
    assert home_of(desk, boris)[0] in homes
    desk.verify()


def test_a_kind_nobody_declared_is_named(desk: Desk) -> None:
    with pytest.raises(Invalid, match="did you mean 'family'"):
        desk.do(found(desk, join(desk), "famly"))
