"""How much memory this machine, or the group of processes we run in, has."""

import os
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def usable(membership: Path = MEMBERSHIP, root: Path = ROOT) -> int:
    """Bytes that we and what we start may use: the machine's, or less if a service, a container or
    a session has a bound (`memory.max`, or the older `memory.limit_in_bytes`)."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([machine, *_bounds(membership, root)])


def _bounds(membership: Path, root: Path) -> list[int]:
    """Those of our group and of every group it lies in. Inside a container the group's own path may
    not be there, only what it is called outside: then the top one is ours."""
    bounds = []
    lines = membership.read_text().splitlines() if membership.exists() else []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            top, name = root, "memory.max"
        elif "memory" in controllers.split(","):
            top, name = root / "memory", "memory.limit_in_bytes"
        else:
            continue
        group = top / path.lstrip("/")
        for place in (group, *group.parents):
            with suppress(OSError, ValueError):  # the top has no bound; `max` is none
                bounds.append(int((place / name).read_text()))
            if place == top:
                break
    return bounds
