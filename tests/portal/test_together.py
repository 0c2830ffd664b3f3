"""What members see of each other and of what waits for them."""

from typing import Any
from uuid import uuid4

import pytest

from tests.portal.people import WHOLE, Shop


def household_of_two(shop: Any) -> tuple[Any, Any]:
    anna, bea = shop.somebody().joins(), shop.somebody().joins()
    anna.send("household", {"act": "found", "kind": "family", "key": "f"})
    (card,) = shop.asked(
        "select value from identifier where member_id = $1 and kind = 'card'", bea.id
    )[0]
    anna.send("household", {"act": "invite", "card": card, "key": "i"})
    return anna, bea


def answers(shop: Any, bea: Any) -> None:
    (household,) = shop.asked(
        "select household_id from household_invitation where member_id = $1", bea.id
    )[0]
    bea.send("household", {"act": "join", "household": household, "key": "j"})


def test_others_of_a_household_see_the_first_name_of_who_allows_it(shop: Any) -> None:
    anna, bea = household_of_two(shop)
    answers(shop, bea)
    bea.send("details", {"name": "Beata Kowalska", "birthday": "", "phone": "", "key": "d"})
    assert "Beata" not in anna.reads("household")
    bea.send("household", {"act": "name", "shown": "on", "key": "n"})
    page = anna.reads("household")
    assert "Beata" in page
    assert "Kowalska" not in page, "the first name alone"
    bea.send("household", {"act": "name", "key": "o"})
    assert "Beata" not in anna.reads("household"), "and taken back"


def test_who_joins_by_a_card_in_the_hand_can_name_who_sent_them(shop: Any) -> None:
    anna = shop.somebody().joins()
    anna.send("friends", {})
    (code,) = shop.asked("select code from referral_code where member_id = $1", anna.id)[0]
    card, member = shop.card()
    bea = shop.somebody()
    bea.signs_in()
    body = {"card": "mine", "number": card, "friend": code, "key": uuid4().hex}
    assert bea.send("join", body).status_code == 302
    assert bea.id == member
    assert "has joined" in anna.reads("friends")


def test_a_wrong_code_of_a_friend_links_no_card(shop: Any) -> None:
    card, _ = shop.card()
    bea = shop.somebody()
    bea.signs_in()
    body = {"card": "mine", "number": card, "friend": "NOBODYS", "key": uuid4().hex}
    answer = bea.send("join", body)
    assert answer.status_code == 422
    assert "Nobody is known" in answer.content.decode()
    assert shop.asked("select 1 from identifier where value = $1", bea.email) == []


def test_vouchers_of_who_left_can_no_longer_be_used(shop: Any) -> None:
    anna = shop.somebody().joins()
    shop.give(anna.id, 300)
    member = anna.id
    anna.send("reward", {"key": uuid4().hex}, name="coffee")
    still = "select count(*) from voucher where member_id = $1 and blocked_at is null"
    assert shop.asked(still, member)[0][0] == 1
    anna.send("leave", {"key": "l"})
    assert shop.asked(still, member)[0][0] == 0


def test_the_first_screen_tells_what_waits_and_what_ends_soon(shop: Any) -> None:
    anna, bea = household_of_two(shop)
    assert "For you" not in anna.reads("home")
    assert "You are asked to join: Family" in bea.reads("home")
    shop.give(anna.id, 300)
    for name in ("mug", "coffee"):
        anna.send("reward", {"key": uuid4().hex}, name=name)
    page = anna.reads("home")
    assert "Mug waits for you until" in page
    assert "Coffee: use it by" in page, "the voucher is good for 30 days"


@pytest.mark.parametrize("names", [("zeta-mail", "alpha-sms"), ("alpha-sms", "zeta-mail")])
def test_t21_consents_are_asked_in_the_order_of_the_document(shop: Any, names: Any) -> None:
    consents = dict(zip(names, WHOLE["consents"].values(), strict=True))
    asks = Shop(shop.house, shop.post, consents=consents).somebody()
    asks.signs_in()
    page = asks.reads("join")
    places = [page.index(f'name="consent-{name}"') for name in names]
    assert places == sorted(places)
    asks.joins()
    page = asks.reads("consents")
    places = [page.index(f'value="{name}"') for name in names]
    assert places == sorted(places)
