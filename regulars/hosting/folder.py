"""The data folder: where it is, what lies in it, who owns it and who uses it now."""

import errno
import fcntl
import hashlib
import os
import pwd
import secrets
import stat
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from regulars.hosting.trouble import Trouble

SYSTEM_HOME = Path("/var/lib/regulars")
SERVER_USERS = ("postgres", "regulars", "nobody")
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 108 with the closing zero, elsewhere 104


def home() -> Path:
    """Where our folders lie unless told otherwise. Root's own home is closed to the database."""
    if os.geteuid() == 0:
        return SYSTEM_HOME
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / "regulars"


def default_data(name: str = "main") -> Path:
    """The data folder of an installation called ``name``; ``REGULARS_DATA`` overrides ``main``."""
    chosen = os.environ.get("REGULARS_DATA")
    return Path(chosen) if chosen and name == "main" else home() / name


@dataclass(frozen=True)
class DataFolder:
    path: Path
    owner: pwd.struct_passwd  # the database runs as this user

    @classmethod
    def at(cls, path: Path | str | None = None) -> "DataFolder":
        absolute = Path(path or default_data()).expanduser().absolute()
        return cls(absolute, _server_user(absolute / "postgresql"))

    @property
    def cluster(self) -> Path:
        return self.path / "postgresql"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def socket(self) -> Path:
        """The folder of the database's socket: ``run/``, or a short one when the path is long."""
        run = self.path / "run"
        if len(os.fsencode(run / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return run
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(f"/tmp/regulars-{digest}")  # noqa: S108 - whose it is is checked before use

    @property
    def as_root(self) -> bool:
        return os.geteuid() == 0

    def prepare(self) -> None:
        """Make the folders, ours to the server's user; no parent is opened for it."""
        self.check_usable()
        try:
            for folder in self._way():
                if not folder.exists():  # made here, so ours to let the database through
                    folder.mkdir()
                    folder.chmod(0o711)
            for folder in (self.log, self.socket):
                if not folder.is_dir():
                    folder.mkdir(mode=0o700)
                    self.give(folder)
            self._make_secret_key()
        except OSError as error:
            raise Trouble("folder_not_writable", folder=self.path, error=error.strerror) from error
        self._check_socket_folder()

    def check_usable(self) -> None:
        """Whether we could write the folder and the database reach it; changes nothing."""
        self.check_reachable()
        there = next(path for path in reversed(self._way()) if path.exists())
        if not there.is_dir():
            raise Trouble("folder_not_writable", folder=self.path, error=os.strerror(errno.ENOTDIR))
        if not os.access(there, os.W_OK):
            raise Trouble("folder_not_writable", folder=self.path, error=os.strerror(errno.EACCES))

    def _make_secret_key(self) -> None:
        """Every installation has a key of its own from the first start; there is no default."""
        with suppress(FileExistsError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(self.path / "secret-key", flags, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))

    def give(self, path: Path) -> None:
        """Hand a file or folder of ours to the user the database runs as."""
        if self.as_root:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid, follow_symlinks=False)

    def write(self, path: Path, text: str) -> None:
        """Write a file of ours, never through a link that somebody laid."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        self.give(path)

    def check_reachable(self) -> None:
        """Root goes everywhere, the user that the database runs as may not."""
        closed = next((p for p in self._way() if p.is_dir() and not self.can_enter(p)), None)
        if closed is not None:
            raise Trouble(
                "folder_unreachable",
                folder=self.path,
                user=self.owner.pw_name,
                closed=closed,
                example=SYSTEM_HOME / "main",
            )

    def can_enter(self, path: Path) -> bool:
        """Asked of the kernel by a process of that user, so that access lists count too."""
        if not self.as_root:
            return os.access(path, os.X_OK)
        return self.run_as_owner(["/usr/bin/test", "-x", str(path)]).returncode == 0

    def run_as_owner(
        self, command: Sequence[str], *, cwd: Path = Path("/"), env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as the user the database runs as."""
        return subprocess.run(
            command,
            cwd=cwd,
            env=env,
            user=self.owner.pw_uid if self.as_root else None,
            group=self.owner.pw_gid if self.as_root else None,
            extra_groups=[] if self.as_root else None,
            capture_output=True,
            text=True,
            check=False,
        )

    def _way(self) -> list[Path]:
        return [*reversed(self.path.parents), self.path]

    def _check_socket_folder(self) -> None:
        found = self.socket.lstat()
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if not private or found.st_uid != self.owner.pw_uid:
            raise Trouble("socket_folder_foreign", folder=self.socket, user=self.owner.pw_name)


def _server_user(cluster: Path) -> pwd.struct_passwd:
    """Ourselves; for root the owner of the cluster, or the first unprivileged user there is."""
    try:
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        if cluster.is_dir() and cluster.stat().st_uid != 0:
            return pwd.getpwuid(cluster.stat().st_uid)
    except KeyError as error:
        raise Trouble("user_without_name", uid=os.geteuid()) from error
    for name in SERVER_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble("no_server_user", users=", ".join(SERVER_USERS))


class Lock:
    """Held while a database is started from the folder; the kernel lets go of it when we die."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.path = folder.path / "lock"
        self._file: int | None = None

    def take(self) -> None:
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(file, 20).decode() or "?"
            os.close(file)
            raise Trouble("folder_in_use", folder=self.folder.path, pid=pid) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self.folder.give(self.path)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
