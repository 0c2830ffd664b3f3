"""The OpenAPI document: valid, complete, and true of a real server."""

import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import schemathesis

from regulars.till.links import LEADS
from regulars.till.openapi import examples, openapi, operation_id, statuses
from regulars.till.router import all_routes
from tests.corner import GIVES_A_VOUCHER, corner
from tests.lengths import length, tried
from tests.serving import House, Server, Till
from tests.till.told import shape, tell
from tests.till.variety import PROGRAM
from tests.till.walking import Walk

HERE = Path(__file__).parent
FILE = Path(__file__).parents[2] / "regulars/till/examples.json"
EXAMPLES = length(10, 200)
"""Random requests for each operation."""
PHASES = length("examples,fuzzing", "examples,coverage,fuzzing,stateful")
"""A long run also sends what lies at every bound."""
ROUNDS, TRIES = length((1, 3), (5, 4))
"""Along the links of the document."""
LEAST_FOLLOWED = length(0.9, 0.95)
LEAST_CARRIED_ON = length(0.75, 0.8)
"""Of the document's own links so many lead to something that is carried out."""
CHAINS = (
    "POST /v1/members -> POST /v1/purchases -> POST /v1/returns",
    "POST /v1/purchases -> GET /v1/purchases/{id}/explanation",
    "POST /v1/members -> POST /v1/quotes -> POST /v1/purchases -> POST /v1/gift-cards/balance",
    "POST /v1/voucher-lots -> GET /v1/voucher-lots/{lot}/codes -> POST /v1/vouchers/{code}/redeem"
    " -> POST /v1/voucher-uses/{id}/void",
    "POST /v1/members -> POST /v1/redemptions -> POST /v1/redemptions/{id}/settle",
    "POST /v1/redemptions -> POST /v1/redemptions/{id}/void",
    "POST /v1/members -> POST /v1/transfers",
    "POST /v1/members -> POST /v1/members/{id}/referral-code -> POST /v1/referrals",
    "POST /v1/members -> POST /v1/households -> POST /v1/households/{id}/invitations"
    " -> POST /v1/households/{id}/join -> POST /v1/households/{id}/roles",
    "POST /v1/webhooks -> POST /v1/webhooks/{id}/secret",
    "POST /api/keys -> DELETE /api/keys/{prefix}",
    "PUT /api/programs/{program} -> PUT /api/programs/{program}"
    " -> PUT /api/programs/{program}/revision",
)
"""What a walk has to get through, whatever else it meets."""
LEAST_SENT = length(1_000, 20_000)
LEAST_CARRIED_OUT = length(0.6, 0.75)
"""Of all operations so many are answered well at least once."""
KEYS = length(20, 200)
"""So many keys, each of which may miss 20 times in a minute, and so many members."""
READ_BY_POST = (
    "/v1/quotes",
    "/v1/returns/quote",
    "/v1/gift-cards/balance",
)  # no codes in addresses
READ_BY_POST += ("/api/documents/check", "/api/documents/plan")  # a document is long


@pytest.fixture(scope="module")
def till(server: Server, house: House) -> Till:
    """The member of the examples is known, so that what is tried gets further than that."""
    till = house.till(server, corner(GIVES_A_VOUCHER))
    till.post("/v1/members", examples()["POST /v1/members"]["body"])
    return till


