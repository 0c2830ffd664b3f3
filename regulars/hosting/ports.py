"""Whether a port can be used, and by whom it is."""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path

from regulars.hosting.trouble import Trouble
from regulars.hosting.words import say


def check_port(host: str, port: int) -> None:
    """Raise Trouble if ``host:port`` cannot be listened on; say who does."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            who = describe(holder(port))
            raise Trouble("port_taken", port=port, host=host, holder=who) from error
        raise Trouble("port_forbidden", port=port, host=host, error=error.strerror) from error


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked about, not listened on
    with suppress(OSError), socket.create_connection((anywhere.get(host, host), port), timeout=1):
        return True
    return False


def describe(pid: int | None) -> str:
    if pid is None:
        return say("someone")
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        name = "?"
    return say("process", pid=pid, name=name)


def holder(port: int) -> int | None:
    """The process that listens on a TCP port of this machine, if we may know."""
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # it may not be ours to read, or gone
            if os.readlink(entry) in inodes:
                return int(entry.parts[2])
    return None


def _listening(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                found.add(fields[9])
    return found
