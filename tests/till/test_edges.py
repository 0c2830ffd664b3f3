"""Whatever is sent, the answer is a clear refusal with a name to ask about, never a 5xx."""

import json
import socket
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.corner import corner
from tests.serving import House, Server, Till

LINE = {"sku": "bread", "amount_minor": 100}
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def till(server: Server, house: House) -> Till:
    return house.till(server, corner())


def send(till: Till, body: bytes, path: str = "/v1/purchases", **headers: str) -> httpx.Response:
    sent = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return till.http.post(path, content=body, headers=sent)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code, after what holds for every refusal."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"urn:regulars:problem:{problem['code']}"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"]
    return answer.status_code, problem["code"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b'{"lines": [}',
        b"\xff\xfe",
        b'{"lines": [{"sku": "\xff"}]}',
        b'{"lines": [{"sku": "\\ud800"}]}',
        b"[" * 100_000,
        b'{"type": "visit", "member": "x", "detail": ' + b'{"a":' * 100_000,
    ],
)
def test_what_is_no_json_is_malformed(till: Till, body: bytes) -> None:
    path = "/v1/activities" if b"detail" in body else "/v1/purchases"
    assert code(send(till, body, path))[0] in (400, 422)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"lines": [LINE], "pionts": 3}, "pionts"),
        ({"lines": [LINE | {"price": 3}]}, "$.lines[0]"),
        ({"lines": [LINE | {"quantity": 0}]}, "$.lines[0].quantity"),
        ({"lines": [LINE | {"quantity": 1.5}]}, "$.lines[0].quantity"),
        ({"lines": [LINE | {"amount_minor": -1}]}, "$.lines[0].amount_minor"),
        ({"lines": [LINE | {"amount_minor": 2**64}]}, "$.lines[0].amount_minor"),
        ({"lines": [LINE | {"amount_minor": "100"}]}, "$.lines[0].amount_minor"),
        ({"lines": [LINE | {"sku": "x" * 65}]}, "$.lines[0].sku"),
        ({"lines": [LINE | {"sku": "bre\0ad"}]}, "$.lines[0].sku"),
        ({"lines": []}, "$.lines"),
        ({"lines": [LINE] * 1001}, "$.lines"),
        ({"lines": [LINE], "occurred_at": "2026-03-02"}, "$.occurred_at"),
        ({"lines": [LINE], "occurred_at": "2026-03-02T12:00:00"}, "$.occurred_at"),
        ({"lines": [LINE], "occurred_at": "2026-13-02T12:00:00Z"}, "$.occurred_at"),
        ({"lines": [LINE], "quote": "42"}, "$.quote"),
        ({"lines": [{"sku": "bread"}]}, "no price"),
        ({"lines": [LINE | {"unit_price_minor": 1}]}, "both"),
        ([], "object"),
        (None, "object"),
    ],
)
def test_what_is_not_valid_is_told_with_its_place(till: Till, body: Any, place: str) -> None:
    answer = till.send("/v1/purchases", body) if body is not None else send(till, b"null")
    assert code(answer) == (422, "invalid_request")
    assert place in answer.json()["detail"]


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("detail", [deep(60), deep(600), {"n": 2**63}, {"n": [[-(2**70)]]}])
def test_free_fields_have_bounds_too(till: Till, detail: Any) -> None:
    visit = {"member": till.join(), "type": "visit"}
    assert till.post("/v1/activities", visit | {"detail": deep(10)})
    answer = till.send("/v1/activities", visit | {"detail": detail})
    assert code(answer) == (422, "invalid_request")
    assert "$.detail" in answer.json()["detail"]


