"""Processes side by side: real small ones, ended by real signals."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from regulars.hosting import supervise
from regulars.hosting.supervise import Child, Once
from regulars.hosting.trouble import Trouble

# Writes a line when it starts and when it is asked to end, then ends.
POLITE = """
import signal, sys, time
def note(word):
    with open(sys.argv[1], "a") as file: file.write(sys.argv[2] + " " + word + "\\n")
def end(*_):
    note("ended"); sys.exit(0)
signal.signal(signal.SIGTERM, end)
note("started")
while True: time.sleep(0.05)
"""

WATCHING = """
import os, sys
from regulars.hosting.supervise import Child, supervise
command = [sys.executable, "-c", {polite!r}, {notes!r}]
supervise([Child(name, [*command, name], os.environ) for name in "ab"])
"""


def polite(name: str, notes: Path) -> Child:
    return Child(name, [sys.executable, "-c", POLITE, str(notes), name], dict(os.environ))


def lines(notes: Path) -> list[str]:
    return notes.read_text().splitlines() if notes.exists() else []


def wait_for(notes: Path, line: str, times: int = 1) -> None:
    end = time.monotonic() + 20
    while lines(notes).count(line) < times:
        assert time.monotonic() < end, f"{line!r} never came: {lines(notes)}"
        time.sleep(0.02)


def watching(notes: Path) -> subprocess.Popen:
    script = WATCHING.format(polite=POLITE, notes=str(notes))
    return subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_in_reverse_order(tmp_path: Path, number: signal.Signals) -> None:
    notes = tmp_path / "notes"
    supervisor = watching(notes)
    wait_for(notes, "a started")
    wait_for(notes, "b started")
    supervisor.send_signal(number)
    supervisor.communicate(timeout=20)
    assert supervisor.returncode == 0
    assert [line for line in lines(notes) if "ended" in line] == ["b ended", "a ended"]


def test_a_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    supervisor = watching(notes)
    wait_for(notes, "a started")
    wait_for(notes, "b started")
    supervisor.kill()
    supervisor.communicate()
    wait_for(notes, "a ended")
    wait_for(notes, "b ended")


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    supervisor = watching(notes)
    wait_for(notes, "a started")  # b may be the quicker one
    wait_for(notes, "b started")
    subprocess.run(["pkill", "-9", "-f", "--", f"{notes} a$"], check=True)
    wait_for(notes, "a started", times=2)
    supervisor.terminate()
    _, said = supervisor.communicate(timeout=20)
    assert "a ended unexpectedly (code -9)" in said


def test_a_child_that_keeps_dying_ends_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "BACKOFF_SECONDS", (0.01, 0.01))
    notes = tmp_path / "notes"
    failing = Child("failing", [sys.executable, "-c", "raise SystemExit(7)"], dict(os.environ))
    with pytest.raises(Trouble, match=r"failing ended 3 times in a row \(last code 7\)"):
        supervise.supervise([polite("a", notes), failing])
    assert lines(notes)[-1:] in (["a ended"], [])


class Troubled:
    """Ends at once after its first start, cannot start while there is no room, and then lasts."""

    name = "troubled"

    def __init__(self, refusals: int) -> None:
        self.starts, self.refusals = 0, refusals

    def start(self) -> None:
        self.starts += 1
        if 1 < self.starts <= self.refusals:
            raise OSError(errno.ENOSPC, "No space left on device")

    def poll(self) -> int | None:
        return None if self.starts > self.refusals else 1

    def stop(self) -> None:
        """Nothing runs."""


def test_what_lasted_is_started_again_until_its_trouble_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervise, "BACKOFF_SECONDS", (0.01, 0.01))
    monkeypatch.setattr(supervise, "LIVED_SECONDS", 0)
    service = Troubled(refusals=8)

    def ready() -> bool:
        if service.poll() is None:
            os.kill(os.getpid(), signal.SIGTERM)
        return False

    supervise.supervise([service], ready=ready)
    assert service.starts == 9


def test_what_cannot_start_ends_what_did(tmp_path: Path) -> None:
    notes = tmp_path / "notes"

    def refuse() -> None:
        wait_for(notes, "a started")
        raise Trouble("no_postgres", minimum=15)

    with pytest.raises(Trouble, match="No PostgreSQL"):
        supervise.supervise([polite("a", notes), Once("refusal", refuse)])
    assert lines(notes) == ["a started", "a ended"]


def test_a_deaf_child_is_killed_with_its_own_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "STOP_SECONDS", 0.3)
    pid_file = tmp_path / "pid"
    script = f"trap '' TERM; sleep 300 & echo $! >{pid_file}; while :; do sleep 1; done"
    deaf = Child("deaf", ["/bin/sh", "-c", script], dict(os.environ))
    deaf.start()
    while not (pid_file.exists() and pid_file.read_text().strip()):
        time.sleep(0.02)
    deaf.stop()
    command = Path(f"/proc/{pid_file.read_text().strip()}/cmdline")
    end = time.monotonic() + 5
    while command.exists() and command.read_text():  # empty when dead and not yet buried
        assert time.monotonic() < end
        time.sleep(0.02)
