"""Servers left behind: by a ``kill -9`` of us, or of the server itself.

A PostgreSQL process has its cluster as working folder, and nothing else has. That finds the orphans
whatever became of the file ``postmaster.pid``.
"""

import os
import signal
import time
from pathlib import Path

from regulars.hosting.folder import SOCKET_NAME, DataFolder

PATIENCE_SECONDS = {signal.SIGINT: 60, signal.SIGQUIT: 10, signal.SIGKILL: 10}


def processes_in(cluster: Path) -> dict[int, int]:
    """Process id to parent's id of every PostgreSQL process at work in ``cluster``."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") != str(cluster):
                continue
            name, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(") ", 1)
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if name.startswith("postgres") and state != "Z":
            found[int(entry.name)] = int(parent)
    return found


def postmaster_of(cluster: Path) -> int | None:
    """The running server of a cluster: the one whose parent is not of its family."""
    family = processes_in(cluster.resolve())
    heads = [pid for pid, parent in family.items() if parent not in family]
    try:
        written = int((cluster / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return written if written in heads else None


def stop_strays(folder: DataFolder) -> int:
    """End whatever still runs in the cluster, gently first; says how many there were.

    A server is asked for a fast shutdown. Its children without it have nothing left to save.
    """
    cluster = folder.cluster.resolve()
    before = len(processes_in(cluster))
    head = postmaster_of(cluster)
    if head is not None:
        _signal([head], signal.SIGINT)
        _wait(cluster, PATIENCE_SECONDS[signal.SIGINT])
    for force in (signal.SIGQUIT, signal.SIGKILL):
        left = processes_in(cluster)
        if left:
            _signal(list(left), force)
            _wait(cluster, PATIENCE_SECONDS[force])
    _forget(folder)
    return before


def _forget(folder: DataFolder) -> None:
    """Nobody runs there now, so the lock files speak of the dead; their numbers may be reused."""
    (folder.cluster / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (folder.socket / name).unlink(missing_ok=True)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _wait(cluster: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while processes_in(cluster) and time.monotonic() < end:
        time.sleep(0.05)
