"""An organization is set up by program: shops, keys and documents over HTTP."""

import time
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from regulars.drafts import operations, queries
from regulars.drafts.operations import OwnDraft
from regulars.kit.steps import Step, Steps
from regulars.organizations.operations import change_settings, create_key
from regulars.programs.queries import programs
from regulars.staff.operations import invite
from tests.corner import corner
from tests.passing import passing
from tests.serving import NOW, House, Server, Till, basket
from tests.till.told import CAFE

REMEMBERED_SECONDS = 5
"""So long a key is known at most where the notice of its end gets lost."""
DEARER = CAFE.replace("stamps: 9", "stamps: 10")


@pytest.fixture
def manager(house: House, server: Server) -> Till:
    return Till(server.url, house.key(house.organization(), label="deploy"))


def put(till: Till, document: str, expect: int, **more: Any) -> Any:
    body = {"document": document, "expect": expect, **more}
    return till.http.put("/api/programs/cafe", json=body)


def test_a_program_is_applied_changed_and_taken_back(manager: Till) -> None:
    assert put(manager, CAFE, 0, note="open").json()["revision"] == 1
    assert put(manager, CAFE, 0).json()["is_new"] is False, "asked once more, nothing is new"
    assert put(manager, DEARER, 1).json()["revision"] == 2
    late = put(manager, CAFE.replace("stamps: 9", "stamps: 8"), 1)
    assert (late.status_code, late.json()["code"]) == (409, "revision_overtaken")
    back = manager.told("PUT", "/api/programs/cafe/revision", {"revision": 1, "expect": 2})
    assert back["revision"] == 3
    told = manager.get("/api/programs/cafe/revisions")["revisions"]
    assert [one["revision"] for one in told] == [3, 2, 1]
    assert told[-1]["note"] == "open"
    assert told[-1]["author"].startswith("deploy (rk_")
    assert manager.get("/api/programs/cafe/revisions/2")["document"] == DEARER
    said = [event["action"] for event in manager.get("/api/audit")["events"]]
    assert said == ["program-rolled-back", *["program-applied"] * 3]


def test_the_new_program_judges_at_once(manager: Till) -> None:
    put(manager, CAFE, 0)
    key = manager.post("/api/keys", {"label": "till 1", "scopes": ["purchases:write"]})
    till = Till(str(manager.http.base_url), key["secret"])
    bought = till.post("/v1/purchases", basket(None, ("coffee", 1, 300)))
    assert bought["revision"] == 1


def test_a_wrong_document_is_told_with_every_place_and_changes_nothing(manager: Till) -> None:
    wrong = CAFE.replace("fixed_points", "fixed_point").replace("Europe/Sofia", "Sofia")
    checked = manager.post("/api/documents/check", {"document": wrong, "lang": "bg"})
    assert checked["valid"] is False
    assert {one["path"] for one in checked["findings"]} >= {"timezone", "campaigns[0].then[0].kind"}
    assert all(one["line"] for one in checked["findings"])
    refused = put(manager, wrong, 0)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_document")
    assert manager.get("/api/programs")["programs"] == []


def test_a_plan_says_what_would_change(manager: Till) -> None:
    put(manager, CAFE, 0)
    plan = manager.post("/api/documents/plan", {"document": DEARER})
    assert (plan["revision"], plan["changes"]) == (1, ["reward coffee: cost.stamps 9 -> 10"])
    assert manager.post("/api/documents/plan", {"document": CAFE})["changes"] == []


def test_a_document_goes_where_its_name_says(manager: Till) -> None:
    answer = manager.http.put("/api/programs/bar", json={"document": CAFE, "expect": 0})
    assert answer.status_code == 422