def test_a_text_that_cannot_be_stored_is_refused(till: Till) -> None:
    visit = {"member": till.join(), "type": "visit"}
    for bad in ("a\0b", "\\\0", {"\0": 1}):
        answer = till.send("/v1/activities", visit | {"detail": {"note": bad}})
        assert code(answer) == (422, "invalid_request")
    assert till.post("/v1/activities", visit | {"detail": {"note": "\\u0000 in words"}})


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"])
@pytest.mark.parametrize("field", ["occurred_at", "joined_at"])
def test_no_time_before_the_first_second(till: Till, year: str, field: str) -> None:
    if field == "joined_at":
        answer = till.send("/v1/members", {"issue_card": True, field: year})
    else:
        answer = till.send("/v1/purchases", {"lines": [LINE], field: year})
    assert code(answer)[0] == 422


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("path", ["purchases", "returns", "activities", "members"])
def test_no_time_to_come(till: Till, when: str, path: str) -> None:
    member = till.join()
    body = {
        "purchases": {"lines": [LINE], "occurred_at": when},
        "returns": {"purchase": till.buy(member, ("bread", 1, 100))["id"], "occurred_at": when},
        "activities": {"member": member, "type": "visit", "occurred_at": when},
        "members": {"issue_card": True, "joined_at": when},
    }[path]
    assert code(till.send(f"/v1/{path}", body)) == (422, "invalid_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(till: Till, kind: str) -> None:
    body = json.dumps({"lines": [LINE]}).encode()
    assert code(send(till, body, Content_Type=kind)) == (415, "unsupported_media_type")
    assert send(till, body, Content_Type="Application/JSON; charset=utf-8").status_code == 201


def test_a_large_body_is_refused(till: Till) -> None:
    assert code(send(till, b" " * (MEGABYTE + 1))) == (413, "too_large")


def test_a_large_body_in_chunks_is_refused(till: Till) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    chunks = (b" " * 100_000 for _ in range(12))
    answer = till.http.post("/v1/purchases", content=chunks, headers=headers)
    assert code(answer) == (413, "too_large")
    small = (part for part in (b'{"lines": [{"sku": "x", ', b'"amount_minor": 1}]}'))
    assert till.http.post("/v1/purchases", content=small, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there", "żółw"])
def test_an_idempotency_key_is_printable_and_short(till: Till, key: str) -> None:
    body = json.dumps({"lines": [LINE]}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key.encode()}
    answer = till.http.post("/v1/purchases", content=body, headers=headers)
    assert code(answer) == (400, "idempotency_key_missing")


def test_a_dry_quote_needs_no_key_and_a_holding_one_does(till: Till) -> None:
    dry = till.http.post("/v1/quotes", json={"lines": [LINE]})
    assert dry.status_code == 200
    held = till.http.post("/v1/quotes", json={"lines": [LINE], "hold": True})
    assert code(held) == (400, "idempotency_key_missing")


@pytest.mark.parametrize(
    "path",
    ["/v1/", "/v1/nothing", "/v1/members/", "/v1//members", "/v1/members/x/y", "/v1/Program"],
)
def test_unknown_addresses_are_not_found(till: Till, path: str) -> None:
    assert code(till.http.get(path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/program", "GET, HEAD"),
        ("PUT", "/v1/members", "GET, HEAD, POST"),
        ("GET", "/v1/returns", "POST"),
        ("OPTIONS", "/v1/purchases", "GET, HEAD, POST"),
        ("POST", "/v1/docs", "GET, HEAD"),
        ("POST", "/healthz", "GET, HEAD"),
        ("BREW", "/v1/program", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    till: Till, method: str, path: str, allow: str
) -> None:
    answer = till.http.request(method, path)
    assert code(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == allow


def test_head_is_get_without_the_body(till: Till) -> None:
    for path in ("/v1/program", "/v1/docs", "/v1/openapi.json", "/healthz"):
        answer, whole = till.http.head(path), till.http.get(path)
        assert answer.status_code == 200
        assert answer.content == b""
        assert answer.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/v1/members/%zz", 400),
        ("/v1/members/%ff", 400),
        ("/v1/members/a%00b", 400),
        ("/v1/members/" + "9" * 1001, 400),
        ("/v1/members?identifier=%zz", 400),
        ("/v1/members?identifier=%ff", 400),
        ("/v1/members?identifier=a%00", 400),
        ("/v1/members?identifier=a&identifier=b", 400),
        ("/v1/members?" + "&".join(f"a{n}=1" for n in range(30)), 400),
        ("/v1/members", 422),
        ("/v1/members?identifier=", 422),
        ("/v1/members?identifier=42", 422),
        ("/v1/members?identifier=a@example.com&other=1", 422),
        ("/v1/program?lang=de", 422),
        ("/v1/members/%2B48600100200", 404),
        ("/v1/members/card:x%2Fy", 422),
        ("/v1/purchases/1", 422),
        ("/v1/vouchers/..%2F..", 404),
    ],
)
def test_addresses_are_read_strictly(till: Till, target: str, status: int) -> None:
    url = httpx.URL(str(till.http.base_url)).copy_with(raw_path=target.encode())
    assert code(till.http.get(url))[0] == status


def test_long_headers_are_refused(till: Till) -> None:
    answer = till.http.get("/v1/program", headers={"X-Long": "x" * 1_000_000})
    assert answer.status_code == 431


def test_a_sane_request_id_is_kept_and_others_are_replaced(till: Till) -> None:
    def id_of(given: str) -> str:
        answer = till.http.get("/v1/program", headers={"X-Request-Id": given.encode()})
        return answer.headers["x-request-id"]

    assert id_of("till-4-000123") == "till-4-000123"
    for odd in ("x" * 101, "żółw", "a\tb", ""):
        assert id_of(odd) not in (odd, "")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic cms6", "Bearer rk_x_y", "Bearer rk_" + "ż" * 9]
)
def test_without_a_good_key_nothing_is_told(till: Till, header: str) -> None:
    answer = till.http.get("/v1/program", headers={"Authorization": header.encode()})
    assert code(answer) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == 'Bearer realm="regulars"'


def test_who_hangs_up_in_the_middle_does_no_harm(till: Till, server: Server) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as line:
            line.sendall(
                b"POST /v1/purchases HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n"
                b"Content-Type: application/json\r\nAuthorization: Bearer "
                + till.secret.encode()
                + b'\r\n\r\n{"lines'
            )
    assert till.buy(None, ("bread", 1, 100))["paid_minor"] == 100
