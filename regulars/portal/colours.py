"""The organization's colour, made readable: letters on it, and it on light and dark paper."""

from functools import lru_cache

from regulars.cards.design import Rgb, contrast, letters_on, mixed

LIGHT_PAPERS: tuple[Rgb, ...] = ((255, 255, 255), (245, 244, 241))
DARK_PAPERS: tuple[Rgb, ...] = ((12, 14, 17), (22, 25, 30))
"""Raised and plain, as in ``portal.css``."""
_USUAL = "#0f5c57"
_READABLE = 4.5
"""WCAG 2.2, 1.4.3."""


@lru_cache(maxsize=256)
def colours(chosen: str) -> dict[str, str]:
    """``brand`` as it was chosen, ``on_brand`` for letters on it, and ``light`` and ``dark`` for
    letters of it on each paper.

    >>> colours("#ffee00")["on_brand"], colours("nonsense")["brand"]
    ('#1c1e22', '#0f5c57')
    """
    text = chosen if len(chosen) == 7 and _hex(chosen) else _USUAL
    brand: Rgb = (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))
    return {
        "brand": text.lower(),
        "on_brand": _text(letters_on(brand)),
        "light": _text(_readable(brand, (0, 0, 0), LIGHT_PAPERS)),
        "dark": _text(_readable(brand, (255, 255, 255), DARK_PAPERS)),
    }


def _readable(brand: Rgb, towards: Rgb, papers: tuple[Rgb, ...]) -> Rgb:
    """The colour, mixed until small letters of it can be read on each of the papers."""
    for step in range(21):
        found = mixed(brand, towards, step / 20)
        if all(contrast(found, paper) >= _READABLE for paper in papers):
            return found
    return towards


def _hex(text: str) -> bool:
    return text[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in text[1:])


def _text(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
