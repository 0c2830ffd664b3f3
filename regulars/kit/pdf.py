"""A PDF file written as it grows (ISO 32000-1): pages go to disk at once and are forgotten.

Nothing is kept but where each object begins, so that a file of any number of pages is written in
bounded memory. Lengths are points of 1/72 inch, y grows upwards; fonts are embedded as subsets.
"""

import zlib
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from regulars.kit.typeface import Typeface

MM = 72 / 25.4
"""Points in a millimetre."""

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class Pdf:
    """Objects are numbered from 1. Fonts are written at the end, when their letters are known."""

    def __init__(self, out: BinaryIO, *, title: str) -> None:
        self._out = out
        self._at = 0
        self._offsets: list[int] = []
        self._pages: list[int] = []
        self._fonts: dict[str, tuple[int, Typeface]] = {}
        self._forms: dict[str, int] = {}
        self._put(_HEAD)
        self._catalog, self._tree, self._info, self._resources = (self._reserve() for _ in range(4))
        self._title = title

    def font(self, name: str, typeface: Typeface) -> None:
        """Make a typeface known under a name of the content streams, ``F1`` say."""
        self._fonts[name] = (self._reserve(), typeface)

    def form(self, name: str, width: float, height: float, content: str, bleed: float = 0) -> None:
        """Content drawn often and stored once: ``/name Do`` puts it with its corner at 0, 0."""
        box = " ".join(f"{edge:.3f}" for edge in (-bleed, -bleed, width + bleed, height + bleed))
        head = f"/Type /XObject /Subtype /Form /BBox [{box}] /Resources {self._resources} 0 R"
        self._forms[name] = self._stream(head, content.encode("ascii"))

    def image(self, name: str, width: int, height: int, rgb: bytes, alpha: bytes | None) -> None:
        """A picture of 8 bits a colour; ``/name Do`` fills the unit square with it."""
        size = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8"
        mask = ""
        if alpha is not None:
            number = self._stream(f"{size} /ColorSpace /DeviceGray", alpha)
            mask = f" /SMask {number} 0 R"
        self._forms[name] = self._stream(f"{size} /ColorSpace /DeviceRGB{mask}", rgb)

    def page(self, width: float, height: float, content: str) -> None:
        """A page, written now."""
        stream = self._stream("", content.encode("ascii"))
        number = self._reserve()
        self._object(
            number,
            f"<< /Type /Page /Parent {self._tree} 0 R /MediaBox [0 0 {width:.3f} {height:.3f}] "
            f"/Resources {self._resources} 0 R /Contents {stream} 0 R >>",
        )
        self._pages.append(number)

    def close(self) -> None:
        """Write fonts, the tree of pages and the table of what is where."""
        for number, typeface in self._fonts.values():
            self._font(number, typeface)
        fonts = " ".join(f"/{name} {number} 0 R" for name, (number, _) in self._fonts.items())
        forms = " ".join(f"/{name} {number} 0 R" for name, number in self._forms.items())
        self._object(self._resources, f"<< /Font << {fonts} >> /XObject << {forms} >> >>")
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(self._tree, f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>")
        self._object(self._catalog, f"<< /Type /Catalog /Pages {self._tree} 0 R >>")
        title = (b"\xfe\xff" + self._title.encode("utf-16-be")).hex()
        self._object(self._info, f"<< /Title <{title}> /Producer (Regulars) >>")
        start = self._at
        self._put(f"xref\n0 {len(self._offsets) + 1}\n0000000000 65535 f \n".encode())
        for offset in self._offsets:
            self._put(f"{offset:010d} 00000 n \n".encode())
        self._put(
            f"trailer\n<< /Size {len(self._offsets) + 1} /Root {self._catalog} 0 R "
            f"/Info {self._info} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        )

    def _font(self, number: int, typeface: Typeface) -> None:
        data, name = typeface.subset(), typeface.name
        file = self._stream(f"/Length1 {len(data)}", data)
        words = self._stream("", _to_unicode(typeface.used()).encode("ascii"))
        descriptor, descendant = self._reserve(), self._reserve()
        box = " ".join(map(str, typeface.box))
        self._object(
            descriptor,
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{box}] "
            f"/ItalicAngle 0 /Ascent {typeface.ascent} /Descent {typeface.descent} "
            f"/CapHeight {typeface.cap_height} /StemV 80 /FontFile2 {file} 0 R >>",
        )
        widths = " ".join(
            f"{glyph} [{typeface.advance(glyph)}]" for glyph in sorted(typeface.used())
        )
        self._object(
            descendant,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R /W [{widths}] >>",
        )
        self._object(
            number,
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {words} 0 R >>",
        )

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets)

    def _stream(self, head: str, data: bytes) -> int:
        number, packed = self._reserve(), zlib.compress(data, 6)
        self._offsets[number - 1] = self._at
        self._put(
            f"{number} 0 obj\n<< {head} /Filter /FlateDecode /Length {len(packed)} >>\n"
            "stream\n".encode()
        )
        self._put(packed)
        self._put(b"\nendstream\nendobj\n")
        return number

    def _object(self, number: int, text: str) -> None:
        self._offsets[number - 1] = self._at
        self._put(f"{number} 0 obj\n{text}\nendobj\n".encode("ascii"))

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def fill(color: tuple[int, int, int]) -> str:
    """What is drawn from now on is of this colour."""
    return " ".join(f"{part / 255:.4f}" for part in color) + " rg"


def box(x: float, y: float, width: float, height: float) -> str:
    """A filled rectangle."""
    return f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re f"


def text(font: str, size: float, x: float, y: float, glyphs: Sequence[int], gap: float = 0) -> str:
    """Letters with their baseline beginning at x, y; ``gap`` is added between them."""
    spaced = f" {gap:.3f} Tc" if gap else " 0 Tc"
    letters = "".join(f"{glyph:04x}" for glyph in glyphs)
    return f"BT /{font} {size:.2f} Tf{spaced} {x:.3f} {y:.3f} Td <{letters}> Tj ET"


def _to_unicode(used: dict[int, str]) -> str:
    """A CMap, so that text can be searched and copied."""
    pairs = [f"<{glyph:04x}> <{said.encode('utf-16-be').hex()}>" for glyph, said in used.items()]
    blocks = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in _parts(pairs)
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def "
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def "
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{blocks}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )


def _parts(pairs: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(pairs), 100):
        yield pairs[start : start + 100]
