"""Points used together: from whom they are taken, who may, and what becomes of them on leaving."""

import pytest

from regulars.households.operations import UnknownHousehold
from regulars.ledger.book import HoldClosed, InsufficientFunds
from regulars.ledger.records import NEVER
from regulars.members.operations import BlockMember
from regulars.members.wire import BlockIn
from regulars.points.corrections import OwnAccount
from regulars.rewards.limits import RewardGone
from tests.desk import DAY, Desk, open_desk, plain, refusals
from tests.households.home import (
    accept,
    appoint,
    dissolve,
    family,
    found,
    invite,
    leave,
    reward,
    settle,
    shown,
    take,
    void,
)
from tests.points.counter import DOCUMENT, correct, expiring, has, join, lived, state


def test_own_points_go_first_then_those_of_the_others(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 60)), join(desk, ("points", 70))
    home = family(desk, anna, boris)
    assert shown(desk, home).pool == {"points": 130}
    answer = desk.do(take(desk, anna, 100))
    assert (answer["cost"], answer["pooled"]) == ({"points": 100}, {"points": 40})
    assert (has(desk, anna), has(desk, boris)) == (0, 30)
    assert "pooled" not in desk.do(take(desk, boris, 20))
    desk.verify()


def test_who_joins_gives_at_once_in_the_same_batch_too(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 60)), join(desk, ("points", 70))
    home = desk.do(found(desk, anna))["id"]
    desk.do(invite(desk, home, anna, boris))
    _, taken = desk.batch(accept(desk, home, boris), take(desk, anna, 100))
    assert plain(taken)["pooled"] == {"points": 40}
    desk.verify()


def test_of_the_others_whatever_expires_first_goes_first(desk: Desk) -> None:
    anna = join(desk)
    boris = join(desk, ("points", 50), expires_at=desk.now + 9 * DAY)
    vera = join(desk, ("points", 50), expires_at=desk.now + 5 * DAY)
    family(desk, anna, boris, vera)
    desk.do(take(desk, anna, 70))
    assert expiring(desk, boris) == [("2026-03-11", 30)]
    assert has(desk, vera) == 0
    desk.verify()


def test_more_than_all_of_them_have_is_refused_whole(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 60)), join(desk, ("points", 70))
    family(desk, anna, boris)
    with pytest.raises(InsufficientFunds, match="1 points more"):
        desk.do(take(desk, anna, 131))
    with pytest.raises(InsufficientFunds):
        desk.do(take(desk, anna, 10, "stamps"))
    assert (has(desk, anna), has(desk, boris)) == (60, 70)


def test_who_may_use_the_others_points(desk: Desk) -> None:
    anna, boris, vera = (join(desk, ("points", 50)) for _ in range(3))
    home = family(desk, anna, vera, child=boris)
    with pytest.raises(InsufficientFunds):
        desk.do(take(desk, boris, 51))
    desk.do(take(desk, boris, 10))
    desk.do(take(desk, vera, 60))
    desk.do(dissolve(desk, home, anna))
    desk.wait(days=30)
    team = family(desk, anna, boris, kind="team")
    with pytest.raises(InsufficientFunds):
        desk.do(take(desk, boris, 90))
    desk.do(appoint(desk, team, anna, boris, "head"))
    desk.do(take(desk, boris, 70))
    desk.verify()


def test_who_is_blocked_gives_nothing(desk: Desk) -> None:
    anna, boris = join(desk), join(desk, ("points", 70))
    family(desk, anna, boris)
    desk.do(BlockMember(boris, BlockIn(), desk.caller, key=desk.key(), at=desk.now))
    with pytest.raises(InsufficientFunds):
        desk.do(take(desk, anna, 10))


def test_a_member_uses_so_much_of_the_others_a_month(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 100)), join(desk, ("points", 900))
    family(desk, anna, boris)
    desk.do(take(desk, anna, 400))
    with pytest.raises(InsufficientFunds, match="1 points more"):
        desk.do(take(desk, anna, 101))
    held = desk.do(take(desk, anna, 100, hold=True))
    with pytest.raises(InsufficientFunds):
        desk.do(take(desk, anna, 1))
    desk.do(void(desk, held))
    desk.do(take(desk, anna, 100))
    desk.wait(days=30)
    desk.do(take(desk, anna, 400))
    assert has(desk, boris) == 100
    desk.verify()


def test_t9_what_is_held_of_each_goes_back_to_each_once(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 60)), join(desk, ("points", 70))
    family(desk, anna, boris)
    held = desk.do(take(desk, anna, 100, hold=True))
    assert (state(desk, anna), state(desk, boris)) == ({"held": 60}, {"available": 30, "held": 40})
    desk.do(void(desk, held))
    for again in (void(desk, held), settle(desk, held)):
        with pytest.raises(HoldClosed):
            desk.do(again)
    assert (has(desk, anna), has(desk, boris)) == (60, 70)
    desk.verify()


def test_t9_a_hold_that_lapses_gives_to_each_what_is_theirs(desk: Desk) -> None:
    anna, boris = join(desk), join(desk, ("points", 70))
    family(desk, anna, boris)
    held = desk.do(take(desk, anna, 50, hold=True))
    desk.wait(seconds=3_601)
    assert (state(desk, anna), has(desk, boris)) == ({}, 70)
    with pytest.raises(HoldClosed):
        desk.do(settle(desk, held))
    desk.verify()


