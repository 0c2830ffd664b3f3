"""A cluster with the tables of this version, kept for the next run: making one takes longer than
most tests. What would change its tables gives it another name."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from regulars.hosting.folder import DataFolder
from regulars.hosting.migrate import migrate, state
from regulars.hosting.postgres import Server

KEPT = Path(f"/tmp/regulars-test-clusters-{os.geteuid()}")
MOST_KEPT = 12


def take_kept_cluster(folder: DataFolder, settings: Mapping[str, str]) -> None:
    """Put a copy of the kept cluster into an empty data folder; make it where there is none."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    if KEPT.stat().st_uid != os.geteuid() or KEPT.is_symlink():
        return  # somebody else's: this run makes its own
    kept = KEPT / state()[:20]
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            _make(kept, folder, settings)
        elif not folder.cluster.exists():
            folder.prepare()
            _copy(kept, folder.cluster)
            kept.touch()


def _make(kept: Path, folder: DataFolder, settings: Mapping[str, str]) -> None:
    with Server(folder, settings=settings) as server:
        migrate(server.url)
    unfinished = Path(tempfile.mkdtemp(dir=KEPT))
    _copy(folder.cluster, unfinished / "cluster")
    (unfinished / "cluster").rename(kept)
    unfinished.rmdir()
    old = sorted((p for p in KEPT.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
    for path in old[:-MOST_KEPT]:
        shutil.rmtree(path)


def _copy(source: Path, target: Path) -> None:
    """With owners and rights, as the database wants them."""
    subprocess.run(["cp", "-a", source, target], check=True)
