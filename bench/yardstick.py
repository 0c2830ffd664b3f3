"""The yardsticks: pgbench's TPC-B-like transactions, 32 clients, default protocol, at two scales.

At its default scale of 1 every transaction changes the one row of the one branch, as every purchase
of a shop changes the one row of a shared budget: 32 clients queue for it. At scale 50 they hardly
ever meet. The aims are set against the default; the other is printed beside it.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from bench.figures import Figure, figure
from bench.stage import Stage
from regulars.hosting import binaries

NAME = "pgbench"
CLIENTS = 32
APART = 50
"""The scale at which clients hardly ever want the same row."""


class Missing(Exception):
    """A tool is not on this machine; the text says what to do."""


def tool() -> str:
    """Where pgbench is: on the path, or with one of the PostgreSQL there are."""
    folders = [found.folder for found in binaries.installed()]
    found = next((f for folder in folders if (f := folder / "pgbench").exists()), None)
    where = found or shutil.which("pgbench")
    if where is None:
        raise Missing("pgbench was not found: apt install postgresql-contrib (or postgresql)")
    return str(where)


class Yardstick:
    """A database of its own on the same server."""

    def __init__(self, stage: Stage, *, scale: int = 1) -> None:
        self._tool = tool()
        self._database = f"pgbench{scale}"
        folder = stage.server.folder
        stage.database(self._database)
        self._command = [
            self._tool, "--host", str(folder.socket), "--username", "postgres",
        ]  # fmt: skip
        self._run("--initialize", "--quiet", "--scale", str(scale))

    def rate(self, seconds: float) -> float:
        """Transactions a second."""
        said = self._run(
            "--no-vacuum", "--client", str(CLIENTS), "--jobs", "1", "--time", str(round(seconds))
        )
        found = re.search(r"tps = ([0-9.]+)", said)
        assert found is not None, said
        return float(found[1])

    def _run(self, *arguments: str) -> str:
        env = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
        library = Path(self._tool).parent.parent / "lib"
        if library.name == "lib" and "pginstall" in str(library):
            env["LD_LIBRARY_PATH"] = str(library)
        done = subprocess.run(
            [*self._command, *arguments, self._database], capture_output=True, text=True, env=env,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"pgbench failed: {done.stderr.strip()[-500:]}")
        return done.stdout


class Yardsticks:
    """Both of them, measured by turns with what is compared."""

    def __init__(self, stage: Stage) -> None:
        self._default, self._apart = Yardstick(stage), Yardstick(stage, scale=APART)
        self._rates: list[float] = []
        self._rates_apart: list[float] = []

    def measure(self, seconds: float) -> None:
        """One more measurement of each."""
        self._rates.append(self._default.rate(seconds))
        self._rates_apart.append(self._apart.rate(seconds))

    def figures(self) -> list[Figure]:
        """What they came to since they were last asked: the default first, against which the aims
        are set."""
        found = [
            figure(f"pgbench, {CLIENTS} clients", self._rates, "/s"),
            figure(f"pgbench, {CLIENTS} clients, scale {APART}", self._rates_apart, "/s"),
        ]
        self._rates, self._rates_apart = [], []
        return found
