"""The folder of backups: whole copies of the database in ``base/``, its log since then in ``wal/``.

The server always archives its log; what differs is the command. Without a folder of backups it is
``true``, so archiving begins and ends without a restart. Which folder it is stands in the file
``backups`` of the data folder and not in the database: a copy that is restored elsewhere must not
write into the archive it came from.
"""

import shlex
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from regulars.hosting.folder import DataFolder

SECONDS = 60
"""The longest that a committed change waits for being archived."""
SCRIPT, CONF = "regulars_archive.sh", "regulars_archive.conf"


@dataclass(frozen=True)
class Archive:
    path: Path

    @property
    def base(self) -> Path:
        return self.path / "base"

    @property
    def wal(self) -> Path:
        return self.path / "wal"

    @property
    def mark(self) -> Path:
        """Says which database, in which of its lives, archives here: no other one may."""
        return self.path / "database"


def archive_of(folder: DataFolder) -> Archive | None:
    """Where the database of this data folder is backed up, if anywhere."""
    try:
        return Archive(Path((folder.path / "backups").read_text(encoding="utf-8").strip()))
    except FileNotFoundError:
        return None


def note(folder: DataFolder, archive: Archive | None) -> None:
    """Remember the folder of backups, or that there is none any more."""
    file = folder.path / "backups"
    if archive is None:
        file.unlink(missing_ok=True)
    else:
        folder.write(file, f"{archive.path}\n")


def configure(folder: DataFolder) -> None:
    """Write what the server needs to archive; it heeds it at its start or when told to reload."""
    archive = archive_of(folder)
    command = "true"
    if archive is not None:
        command = f"sh {SCRIPT} %p %f {_shell(archive.wal)}"
    script = files("regulars.hosting").joinpath("archive.sh").read_text(encoding="utf-8")
    folder.write(folder.cluster / SCRIPT, script)
    settings = {
        "archive_mode": "on",
        "archive_timeout": str(SECONDS),
        "archive_command": quoted(command),
        "regulars.backups": "off" if archive is None else "on",
    }
    text = "".join(f"{name} = {value}\n" for name, value in settings.items())
    folder.write(folder.cluster / CONF, text)


def fetching(archive: Archive) -> str:
    """The command by which a server that recovers asks for a file of the log."""
    wal = _shell(archive.wal)
    return quoted(f"test -f {wal}/%f.gz && gzip -dc {wal}/%f.gz > %p")


def quoted(text: str) -> str:
    """A text as the server's configuration files write it."""
    return "'" + text.replace("'", "''") + "'"


def _shell(path: Path) -> str:
    return shlex.quote(str(path)).replace("%", "%%")
