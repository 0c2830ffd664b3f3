"""The logo on a square, as telephones want the pictures of their home screens."""

import io
from functools import lru_cache

SIZES = (180, 192, 512)
"""For iPhones; for Android, small and large."""
_ANY, _MASKABLE = 0.84, 0.62
"""How much of the side the logo takes: of a maskable picture a circle of 80 percent is sure to be
seen (W3C, Web Application Manifest), and the corners of a square logo lie in it at 62 percent."""
_PALE = 190
"""Logos lighter than this, of 255, cannot be seen on white."""
_PAPER, _INK = "#ffffff", "#23262b"


@lru_cache(maxsize=64)
def square(logo: bytes, size: int, *, maskable: bool) -> bytes:
    """A PNG: the logo on white, or on ink where it is too pale for that."""
    from PIL import Image, ImageStat  # no other page needs it

    with Image.open(io.BytesIO(logo)) as found:
        clear = found.convert("RGBA")
    scale = size * (_MASKABLE if maskable else _ANY) / max(clear.size)
    width, height = (max(1, round(one * scale)) for one in clear.size)
    clear = clear.resize((width, height), Image.Resampling.LANCZOS)
    seen = clear.getchannel("A").point(lambda one: 255 if one > 127 else 0)
    light = ImageStat.Stat(clear.convert("L"), seen)
    pale = seen.getextrema()[0] == 0 and light.count[0] > 0 and light.mean[0] > _PALE
    drawn = Image.new("RGB", (size, size), _INK if pale else _PAPER)
    drawn.paste(clear, ((size - width) // 2, (size - height) // 2), clear)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()
