"""Pictures that people send: looked at by their content and encoded anew, so that nothing but a
picture is kept and served: no place, camera or comment, and no file that only calls itself one."""

import hashlib
import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from regulars.kit.problems import Invalid

MOST_BYTES = 8_000_000
MOST_PIXELS = 40_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82


class PictureRefused(Invalid):
    """``told`` says why, for pages that have words for it: picture_too_large, picture_too_small,
    picture_none."""

    code = "picture_refused"
    title = "This is no picture that can be used"

    def __init__(self, told: str) -> None:
        super().__init__("Send a JPEG, PNG or WebP picture of at most 8 MB and 40 megapixels.")
        self.told = told


class Picture(NamedTuple):
    """A picture as it is kept: WebP."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """By which it is asked for; another picture has another one."""
        return hashlib.sha256(self.content).hexdigest()[:40]


def read(content: bytes, *, least: int, longest: int) -> Picture:
    """A file as a picture, whatever it is called, with sides of at least ``least`` pixels, made
    smaller where one has more than ``longest``; `PictureRefused`."""
    if len(content) > MOST_BYTES:
        raise PictureRefused("picture_too_large")
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as found:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if found.width * found.height > MOST_PIXELS:
                raise PictureRefused("picture_too_large")
            upright = ImageOps.exif_transpose(found)
            picture = upright.convert("RGBA" if _is_clear(upright) else "RGB")
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning,
        Image.DecompressionBombError,
    ) as wrong:  # fmt: skip
        raise PictureRefused("picture_none") from wrong
    if min(picture.size) < least:
        raise PictureRefused("picture_too_small")
    picture.thumbnail((longest, longest))
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=_QUALITY, method=4)
    return Picture(written.getvalue(), picture.width, picture.height)


def _is_clear(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info
