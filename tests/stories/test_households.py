"""A family over HTTP: they give each other points, use them together, and one of them leaves."""

from datetime import timedelta

import pytest

from tests.corner import corner
from tests.serving import NOW, House, Serve, Server, Till, at_once

FAMILY = {
    "family": {
        "name": {"pl": "Rodzina", "bg": "Семейство", "en": "Family"},
        "wait_days": 30,
        "pool": {"assets": ["points"], "usable_by": "adults"},
    }
}


def lines(till: Till, member: str, lang: str = "en") -> list[str]:
    """The history in words, newest first."""
    told = till.get(f"/v1/members/{member}/history", lang=lang)["activities"]
    return [item["line"] for item in told]


def home_of(till: Till, head: str, *others: str) -> str:
    home: str = till.post("/v1/households", {"member": head, "kind": "family"})["id"]
    for other in others:
        till.post(f"/v1/households/{home}/invitations", {"by": head, "member": other})
        till.post(f"/v1/households/{home}/join", {"member": other})
    return home


def test_a_family_saves_together_and_parts_in_peace(serve: Serve, house: House) -> None:
    till = house.till(serve(), corner(households=FAMILY))
    anna, boris = till.join(), till.join()
    till.buy(anna, ("bread", 1, 6_000))
    till.buy(boris, ("bread", 1, 7_000))
    home = home_of(till, anna, boris)
    assert till.get(f"/v1/members/{anna}")["household"] == home
    assert till.get(f"/v1/households/{home}")["pool"] == {"points": 130}

    taken = till.post("/v1/redemptions", {"member": anna, "reward": "mug"})
    assert taken["pooled"] == {"points": 40}
    assert (till.available(anna), till.available(boris)) == (0, 30)
    assert lines(till, anna)[0] == "Reward: Mug: −60 points"
    assert lines(till, boris)[0] == "Used by your household: −40 points"
    assert lines(till, boris, "pl")[0] == "Użyte przez gospodarstwo domowe: −40 punktów"
    assert lines(till, boris, "bg")[0] == "Използвани от домакинството: −40 точки"

    till.post(f"/v1/households/{home}/leave", {"member": boris})
    assert "household" not in till.get(f"/v1/members/{boris}")
    assert till.available(boris) == 30
    again = {"member": boris, "kind": "family"}
    assert till.refused("/v1/households", again) == (409, "household_refused")
    till = till.at(serve(NOW + timedelta(days=31)).url)
    assert till.post("/v1/households", again)["kind"] == "family"


def test_a_gift_of_points_is_told_to_both_in_their_language(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna, boris = till.join(), till.join()
    till.buy(anna, ("bread", 1, 9_000))
    gift = {"member": anna, "to": boris, "asset": "points", "amount": 40}
    sent = till.post("/v1/transfers", gift)
    assert sent["balances"]["points"]["available"] == 50
    assert till.available(boris) == 40
    assert lines(till, anna)[0] == "Given to another member: −40 points"
    assert lines(till, boris)[0] == "Received from another member: +40 points"
    assert lines(till, boris, "pl")[0] == "Otrzymane od innej osoby: +40 punktów"
    assert lines(till, boris, "bg")[0] == "Получени от друг член: +40 точки"
    told = till.get(f"/v1/members/{boris}/history")["activities"][0]
    assert (told["id"], told["kind"], told["by_other"]) == (sent["id"], "transfer", True)


@pytest.mark.parametrize(("lang", "word"), [("en", "Needed"), ("pl", "Potrzeba"), ("bg", "Необх")])
def test_a_refusal_is_told_in_three_languages(
    server: Server, house: House, lang: str, word: str
) -> None:
    till = house.till(server, corner())
    anna, boris = till.join(), till.join()
    gift = {"member": anna, "to": boris, "asset": "points", "amount": 40}
    answer = till.send("/v1/transfers", gift)
    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_funds")
    assert answer.json()["told"][lang].startswith(word)
    assert answer.json()["detail"] == answer.json()["told"]["en"]


def test_points_are_bought_donated_and_corrected(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    sale = {"member": anna, "asset": "points", "amount": 200, "paid_minor": 500}
    assert till.post("/v1/points/purchases", sale)["paid_minor"] == 500
    gift = {"member": anna, "cause": "shelter", "amount": 50}
    assert till.post("/v1/donations", gift)["total"] == 50
    sorry = {"member": anna, "asset": "points", "amount": 25, "reason": "goodwill"}
    assert till.post("/v1/corrections", sorry)["actor"] == "till 1"
    assert till.get("/v1/causes", lang="bg")["causes"] == [
        {"cause": "shelter", "name": "Приют", "asset": "points", "given": 50, "open": True}
    ]
    assert till.available(anna) == 175
    assert lines(till, anna)[:3] == [
        "Correction: Goodwill: +25 points",
        "Donated: Shelter: −50 points",
        "Bought: +200 points",
    ]
    assert lines(till, anna, "pl")[0] == "Korekta: Przeprosiny: +25 punktów"


def test_t18_nobody_credits_themselves_and_a_till_without_the_scope_nobody(
    server: Server, house: House
) -> None:
    organization = house.organization()
    house.apply(organization, corner())
    contact = Till(server.url, house.key(organization, label="ewa"))
    ewa = contact.join(attributes={"staff": "ewa"})
    sorry = {"member": ewa, "asset": "points", "amount": 25, "reason": "goodwill"}
    assert contact.refused("/v1/corrections", sorry) == (403, "own_account")
    till = Till(server.url, house.key(organization, "points:write", "members:write"))
    assert till.refused("/v1/corrections", sorry) == (403, "forbidden")


def test_t13_gifts_both_ways_at_once_over_two_processes(serve: Serve, house: House) -> None:
    """No deadlock, no loss: every gift is answered, and the sum is what it was."""
    one = house.till(serve(), corner())
    two = one.at(serve(number=2).url)
    anna, boris = one.join(), one.join()
    for member in (anna, boris):
        one.buy(member, ("bread", 1, 30_000))

    def give(number: int) -> int:
        sender, receiver = (anna, boris) if number % 2 else (boris, anna)
        gift = {"member": sender, "to": receiver, "asset": "points", "amount": 5}
        return (one, two)[number // 2 % 2].send("/v1/transfers", gift).status_code

    assert at_once(40, give) == [201] * 40
    assert [one.available(member) for member in (anna, boris)] == [290, 290]


def test_t13_a_household_spends_its_points_once_over_two_processes(
    serve: Serve, house: House
) -> None:
    one = house.till(serve(), corner())
    two = one.at(serve(number=2).url)
    anna, boris = one.join(), one.join()
    for member in (anna, boris):
        one.buy(member, ("bread", 1, 5_000))
    home_of(one, anna, boris)

    def take(number: int) -> int:
        member = (anna, boris)[number % 2]
        body = {"member": member, "reward": "mug"}
        return (one, two)[number // 2 % 2].send("/v1/redemptions", body).status_code

    assert sorted(at_once(32, take)) == [201] + [409] * 31
    assert [one.available(member) for member in (anna, boris)] == [0, 0]
