"""A typeface for what we print: Fira Sans, which has Latin, Polish and Cyrillic letters, as it
comes in its package. Measures text and makes the subset that a PDF embeds."""

import io
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

_PACKAGE = "fontpkg_fira_sans"
_MISSING = "?"


class Typeface:
    """One cut. Lengths are thousandths of its size. Remembers which letters were used."""

    def __init__(self, cut: str) -> None:
        self.name = f"REGULA+FiraSans-{cut}"
        self._cut = cut
        found = _read(cut)
        self._glyphs: dict[int, str] = found.getBestCmap()
        self._numbers: dict[str, int] = found.getReverseGlyphMap()
        self._advances: dict[str, tuple[int, int]] = found["hmtx"].metrics
        self._scale = 1000 / found["head"].unitsPerEm
        self._order: list[str] = found.getGlyphOrder()
        self._figures = _tabular(found)
        self._used: dict[int, str] = {}
        head, metrics = found["head"], found["OS/2"]
        corners = (head.xMin, head.yMin, head.xMax, head.yMax)
        self.box = [round(edge * self._scale) for edge in corners]
        self.ascent = round(metrics.sTypoAscender * self._scale)
        self.descent = round(metrics.sTypoDescender * self._scale)
        self.cap_height = round(metrics.sCapHeight * self._scale)

    def glyphs(self, text: str, *, tabular: bool = False) -> list[int]:
        """Numbers of the glyphs; with ``tabular`` all figures are of one width."""
        found = []
        for letter in text:
            name = self._glyphs.get(ord(letter)) or self._glyphs[ord(_MISSING)]
            if tabular:
                name = self._figures.get(name, name)
            number = self._numbers[name]
            self._used.setdefault(number, letter)
            found.append(number)
        return found

    def width(self, text: str, size: float, *, tabular: bool = False) -> float:
        """How wide a text is at a size."""
        return sum(map(self.advance, self.glyphs(text, tabular=tabular))) * size / 1000

    def advance(self, glyph: int) -> int:
        return round(self._advances[self._order[glyph]][0] * self._scale)

    def used(self) -> dict[int, str]:
        return self._used

    def subset(self) -> bytes:
        """The font file with the used glyphs only, under their own numbers."""
        from fontTools.subset import Options, Subsetter

        font = _read.__wrapped__(self._cut)
        options = Options(
            retain_gids=True, hinting=False, layout_features=[], notdef_outline=True,
            drop_tables=["GSUB", "GPOS", "GDEF", "name", "post", "OS/2", "DSIG", "cmap"],
        )  # fmt: skip
        subsetter = Subsetter(options)
        subsetter.populate(gids=[0, *self._used])
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
        return out.getvalue()


def path(cut: str) -> Path:
    """The file of a cut: Regular, Medium, SemiBold."""
    return Path(str(files(_PACKAGE).joinpath("files", f"FiraSans-{cut}.ttf")))


@cache
def _read(cut: str) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(path(cut), lazy=True)


def _tabular(font: Any) -> dict[str, str]:
    """Figures of one width, by the feature ``tnum``."""
    found: dict[str, str] = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for number in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[number].SubTable:
                    found |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    return found