def test_what_is_held_is_handed_over_also_when_its_owner_has_left(desk: Desk) -> None:
    anna, boris = join(desk), join(desk, ("points", 70))
    home = family(desk, anna, boris)
    held = desk.do(take(desk, anna, 50, hold=True))
    desk.do(leave(desk, home, boris))
    desk.do(settle(desk, held))
    assert state(desk, boris) == {"available": 20}
    desk.verify()


def test_whoever_leaves_takes_along_what_is_theirs(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 60)), join(desk, ("points", 70))
    home = family(desk, anna, boris)
    desk.do(leave(desk, home, boris))
    assert (has(desk, anna), has(desk, boris)) == (60, 70)
    with pytest.raises(InsufficientFunds):
        desk.do(take(desk, anna, 61))


def test_or_leaves_it_to_the_head_where_the_document_says_so(desk: Desk) -> None:
    anna = join(desk)
    boris = join(desk, ("points", 70), ("stamps", 5), expires_at=desk.now + 5 * DAY)
    vera = join(desk, ("points", 30))
    home = family(desk, anna, boris, vera, kind="team")
    desk.do(leave(desk, home, boris))
    assert (has(desk, anna), state(desk, boris), has(desk, boris, "stamps")) == (70, {}, 5)
    assert expiring(desk, anna) == [("2026-03-07", 70)]
    desk.do(leave(desk, home, vera, by=anna))
    assert (has(desk, anna), has(desk, vera)) == (70, 30), "whom the head removes keeps theirs"
    kinds = [(one.kind, one.own) for one in lived(desk, anna)]
    assert ("household_leave", False) in kinds
    desk.verify()


def test_t18_nobody_corrects_the_account_of_their_household(desk: Desk) -> None:
    ewa, husband, stranger = join(desk), join(desk), join(desk)
    family(desk, husband, ewa)
    with pytest.raises(OwnAccount):
        desk.do(correct(desk, husband, 10, actor_member=ewa))
    desk.do(correct(desk, stranger, 10, actor_member=ewa))


def test_a_transfer_may_be_kept_to_the_household(database_url: str) -> None:
    from regulars.points.operations import NotTransferable
    from tests.points.counter import send

    document = DOCUMENT.replace("transfer: {minimum: 10,", "transfer: {to: household, minimum: 10,")
    with open_desk(database_url, document) as desk:
        anna, boris, vera = join(desk, ("points", 100)), join(desk), join(desk)
        home = family(desk, anna, boris)
        desk.do(send(desk, anna, boris, 50))
        with pytest.raises(NotTransferable, match="same household"):
            desk.do(send(desk, anna, vera, 50))
        desk.do(leave(desk, home, boris))
        with pytest.raises(NotTransferable, match="same household"):
            desk.do(send(desk, anna, boris, 50))


def test_t13_all_of_them_use_the_last_points_at_once_and_one_gets_them(desk: Desk) -> None:
    members = [join(desk, ("points", 25), expires_at=NEVER) for _ in range(4)]
    family(desk, *members)
    answers = desk.at_once([take(desk, members[n % 4], 100) for n in range(16)])
    assert [answer.bug for answer in answers if answer.bug] == []
    assert len(refusals(answers)) == 15
    assert [has(desk, member) for member in members] == [0] * 4
    desk.verify()


def test_t13_leaving_and_using_at_once_takes_nothing_from_who_has_left(desk: Desk) -> None:
    """Whichever comes first, the sums are those of one after the other."""
    for _ in range(6):
        anna, boris = join(desk, ("points", 10)), join(desk, ("points", 90))
        home = family(desk, anna, boris)
        used, left = desk.at_once([take(desk, anna, 100), leave(desk, home, boris)])
        assert left.problem is None
        both = (has(desk, anna), has(desk, boris))
        assert both == ((10, 90) if used.problem else (0, 0))
    desk.verify()


def test_in_one_batch_a_new_member_of_the_household_breaks_nothing(desk: Desk) -> None:
    from tests.households.home import accept, invite

    anna, boris = join(desk, ("points", 10)), join(desk, ("points", 90))
    home = family(desk, anna)
    desk.do(invite(desk, home, anna, boris))
    answers = desk.batch(accept(desk, home, boris), take(desk, anna, 100))
    assert [answer.bug for answer in answers] == [None, None]
    if answers[1].problem is not None:
        desk.do(take(desk, anna, 100))
    assert (has(desk, anna), has(desk, boris)) == (0, 0)
    desk.verify()


def test_a_household_of_nobody_is_unknown(desk: Desk) -> None:
    with pytest.raises(UnknownHousehold):
        shown(desk, "00000000-0000-7000-8000-000000000000")


def test_what_the_household_held_of_a_last_reward_is_there_again(database_url: str) -> None:
    """Its limit for each member is that of who redeems, also where others give all the points."""
    document = DOCUMENT.replace(
        "cost: {points: 100}", "cost: {points: 100}, stock: 1, per_member: 1"
    )
    with open_desk(database_url, document) as desk:
        anna, boris = join(desk), join(desk, ("points", 200))
        family(desk, anna, boris)
        for end in ("void", "lapse", "take"):
            held = desk.do(reward(desk, anna, hold=True))
            with pytest.raises(RewardGone):
                desk.do(reward(desk, boris))
            if end == "void":
                desk.do(void(desk, held))
            elif end == "lapse":
                desk.wait(seconds=3_601)
                desk.do(take(desk, boris, 10))
            else:
                desk.do(settle(desk, held))
        assert has(desk, boris) == 90
        desk.verify()
