"""The yardstick: pgbench's TPC-B-like transactions, 32 clients, scale 50, default protocol."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from bench.stage import Stage
from regulars.hosting import binaries

NAME = "pgbench"
CLIENTS = 32
SCALE = 50


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

    def __init__(self, stage: Stage, *, scale: int = SCALE) -> None:
        self._tool = tool()
        folder = stage.server.folder
        stage.database("pgbench")
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
            [*self._command, *arguments, "pgbench"], capture_output=True, text=True, env=env,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"pgbench failed: {done.stderr.strip()[-500:]}")
        return done.stdout
