"""Trying out codes gets nobody anywhere (T16)."""

from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from regulars.kit.addresses import PROXIES
from regulars.kit.codes import make
from regulars.till.limits import MOST_OF_AN_ADDRESS
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


def miss(till: Till, **params: str) -> int:
    return till.http.get(f"/v1/vouchers/{make()}", params=params).status_code


def test_t16_misses_count_across_processes(serve: Serve, house: House) -> None:
    clock = NOW + timedelta(hours=1)  # processes that start together: their minutes are the same
    servers = [serve(clock, number) for number in (1, 2, 3)]
    one = house.till(servers[0], corner())
    other = one.at(servers[1].url)
    answers = [miss(till) for _ in range(11) for till in (one, other)]
    assert answers[:20] == [404] * 20
    assert {miss(one), miss(other)} == {429}
    third = one.at(servers[2].url)
    assert [miss(third), miss(third)] == [404, 429], "each process lets one more through at most"


def test_t16_misses_count_by_member_whichever_key_asks(server: Server, house: House) -> None:
    organization = house.organization()
    house.apply(organization, corner())
    tills = [Till(server.url, house.key(organization)) for _ in range(4)]
    anna, boris = tills[0].join(), tills[0].join()
    answers = [miss(till, member=anna) for _ in range(5) for till in tills]
    assert answers == [404] * 20
    spelled = anna.removeprefix("card:")
    assert [miss(till, member=spelled) for till in tills] == [429] * 4
    assert miss(tills[0], member=boris) == 404


def test_t16_misses_count_by_network_address(
    database_url: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROXIES, "127.0.0.1, 10.0.0.0/8")
    server = Server(database_url, NOW)
    try:
        organization = house.organization()
        house.apply(organization, corner())
        answers = []
        for _ in range(MOST_OF_AN_ADDRESS // 20 + 1):
            till = Till(server.url, house.key(organization))
            till.http.headers["x-forwarded-for"] = "198.51.100.7, 203.0.113.9, 10.1.1.1"
            codes = [make() for _ in range(20)]
            answers.append(till.send("/v1/quotes", basket(None, ("bread", 1, 100), codes=codes)))
        assert [answer.status_code for answer in answers[:-1]] == [200] * (len(answers) - 1)
        assert answers[-1].status_code == 429
        till.http.headers["x-forwarded-for"] = "203.0.113.9, 203.0.113.10, 10.1.1.1"
        assert miss(till) == 404, "what a caller writes there itself is not believed"
    finally:
        server.stop()


def test_t16_whatever_is_wrong_with_a_code_is_told_and_counted_alike(
    server: Server, house: House, database_url: str
) -> None:
    till = house.till(server, corner(GIVES_A_VOUCHER))
    anna, boris = till.join(), till.join()
    used, foreign = voucher(till, anna), voucher(till, boris)
    till.post(f"/v1/vouchers/{used}/redeem", {"member": anna})
    paused = {"lot": "paused", "voucher": "five-off", "public": "PAUSED"}
    till.post("/v1/voucher-lots", paused)
    till.post("/v1/voucher-lots/paused/state", {"state": "paused"})
    counted_so_far = (
        "select max(m.misses), count(*) from miss m join program p on p.id = m.program_id"
        " join api_key k on k.organization_id = p.organization_id where k.prefix = %s"
    )
    said = []
    for number, code in enumerate((make(), used, foreign, "PAUSED", "nonsense"), start=1):
        answer = till.http.get(f"/v1/vouchers/{code}", params={"member": anna})
        said.append(alike(answer))
        with psycopg.connect(database_url) as connection:
            counted = connection.execute(counted_so_far, (till.secret.split("_")[1],)).fetchone()
        assert counted == (number, 2), "one row for the key, one for the member"
    assert [one == said[0] for one in said] == [True] * len(said)
