"""Pictures of rewards: looked at by their content, and encoded anew, so that nothing but a picture
is kept and served."""

import hashlib
import io
import warnings
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError

from regulars.kit.problems import Invalid
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements(__package__ or "", "queries.sql")
MOST_BYTES = 8_000_000
MOST_PIXELS = 40_000_000
LEAST_SIDE = 200
LONGEST_SIDE = 960
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82


class PictureRefused(Invalid):
    """``told`` is the code of a word in ``console.toml``."""

    code = "picture_refused"
    title = "This is no picture that can be used"

    def __init__(self, told: str) -> None:
        super().__init__("Send a JPEG, PNG or WebP picture of at most 8 MB and 40 megapixels.")
        self.told = told


class Picture(NamedTuple):
    """A picture as it is kept: WebP, at most 960 pixels wide or high, without anything else that
    was in the file (place, camera, comments)."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:40]


def read(content: bytes) -> Picture:
    """A file as a picture, whatever it is called; `PictureRefused` where it is none."""
    if len(content) > MOST_BYTES:
        raise PictureRefused("picture_too_large")
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as found:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if found.width * found.height > MOST_PIXELS:
                raise PictureRefused("picture_too_large")
            upright = ImageOps.exif_transpose(found)
            picture = upright.convert("RGBA" if _is_clear(upright) else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as wrong:
        raise PictureRefused("picture_none") from wrong
    if min(picture.size) < LEAST_SIDE:
        raise PictureRefused("picture_too_small")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=_QUALITY, method=4)
    return Picture(written.getvalue(), picture.width, picture.height)


def _is_clear(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


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
