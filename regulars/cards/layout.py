"""How a card looks: its two sides as PDF content, from a design. Lengths are points.

The front is the brand's colour with letters that can be read on it; the back is white with code,
number and what is to be done with the card. Words shrink, then wrap, then are cut.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from regulars.cards.design import (
    INK,
    WHITE,
    Design,
    Rgb,
    contrast,
    letters_on,
    mixed,
    readable_on_white,
)
from regulars.cards.numbers import grouped
from regulars.cards.symbols import symbol
from regulars.kit.pdf import MM, Pdf, box, fill, text
from regulars.kit.typeface import Typeface

if TYPE_CHECKING:
    from PIL import Image

WIDTH, HEIGHT = 85.60 * MM, 53.98 * MM
"""ID-1 (ISO/IEC 7810)."""

_MARGIN = 6.5 * MM
_INNER = WIDTH - 2 * _MARGIN
_BAND = 2.4 * MM
_LOGO = (34 * MM, 14 * MM)
_QR_MM = 25.0
_MODULE_MM = {"code128": 0.42, "ean13": 0.40}
_BAR_MM = 14.0
_LEAST_CONTRAST_OF_LOGO = 2.0
_SMALL, _TINY = 7.4, 5.0


class Logo(NamedTuple):
    """A picture as it is stored, and whether it needs a white plate under it."""

    width: int
    height: int
    rgb: bytes
    alpha: bytes | None
    plate: bool


class Faces:
    """Draws the cards of one batch into a PDF."""

    def __init__(self, pdf: Pdf, design: Design, symbology: str, logo: bytes | None) -> None:
        self._pdf, self._design, self._symbology = pdf, design, symbology
        self._faces = {
            "F1": Typeface("Regular"),
            "F2": Typeface("Medium"),
            "F3": Typeface("SemiBold"),
        }
        for name, face in self._faces.items():
            pdf.font(name, face)
        self._logo = None if logo is None else picture(logo, design.brand)

    def sides(self, bleed: float) -> None:
        """Store what all cards have in common, as the forms `Front` and `Back`."""
        if self._logo is not None:
            logo = self._logo
            self._pdf.image("Logo", logo.width, logo.height, logo.rgb, logo.alpha)
        self._pdf.form("Front", WIDTH, HEIGHT, "\n".join(self._front(bleed)), bleed)
        self._pdf.form("Back", WIDTH, HEIGHT, "\n".join(self._back(bleed)), bleed)

    def own(self, number: str) -> str:
        """What only this card has: its code and its number, on the back."""
        found, shown = symbol(self._symbology, number), grouped(number)
        if self._symbology == "qr":
            module, tall = _QR_MM * MM / found.width, _QR_MM * MM / found.width
            x, y = _MARGIN, _code_top() - _QR_MM * MM
        else:
            module, tall = _MODULE_MM[self._symbology] * MM, _BAR_MM * MM
            x, y = (WIDTH - found.width * module) / 2, _code_top() - tall
        bars = " ".join(f"{a} {found.height - b - h} {w} {h} re" for a, b, w, h in found.bars)
        code = f"q 0 g {module:.4f} 0 0 {tall:.4f} {x:.3f} {y:.3f} cm {bars} f Q"
        if self._symbology == "qr":
            left = _column()
            size = self._size("F2", shown, 12.5, WIDTH - _MARGIN - left, 8, figures=True)
            words = self._text("F2", size, left, _code_top() - size * 0.72, shown, figures=True)
        else:
            size = self._size("F2", shown, 11.5, _INNER, 8, figures=True)
            wide = self._faces["F2"].width(shown, size, tabular=True)
            words = self._text("F2", size, (WIDTH - wide) / 2, y - 13, shown, figures=True)
        return f"{code} {fill(INK)} {words}"

    def _front(self, bleed: float) -> list[str]:
        brand = self._design.brand
        letters = letters_on(brand)
        parts = [fill(brand), box(-bleed, -bleed, WIDTH + 2 * bleed, HEIGHT + 2 * bleed)]
        parts += [fill(mixed(brand, letters, 0.06)), _disc(WIDTH - 9 * MM, 3 * MM, 38 * MM)]
        parts += [fill(mixed(brand, letters, 0.11)), _disc(WIDTH - 2 * MM, -4 * MM, 24 * MM)]
        quiet = _readable(mixed(letters, brand, 0.14), brand, letters)
        titles = self._design.printed(self._design.title)
        bottom = _MARGIN
        for said in reversed(self._design.printed(self._design.line)):
            size = self._size("F1", said, 8.6, _INNER, 7)
            for row in reversed(self._wrapped("F1", said, size, _INNER, 2)):
                parts += [fill(quiet), self._text("F1", size, _MARGIN, bottom, row)]
                bottom += size * 1.34
        if self._logo is None:
            rows = self._rows(titles, 20, 13)
            top = HEIGHT - _MARGIN
        else:
            parts += self._draw_logo(self._logo)
            rows = self._rows(titles, 14, 10)
            top = bottom + 4 + sum(size * 1.2 for _, size, _ in rows)
        for font, size, row in rows:
            top -= size * (0.72 if font == "F3" else 0.95)
            color = letters if font == "F3" else quiet
            parts += [fill(color), self._text(font, size, _MARGIN, top, row)]
            top -= size * 0.42
        return parts

    def _rows(
        self, titles: Sequence[str], size: float, least: float
    ) -> list[tuple[str, float, str]]:
        """Font, size and words of each row: the first title large, in lines if it is long; those
        in other languages below."""
        first, *others = titles
        size = self._size("F3", first, size, _INNER, size * 0.85)
        while size > least and len(self._wrapped("F3", first, size, _INNER, 9)) > 2:
            size -= 0.5
        rows = [("F3", size, row) for row in self._wrapped("F3", first, size, _INNER, 3)]
        for said in others:
            small = self._size("F1", said, size * 0.64, _INNER, 6.5)
            rows.append(("F1", small, self._cut("F1", said, small)))
        return rows

    def _draw_logo(self, logo: Logo) -> list[str]:
        scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height)
        width, height = logo.width * scale, logo.height * scale
        pad = 2 * MM if logo.plate else 0
        x, y = _MARGIN + pad, HEIGHT - _MARGIN - height - pad
        plate = []
        if logo.plate:
            plate = [fill(WHITE), _rounded(x - pad, y - pad, width + 2 * pad, height + 2 * pad)]
        return [*plate, f"q {width:.3f} 0 0 {height:.3f} {x:.3f} {y:.3f} cm /Logo Do Q"]

    def _back(self, bleed: float) -> list[str]:
        design, brand = self._design, self._design.brand
        parts = [fill(WHITE), box(-bleed, -bleed, WIDTH + 2 * bleed, HEIGHT + 2 * bleed)]
        parts += [fill(brand), box(-bleed, -bleed, WIDTH + 2 * bleed, _BAND + bleed)]
        base = _BAND + 4 * MM
        if design.contact:
            size = self._size("F2", design.contact, _SMALL, _INNER, _TINY)
            parts += [fill(readable_on_white(brand))]
            parts += [self._text("F2", size, _MARGIN, base, self._cut("F2", design.contact, size))]
        title = design.printed(design.title)[0]
        if self._symbology == "qr":
            left, top = _column(), _code_top() - 17
        else:
            left, top = _MARGIN, _code_top() - _BAR_MM * MM - 22
        bottom = base + (11 if design.contact else 0)
        said = design.printed(design.about) or [title]
        parts += [fill(mixed(INK, WHITE, 0.25)), *self._paragraphs(said, left, top, bottom)]
        return parts

    def _paragraphs(self, said: Sequence[str], left: float, top: float, bottom: float) -> list[str]:
        """Paragraphs between two heights, as large as they fit; what is too long is cut."""
        width, size = WIDTH - _MARGIN - left, _SMALL
        while True:
            rows: list[str] = []
            for paragraph in said:
                rows += [*([""] if rows else []), *self._wrapped("F1", paragraph, size, width, 40)]
            heights = [size * (0.45 if row == "" else 1.28) for row in rows]
            if sum(heights) <= top - bottom + size * 0.28 or size <= _TINY:
                break
            size -= 0.2
        parts, y = [], top
        for row, height in zip(rows, heights, strict=True):
            if y - size < bottom - 1:
                break
            y -= height
            if row:
                parts.append(self._text("F1", size, left, y + size * 0.3, row))
        return parts

    def _wrapped(self, font: str, said: str, size: float, width: float, most: int) -> list[str]:
        """Words in lines; the last of ``most`` lines is cut where more would follow."""
        rows, face = [""], self._faces[font]
        for word in said.split():
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and face.width(longer, size) > width and len(rows) < most:
                rows.append(word)
            else:
                rows[-1] = longer
        return [self._cut(font, row, size, width) for row in rows]

    def _cut(self, font: str, said: str, size: float, width: float = _INNER) -> str:
        face = self._faces[font]
        if face.width(said, size) <= width:
            return said
        while said and face.width(said + "…", size) > width:
            said = said[:-1].rstrip()
        return said + "…"

    def _size(
        self, font: str, said: str, size: float, width: float, least: float, *,
        figures: bool = False,
    ) -> float:  # fmt: skip
        """The size at which a text fits a width, not below the least."""
        wide = self._faces[font].width(said, size, tabular=figures)
        return max(least, size * min(1, width / wide)) if wide else size

    def _text(
        self, font: str, size: float, x: float, y: float, said: str, *, figures: bool = False
    ) -> str:
        if not figures and self._faces[font].width(said, size) > WIDTH - _MARGIN / 2 - x:
            said = self._cut(font, said, size, WIDTH - _MARGIN - x)
        return text(font, size, x, y, self._faces[font].glyphs(said, tabular=figures))


def picture(data: bytes, brand: Rgb) -> Logo:
    """A PNG or JPEG as raw colours. What cannot be seen on the brand's colour, and what has no
    transparency, gets a white plate."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((1200, 1200))
        whole = image.convert("RGBA")
    alpha = whole.getchannel("A")
    if alpha.getextrema()[0] == 255:
        return Logo(*whole.size, whole.convert("RGB").tobytes(), None, True)
    faint = contrast(_mean(whole), brand) < _LEAST_CONTRAST_OF_LOGO
    white = Image.new("RGB", whole.size, WHITE)
    opaque = alpha.point([0] + [255] * 255)
    rgb = Image.composite(whole.convert("RGB"), white, opaque)
    return Logo(*whole.size, rgb.tobytes(), alpha.tobytes(), faint)