def test_a_key_gives_no_more_than_it_has(house: House, server: Server) -> None:
    organization = house.organization()
    keeper = Till(server.url, house.key(organization, "keys:manage", "members:read"))
    made = keeper.post("/api/keys", {"label": "desk", "scopes": ["members:read"]})
    assert made["secret"].startswith(f"rk_{made['prefix']}_")
    asked = {"label": "more", "scopes": ["members:read", "points:write"]}
    assert keeper.refused("/api/keys", asked) == (403, "beyond_own_scopes")
    assert len(keeper.get("/api/keys")["keys"]) == 2


def test_t11_a_key_is_made_once_and_its_secret_told_once(manager: Till) -> None:
    asked, key = {"label": "desk", "scopes": ["members:read"]}, uuid4().hex
    secret = manager.post("/api/keys", asked, key)["secret"]
    again = manager.send("/api/keys", asked, key)
    assert (again.status_code, again.json()["code"]) == (409, "made_already")
    assert secret not in again.text
    assert len(manager.get("/api/keys")["keys"]) == 2


def test_a_revoked_key_is_refused(manager: Till) -> None:
    made = manager.post("/api/keys", {"label": "desk", "scopes": ["keys:manage"]})
    till = Till(str(manager.http.base_url), made["secret"])
    assert till.http.get("/api/keys").status_code == 200
    for _ in range(2):  # repeated, it says the same
        gone = manager.told("DELETE", f"/api/keys/{made['prefix']}")
        assert gone["revoked_at"]
    until = time.monotonic() + REMEMBERED_SECONDS + 5
    while (said := till.http.get("/api/keys").status_code) == 200 and time.monotonic() < until:
        time.sleep(0.1)  # the notice of it is on its way
    assert said == 401


