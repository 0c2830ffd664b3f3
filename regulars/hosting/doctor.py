"""Look this machine over: what is wrong, in words, and what to do about it.

Every check either says that something is well or raises the same Trouble that a start would.
"""

import os
import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg

from regulars.hosting import binaries, cluster
from regulars.hosting.folder import DataFolder
from regulars.hosting.migrate import is_migrated
from regulars.hosting.ports import check_port, describe, holder
from regulars.hosting.postgres import is_running, url
from regulars.hosting.trouble import Trouble
from regulars.hosting.words import say

LEAST_FREE_MB = 1024
ZONE = "Europe/Sofia"


@dataclass(frozen=True)
class Finding:
    code: str
    sentence: str
    well: bool


def examine(*, data: Path | None = None, host: str = "127.0.0.1", port: int) -> list[Finding]:
    """Every finding about this machine, good and bad, in the order of a start."""
    given = os.environ.get("DATABASE_URL")
    checks: list[Callable[[], Iterator[Finding]]] = [
        partial(check_database, given) if given else partial(check_private, data),
        partial(check_serving_port, host, port, data),
        check_zones,
    ]
    return [finding for check in checks for finding in _findings(check)]


def _findings(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check found well, up to the trouble that ended it."""
    try:
        yield from check()
    except Trouble as trouble:
        yield Finding(trouble.code, trouble.detail, well=False)


def well(code: str, **values: object) -> Finding:
    return Finding(code, say(code, **values), well=True)


def check_private(data: Path | None) -> Iterator[Finding]:
    """The private database of the data folder, whether it runs or not."""
    folder = DataFolder.at(data)
    yield from _findings(partial(check_disk, folder))
    folder.check_usable()
    yield well("folder_fine", folder=folder.path, user=folder.owner.pw_name)
    found = binaries.find(major=cluster.major_of(folder))
    found = binaries.reachable(found, folder)
    yield well("postgres_found", version=found.version, folder=found.folder)
    if is_running(folder):
        yield from check_database(url(folder))
    else:
        yield well("database_asleep")


def check_disk(folder: DataFolder) -> Iterator[Finding]:
    there = next(p for p in (folder.path, *folder.path.parents) if p.exists())
    free = shutil.disk_usage(there).free // 2**20
    if free < LEAST_FREE_MB:
        raise Trouble("disk_nearly_full", free=free, folder=there, minimum=LEAST_FREE_MB)
    yield well("disk_roomy", free=free, folder=there)


def check_database(database_url: str) -> Iterator[Finding]:
    try:
        connection = psycopg.connect(database_url, connect_timeout=5)
    except psycopg.Error as error:
        raise Trouble("database_silent", error=" ".join(str(error).split())) from error
    with connection:
        yield from _check_rights(connection)
    if not is_migrated(database_url):
        raise Trouble("migrations_missing")
    yield well("migrations_done")


def _check_rights(connection: psycopg.Connection) -> Iterator[Finding]:
    version = connection.info.parameter_status("server_version") or "?"
    if connection.info.server_version < binaries.OLDEST_MAJOR * 10000:
        raise Trouble("database_old", version=version, minimum=binaries.OLDEST_MAJOR)
    yield well("database_answers", version=version)
    may_create, user, name, zoned, roles = _ask(connection)
    if not may_create:
        raise Trouble("database_rights", user=user, database=name)
    for role in (cluster.APP, cluster.PAGES):
        if role not in roles:
            raise Trouble("role_missing", user=user, role=role)
    if not zoned:
        raise Trouble("zones_missing", where="PostgreSQL", zone=ZONE)


def _ask(connection: psycopg.Connection) -> tuple:
    row = connection.execute(
        """
        SELECT has_schema_privilege('public', 'CREATE'), current_user, current_database(),
               EXISTS (SELECT 1 FROM pg_timezone_names WHERE name = %s),
               ARRAY(SELECT rolname::text FROM pg_roles WHERE pg_has_role(oid, 'MEMBER'))
        """,
        [ZONE],
    ).fetchone()
    assert row is not None
    return row


def check_serving_port(host: str, port: int, data: Path | None) -> Iterator[Finding]:
    """A port that is taken is fine when we are the one who took it."""
    try:
        check_port(host, port)
    except Trouble:
        taker = holder(port)
        if taker is None or not _serves(taker, data):
            raise
        yield well("port_ours", port=port, host=host, holder=describe(taker))
    else:
        yield well("port_free", port=port, host=host)


def _serves(pid: int, data: Path | None) -> bool:
    """Whether a process has our database in its environment (readable for our own only)."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    ours = os.environ.get("DATABASE_URL") or url(DataFolder.at(data))
    return f"DATABASE_URL={ours}".encode() in environment


def check_zones() -> Iterator[Finding]:
    try:
        zoneinfo.ZoneInfo(ZONE)
    except zoneinfo.ZoneInfoNotFoundError as error:
        raise Trouble("zones_missing", where="Python", zone=ZONE) from error
    yield well("zones_known")
