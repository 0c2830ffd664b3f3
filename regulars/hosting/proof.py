"""Whether a backup is whole: every file by its hash, every piece of the log by its number."""

import gzip
import json
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from regulars.hosting.archive import Archive
from regulars.hosting.backup import MANIFEST, PARTS, Backup, is_segment

_SEGMENT_BYTES = 16 << 20
_IN_A_FILE_OF_NAMES = 256  # the third part of a segment's name counts to here, then the second
_CHUNK = 1 << 20


def faults(archive: Archive, backup: Backup) -> Iterator[str]:
    """What is wrong with a backup, in words; nothing when it can be restored. Reads all of it."""
    folder = archive.base / backup.name
    try:
        yield from _files(folder)
        with tarfile.open(folder / PARTS[1]) as log:
            for member in log:
                _drain(log, member)
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError) as error:
        yield f"{backup.name}: {error!r}"


def gaps(archive: Archive, since: str) -> Iterator[str]:
    """What of the log since a piece of it is missing or cannot be read. Reads all of it."""
    pieces = [name for name in segments(archive) if name >= since]
    expected = since if pieces else None
    for name in pieces:
        while expected is not None and expected < name:
            yield f"{expected} is missing"
            expected = following(expected)
        expected = following(name)
        try:
            with gzip.open(archive.wal / f"{name}.gz") as file:
                size = sum(len(chunk) for chunk in iter(lambda: file.read(_CHUNK), b""))
        except (OSError, EOFError) as error:
            yield f"{name}: {error!r}"
        else:
            if size != _SEGMENT_BYTES:
                yield f"{name} has {size} bytes"


def segments(archive: Archive) -> list[str]:
    """The pieces of the log in the archive, in order."""
    return sorted(file.name[:24] for file in archive.wal.iterdir() if is_segment(file.name))


def following(name: str) -> str:
    """
    >>> following("0000000100000000000000FF")
    '000000010000000100000000'
    """
    number = int(name[8:16], 16) * _IN_A_FILE_OF_NAMES + int(name[16:], 16) + 1
    high, low = divmod(number, _IN_A_FILE_OF_NAMES)
    return f"{name[:8]}{high:08X}{low:08X}"


def _files(folder: Path) -> Iterator[str]:
    raw = (folder / MANIFEST).read_bytes()
    manifest = json.loads(raw)
    body = raw.rpartition(b'"Manifest-Checksum"')[0]
    if sha256(body).hexdigest() != manifest["Manifest-Checksum"]:
        yield f"{folder.name}: the manifest was changed"
    wanted = {file["Path"]: file for file in manifest["Files"] if "Path" in file}
    with tarfile.open(folder / PARTS[0]) as tar:
        for member in tar:
            known = wanted.pop(member.name, None)
            if known is not None and _drain(tar, member) != known["Checksum"]:
                yield f"{folder.name}: {member.name} was changed"
    for name in sorted(wanted):
        yield f"{folder.name}: {name} is missing"


def _drain(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    found = sha256()
    file = tar.extractfile(member)
    if file is not None:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            found.update(chunk)
    return found.hexdigest()
