"""Codes on cards: QR (ISO/IEC 18004), Code 128 (ISO/IEC 15417) and EAN-13 (ISO/IEC 15420).

A symbol is a grid of modules: how wide and high, and the dark rectangles in it. What draws it (PDF,
SVG) leaves the quiet zone around it free.

>>> symbol("ean13", "2012345678903").width, symbol("code128", "2900000000000015").width
(95, 123)
>>> symbol("qr", "2900000000000015").width
21
"""

from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

Bar = tuple[int, int, int, int]
"""Left, top, width and height in modules."""

QUIET = {"qr": 4, "code128": 10, "ean13": 11}
"""Modules that must stay free on the left (and, of QR, on every side)."""

_WIDTHS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
411311 113141 114131 311141 411131 211412 211214 211232 2331112
"""
_128 = _WIDTHS.split()
"""Bars and spaces of Code 128 by value (ISO/IEC 15417, table 1)."""
_TO_B, _START_C, _STOP = 100, 105, 106

_DIGITS = "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011"
_LEFT = _DIGITS.split()
_PARITIES = "LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL"
_PARITY = _PARITIES.split()
_MIRROR = str.maketrans("01", "10")


class Symbol(Struct, frozen=True):
    """The dark modules of a code; of a bar code the height is one and is stretched."""

    width: int
    height: int
    bars: tuple[Bar, ...]


def symbol(symbology: str, text: str) -> Symbol:
    """The code of a card number (or of a number with its rotating code)."""
    if symbology == "qr":
        return _qr(text)
    return _linear(_code128(text) if symbology == "code128" else _ean13(text))


def svg(symbology: str, text: str) -> str:
    """The code as a picture with its quiet zone, dark on white, that scales to any size."""
    found, quiet = symbol(symbology, text), QUIET[symbology]
    width = found.width + 2 * quiet
    if symbology == "qr":
        height, top, tall = found.height + 2 * quiet, quiet, 1
    else:
        tall, top = round(found.width * 0.3), 4
        height = tall + 8
    path = "".join(
        f"M{x + quiet} {y * tall + top}h{w}v{h * tall}h-{w}z" for x, y, w, h in found.bars
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path d="{path}"/></svg>'
    )


@lru_cache(maxsize=64)
def _qr(text: str) -> Symbol:
    import segno

    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    bars: list[Bar] = []
    for y, row in enumerate(rows):
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            bars.append((start, y, end - start, 1))
            start = row.find(1, end)
    return Symbol(len(rows), len(rows), tuple(bars))


def _linear(widths: list[int]) -> Symbol:
    """Bars and spaces by their widths, a bar first."""
    bars: list[Bar] = []
    at = 0
    for position, width in enumerate(widths):
        if position % 2 == 0:
            bars.append((at, 0, width, 1))
        at += width
    return Symbol(at, 1, tuple(bars))


def _code128(digits: str) -> list[int]:
    """Digits two by two (code set C); an odd last one in code set B."""
    even = len(digits) // 2 * 2
    values = [_START_C, *(int(digits[n : n + 2]) for n in range(0, even, 2))]
    if even < len(digits):
        values += [_TO_B, ord(digits[-1]) - 32]
    check = (values[0] + sum(n * value for n, value in enumerate(values[1:], 1))) % 103
    return [int(width) for value in (*values, check, _STOP) for width in _128[value]]


def _ean13(digits: str) -> list[int]:
    """Guards, six digits whose parities tell the first, guards, six digits, guards."""
    left = [
        _LEFT[int(digit)] if parity == "L" else _LEFT[int(digit)].translate(_MIRROR)[::-1]
        for digit, parity in zip(digits[1:7], _PARITY[int(digits[0])], strict=True)
    ]
    right = [_LEFT[int(digit)].translate(_MIRROR) for digit in digits[7:]]
    modules = "".join(["101", *left, "01010", *right, "101"])
    widths = [1]
    for before, module in pairwise(modules):
        if module == before:
            widths[-1] += 1
        else:
            widths.append(1)
    return widths
