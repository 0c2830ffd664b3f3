"""Run processes side by side, start again what ends unexpectedly, end all in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Event
from typing import Protocol

from regulars.hosting.leash import leashed
from regulars.hosting.trouble import Trouble
from regulars.hosting.words import say

LOOK_SECONDS = 0.2
STOP_SECONDS = 20
BACKOFF_SECONDS = (0.5, 1, 2, 4, 8)
LIVED_SECONDS = 60  # who lived that long once is sound: what ends it is trouble that passes


class Service(Protocol):
    name: str

    @property
    def start(self) -> Callable[[], None]: ...
    def poll(self) -> int | None: ...
    def stop(self) -> None: ...


class Once:
    """A step between two starts, the migration say: done when started, never ends on its own."""

    def __init__(self, name: str, action: Callable[[], None]) -> None:
        self.name = name
        self.start = action

    def poll(self) -> int | None:
        return None

    def stop(self) -> None:
        """Nothing runs."""


class Child:
    """A process of ours, in a group of its own so that its children end with it."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            leashed(self.command, death=signal.SIGTERM),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; we say who ends when
        )

    def poll(self) -> int | None:
        return self.process.poll() if self.process else 0

    def stop(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self._end_group()
        self.process.wait()
        self.process = None

    def _end_group(self) -> None:
        """Whatever the process left behind, and itself if it would not listen."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def tell(sentence: str) -> None:
    with suppress(OSError):  # the log may lie on the disk that is full
        print(f"regulars: {sentence}", file=sys.stderr, flush=True)


def supervise(
    services: Sequence[Service],
    *,
    ready: Callable[[], bool] = lambda: True,
    when_ready: Callable[[], None] = lambda: None,
) -> None:
    """Start the services in order and watch them until SIGINT, SIGTERM or SIGHUP; end in reverse.

    ``when_ready`` is called once, as soon as ``ready`` says so. Raises Trouble when a service that
    never lasted ends again and again; then too all have been ended. One that lasted is started
    again for as long as it takes: a full disk is emptied some day. To be called from the main
    thread.
    """
    ask_to_stop = Event()
    started: list[Service] = []
    with _asked_by_signal(ask_to_stop):
        try:
            for service in services:
                if ask_to_stop.is_set():
                    return
                started.append(service)
                service.start()
            _watch(services, ask_to_stop, ready, when_ready)
        finally:
            for service in reversed(started):
                service.stop()


def _watch(
    services: Sequence[Service],
    ask_to_stop: Event,
    ready: Callable[[], bool],
    when_ready: Callable[[], None],
) -> None:
    told = False
    deaths = {service.name: 0 for service in services}
    started_at = {service.name: time.monotonic() for service in services}
    lasting: set[str] = set()
    while not ask_to_stop.wait(LOOK_SECONDS):
        if not told and ready():
            when_ready()
            told = True
        for service in services:
            name, code = service.name, service.poll()
            if code is None or ask_to_stop.is_set():
                continue
            if time.monotonic() - started_at[name] > LIVED_SECONDS:
                deaths[name] = 0
                lasting.add(name)
            if deaths[name] >= len(BACKOFF_SECONDS) and name not in lasting:
                raise Trouble("child_gave_up", name=name, times=deaths[name] + 1, exit_code=code)
            pause = BACKOFF_SECONDS[min(deaths[name], len(BACKOFF_SECONDS) - 1)]
            deaths[name] += 1
            tell(say("child_restarted", name=name, exit_code=code, seconds=pause))
            if not ask_to_stop.wait(pause):
                _start_again(service, patient=name in lasting)
                started_at[name] = time.monotonic()
    tell(say("stopping"))


def _start_again(service: Service, *, patient: bool) -> None:
    service.stop()
    try:
        service.start()
    except (Trouble, OSError) as trouble:
        if not patient:
            raise
        tell(str(trouble))


@contextmanager
def _asked_by_signal(event: Event) -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP set the event, for as long as the block lasts."""
    asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [(number, signal.signal(number, lambda *_: event.set())) for number in asking]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