def _mean(image: "Image.Image") -> Rgb:
    """The mean colour of what can be seen."""
    from PIL import ImageStat

    red, green, blue = ImageStat.Stat(image.convert("RGB"), image.getchannel("A")).mean
    return (round(red), round(green), round(blue))


def _readable(wanted: Rgb, background: Rgb, letters: Rgb) -> Rgb:
    return wanted if contrast(wanted, background) >= 4.5 else letters


def _code_top() -> float:
    return HEIGHT - 6.5 * MM


def _column() -> float:
    """Where the words beside a QR code begin; the quiet zone is kept free."""
    return _MARGIN + (_QR_MM + 5.5) * MM


def _disc(x: float, y: float, radius: float) -> str:
    k = 0.5523 * radius
    return (
        f"{x + radius:.2f} {y:.2f} m "
        f"{x + radius:.2f} {y + k:.2f} {x + k:.2f} {y + radius:.2f} {x:.2f} {y + radius:.2f} c "
        f"{x - k:.2f} {y + radius:.2f} {x - radius:.2f} {y + k:.2f} {x - radius:.2f} {y:.2f} c "
        f"{x - radius:.2f} {y - k:.2f} {x - k:.2f} {y - radius:.2f} {x:.2f} {y - radius:.2f} c "
        f"{x + k:.2f} {y - radius:.2f} {x + radius:.2f} {y - k:.2f} {x + radius:.2f} {y:.2f} c f"
    )


def _rounded(x: float, y: float, width: float, height: float) -> str:
    """A rectangle with corners of 1.5 mm."""
    r = 1.5 * MM
    k = r * 0.4477
    right, top = x + width, y + height
    return (
        f"{x + r:.2f} {y:.2f} m {right - r:.2f} {y:.2f} l "
        f"{right - k:.2f} {y:.2f} {right:.2f} {y + k:.2f} {right:.2f} {y + r:.2f} c "
        f"{right:.2f} {top - r:.2f} l "
        f"{right:.2f} {top - k:.2f} {right - k:.2f} {top:.2f} {right - r:.2f} {top:.2f} c "
        f"{x + r:.2f} {top:.2f} l "
        f"{x + k:.2f} {top:.2f} {x:.2f} {top - k:.2f} {x:.2f} {top - r:.2f} c "
        f"{x:.2f} {y + r:.2f} l {x:.2f} {y + k:.2f} {x + k:.2f} {y:.2f} {x + r:.2f} {y:.2f} c f"
    )
