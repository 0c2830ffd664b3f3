"""A guesser learns nothing from how long an answer takes (T16)."""

import time
from collections.abc import Callable
from secrets import randbits
from uuid import uuid4

import httpx
import pytest

from regulars.identifiers.kinds.card import make as new_card
from regulars.kit.codes import make
from tests.corner import GIVES_A_VOUCHER, corner
from tests.serving import House, Server, Till
from tests.timing import Ask, compare

pytestmark = pytest.mark.alone
MISSES_OF_A_HAND = 20


class Hand:
    """A till with a key of its own, a member, a used voucher of theirs, and one of another's."""

    def __init__(self, till: Till) -> None:
        self.till, self.left = till, MISSES_OF_A_HAND
        self.member, stranger = till.join(), till.join()
        self.used, self.foreign = self._voucher(self.member), self._voucher(stranger)
        till.post(f"/v1/vouchers/{self.used}/redeem", {"member": self.member})

    def _voucher(self, member: str) -> str:
        code: str = self.till.buy(member, ("bread", 1, 6_000))["vouchers"][0]["code"]
        return code


class Crowd:
    """As many hands as it takes: each may miss 20 times in a minute."""

    def __init__(self, server: Server, house: House) -> None:
        self.server, self.house = server, house
        self.organization, elsewhere = house.organization(), house.organization()
        for organization in (self.organization, elsewhere):
            house.apply(organization, corner(GIVES_A_VOUCHER))
        abroad = Till(server.url, house.key(elsewhere))
        self.email = f"{uuid4().hex}@example.com"
        named = [{"kind": "email", "value": self.email}]
        self.card = abroad.post("/v1/members", {"identifiers": named, "issue_card": True})["card"]
        self.code = Hand(abroad).foreign
        self.hands: list[Hand] = []

    def hand(self) -> Hand:
        self.hands = [hand for hand in self.hands if hand.left]
        if not self.hands:
            key = self.house.key(self.organization)
            self.hands = [Hand(Till(self.server.url, key))]
        self.hands[0].left -= 1
        return self.hands[0]

    def looks_up(self, which: Callable[[Hand], str]) -> Ask:
        def ready() -> Callable[[], object]:
            hand = self.hand()
            code, asked = which(hand), {"member": hand.member}
            return lambda: missed(hand.till.http.get(f"/v1/vouchers/{code}", params=asked))

        return ready

    def tries(self, which: Callable[[Hand], str]) -> Ask:
        def ready() -> Callable[[], object]:
            hand = self.hand()
            path, body = f"/v1/vouchers/{which(hand)}/redeem", {"member": hand.member}
            return lambda: missed(hand.till.send(path, body))

        return ready

    def finds(self, which: Callable[[Hand], str]) -> Ask:
        def ready() -> Callable[[], object]:
            hand = self.hand()
            asked = {"identifier": which(hand)}
            return lambda: missed(hand.till.http.get("/v1/members", params=asked))

        return ready


def missed(answer: httpx.Response) -> None:
    assert answer.status_code == 404, answer.text


def made_up(_: Hand) -> str:
    return make()


@pytest.fixture(scope="module")
def crowd(server: Server, house: House) -> Crowd:
    return Crowd(server, house)


@pytest.mark.parametrize("how", ["looks_up", "tries"])
def test_used_and_foreign_codes_take_as_long_as_those_that_are_not(crowd: Crowd, how: str) -> None:
    ask = getattr(crowd, how)
    for which in (lambda hand: hand.used, lambda hand: hand.foreign, lambda _: crowd.code):
        found = compare(ask(made_up), ask(which))
        assert not found.told_apart, found


def test_addresses_and_cards_of_another_firm_take_as_long_as_nobodys(crowd: Crowd) -> None:
    nobody = crowd.finds(lambda _: f"{uuid4().hex}@example.com")
    found = compare(nobody, crowd.finds(lambda _: crowd.email))
    assert not found.told_apart, found
    nobody = crowd.finds(lambda _: new_card(crowd.card[:6], randbits))
    found = compare(nobody, crowd.finds(lambda _: crowd.card))
    assert not found.told_apart, found


def test_a_difference_of_five_milliseconds_would_be_seen(crowd: Crowd) -> None:
    """Otherwise the tests above could not fail."""
    ask = crowd.looks_up(made_up)

    def slower() -> Callable[[], object]:
        ready = ask()
        return lambda: (time.sleep(0.005), ready())

    assert compare(ask, slower).told_apart
