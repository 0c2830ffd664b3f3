"""What a till in a browser may do, and what another site, another shop and a cashier may not."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from regulars.counter.operations import close_till, find_till, open_till
from regulars.staff.operations import mark_own_member
from tests.counter.shop import calls
from tests.passing import passing
from tests.serving import NOW, Server, basket


def bought(member: str | None = None, **more: Any) -> dict[str, Any]:
    return basket(member, ("OXFORD", 1, 20000), **more)


def send(client: Any, path: str, body: Any) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": uuid4().hex})


def test_a_till_in_a_browser_records_in_its_own_shop(server: Server, shoe_shop: Any) -> None:
    secret, _ = shoe_shop.cookie(till="7")
    with calls(server, secret) as page:
        answer = send(page, "/v1/purchases", bought(receipt_number="A1"))
        assert answer.status_code == 201, answer.text
        found = page.get("/v1/purchases", params={"receipt_number": "A1"})
        assert found.json()["purchase"] == answer.json()["id"]
    api = shoe_shop.api(server)
    where = {"receipt_number": "A1", "shop": "W1", "till": "7"}
    assert api.get("/v1/purchases", **where)["purchase"] == answer.json()["id"]
    with calls(server, secret) as page:
        assert send(page, "/v1/purchases", bought(shop="elsewhere")).status_code == 403
        assert send(page, "/v1/purchases", bought(till="8")).status_code == 403


def test_the_cookie_alone_is_not_enough(server: Server, shoe_shop: Any) -> None:
    """Another site can make a browser send the cookie, and nothing else."""
    secret, _ = shoe_shop.cookie()
    with calls(server, secret) as page:
        del page.headers["Regulars-Till"]
        assert send(page, "/v1/purchases", bought()).status_code == 401
        page.headers["Regulars-Till"] = "0" * 64
        assert send(page, "/v1/purchases", bought()).status_code == 401


def test_a_till_page_gives_no_tiers_corrects_nothing_and_makes_no_codes(
    server: Server, shoe_shop: Any
) -> None:
    secret, _ = shoe_shop.cookie()
    member = shoe_shop.api(server).join()
    with calls(server, secret) as page:
        body = {"tier": "gold", "reason": "friend", "actor": "me"}
        assert send(page, f"/v1/members/{member}/tier", body).status_code == 403
        assert send(page, "/v1/products/prices", {"prices": []}).status_code == 403
        assert page.get("/v1/voucher-lots").status_code == 403


def test_t18_a_cashier_cannot_work_the_till_for_their_own_membership(
    server: Server, shoe_shop: Any
) -> None:
    api = shoe_shop.api(server)
    email = f"kasia-{uuid4().hex[:6]}@shoes.example"
    by_mail = api.join(identifiers=[{"kind": "email", "value": email}])
    marked = api.join()
    secret, staff_id = shoe_shop.cookie(email=email)
    member_id = api.get(f"/v1/members/{marked}")["id"]
    shoe_shop.house.run(
        mark_own_member(
            staff_id=staff_id, program_id=shoe_shop.program_id, member_id=member_id, now=NOW
        )
    )
    purchase = api.buy(marked, ("OXFORD", 1, 20000))
    with calls(server, secret) as page:
        for own in (by_mail, f"email:{email}", marked, f"id:{member_id}"):
            refused = send(page, "/v1/purchases", bought(own))
            assert (refused.status_code, refused.json()["code"]) == (403, "own_account"), own
            refused = send(page, "/v1/redemptions", {"member": own, "reward": "fifty"})
            assert refused.json()["code"] == "own_account"
        assert send(page, "/v1/returns", {"purchase": purchase["id"]}).status_code == 403
        assert send(page, "/v1/purchases", bought(api.join())).status_code == 201
    assert api.points(marked)["available"] == 0
    assert api.points(by_mail)["available"] == 0


def test_a_new_member_that_cannot_be_kept_is_refused(server: Server, shoe_shop: Any) -> None:
    secret, _ = shoe_shop.cookie()
    member = (
        b'{"member": {"issue_card": true, "attributes": {"name": %s}}, "key": "12345678",'
        b' "language": "pl"}'
    )
    with calls(server, secret) as page:
        for body, status in ((b"\xff", 400), (member % b'"A\\u0000"', 422),
                             (b"{}", 422), (member % b'"Ada"', 201)):  # fmt: skip
            assert page.post("/till/join", content=body).status_code == status, body[:80]


def test_a_till_ends_when_it_is_closed_when_its_time_is_up_and_when_its_cashier_leaves(
    server: Server, shoe_shop: Any
) -> None:
    run, now = shoe_shop.house.run, datetime.now(UTC)
    secret, staff_id = shoe_shop.cookie()
    found = run(find_till(secret, now))
    assert found is not None
    assert run(find_till(secret, now + timedelta(hours=13))) is None
    with calls(server, secret) as page:
        assert page.get("/till/session").status_code == 200
        assert page.post("/till/close", headers={"Regulars-Till": "x"}).status_code == 204
        assert page.get("/till/session").status_code == 200, "another site closes no till"
    run(close_till(organization_id=shoe_shop.id, session_id=found.id, now=now))
    with calls(server, secret) as page:
        assert page.get("/till/session").status_code == 401
        assert send(page, "/v1/purchases", bought()).status_code == 401
    other = run(
        open_till(
            organization_id=shoe_shop.id, program_id=shoe_shop.program_id,
            shop_id=shoe_shop.shop.id, till="2", staff_id=staff_id, who="x@shoes.example", now=now,
        )
    )  # fmt: skip
    assert run(find_till(other, now)) is not None
    run(_leave(shoe_shop, staff_id))
    assert run(find_till(other, now)) is None


def _leave(shop: Any, staff_id: Any) -> Any:
    from regulars.staff.operations import end_membership
    from regulars.staff.queries import people

    found = shop.house.run(people(shop.id))
    membership = next(person.id for person in found if person.staff_id == staff_id)
    return end_membership(organization_id=shop.id, membership_id=membership, now=NOW)


def test_a_cashier_opens_a_till_of_their_own_shops_only(shoe_shop: Any) -> None:
    other = shoe_shop.new_shop("W2")
    cashier = shoe_shop.person("cashier", [shoe_shop.shop.id])
    refused = cashier.post("till", {"shop": str(other.id), "till": "1"})
    assert refused.status_code == 422
    from regulars.till.sessions import COOKIE

    opened = cashier.browser.post("/console/till/", {"shop": str(shoe_shop.shop.id), "till": "1"})
    assert (opened.status_code, opened["Location"]) == (302, "/till/")
    cookie = opened.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert shoe_shop.person("marketer").get("till").status_code == 403
    assert "W1/1" in shoe_shop.person().get("audit").content.decode()


def test_what_the_page_asks_for_costs_few_statements(shoe_shop: Any) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from regulars.till.sessions import COOKIE

    secret, _ = shoe_shop.cookie()
    browser = Client()
    browser.cookies[COOKIE] = secret
    for address, most in (("/till/", 0), ("/till/session", 10)):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        found = [one["sql"] for one in asked if not one["sql"].startswith(frame)]
        assert len(found) <= most, found


def test_a_new_member_who_met_somebody_else_joins_once_they_have_passed(
    server: Server, shoe_shop: Any, database_url: str
) -> None:
    """A real deadlock: both take what the other one wants, and the page gives way."""
    secret, _ = shoe_shop.cookie()
    email, phone = f"{uuid4().hex}@people.example", f"+4860{uuid4().int % 10**7:07}"
    named = [{"kind": "email", "value": email}, {"kind": "phone", "value": phone}]
    body = {
        "member": {"identifiers": named, "registered": True},
        "key": uuid4().hex,
        "language": "en",
        "choices": {"news": True, "offers": False},
    }
    take = """insert into identifier (program_id, kind, value, member_id, since_at)
              values (%s, %s, %s, %s, now())"""
    first, then = (
        (take, (shoe_shop.program_id, kind, value, uuid4()))
        for kind, value in (("phone", phone), ("email", email))
    )
    with (
        calls(server, secret) as page,
        passing(database_url, holds=first, wants=then) as passed,
    ):
        answer = page.post("/till/join", json=body)
    assert passed()
    assert answer.status_code == 201, answer.text
    with calls(server, secret) as page:
        assert page.post("/till/join", json=body).json() == answer.json(), "the same form again"
