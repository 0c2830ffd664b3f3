"""Stock by place, and the way of a reward into hands and back (T1, T9)."""

from collections import Counter
from uuid import UUID

import pytest

from regulars.activities.operations import BringUpToDate
from regulars.kit.problems import Invalid
from regulars.ledger.book import HoldClosed
from regulars.rewards.fulfilment import MakeReady, NotHandedOver, ReadyAlready, Return, Send
from regulars.rewards.handover import RewardUsed
from regulars.rewards.limits import RewardGone
from regulars.rewards.operations import Settle, Void
from regulars.rewards.stock import NotThere
from regulars.rewards.wire import ReturnIn, SendIn
from regulars.vouchers.operations import RedeemVoucher
from regulars.vouchers.wire import VoucherRedeemIn
from tests.desk import Give, refusals
from tests.rewards.kiosk import ANNA, BORIS, Kiosk


def at(kiosk: Kiosk) -> dict[str, int]:
    return {place.place: place.left for place in kiosk.sees("mug").places}


def test_each_place_has_its_own_stock(kiosk: Kiosk) -> None:
    with pytest.raises(RewardGone, match="main-street"):
        kiosk.takes("mug")
    kiosk.brings("mug", 2)
    kiosk.brings("mug", 5, "warehouse")
    kiosk.takes("mug")
    assert kiosk.takes("mug", place="warehouse")["place"] == "warehouse"
    assert at(kiosk) == {"main-street": 1, "warehouse": 4}
    assert kiosk.sees("mug").left == 5


def test_a_place_it_does_not_have_is_named(kiosk: Kiosk) -> None:
    with pytest.raises(Invalid, match="main-street, warehouse"):
        kiosk.takes("mug", place="moon")
    with pytest.raises(Invalid, match="no place"):
        kiosk.brings("mug", 1, "moon")


def test_no_more_goes_out_than_is_free(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 2)
    kiosk.takes("mug", hold=True)
    with pytest.raises(NotThere, match="1 are left"):
        kiosk.brings("mug", -2)
    assert kiosk.brings("mug", -1)["left"] == 0


def test_t1_of_64_at_once_one_gets_the_last_of_a_place(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 1)
    kiosk.brings("mug", 1, "warehouse")
    asked = [kiosk.take("mug", (ANNA, BORIS)[n % 2], hold=n % 4 == 0) for n in range(64)]
    answers = kiosk.desk.at_once(asked)
    assert [answer.bug for answer in answers if answer.bug] == []
    assert Counter(type(problem) for problem in refusals(answers)) == {RewardGone: 63}
    assert at(kiosk) == {"main-street": 0, "warehouse": 1}


@pytest.mark.parametrize("how", ["voided", "lapsed"])
def test_what_comes_to_nothing_is_back_in_its_place(kiosk: Kiosk, how: str) -> None:
    kiosk.brings("mug", 1)
    held = kiosk.takes("mug", hold=True)
    assert (kiosk.state(held), at(kiosk)["main-street"]) == ("to_prepare", 0)
    if how == "voided":
        kiosk.then(Void, held)
    else:
        kiosk.desk.wait(seconds=3_600)
        kiosk.desk.batch(BringUpToDate([kiosk.ids[ANNA]]))
    assert (kiosk.state(held), at(kiosk)["main-street"]) == (how, 1)


def test_it_is_prepared_and_handed_over(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 1)
    held = kiosk.takes("mug", hold=True)
    assert kiosk.then(MakeReady, held)["fulfilment"] == "ready"
    with pytest.raises(ReadyAlready):
        kiosk.then(MakeReady, held)
    assert kiosk.state(held) == "ready"
    assert kiosk.then(Settle, held)["fulfilment"] == "handed_over"
    assert kiosk.state(held) == "handed_over"


def test_it_is_sent_with_its_number(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 1, "warehouse")
    held = kiosk.takes("mug", hold=True, deliver_to="Anna, Długa 1, Warszawa")
    assert held["place"] == "warehouse"
    kiosk.desk.wait(days=20)
    sent = kiosk.then(Send, held, SendIn(sent_by="Post", tracking="PL123"))
    assert (sent["state"], sent["fulfilment"]) == ("settled", "sent")
    assert "deliver_to" not in sent
    with pytest.raises(HoldClosed):
        kiosk.then(Settle, held)
    with pytest.raises(Invalid, match="not sent"):
        kiosk.takes("pan", hold=True, deliver_to="Długa 1")


def test_what_is_brought_back_gives_back_points_and_stock_once(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 1)
    taken = kiosk.takes("mug")
    assert at(kiosk)["main-street"] == 0
    back = kiosk.then(Return, taken, ReturnIn(reason="scratched"))
    assert (back["state"], back["balances"]["points"]["available"]) == ("returned", 100)
    assert (kiosk.state(taken), at(kiosk)["main-street"]) == ("returned", 1)
    with pytest.raises(NotHandedOver, match="before"):
        kiosk.then(Return, taken, ReturnIn())
    kiosk.desk.verify()


def test_what_is_spoilt_is_not_handed_out_again(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 1)
    taken = kiosk.takes("mug")
    kiosk.then(Return, taken, ReturnIn(restock=False))
    assert at(kiosk)["main-street"] == 0
    assert kiosk.sees("mug").left_for_member == 0


def test_points_go_back_to_the_lots_they_came_from(kiosk: Kiosk) -> None:
    kiosk.desk.do(Give(("card", ANNA[5:]), "points", 10, expires_at=kiosk.desk.now + 86_400))
    taken = kiosk.takes("draw")
    kiosk.desk.wait(days=2)
    back = kiosk.then(Return, taken, ReturnIn())
    assert back["balances"]["points"]["available"] == 100, "what has expired meanwhile is gone"
    kiosk.desk.verify()


def test_only_what_was_handed_over_is_brought_back(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 1)
    held = kiosk.takes("mug", hold=True)
    with pytest.raises(NotHandedOver, match="void it"):
        kiosk.then(Return, held, ReturnIn())
    kiosk.then(Void, held)
    with pytest.raises(NotHandedOver):
        kiosk.then(Return, held, ReturnIn())


def test_a_voucher_comes_back_unless_it_was_used(kiosk: Kiosk) -> None:
    first, second = kiosk.takes("five"), kiosk.takes("five")

    def use(code: str) -> RedeemVoucher:
        body = VoucherRedeemIn(member=ANNA)
        return RedeemVoucher(code, body, kiosk.desk.caller, key=kiosk.desk.key(), at=kiosk.desk.now)

    kiosk.desk.do(use(second["voucher"]["code"]))
    with pytest.raises(RewardUsed):
        kiosk.then(Return, second, ReturnIn())
    kiosk.then(Return, first, ReturnIn())
    answers = kiosk.desk.batch(use(first["voucher"]["code"]))
    assert len(refusals(answers)) == 1, "it cannot be used any more"


def test_t9_returned_by_16_at_once_it_comes_back_once(kiosk: Kiosk) -> None:
    kiosk.brings("mug", 1)
    taken = kiosk.takes("mug")
    desk = kiosk.desk
    asked = [
        Return(UUID(taken["id"]), ReturnIn(), desk.caller, key=desk.key(), at=desk.now)
        for _ in range(16)
    ]
    answers = desk.at_once(asked)
    assert [answer.bug for answer in answers if answer.bug] == []
    assert Counter(type(problem) for problem in refusals(answers)) == {NotHandedOver: 15}
    assert (kiosk.sees("pan").missing, at(kiosk)["main-street"]) == ({}, 1)
    desk.verify()
