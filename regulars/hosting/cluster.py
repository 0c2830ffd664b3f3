"""The database cluster in the data folder: made whole or not at all, set up, with its roles."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping

import psycopg
from psycopg import sql

from regulars.hosting import archive, memory
from regulars.hosting.archive import quoted
from regulars.hosting.binaries import Binaries
from regulars.hosting.folder import DataFolder
from regulars.hosting.trouble import Trouble

OWNER, APP, PAGES = "regulars", "regulars_app", "regulars_pages"
DATABASE = "regulars"

# Durability stays at PostgreSQL's defaults (fsync and synchronous_commit on). ALTER SYSTEM goes
# above this file, so an operator's own choices are kept.
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "hba_file": "'regulars_hba.conf'",
    "ident_file": "'regulars_ident.conf'",
    "max_connections": "100",
    "max_wal_size": "4GB",
    # To make a new segment of the log holds up every commit; so many are kept and used again.
    "min_wal_size": "512MB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    # What a statement was about may be a person's; the log says that it failed, and why.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
}

MB = 1024 * 1024
LEAST_BUFFERS, MOST_BUFFERS = 128 * MB, 8192 * MB


def buffers(usable: int) -> str:
    """`shared_buffers` where so many bytes of memory may be used: an eighth, so that the
    application, and what else the machine is there for, have theirs. With many members every
    purchase touches pages that nobody touched before it, and what does not fit is written and read
    again (`make bench ARGS="--only growth"`)."""
    return f"{max(LEAST_BUFFERS, min(usable // 8, MOST_BUFFERS)) // MB}MB"


def major_of(folder: DataFolder) -> int | None:
    """The version of the cluster that is there; none yet is no trouble, half of one is."""
    if not folder.cluster.exists():
        return None
    try:
        return int((folder.cluster / "PG_VERSION").read_text())
    except (OSError, ValueError):
        if any(folder.cluster.iterdir()):
            raise Trouble("not_a_cluster", folder=folder.cluster) from None
        return None


def create(folder: DataFolder, binaries: Binaries) -> None:
    """Make the cluster beside its place and move it there when it is complete.

    So a folder named ``postgresql`` is never half made, and what is left of a broken start has
    another name and may be thrown away.
    """
    unfinished = folder.path / "postgresql.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    folder.give(unfinished)
    command = [
        *(binaries.tool("initdb"), "--pgdata", str(unfinished), "--username", "postgres"),
        *("--auth", "peer", "--encoding", "UTF8", "--data-checksums"),
        *_locale(binaries),
    ]
    run = folder.run_as_owner(command, cwd=unfinished, env=binaries.environment())
    if run.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise Trouble("cluster_not_made", words=run.stderr.strip()[-500:] or run.returncode)
    unfinished.rename(folder.cluster)


def _locale(binaries: Binaries) -> list[str]:
    """Byte order and Unicode letters everywhere alike, whatever the machine's locales are."""
    if binaries.major >= 17:
        return ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
    return ["--locale", "C.UTF-8"]


def configure(folder: DataFolder, binaries: Binaries, extra: Mapping[str, str]) -> None:
    """Write the files that are ours, anew at every start."""
    knows_lz4 = _knows_lz4(binaries)
    settings = SETTINGS | {
        "shared_buffers": buffers(memory.usable()),
        "unix_socket_directories": quoted(str(folder.socket)),
        "wal_compression": "lz4" if knows_lz4 else "on",
        "default_toast_compression": "lz4" if knows_lz4 else "pglz",
        **extra,
    }
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    lines.append(f"include {quoted(archive.CONF)}\n")
    archive.configure(folder)
    head = "# Written by Regulars at every start. Your own settings: ALTER SYSTEM.\n"
    folder.write(folder.cluster / "regulars.conf", head + "".join(lines))

    # The socket is the only way in, and only for the two users of this machine named below.
    folder.write(
        folder.cluster / "regulars_hba.conf",
        "local all all peer map=regulars\nlocal replication all peer map=regulars\n",
    )
    users = {folder.owner.pw_name, pwd.getpwuid(os.geteuid()).pw_name}
    folder.write(
        folder.cluster / "regulars_ident.conf",
        "".join(f'regulars "{user}" {role}\n' for user in users for role in ("postgres", OWNER)),
    )
    conf = folder.cluster / "postgresql.conf"
    include = "include 'regulars.conf'\n"
    text = conf.read_text()
    if include not in text:
        folder.write(conf, text + "\n" + include)


def _knows_lz4(binaries: Binaries) -> bool:
    """A build may leave it out; its options tell without a start of the server."""
    tool = [binaries.tool("pg_config"), "--configure"]
    try:
        said = subprocess.run(tool, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return "--with-lz4" in said.stdout


def ensure_roles(admin: psycopg.Connection) -> None:
    """The owner of the database, the role that row-level security applies to, and the one that
    signs people in.

    ``regulars`` may migrate but is no superuser; the till does ``SET ROLE regulars_app``, the pages
    begin as ``regulars_pages``.
    """
    roles = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
    if OWNER not in roles:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(OWNER)))
    for role in (APP, PAGES):
        if role not in roles:
            admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        grant = sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(OWNER))
        admin.execute(grant)
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        made = sql.SQL("CREATE DATABASE {} OWNER {}")
        admin.execute(made.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
