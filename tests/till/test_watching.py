"""What an operator watches: health, readiness, figures for Prometheus, and that examples fit."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from regulars.activities.queries import succeeded
from regulars.till.metrics import REGISTRY
from tests.corner import corner
from tests.serving import NOW, House, Serve, Server

EXAMPLES = Path("examples/operations")
RULES = EXAMPLES / "prometheus-rules.yml"
DASHBOARD = EXAMPLES / "grafana-dashboard.json"
NEEDS_REQUESTS = {"regulars_http_requests_total", "regulars_http_seconds_bucket"}
WAITING = "waiting for the tables of this version: regulars up"
NAME = re.compile(r"\bregulars_[a-z_]+")


def figures(server: Server) -> dict[str, float]:
    """Every sample by its name and labels, as soon as the database was looked at."""
    deadline = time.monotonic() + 120
    while True:
        text = httpx.get(f"{server.url}/metrics", timeout=60).text
        found = {
            sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        if found["regulars_database_up"] == 1:
            return found
        assert time.monotonic() < deadline
        time.sleep(0.5)


def ready(server: Server, status: int, what: str) -> bool:
    """Whether it comes to answer so."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        answer = httpx.get(f"{server.url}/readyz", timeout=60)
        if (answer.status_code, answer.json()["status"]) == (status, what):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def own(fresh_database_url: str) -> Iterator[Server]:
    """A server with a database of its own."""
    server = Server(fresh_database_url, NOW)
    yield server
    server.stop()


def test_it_is_ready_when_the_database_has_the_tables_of_this_version(
    own: Server, fresh_database_url: str
) -> None:
    assert ready(own, 200, "ready")
    with psycopg.connect(fresh_database_url, autocommit=True) as connection:
        connection.execute("delete from django_migrations where app = 'webhooks'")
        assert ready(own, 503, WAITING)
        alive = httpx.get(f"{own.url}/healthz", timeout=60)
        assert alive.json() == {"status": "alive"}
        connection.execute("drop table django_migrations")
        assert ready(own, 503, WAITING)


def test_the_figures_tell_what_was_done_and_what_waits(
    own: Server, fresh_database_url: str
) -> None:
    house = House(fresh_database_url)
    till = house.till(own, corner())
    till.buy(till.join(), ("bread", 1, 1_000))
    till.refused("/v1/purchases", {"lines": []})
    house.run(succeeded("seal_log", int(NOW.timestamp()) - 100))
    told = figures(own)
    assert told["regulars_http_requests_total POST /v1/purchases 201"] == 1
    assert told["regulars_http_requests_total POST /v1/purchases 422"] == 1
    assert told["regulars_http_seconds_count POST /v1/purchases"] == 2
    assert told["regulars_batch_operations_count"] >= 2
    assert told["regulars_batch_seconds_count"] >= 2
    assert told["regulars_queue_operations"] == 0
    assert told["regulars_programs"] == 1
    assert told["regulars_database_up"] == 1
    assert told["regulars_database_bytes"] > 1_000_000
    assert told["regulars_outbox_rows"] == 2  # no worker runs here
    assert 0 <= told["regulars_outbox_lag_seconds"] < 3_600
    assert 0 <= told["regulars_unsealed_seconds"] < 3_600
    assert told["regulars_webhooks_dead"] == told["regulars_webhooks_waiting"] == 0
    assert 100 <= told["regulars_job_seconds_since_success seal_log"] < 3_700
    assert told["regulars_wal_archiving"] == 0


def test_pages_are_counted_too(serve: Serve) -> None:
    server = serve(planes="both")
    assert httpx.get(f"{server.url}/console/nothing", timeout=300).status_code in (302, 404)
    told = figures(server)
    assert sum(value for name, value in told.items() if "_total pages" in name) >= 1


def test_alerts_and_dashboard_name_only_what_there_is(server: Server) -> None:
    there = {name.partition(" ")[0] for name in figures(server)}
    there |= {"regulars_job_seconds_since_success"}  # as soon as a job has run
    rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    board = msgspec.json.decode(DASHBOARD.read_bytes())
    asked = [rule["expr"] for rule in rules]
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = {name for expression in asked for name in NAME.findall(expression)}
    assert named - there - NEEDS_REQUESTS == set()
    assert named > NEEDS_REQUESTS
    assert all(rule["annotations"]["summary"] for rule in rules)


def test_the_guide_tells_what_each_figure_means() -> None:
    guide = Path("docs/guide/operations.md").read_text("utf-8")
    names = {family.name for family in REGISTRY.collect()}
    assert {name for name in names if name not in guide} == set()
