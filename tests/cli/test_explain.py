"""``regulars explain``: the reasons of a purchase, and what cannot be explained, in words."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner, Result

from regulars.cli import build
from regulars.kit.problems import NotFound
from tests.desk import Desk, open_desk
from tests.purchases.shop import BASE, bring_back, buy, campaign, join, off, shop

TEN = campaign(
    "ten", off(1_000), lane="basket", when=[{"kind": "basket_total", "at_least_minor": 10_000}]
)


@pytest.fixture
def desk(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    with open_desk(database_url, shop(TEN, BASE)) as desk:
        yield desk


def explain(*words: str) -> Result:
    return CliRunner().invoke(build(), ["explain", *words])


def test_each_campaign_says_whether_it_applied_or_what_was_missing(desk: Desk) -> None:
    bought = buy(desk, join(desk), ("bread", 2, 1_234))
    head, ten, base, same = explain(bought["id"]).output.splitlines()
    assert head == f"{bought['id']}  24.68 PLN → 24.68 PLN  24 points"
    assert ten.startswith("– ten: ")
    assert "75.32 PLN" in ten
    assert base.startswith("✓ base: ")
    assert same.endswith("identical.")


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ("member", "ten: spend 75.32 PLN more"),
        ("cashier", "ten: 75.32 PLN more is needed"),
        ("developer", "ten: condition 1 (basket_total) does not hold: missing_minor=7532"),
    ],
)
def test_it_is_worded_for_whom_it_is_for(desk: Desk, audience: str, said: str) -> None:
    bought = buy(desk, join(desk), ("bread", 2, 1_234))
    assert said in explain(bought["id"], "--for", audience).output


def test_a_return_is_explained_by_its_purchase(desk: Desk) -> None:
    bought = buy(desk, join(desk), ("bread", 2, 1_234))
    back = bring_back(desk, bought)
    refused = explain(back["id"])
    assert isinstance(refused.exception, NotFound)
    assert "explain its purchase" in str(refused.exception.detail)
    assert explain(bought["id"]).exit_code == 0


def test_what_was_never_recorded_is_not_explained(desk: Desk) -> None:
    refused = explain("00000000-0000-7000-8000-000000000000")
    assert isinstance(refused.exception, NotFound)


def test_a_decision_somebody_has_changed_shows(desk: Desk) -> None:
    """As stored it no longer follows from its facts: told aloud, and code 1."""
    bought = buy(desk, join(desk), ("bread", 2, 1_234))
    other = buy(desk, join(desk), ("bread", 9, 1_234))
    with psycopg.connect(make_conninfo(desk.database_url, user="postgres")) as connection:
        connection.execute(
            "update activity a set decision = b.decision from activity b"
            " where a.id = %s and b.id = %s", (bought["id"], other["id"]),
        )  # fmt: skip
    told = explain(bought["id"])
    assert told.exit_code == 1
    assert "DIFFERENT" in told.output
