"""The demonstration, killed at one moment after another and begun again: the same totals (T14)."""

import subprocess
import time
from pathlib import Path
from random import Random

import psycopg

from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import url
from tests.conftest import FAST
from tests.crash.killing import kill, kill_database
from tests.demo.running import demo, end, start, totals
from tests.kept import take_kept_cluster
from tests.lengths import length, tried

BASKETS = length(3_000, 30_000)
OPERATIONS = BASKETS * length(145, 120) / 100
"""About so many: households join, each once; some goods come back."""
CHUNK = 400
KILLS = length(3, 20)


def done(folder: DataFolder) -> int:
    """How many operations are committed; -1 while there is nobody to ask."""
    try:
        with psycopg.connect(url(folder), connect_timeout=2) as connection:
            row = connection.execute("select sum(done)::bigint from import_run").fetchone()
            return row[0] or 0 if row else 0
    except psycopg.Error:
        return -1


def wait_for(process: subprocess.Popen[str], folder: DataFolder, operations: float) -> bool:
    """Until so many are committed; False when it came to its end before."""
    while process.poll() is None:
        if done(folder) >= operations:
            return True
        time.sleep(0.02)
    return False


def test_killed_again_and_again_it_comes_to_the_same(
    data_folder: DataFolder, tmp_path: Path
) -> None:
    unhurt, folder = (DataFolder.at(data_folder.path / name) for name in ("unhurt", "disturbed"))
    for one in (unhurt, folder):
        take_kept_cluster(one, FAST)  # only to make it: it is started with our own settings
    undisturbed = demo(unhurt.path, BASKETS)
    chance = Random(14)
    hits = 0
    for number in range(KILLS):
        process = start(folder.path, BASKETS, chunk=CHUNK)
        moment = OPERATIONS * (number + chance.random()) / KILLS * 0.95
        if wait_for(process, folder, moment):
            time.sleep(chance.random() * 0.1)
            kill_database(folder) if number % 2 else kill([process.pid])
            process.communicate(timeout=300)
            hits += process.returncode != 0
        else:
            end(process)
    assert hits >= KILLS - 1
    survived = end(start(folder.path, BASKETS, chunk=CHUNK))
    assert survived["verify"] == "clean"
    assert totals(survived) == totals(undisturbed)
    tried(kills_of_an_import=hits)
