"""Sheets: A4 with ten cards, or one card a page for a card printer; the list for a print house.

Page by page: a side with fronts, then the side with the backs of the same cards, so that paper
turned over its long edge has each back behind its front.
"""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Literal, TextIO

from regulars.cards.design import Design
from regulars.cards.layout import HEIGHT, WIDTH, Faces
from regulars.cards.numbers import grouped
from regulars.kit.cells import neutral
from regulars.kit.pdf import MM, Pdf

Paper = Literal["a4", "card"]
Numbered = tuple[int, str]
"""The position of a card in its batch, and its number."""

A4 = (210 * MM, 297 * MM)
COLUMNS, ROWS = 2, 5
BLEED = 1.5 * MM
_GAP = 2 * BLEED
_LEFT = (A4[0] - COLUMNS * WIDTH - (COLUMNS - 1) * _GAP) / 2
_TOP = (A4[1] - ROWS * HEIGHT - (ROWS - 1) * _GAP) / 2
_MARK = 3.5 * MM
_CARD_BLEED = 0.6 * MM
"""Printers of cards print a little over the edge."""


def write_pdf(
    out: BinaryIO, cards: Iterable[Numbered], *, title: str, design: Design, symbology: str,
    logo: bytes | None = None, paper: Paper = "a4",
) -> int:  # fmt: skip
    """Write the cards as they come, in bounded memory. Says how many pages."""
    pdf = Pdf(out, title=title)
    faces = Faces(pdf, design, symbology, logo)
    if paper == "card":
        faces.sides(_CARD_BLEED)
        pages = _single(pdf, faces, cards)
    else:
        faces.sides(BLEED)
        pages = _sheets(pdf, faces, cards)
    pdf.close()
    return pages


def write_csv(out: TextIO, cards: Iterable[Numbered], *, batch: str, symbology: str) -> int:
    """Write the list that a print house works from. No cell is one that a spreadsheet runs."""
    table = csv.writer(out)
    table.writerow(["position", "number", "number_printed", "code", "symbology", "batch"])
    count = 0
    for position, number in cards:
        row = [str(position), number, grouped(number), number, symbology, batch]
        table.writerow([neutral(cell) for cell in row])
        count += 1
    return count


def slot(place: int, *, back: bool) -> tuple[float, float]:
    """The lower left corner of the card at a place of the sheet; backs are mirrored."""
    row, column = divmod(place, COLUMNS)
    if back:
        column = COLUMNS - 1 - column
    x = _LEFT + column * (WIDTH + _GAP)
    y = A4[1] - _TOP - (row + 1) * HEIGHT - row * _GAP
    return x, y


def _sheets(pdf: Pdf, faces: Faces, cards: Iterable[Numbered]) -> int:
    pages, marks = 0, "\n".join(_marks())
    for sheet in _parts(cards, COLUMNS * ROWS):
        fronts = [_placed(slot(place, back=False), "/Front Do") for place in range(len(sheet))]
        backs = [
            _placed(slot(place, back=True), f"/Back Do {faces.own(number)}")
            for place, (_, number) in enumerate(sheet)
        ]
        pdf.page(*A4, "\n".join([*fronts, marks]))
        pdf.page(*A4, "\n".join([*backs, marks]))
        pages += 2
    return pages


def _single(pdf: Pdf, faces: Faces, cards: Iterable[Numbered]) -> int:
    pages = 0
    for _, number in cards:
        pdf.page(WIDTH, HEIGHT, "/Front Do")
        pdf.page(WIDTH, HEIGHT, f"/Back Do {faces.own(number)}")
        pages += 2
    return pages


def _placed(corner: tuple[float, float], content: str) -> str:
    return f"q 1 0 0 1 {corner[0]:.3f} {corner[1]:.3f} cm {content} Q"


def _marks() -> Iterator[str]:
    """Where to cut: at the ends of every edge, outside what is printed."""
    yield "q 0.25 w 0 G"
    away = BLEED + 0.5 * MM
    for column in range(COLUMNS):
        left, _ = slot(column, back=False)
        for x in (left, left + WIDTH):
            for y, length in ((_TOP - away, -_MARK), (A4[1] - _TOP + away, _MARK)):
                yield f"{x:.3f} {y:.3f} m {x:.3f} {y + length:.3f} l S"
    for row in range(ROWS):
        _, bottom = slot(row * COLUMNS, back=False)
        for y in (bottom, bottom + HEIGHT):
            for x, length in ((_LEFT - away, -_MARK), (A4[0] - _LEFT + away, _MARK)):
                yield f"{x:.3f} {y:.3f} m {x + length:.3f} {y:.3f} l S"
    yield "Q"


def _parts(cards: Iterable[Numbered], size: int) -> Iterator[list[Numbered]]:
    each = iter(cards)
    while part := list(islice(each, size)):
        yield part
