"""Chance drives members, clock, batches and crashes; the product and a plain ledger must agree."""

from collections.abc import Iterator

import pytest

from tests.lengths import length, tried
from tests.simulation.runs import Runs

SEEDS = length(200, 2_000)


@pytest.fixture(scope="module")
def runs(database_url: str) -> Iterator[Runs]:
    runs = Runs(database_url)
    yield runs
    runs.close()


def test_product_and_reference_agree(runs: Runs) -> None:
    for seed in range(SEEDS):
        report = runs.try_seed(seed)
        assert report is None, report
    runs.desks[0].verify()
    tried(seeds_simulated=SEEDS, steps_simulated=runs.steps)