def test_random_requests_find_no_fault_and_no_undocumented_answer(
    server: Server, house: House, tmp_path: Path
) -> None:
    """And they get somewhere: they are let in, and most operations are carried out."""
    organization = house.organization()
    house.apply(organization, PROGRAM)
    keys = [house.key(organization) for _ in range(KEYS)]
    (tmp_path / "secrets").write_text("\n".join(keys))
    till = Till(server.url, keys[0])
    cards = [till.join().removeprefix("card:") for _ in range(KEYS)]
    for card in cards:
        till.buy(f"card:{card}", ("bread", 1, 30_000))
    (tmp_path / "cards").write_text("\n".join(cards))
    run = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "run"),
            f"{server.url}/v1/openapi.json",
            *("--phases", PHASES, "--max-examples", str(EXAMPLES)),
            *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance"),
            *("--checks", "response_headers_conformance,response_schema_conformance"),
            *("--seed", "1", "--no-color", "--continue-on-failure", "--request-timeout", "300"),
            *("--generation-deterministic", "--suppress-health-check", "all"),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "freshkeys",
            "PYTHONPATH": str(HERE),
            "API_SECRETS": str(tmp_path / "secrets"),
            "API_CARDS": str(tmp_path / "cards"),
            "API_ANSWERED": str(tmp_path / "answered"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
    answered = msgspec.json.decode((tmp_path / "answered").read_bytes(), type=dict[str, int])
    sent = sum(answered.values())
    by_status = Counter(dict.fromkeys(("401", "429"), 0))
    for key, number in answered.items():
        by_status[key[:3]] += number
    carried_out = {key[4:] for key in answered if key[0] == "2"}
    assert sent >= LEAST_SENT
    assert by_status["401"] + by_status["429"] < sent / 20, by_status
    assert len(carried_out) > len(all_routes()) * LEAST_CARRIED_OUT, carried_out
    tried(random_requests_to_the_api=sent)


def test_walks_along_the_links_find_no_fault_and_get_through(server: Server, house: House) -> None:
    """Every answer is one that the document tells of, and links lead where they say."""
    organization = house.organization()
    house.apply(organization, PROGRAM)
    keys = [house.key(organization) for _ in range(2 * KEYS)]
    walk = Walk(server.url, keys, Random(1))
    walk.go(ROUNDS, TRIES)
    carried = {name for name, times in walk.carried.items() if times}
    assert len(walk.followed) > len(walk.links) * LEAST_FOLLOWED, set(walk.links) - {*walk.followed}
    missing = sorted(walk.of_the_document - carried)
    assert len(missing) < len(walk.of_the_document) * (1 - LEAST_CARRIED_ON), missing
    ways = {
        f"{walk.links[name].source.label} -> {walk.links[name].target.label}" for name in carried
    }
    for chain in CHAINS:
        stations = chain.split(" -> ")
        for way in pairwise(stations):
            assert " -> ".join(way) in ways
    tried(requests_along_links=sum(walk.answered.values()), links_followed=len(walk.followed))


def test_the_examples_are_what_a_real_server_answers(server: Server, house: House) -> None:
    told = tell(house.till(server, PROGRAM))
    if os.environ.get("REGULARS_WRITE_EXAMPLES"):
        text = msgspec.json.format(msgspec.json.encode(told), indent=1)
        FILE.write_bytes(text + b"\n")
        examples.cache_clear()
    assert shape(told) == shape(examples())


def test_every_operation_has_an_example_of_its_types() -> None:
    assert set(examples()) == {f"{route.method} {route.path}" for route in all_routes()}
    for route in all_routes():
        shown = examples()[f"{route.method} {route.path}"]
        msgspec.convert(shown["answer"], route.answer)
        if route.body is not None:
            msgspec.convert(shown["body"], route.body)
        if route.query is not None:
            msgspec.convert(shown.get("query", {}), route.query, strict=False)


def test_every_answer_of_every_route_is_documented() -> None:
    for route in all_routes():
        responses = openapi()["paths"][route.path][route.method.lower()]["responses"]
        assert {str(status) for status in statuses(route)} < set(responses)
        assert str(route.status) in responses


def test_operations_have_names_of_their_own() -> None:
    names = [operation_id(route) for route in all_routes()]
    assert len(names) == len(set(names))


def test_writes_want_a_key_and_readings_do_not() -> None:
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            names = [parameter.get("$ref", "") for parameter in operation["parameters"]]
            wants = "#/components/parameters/IdempotencyKey" in names
            reads = path in READ_BY_POST
            assert wants == (method == "post" and not reads), path


def test_the_document_is_valid_openapi() -> None:
    """By the schema of the OpenAPI Initiative, which schemathesis carries."""
    schema = schemathesis.openapi.from_dict(dict(openapi()))
    schema.validate()
    assert len(list(schema.get_all_operations())) == len(all_routes())


def test_links_lead_from_what_an_answer_has_to_what_takes_it() -> None:
    """Each lead finds its routes, and a body's field is one that the body has."""
    schemas = openapi()["components"]["schemas"]
    operations = {
        o["operationId"]: o for ways in openapi()["paths"].values() for o in ways.values()
    }
    found = [
        link
        for operation in operations.values()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert {lead.source for lead in LEADS} <= {f"{r.method} {r.path}" for r in all_routes()}
    assert len(found) >= sum(len(lead.at) or 1 for lead in LEADS)
    for link in found:
        target = operations[link["operationId"]]
        parameters = {f"path.{p['name']}" for p in target["parameters"] if p.get("in") == "path"}
        assert set(link.get("parameters", {})) <= parameters
        if "requestBody" in link:
            body = target["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            assert set(link["requestBody"]) <= set(schemas[body.split("/")[-1]]["properties"])


def test_every_field_of_what_is_sent_is_described_or_plain() -> None:
    """No reference leads nowhere, and no name shows where in the source it comes from."""
    text = msgspec.json.encode(openapi()).decode()
    schemas = openapi()["components"]["schemas"]
    for name in re.findall(r"#/components/schemas/([^\"]+)", text):
        assert name in schemas
    assert "regulars." not in "".join(schemas)


def test_the_server_serves_the_same_document(till: Till) -> None:
    served: Any = till.http.get("/v1/openapi.json", headers={"Authorization": ""}).json()
    assert served == msgspec.json.decode(msgspec.json.encode(openapi()))
