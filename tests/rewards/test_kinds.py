"""What a reward can be handed over as: goods for points and money, codes, cards, chances."""

import json
from collections import Counter
from uuid import UUID

import pytest

from regulars.kit.problems import Invalid
from regulars.ledger.verify import verify
from regulars.purchases.queries import show
from regulars.rewards.eligible import RewardNotForMember
from regulars.rewards.fulfilment import Return
from regulars.rewards.handover import NotReturnable
from regulars.rewards.limits import RewardGone
from regulars.rewards.operations import Settle, Void
from regulars.rewards.taken import RewardNotPaid
from regulars.rewards.wire import CloseIn, ReturnIn
from tests.desk import refusals
from tests.rewards.kiosk import ANNA, BORIS, Kiosk


def test_points_and_money_are_both_taken(kiosk: Kiosk) -> None:
    with pytest.raises(RewardNotPaid, match="1990"):
        kiosk.takes("pan")
    with pytest.raises(RewardNotPaid):
        kiosk.takes("pan", paid_minor=1_989)
    taken = kiosk.takes("pan", paid_minor=1_990)
    assert (taken["price_minor"], taken["fulfilment"]) == (1_990, "handed_over")
    assert taken["balances"]["points"]["available"] == 90


def test_money_is_taken_as_it_is_handed_over_and_not_before(kiosk: Kiosk) -> None:
    with pytest.raises(Invalid, match="handed over"):
        kiosk.takes("pan", hold=True, paid_minor=1_990)
    held = kiosk.takes("pan", hold=True)
    with pytest.raises(RewardNotPaid):
        kiosk.then(Settle, held)
    assert kiosk.then(Settle, held, CloseIn(paid_minor=1_990))["state"] == "settled"


def test_codes_of_a_partner_are_handed_out_one_by_one(kiosk: Kiosk) -> None:
    with pytest.raises(RewardGone, match="codes"):
        kiosk.takes("film")
    assert kiosk.codes("RED-1", "RED-2", "RED-3") == 3
    assert kiosk.codes("RED-2", "RED-3", "RED-3", "RED-4") == 1, "known ones change nothing (T23)"
    held = kiosk.takes("film", hold=True)
    assert "code" not in held, "told only as it is handed over"
    assert kiosk.takes("film", BORIS)["code"] == "RED-2"
    assert kiosk.then(Settle, held)["code"] == "RED-1"
    assert (kiosk.sees("film").left, kiosk.sees("film").kind) == (2, "benefit")


def test_the_same_request_is_told_the_same_code_which_is_stored_encrypted(kiosk: Kiosk) -> None:
    kiosk.codes("RED-1", "RED-2")
    asked = kiosk.take("film")
    assert kiosk.desk.do(asked) == kiosk.desk.do(asked)
    assert kiosk.desk.do(asked)["code"] == "RED-1"
    rows = kiosk.desk.connection.execute(
        "select answer from activity where program_id = %s union all"
        " select code from reward_code where program_id = %s",
        (kiosk.desk.program_id, kiosk.desk.program_id),
    ).fetchall()
    kiosk.desk.connection.commit()
    assert "RED-" not in "".join(row[0] for row in rows)


def test_a_code_that_was_held_for_nothing_goes_to_the_next(kiosk: Kiosk) -> None:
    kiosk.codes("RED-1")
    held = kiosk.takes("film", hold=True)
    with pytest.raises(RewardGone):
        kiosk.takes("film", BORIS)
    kiosk.then(Void, held)
    assert kiosk.takes("film", BORIS)["code"] == "RED-1"


def test_codes_that_are_too_old_are_not_handed_out(kiosk: Kiosk) -> None:
    kiosk.codes("OLD-1", until=kiosk.desk.now + 60)
    assert kiosk.sees("film").left == 1
    kiosk.desk.wait(seconds=61)
    assert kiosk.sees("film").left == 0
    with pytest.raises(RewardGone):
        kiosk.takes("film")


def test_t1_of_64_at_once_one_gets_the_last_code(kiosk: Kiosk) -> None:
    kiosk.codes("LAST")
    asked = [kiosk.take("film", (ANNA, BORIS)[n % 2], hold=n % 4 == 0) for n in range(64)]
    answers = kiosk.desk.at_once(asked)
    assert [answer.bug for answer in answers if answer.bug] == []
    assert Counter(type(problem) for problem in refusals(answers)) == {RewardGone: 63}


def test_a_gift_card_is_made_and_taken_back_whole(kiosk: Kiosk) -> None:
    taken = kiosk.takes("card")
    assert (taken["gift_card"]["amount_minor"], len(taken["gift_card"]["code"])) == (5_000, 17)
    asked = show(kiosk.desk.program_id, UUID(taken["id"]), kiosk.desk.context.revisions)
    later = json.loads(bytes(kiosk.desk.read(asked)))
    assert later["gift_card"]["code"] == f"...{taken['gift_card']['code'][-5:]}"
    back = kiosk.then(Return, taken, ReturnIn())
    assert back["balances"]["points"]["available"] == 100
    kiosk.desk.verify()


def test_a_donation_is_given_to_its_cause_at_once(kiosk: Kiosk) -> None:
    with pytest.raises(Invalid, match="at once"):
        kiosk.takes("help", hold=True)
    taken = kiosk.takes("help")
    with pytest.raises(NotReturnable):
        kiosk.then(Return, taken, ReturnIn())
    assert kiosk.desk.read(verify()) is None, "what causes were given adds up"


def test_chances_in_a_draw_are_tickets_on_the_account(kiosk: Kiosk) -> None:
    taken = kiosk.takes("draw")
    assert taken["gives"] == {"tickets": 3}
    assert taken["balances"]["tickets"]["available"] == 3
    back = kiosk.then(Return, taken, ReturnIn())
    assert back["balances"]["tickets"] == {"available": 0}
    assert back["balances"]["points"]["available"] == 100


def test_who_it_is_not_for_reads_why(kiosk: Kiosk) -> None:
    with pytest.raises(RewardNotForMember) as refusal:
        kiosk.takes("wine")
    assert set(refusal.value.extra["told"]) == {"pl", "bg", "en"}
    assert not kiosk.sees("wine").can_take
    assert kiosk.why_not("wine") == [
        "only for this age: at least 18 years", "only with the tier gold",
    ]  # fmt: skip
    assert kiosk.why_not("wine", language="pl")[1] == "tylko na poziomie gold"


def test_why_not_and_what_is_missing(kiosk: Kiosk) -> None:
    assert kiosk.sees("pan").can_take
    kiosk.takes("pan", paid_minor=1_990)
    for _ in range(9):
        kiosk.takes("draw")
    assert kiosk.sees("pan").missing == {"points": 10}
    assert kiosk.why_not("pan") == ["10 points more needed"]
    assert kiosk.why_not("soon") == [
        "It can be taken from 10 March 2026.", "10 points more needed",
    ]  # fmt: skip
    assert kiosk.why_not("mug") == ["All are taken.", "10 points more needed"]
