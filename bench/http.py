"""HTTP purchases a second, beside pgbench: one and two processes, 1 to 128 clients.

Every purchase is real: key, member by card, twenty campaigns of which ten match, ledger, commit to
disk, answer with reasons. Load generator, application and database share the machine.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench import steady
from bench.figures import Figure, compared, figure
from bench.load import Load, load, need_wrk
from bench.processes import resident_mb
from bench.stage import Stage, serving
from bench.yardstick import CLIENTS, Yardsticks

AIM = 2.0


def run(
    stage: Stage, yardsticks: Yardsticks | None, *, members: int, repeats: int, seconds: float
) -> Iterator[Figure]:
    """Interleaved: each repeat measures the yardstick and everything else once."""
    need_wrk()
    program = stage.program("http", members=members)
    found: dict[tuple[int, int], list[Load]] = defaultdict(list)
    memory: dict[str, float] = {}
    with serving(stage.url, workers=1) as one, serving(stage.url, workers=2) as two:
        for server in (one, two):
            load(stage, program, server, CLIENTS, 2)  # connections, plans, keys
        for _ in range(repeats):
            if yardsticks is not None:
                yardsticks.measure(seconds)
            for workers, server in ((1, one), (2, two)):
                found[workers, CLIENTS].append(load(stage, program, server, CLIENTS, seconds))
        for clients in (1, 8, 128):
            found[1, clients].append(load(stage, program, one, clients, seconds))
        found[2, 128].append(load(stage, program, two, 128, seconds))
        memory["application, one process"] = resident_mb(one[1])
        memory["application, two processes"] = resident_mb(two[1])
        memory["database"] = resident_mb(stage.postmaster)
    beside = yardsticks.figures() if yardsticks is not None else []
    yield from beside
    for (workers, clients), loads in sorted(found.items(), key=lambda item: item[0]):
        yield from _figures(workers, clients, loads, beside if clients >= CLIENTS else [])
    for name, megabytes in memory.items():
        yield figure(f"memory: {name}", [megabytes], "MB")
    yield from steady.run(stage, program, seconds=2 * seconds, repeats=repeats)


def _figures(
    workers: int, clients: int, loads: list[Load], beside: Sequence[Figure]
) -> Iterator[Figure]:
    name = f"http, {clients} clients, {workers} process{'es' * (workers > 1)}"
    aim = f"aim {AIM:.0f}" if beside and clients == CLIENTS else ""
    if aim and workers == 2:
        aim = f"the headline; {aim}"  # two processes use both of two processors
    yield from compared(name, [found.rate for found in loads], "/s", beside, note=aim)
    for field, unit in (("p50_ms", "ms"), ("p99_ms", "ms"), ("app_us", "us/request"),
                        ("database_us", "us/request"), ("generator_us", "us/request")):  # fmt: skip
        yield figure(
            f"  {field.rpartition('_')[0]}", [getattr(found, field) for found in loads], unit
        )
