"""Trying out codes gets nobody anywhere (T16)."""

from datetime import timedelta
from typing import Any

import httpx

from regulars.kit.codes import make
from tests.corner import GIVES_A_VOUCHER, corner
from tests.serving import NOW, House, Serve, Server, Till, basket


def alike(answer: httpx.Response) -> Any:
    """What can be told apart of an answer."""
    body = answer.json() if answer.content else {}
    body.pop("request_id", None)
    varying = {"x-request-id", "date", "content-length"}
    headers = {name: value for name, value in answer.headers.items() if name not in varying}
    return answer.status_code, body, headers


def voucher(till: Till, member: str) -> str:
    code: str = till.buy(member, ("bread", 1, 6_000))["vouchers"][0]["code"]
    return code


def test_wrong_used_expired_and_foreign_codes_read_alike(serve: Serve, house: House) -> None:
    till = house.till(serve(), corner(GIVES_A_VOUCHER))
    anna, boris = till.join(), till.join()
    expired = voucher(till, anna)
    till = till.at(serve(NOW + timedelta(days=61)).url)
    used, foreign = voucher(till, anna), voucher(till, boris)
    till.post(f"/v1/vouchers/{used}/redeem", {"member": anna})
    till.get(f"/v1/vouchers/{foreign}", member=boris)
    codes = (make(), expired, used, foreign, "x", "%F0%9F%8E%81")
    looked = [
        alike(till.http.get(f"/v1/vouchers/{code}", params={"member": anna})) for code in codes
    ]
    tried = [alike(till.send(f"/v1/vouchers/{code}/redeem", {"member": anna})) for code in codes]
    assert looked[0][0] == 404
    assert [answer == looked[0] for answer in looked] == [True] * len(codes)
    assert [answer == tried[0] for answer in tried] == [True] * len(codes)
    quote = till.post("/v1/quotes", basket(anna, ("bread", 1, 100), codes=codes[:-1]))
    assert {code["status"] for code in quote["codes"]} == {"not_usable"}


def test_whoever_misses_too_often_waits(server: Server, house: House) -> None:
    organization = house.organization()
    house.apply(organization, corner(GIVES_A_VOUCHER))
    guesser, honest = (Till(server.url, house.key(organization)) for _ in range(2))
    anna = honest.join()
    code = voucher(honest, anna)
    answers = [guesser.http.get(f"/v1/vouchers/{make()}").status_code for _ in range(30)]
    assert answers[0] == 404
    assert answers[-1] == 429
    held_up = guesser.http.get(f"/v1/vouchers/{code}", params={"member": anna})
    assert held_up.status_code == 429, "not even a right guess is told"
    assert 0 < int(held_up.headers["retry-after"]) <= 60
    assert honest.get(f"/v1/vouchers/{code}", member=anna)["uses_left"] == 1
    assert guesser.buy(anna, ("bread", 1, 100))["paid_minor"] == 100


def test_codes_cannot_be_tried_out_with_quotes(server: Server, house: House) -> None:
    till = house.till(server, corner())
    line = {"sku": "bread", "amount_minor": 100}
    answers = [
        till.send("/v1/quotes", {"lines": [line], "codes": [make() for _ in range(20)]})
        for _ in range(4)
    ]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert till.send("/v1/quotes", {"lines": [line]}).status_code == 200


def test_cards_cannot_be_tried_out(server: Server, house: House) -> None:
    till = house.till(server, corner())
    path = "/v1/members"
    for number in range(25):
        email = f"nobody-{number}@example.com"
        answer = till.http.get(path, params={"identifier": email})
    assert answer.status_code == 429


def test_wrong_keys_at_the_same_address_hold_up_nobody(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    stranger = Till(server.url, "rk_000000000000_" + "0" * 64)
    answers = {stranger.http.get("/v1/program").status_code for _ in range(40)}
    assert answers == {401}
    assert till.available(anna) == 0