def test_a_shop_is_changed_by_saying_it_anew(manager: Till) -> None:
    for name in ("Main Street", "High Street"):
        shop = {"name": name, "timezone": "Europe/Sofia"}
        manager.told("PUT", "/api/shops/main%2F1", shop)
    (found,) = manager.get("/api/shops")["shops"]
    assert (found["code"], found["name"]) == ("main/1", "High Street")
    wrong = manager.http.put("/api/shops/x", json={"name": "X", "timezone": "Sofia"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")


def test_a_till_key_manages_nothing(house: House, server: Server) -> None:
    till = house.till(server, corner())
    plain = Till(
        server.url, till.post("/api/keys", {"label": "t", "scopes": ["members:read"]})["secret"]
    )
    for path in ("/api/shops", "/api/keys", "/api/programs", "/api/audit"):
        assert plain.http.get(path).status_code == 403


def test_a_document_that_met_somebody_else_is_applied_once_they_have_passed(
    manager: Till, database_url: str
) -> None:
    put(manager, CAFE, 0)
    with psycopg.connect(database_url) as connection:
        (program_id,) = connection.execute(
            "select p.id from program p join api_key k using (organization_id) where k.prefix = %s",
            (manager.http.headers["Authorization"].split("_")[1],),
        ).fetchall()[0]
    holds = ("select from program where id = %s for update", (program_id,))
    lock = "select pg_advisory_xact_lock(hashtextextended('regulars.program:' || %s::text, 0))"
    with passing(database_url, holds=holds, wants=(lock, (program_id,))) as passed:
        answer = put(manager, DEARER, 1)
    assert passed()
    assert (answer.status_code, answer.json()["revision"]) == (200, 2), answer.text


def publisher(house: House, server: Server, **more: Any) -> tuple[Any, Till]:
    """An organization, and a key that checks and applies documents, as pages make it."""
    organization = house.organization()
    made = create_key(
        organization_id=organization.id, label="ci", scopes=["programs:manage"], now=NOW, **more
    )
    return organization, Till(server.url, house.run(made).secret)


def hire(house: House, organization: Any, role: str = "owner") -> UUID:
    email = f"{uuid4().hex}@people.example"
    asked = invite(email=email, organization_id=organization.id, role=role, now=NOW)
    return house.run(asked).staff_id


def test_a_key_puts_a_document_before_a_second_person_who_publishes_it(
    house: House, server: Server
) -> None:
    maker = uuid4()
    organization, ci = publisher(house, server, made_by=maker)
    ewa = hire(house, organization)
    refused = put(ci, CAFE, 0)
    assert (refused.status_code, refused.json()["code"]) == (403, "needs_second_person")
    assert "/api/programs/cafe/drafts" in refused.json()["detail"]
    assert ci.get("/api/programs")["programs"] == [], "nothing of it stays"
    where, body = "/api/programs/cafe/drafts", {"title": "Open", "document": CAFE, "expect": 0}
    key = {"Idempotency-Key": uuid4().hex}
    sent = [ci.http.post(where, json=body, headers=key).json() for _ in range(2)]
    assert sent[0] == sent[1], "sent again, it is the same draft"
    assert sent[0]["state"] == "submitted"
    other = ci.http.post(where, json={**body, "title": "Shut"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    ((told, path),) = rows(
        house, "select code, path from staff_notice where organization_id = $1 and staff_id = $2",
        organization.id, ewa,
    )  # fmt: skip
    assert (told, path) == ("draft_submitted", f"/console/drafts/{sent[0]['id']}/")
    program_id = house.run(programs(organization.id))["cafe"]
    approved = let_through(house, program_id, UUID(sent[0]["id"]), ewa)
    assert approved.number == 1
    shown = ci.get(f"{where}/{sent[0]['id']}")
    assert (shown["state"], shown["revision"], shown["approved_by"]) == ("published", 1, "ewa")
    again = put(ci, CAFE, 0)
    assert (again.status_code, again.json()["is_new"]) == (200, False), "it is what is in force"
    late = ci.http.post(where, json=body, headers={"Idempotency-Key": uuid4().hex})
    assert (late.status_code, late.json()["code"]) == (409, "revision_overtaken")


def test_whoever_made_the_key_approves_nothing_that_comes_by_it(
    house: House, server: Server
) -> None:
    organization, _ = publisher(house, server)
    ewa = hire(house, organization)
    made = create_key(
        organization_id=organization.id, label="ci", scopes=["programs:manage"], now=NOW,
        made_by=ewa,
    )  # fmt: skip
    ci = Till(server.url, house.run(made).secret)
    body = {"title": "Open", "document": CAFE, "expect": 0}
    draft = ci.post("/api/programs/cafe/drafts", body)
    program_id = house.run(programs(organization.id))["cafe"]
    with pytest.raises(OwnDraft):
        let_through(house, program_id, UUID(draft["id"]), ewa)
    assert not rows(house, "select from staff_notice where staff_id = $1", ewa), "nor is asked to"


def test_a_key_publishes_where_one_person_may_and_is_the_only_one(
    house: House, server: Server
) -> None:
    organization, ci = publisher(house, server)
    hire(house, organization)
    house.run(
        change_settings(
            organization_id=organization.id, name="Small", timezone="Europe/Sofia", language="bg",
            currency="EUR", colour="#000000", approval="alone",
        )
    )  # fmt: skip
    assert put(ci, CAFE, 0).status_code == 200
    hire(house, organization)
    assert put(ci, DEARER, 1).json()["code"] == "needs_second_person"
    back = ci.http.put("/api/programs/cafe/revision", json={"revision": 1, "expect": 1})
    assert back.status_code == 200, "going back cannot wait"


def let_through(house: House, program_id: UUID, draft_id: UUID, staff_id: UUID) -> Any:
    """What the console does when somebody approves a draft and publishes it."""
    at = {"program_id": program_id, "now": NOW}
    draft = house.run(queries.draft(program_id, draft_id))
    version = house.run(
        operations.approve(
            draft=draft, version=draft.version, who="ewa", staff_id=staff_id, **at
        )
    )  # fmt: skip
    draft = house.run(queries.draft(program_id, draft_id))
    return house.run(operations.publish(draft=draft, version=version, **at))


def rows(house: House, sql: str, *params: Any) -> list[Any]:
    def steps() -> Steps[list[Any]]:
        return (yield Step(sql, params))

    return house.run(steps())
