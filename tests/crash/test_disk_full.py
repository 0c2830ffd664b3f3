"""The disk is full: writes are refused with 503 and Retry-After, nothing acknowledged is lost, and
when there is room again it goes on by itself."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from regulars.hosting.folder import DataFolder
from tests.conftest import FAST
from tests.crash.installed import PATIENCE_SECONDS, installation
from tests.kept import take_kept_cluster
from tests.lengths import tried
from tests.serving import Till, basket

pytestmark = pytest.mark.alone
SIZE_MB = 400


@pytest.fixture
def small_disk() -> Iterator[DataFolder]:
    """A data folder on a disk of its own, of which little is free."""
    path = Path(tempfile.mkdtemp(prefix="regulars-disk-", dir="/tmp"))
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=711", "regulars", str(path)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True).returncode != 0:
        path.rmdir()
        pytest.skip("a disk that fills up wants root and the right to mount")
    try:
        folder = DataFolder.at(path)
        take_kept_cluster(folder, FAST)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
        path.rmdir()


def fill(folder: DataFolder) -> Path:
    """Take all the room there is; the file that takes it."""
    ballast = folder.path / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return ballast


def test_a_full_disk_refuses_and_goes_on_when_there_is_room(small_disk: DataFolder) -> None:
    with installation(small_disk) as installed:
        till, program_id = installed.shop()
        anna = till.join()
        ballast = fill(small_disk)
        told: dict[str, str] = {}
        refused: list[httpx.Response | None] = []
        while not refused:
            send(till, anna, f"before-{len(told)}", told, refused)
        for number in range(20):
            send(till, anna, f"full-{number}", told, refused)
        answers = [answer for answer in refused if answer is not None]
        assert {(one.status_code, "retry-after" in one.headers) for one in answers} <= {(503, True)}
        ballast.unlink()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not send(till, anna, "room-again", told, refused):
            assert time.monotonic() < deadline, installed.said
            time.sleep(0.2)
        query = "select count(*) from activity where program_id = %s and kind = 'purchase'"
        rows = installed.ask(
            "select substr(i.key, 5), a.id::text from activity a join idempotency i"
            " on i.program_id = a.program_id and i.activity_id = a.id"
            " where a.program_id = %s and a.kind = 'purchase'",
            program_id,
        )
        there = dict(rows)
        assert {key: there.get(key) for key in told} == told
        assert installed.ask(query, program_id) == [(len(there),)]
        assert till.available(anna) == 10 * len(there)
        installed.verify()
        tried(requests_on_a_full_disk=len(refused))


def send(till: Till, member: str, key: str, told: dict[str, str], refused: list[Any]) -> bool:
    """Whether it was acknowledged; None is noted where nobody answered."""
    try:
        answer = till.send("/v1/purchases", basket(member, ("bread", 1, 1_000)), key)
    except httpx.TransportError:
        refused.append(None)
        return False
    if answer.is_success:
        told[key] = answer.json()["id"]
    else:
        refused.append(answer)
    return bool(answer.is_success)
