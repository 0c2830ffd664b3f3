"""A small starter of a private PostgreSQL in the data folder.

    with Server(DataFolder.at("/var/lib/regulars/main")) as server:
        psycopg.connect(server.url)

It listens on a Unix socket only, dies with us, and starts again after ``kill -9`` of anything.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from regulars.hosting import binaries, cluster, strays
from regulars.hosting.folder import DataFolder, Lock
from regulars.hosting.leash import leashed
from regulars.hosting.trouble import Trouble

PORT = 5432  # names the socket; no TCP port is opened
LOG_BYTES = 10_000_000
START_SECONDS = 600  # a recovery after a crash replays up to max_wal_size


def url(folder: DataFolder, *, database: str = cluster.DATABASE, role: str = cluster.OWNER) -> str:
    """Where the database of a data folder answers, in words that psycopg and asyncpg both read."""
    where = quote(str(folder.socket), safe="")
    return f"postgresql://{role}@/{database}?host={where}&port={PORT}"


def is_running(folder: DataFolder) -> bool:
    return strays.postmaster_of(folder.cluster) is not None


class Server:
    """The database server of one data folder, started and stopped by us."""

    name = "postgresql"

    def __init__(
        self,
        folder: DataFolder,
        *,
        postgres_bin: Path | None = None,
        settings: Mapping[str, str] | None = None,
        patience: float = START_SECONDS,
    ) -> None:
        self.folder = folder
        self.postgres_bin = postgres_bin
        self.settings = settings or {}
        self.patience = patience
        self.lock = Lock(folder)
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return url(self.folder)

    @property
    def log(self) -> Path:
        return self.folder.log / "postgresql.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, making the cluster if there is none; returns when it answers."""
        self.folder.prepare()
        if self.process is None:
            self.lock.take()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        major = cluster.major_of(self.folder)
        found = binaries.find(explicit=self.postgres_bin, major=major)
        found = binaries.reachable(found, self.folder)
        if major is None:
            cluster.create(self.folder, found)
        else:
            strays.stop_strays(self.folder)
        cluster.configure(self.folder, found, self.settings)
        self.process = self._spawn(found)
        with self._wait() as admin:
            cluster.ensure_roles(admin)

    def _spawn(self, found: binaries.Binaries) -> subprocess.Popen:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        file = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        self.folder.give(self.log)
        self._log_start = self.log.stat().st_size
        owner = self.folder.owner
        who = {"uid": owner.pw_uid, "gid": owner.pw_gid} if self.folder.as_root else {}
        command = [found.tool("postgres"), "-D", str(self.folder.cluster), "-p", str(PORT)]
        try:
            return subprocess.Popen(
                leashed(command, death=signal.SIGINT, **who),
                cwd=self.folder.cluster,
                env=found.environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,  # Ctrl-C is for us; we end the database last
            )
        finally:
            os.close(file)

    def _wait(self) -> psycopg.Connection:
        """A superuser's connection, as soon as the server takes one."""
        assert self.process is not None
        end = time.monotonic() + self.patience
        admin = url(self.folder, database="postgres", role="postgres")
        while self.process.poll() is None and time.monotonic() < end:
            try:
                return psycopg.connect(admin, autocommit=True, connect_timeout=10)
            except psycopg.OperationalError:
                time.sleep(0.03)
        raise Trouble("postgres_not_started", words=self.last_words(), log=self.log)

    def last_words(self) -> str:
        """Why it ended, as its log tells."""
        with self.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(self._log_start)
            lines = file.read()[-4000:].strip().splitlines()
        lines = [line for line in lines if "FATAL:  the database system is" not in line]
        fatal = [number for number, line in enumerate(lines) if "FATAL" in line or "PANIC" in line]
        end = fatal[-1] + 1 if fatal else len(lines)
        return " ".join(lines[max(0, end - 3) : end])  # the reason stands before the last word

    def poll(self) -> int | None:
        """The exit code if it ended, as of a process."""
        return self.process.poll() if self.process else 0

    def stop(self) -> None:
        """End every connection, write everything down, let go of the folder."""
        if self.process is not None:
            for number, seconds in strays.PATIENCE_SECONDS.items():
                if self.process.poll() is None:
                    self.process.send_signal(number)
                try:
                    self.process.wait(seconds)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self.process = None
        self.lock.release()
