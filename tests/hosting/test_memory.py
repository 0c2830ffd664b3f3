"""What we take of a machine's memory."""

import os
from pathlib import Path

import pytest

from regulars.hosting import memory
from regulars.hosting.cluster import MB, buffers

MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def bounded(folder: Path, file: str, bound: str) -> None:
    place = folder / "fs" / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{bound}\n")


@pytest.mark.parametrize(
    ("groups", "file"),
    [
        ("0::/system.slice/regulars.service\n", "system.slice/regulars.service/memory.max"),
        ("0::/system.slice/regulars.service\n", "system.slice/memory.max"),
        ("0::/\n", "memory.max"),
        ("4:cpu:/\n3:cpuset,memory:/shop\n0::/\n", "memory/shop/memory.limit_in_bytes"),
        ("4:memory:/docker/0b42\n", "memory/memory.limit_in_bytes"),
    ],
)
def test_a_bound_on_our_group_or_one_around_it_counts(
    tmp_path: Path, groups: str, file: str
) -> None:
    (tmp_path / "cgroup").write_text(groups)
    bounded(tmp_path, file, str(512 * MB))
    assert memory.usable(tmp_path / "cgroup", tmp_path / "fs") == 512 * MB


@pytest.mark.parametrize("none", ["max", "9223372036854771712", ""])
def test_no_bound_is_the_whole_machine(tmp_path: Path, none: str) -> None:
    (tmp_path / "cgroup").write_text("0::/shop\n")
    bounded(tmp_path, "shop/memory.max", none)
    assert memory.usable(tmp_path / "cgroup", tmp_path / "fs") == MACHINE
    assert memory.usable(tmp_path / "nothing", tmp_path / "fs") == MACHINE


def test_a_bound_of_another_group_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "cgroup").write_text("0::/shop\n")
    bounded(tmp_path, "other/memory.max", str(512 * MB))
    assert memory.usable(tmp_path / "cgroup", tmp_path / "fs") == MACHINE


@pytest.mark.parametrize(
    ("gigabytes", "wanted"),
    [(0.5, "128MB"), (2, "256MB"), (24, "3072MB"), (64, "8192MB"), (500, "8192MB")],
)
def test_buffers_are_an_eighth_of_it_within_bounds(gigabytes: float, wanted: str) -> None:
    assert buffers(int(gigabytes * 1024 * MB)) == wanted
