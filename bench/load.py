"""The load: wrk sends one kind of request from many clients at once; what it found and cost."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from bench.processes import cpu_seconds
from bench.stage import Program, Stage
from bench.yardstick import Missing

SCRIPT = str(Path(__file__).with_name("request.lua"))


class Request(NamedTuple):
    """What every client sends, over and over; ``{card}`` and ``{n}`` differ each time."""

    method: str
    path: str
    body: str = ""


LINES = (
    '"lines":[{"sku":"juice","quantity":2,"unit_price_minor":499},'
    '{"sku":"milk","unit_price_minor":349},{"sku":"bread","unit_price_minor":420},'
    '{"sku":"butter","unit_price_minor":799},{"sku":"eggs","unit_price_minor":1299}]'
)
PURCHASE = Request("POST", "/v1/purchases", '{"member":"card:{card}",' + LINES + "}")


class Load(NamedTuple):
    """What one run of the load generator found; processor time in microseconds a request."""

    rate: float
    p50_ms: float
    p99_ms: float
    app_us: float
    database_us: float
    generator_us: float


def need_wrk() -> None:
    if shutil.which("wrk") is None:
        raise Missing("wrk was not found: apt install wrk")


def load(
    stage: Stage, program: Program, server: tuple[str, int], clients: int, s: float,
    request: Request = PURCHASE,
) -> Load:  # fmt: skip
    """Send requests for ``s`` seconds."""
    address, app = server
    heads = (app, stage.postmaster)
    before = [cpu_seconds(head) for head in heads]
    generator = os.times().children_user + os.times().children_system
    done = subprocess.run(
        ["wrk", "-t1", f"-c{clients}", f"-d{s:.0f}s", "-s", SCRIPT, address],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "REGULARS_BENCH_METHOD": request.method,
            "REGULARS_BENCH_PATH": request.path,
            "REGULARS_BENCH_BODY": request.body,
            "REGULARS_BENCH_KEY": program.key,
            "REGULARS_BENCH_MEMBERS": str(program.members),
            "REGULARS_BENCH_RUN": str(time.time_ns() // 1_000_000 % 1_000_000_000),
        },
    )
    generator = os.times().children_user + os.times().children_system - generator
    spent = [cpu_seconds(head) - had for head, had in zip(heads, before, strict=True)]
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    found = json.loads(line.removeprefix("RESULT "))
    if found["failed"]:
        raise RuntimeError(f"{found['failed']} requests failed:\n{done.stdout[-2000:]}")
    each = 1e6 / found["requests"]
    return Load(
        found["requests"] / found["microseconds"] * 1e6,
        found["p50_us"] / 1000, found["p99_us"] / 1000,
        spent[0] * each, spent[1] * each, generator * each,
    )  # fmt: skip
