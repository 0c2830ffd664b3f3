"""Run a command that dies with its parent, as another user if need be.

A small program of its own, started as ``python leash.py PARENT SIGNAL UID GID COMMAND...``, and not
a ``preexec_fn``: between fork and exec of a process with threads nothing of Python is safe to run.
It imports the standard library only and replaces itself by the command, so the process id stays.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
KEEP = -1


def leashed(
    command: list[str], *, death: signal.Signals, uid: int = KEEP, gid: int = KEEP
) -> list[str]:
    """The command line that runs ``command`` so that it receives ``death`` when we die.

    Linux counts the death of the *thread* that started it, so start it from a lasting one.
    """
    me = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
    return [*me, str(os.getpid()), str(int(death)), str(uid), str(gid), *command]


def main(arguments: list[str]) -> None:
    parent, death, uid, gid = (int(text) for text in arguments[:4])
    command = arguments[4:]
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if uid != KEEP:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, death)  # after setuid, which would clear it
    if os.getppid() != parent:
        sys.exit(1)  # the parent died before the leash was on
    os.execv(command[0], command)  # noqa: S606 - the command is ours, and no shell reads it


if __name__ == "__main__":
    main(sys.argv[1:])
