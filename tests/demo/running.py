"""The demonstration as its users run it: a process with a data folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

MEASURED = {"seconds", "purchases_per_second"}


COMMAND = "from regulars.cli import main; main()"
IN_CHUNKS = "import regulars.demo.load as load; load.CHUNK = {}; "


def start(folder: Path, baskets: int, chunk: int | None = None) -> subprocess.Popen[str]:
    """``regulars demo``, begun; with ``chunk`` so many operations are a transaction."""
    program = COMMAND if chunk is None else IN_CHUNKS.format(chunk) + COMMAND
    return subprocess.Popen(
        [sys.executable, "-c", program, "demo", "--data", str(folder), "--baskets", str(baskets),
         "--no-serve", "--json"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def environment() -> dict[str, str]:
    """As in a new terminal: no database is named."""
    return {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}


def end(process: subprocess.Popen[str], expect: int = 0) -> dict[str, Any]:
    """The object on the last line of a demonstration that comes to its end."""
    said, complained = process.communicate(timeout=300)
    assert process.returncode == expect, complained[-3000:]
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told


def demo(folder: Path, baskets: int) -> dict[str, Any]:
    return end(start(folder, baskets))


def totals(told: dict[str, Any]) -> dict[str, Any]:
    """What must be the same on every run: all but what is measured."""
    return {name: figure for name, figure in told.items() if name not in MEASURED}
