"""``python -m tests.simulation``: one seed again, or many more than in every run."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from regulars.hosting.folder import DataFolder
from regulars.hosting.migrate import migrate
from regulars.hosting.postgres import Server
from tests.conftest import FAST, pytest_configure
from tests.kept import take_kept_cluster
from tests.simulation.runs import STEPS, Runs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="replay this one")
    parser.add_argument("--seeds", type=int, default=200, help="try so many")
    parser.add_argument("--first", type=int, default=0, help="beginning with this one")
    parser.add_argument("--steps", type=int, default=STEPS, help="actions of a seed")
    said = parser.parse_args()
    first, seeds = (said.first, said.seeds) if said.seed is None else (said.seed, 1)
    pytest_configure()
    folder = DataFolder.at(Path(tempfile.mkdtemp(prefix="regulars-simulation-", dir="/tmp")))
    folder.path.chmod(0o711)
    try:
        take_kept_cluster(folder, FAST)
        with Server(folder, settings=FAST) as server:
            migrate(server.url)
            return _try(Runs(server.url), range(first, first + seeds), said.steps)
    finally:
        shutil.rmtree(folder.path)


def _try(runs: Runs, seeds: range, steps: int) -> int:
    """How many seeds failed: 0 or 1."""
    began = time.monotonic()
    for number, seed in enumerate(seeds, 1):
        report = runs.try_seed(seed, steps)
        if report is not None:
            print(report)
            return 1
        if number % 500 == 0:
            print(f"{number} seeds, {runs.steps} steps: the same", flush=True)
    runs.verify()
    seconds = time.monotonic() - began
    print(f"{len(seeds)} seeds, {runs.steps} steps, {runs.steps / seconds:.0f} a second: the same")
    runs.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
