"""Pictures of rewards, as they are kept and served."""

from datetime import datetime
from uuid import UUID

from regulars.kit import pictures
from regulars.kit.pictures import MOST_BYTES as MOST_BYTES
from regulars.kit.pictures import Picture
from regulars.kit.pictures import PictureRefused as PictureRefused
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements(__package__ or "", "queries.sql")
LEAST_SIDE = 200
LONGEST_SIDE = 960


def read(content: bytes) -> Picture:
    """A file as a picture of a reward: looked at by its content, at most 960 pixels wide or
    high; `PictureRefused`."""
    return pictures.read(content, least=LEAST_SIDE, longest=LONGEST_SIDE)


def put(*, program_id: UUID, reward: str, picture: Picture, now: datetime) -> Steps[None]:
    """The picture of a reward from now on."""
    yield Step(
        SQL["put_picture"],
        (program_id, reward, picture.digest, picture.width, picture.height, picture.content, now),
    )


def drop(*, program_id: UUID, reward: str) -> Steps[None]:
    yield Step(SQL["drop_picture"], (program_id, reward))


def content(program_id: UUID, digest: str) -> Steps[bytes | None]:
    """What is served under a digest."""
    rows = yield Step(SQL["picture"], (program_id, digest))
    return bytes(rows[0][0]) if rows else None
