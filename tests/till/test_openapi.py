"""The OpenAPI document: valid, complete, and true of a real server."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis

from regulars.till.openapi import examples, openapi, operation_id, statuses
from regulars.till.router import all_routes
from tests.corner import GIVES_A_VOUCHER, corner
from tests.serving import House, Server, Till
from tests.till.told import PROGRAM, shape, tell

HERE = Path(__file__).parent
FILE = Path(__file__).parents[2] / "regulars/till/examples.json"
EXAMPLES = os.environ.get("REGULARS_API_EXAMPLES", "")
"""Random requests for each operation; when given (200 for a night), also those at every bound."""
READ_BY_POST = ("/v1/quotes", "/v1/gift-cards/balance")  # no codes in addresses
READ_BY_POST += ("/api/documents/check", "/api/documents/plan")  # a document is long
PHASES = "examples,coverage,fuzzing" if EXAMPLES else "examples,fuzzing"


@pytest.fixture(scope="module")
def till(server: Server, house: House) -> Till:
    """The member of the examples is known, so that what is tried gets further than that."""
    till = house.till(server, corner(GIVES_A_VOUCHER))
    till.post("/v1/members", examples()["POST /v1/members"]["body"])
    return till


def test_random_requests_find_no_fault_and_no_undocumented_answer(
    till: Till, tmp_path: Path
) -> None:
    run = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "run"),
            f"{till.http.base_url}/v1/openapi.json".replace("//v1", "/v1"),
            *("--header", f"Authorization: Bearer {till.secret}"),
            *("--phases", PHASES, "--max-examples", EXAMPLES or "10"),
            *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance"),
            *("--checks", "response_headers_conformance,response_schema_conformance"),
            *("--seed", "1", "--no-color", "--continue-on-failure"),
            *("--generation-deterministic", "--suppress-health-check", "all"),
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "freshkeys", "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]


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
