"""Chance drives members, clock, batches and crashes; the product and a plain ledger must agree."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.lengths import length, tried
from tests.simulation import buying, runs
from tests.simulation.actions import make
from tests.simulation.plain import vouchers
from tests.simulation.plain.referrals import RETURN_DAYS
from tests.simulation.runs import PROGRAMS, STEPS, Runs

SEEDS = length(200, 10_000)
EACH = length(100, 500)
"""Seeds of one test: they run side by side."""
HIGHER = [(terms, replace(rule, silver=rule.silver + 1), short) for terms, rule, short in PROGRAMS]
OTHER_BELIEFS: dict[str, tuple[Any, str, Any]] = {
    "a tier begins one later": (runs, "PROGRAMS", HIGHER),
    "a voucher can be used again": (vouchers.Voucher, "open", property(lambda v: not v.withdrawn)),
    "what a friend brings is usable a day later": (buying, "RETURN_DAYS", RETURN_DAYS + 1),
    "a point pays less": (buying, "POINT_MINOR", 9),
}


@pytest.fixture(scope="module")
def simulated(database_url: str) -> Iterator[Runs]:
    simulated = Runs(database_url)
    yield simulated
    simulated.close()


@pytest.mark.parametrize("first", range(0, SEEDS, EACH))
def test_product_and_reference_agree(simulated: Runs, first: int) -> None:
    before = simulated.steps
    for seed in range(first, first + EACH):
        report = simulated.try_seed(seed)
        assert report is None, report
    simulated.verify()
    tried(seeds_simulated=EACH, steps_simulated=simulated.steps - before)


@pytest.mark.parametrize("belief", OTHER_BELIEFS)
def test_a_reference_that_believes_otherwise_is_contradicted(
    simulated: Runs, monkeypatch: pytest.MonkeyPatch, belief: str
) -> None:
    """Otherwise the test above could not fail."""
    monkeypatch.setattr(*OTHER_BELIEFS[belief])
    assert any(simulated.failure(seed, make(seed, STEPS)) for seed in range(60))


def test_the_reference_shares_no_code_with_the_product() -> None:
    for file in (Path(__file__).parent / "plain").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith(("regulars", "tests.")) or "simulation.plain" in name
