"""``kill -9``."""

import os
import signal
from pathlib import Path

from regulars.hosting import strays
from regulars.hosting.folder import DataFolder


def kill(pids: list[int]) -> int:
    """Kill these, at once and without a word; how many were still there."""
    hit = 0
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        hit += 1
    return hit


def kill_database(folder: DataFolder) -> int:
    """Every PostgreSQL process of a data folder."""
    cluster = folder.cluster.resolve()
    head = strays.postmaster_of(folder.cluster)
    family = sorted(strays.processes_in(cluster), key=lambda pid: pid != head)
    return kill(family)


def descendants(pid: int, word: bytes) -> list[int]:
    """Processes below ``pid`` whose command has the word."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(") ", 1)[1].split()
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(entry.name)] = (int(fields[1]), command)
    below = {pid}
    grown = True
    while grown:
        more = {child for child, (parent, _) in parents.items() if parent in below} - below
        grown = bool(more)
        below |= more
    return sorted(child for child in below - {pid} if word in parents[child][1])
