"""What is printed: every code is read back from the page by a decoder, and the words are there."""

import csv
import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from regulars.cards.design import (
    INK,
    WHITE,
    Design,
    contrast,
    letters_on,
    read,
    readable_on_white,
    sound_logo,
)
from regulars.cards.layout import HEIGHT, WIDTH
from regulars.cards.numbers import Numbers, grouped
from regulars.cards.sheets import A4, COLUMNS, ROWS, slot, write_csv, write_pdf
from regulars.cards.symbols import symbol
from regulars.kit.pdf import MM
from regulars.kit.problems import Invalid

SYMBOLOGIES = ("qr", "code128", "ean13")
DPI = 200

DESIGN = Design(
    title={"pl": "Klub Zażółć Gęślą Jaźń", "bg": "Клуб Жълъд"},
    line={"pl": "Karta stałego klienta", "bg": "Карта за лоялни клиенти"},
    about={"pl": "Pokaż kartę przy kasie.", "bg": "Покажете картата на касата."},
    contact="narozny.example",
    languages=("pl", "bg"),
)
LONG = Design(
    title={"en": "The Association of Independent Neighbourhood Grocers of Lower Silesia " * 3},
    line={"en": "A membership card of the friends of good bread and slow food " * 3},
    about={"en": "Show this card whenever you pay. " * 12},
    contact="a very long address of a page on which everything is told.example",
    color="#f2c230",
)


def cards(count: int, symbology: str, first: int = 99_000) -> list[tuple[int, str]]:
    prefix, length = ("20", 13) if symbology == "ean13" else ("29", 16)
    return list(enumerate(Numbers(prefix, length, symbology).range(first, count), 1))


def logo(color: tuple[int, ...], mode: str = "RGBA") -> bytes:
    picture = Image.new(mode, (300, 120))
    ImageDraw.Draw(picture).ellipse((0, 0, 119, 119), fill=color)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def pages(numbered: list[tuple[int, str]], symbology: str, **how: Any) -> list[Any]:
    out = io.BytesIO()
    how = {"design": DESIGN, "paper": "card", **how}
    count = write_pdf(out, numbered, title="Próba", symbology=symbology, **how)
    document = pypdfium2.PdfDocument(out.getvalue())
    assert len(document) == count
    return list(document)


def picture(page: Any) -> Image.Image:
    found: Image.Image = page.render(scale=DPI / 72).to_pil().convert("RGB")
    return found


def decoded(page: Any) -> list[Any]:
    return list(zxingcpp.read_barcodes(picture(page)))


def words(page: Any) -> str:
    found: str = page.get_textpage().get_text_range()
    return found


@pytest.mark.parametrize("symbology", SYMBOLOGIES)
@pytest.mark.parametrize("design", [DESIGN, LONG], ids=["usual", "long"])
def test_every_code_of_a_card_printer_is_read_back(symbology: str, design: Design) -> None:
    numbered = cards(12, symbology)
    backs = pages(numbered, symbology, design=design)[1::2]
    formats = {"qr": "QRCode", "code128": "Code128", "ean13": "EAN13"}
    for (_, number), page in zip(numbered, backs, strict=True):
        (code,) = decoded(page)
        assert code.text == number
        assert code.format.name == formats[symbology]
        assert grouped(number) in words(page)


@pytest.mark.parametrize("symbology", SYMBOLOGIES)
def test_every_code_of_the_sheets_is_read_back_behind_its_own_front(symbology: str) -> None:
    numbered = cards(13, symbology)
    found = pages(numbered, symbology, paper="a4")
    assert [round(edge, 1) for edge in found[0].get_size()] == [round(edge, 1) for edge in A4]
    read_back = {}
    for sheet, page in enumerate(found[1::2]):
        for code in decoded(page):
            center = (code.position.top_left.x + code.position.bottom_right.x) / 2
            middle = (code.position.top_left.y + code.position.bottom_right.y) / 2
            x, y = center / DPI * 72, A4[1] - middle / DPI * 72
            for place in range(COLUMNS * ROWS):
                left, bottom = slot(place, back=True)
                if left < x < left + WIDTH and bottom < y < bottom + HEIGHT:
                    read_back[sheet * COLUMNS * ROWS + place + 1] = code.text
    assert read_back == dict(numbered)


def test_a_back_lies_behind_its_front_when_the_sheet_is_turned_over() -> None:
    for place in range(COLUMNS * ROWS):
        front, back = slot(place, back=False), slot(place, back=True)
        assert front[1] == back[1]
        assert front[0] + WIDTH == pytest.approx(A4[0] - back[0])


def test_ten_cards_fit_a_sheet_with_marks_that_a_printer_can_print() -> None:
    edges = [slot(place, back=False) for place in range(COLUMNS * ROWS)]
    assert len(set(edges)) == 10
    assert min(x for x, _ in edges) > 5 * MM
    assert min(y for _, y in edges) > 5 * MM
    assert (round(WIDTH / MM, 2), round(HEIGHT / MM, 2)) == (85.60, 53.98)


def test_polish_and_cyrillic_letters_are_in_the_file() -> None:
    front, back = pages(cards(1, "qr"), "qr")
    assert "Klub Zażółć Gęślą Jaźń" in words(front)
    assert "Клуб Жълъд" in words(front)
    assert "Pokaż kartę przy kasie." in words(back)
    out = io.BytesIO()
    write_pdf(out, cards(1, "qr"), title="t", design=DESIGN, symbology="qr")
    assert out.getvalue().count(b"/FontFile2") == 3


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("symbology", SYMBOLOGIES)
@pytest.mark.parametrize("data", [None, logo((240, 190, 40, 255))], ids=["none", "logo"])
def test_long_words_stay_on_the_card(side: int, symbology: str, data: bytes | None) -> None:
    page = pages(cards(1, symbology), symbology, design=LONG, logo=data)[side]
    text = page.get_textpage()
    for number in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(number)
        if right > left:
            assert left >= 5 * MM
            assert right <= WIDTH - 3 * MM
            assert bottom >= 2.4 * MM
            assert top <= HEIGHT - 4 * MM


def test_a_logo_that_could_not_be_seen_gets_a_plate() -> None:
    design = Design(title={"en": "Club"}, color="#1f3a5f")
    seen, hidden, square = (
        picture(pages(cards(1, "qr"), "qr", design=design, logo=data)[0])
        for data in (
            logo((255, 255, 255, 255)), logo((31, 58, 95, 255)), logo((31, 58, 95), "RGB"),
        )
    )  # fmt: skip
    corner = (round(8 * MM / 72 * DPI), round(7.2 * MM / 72 * DPI))
    assert seen.getpixel(corner) == (31, 58, 95)
    assert hidden.getpixel(corner) == (255, 255, 255)
    assert square.getpixel(corner) == (255, 255, 255)


def brands() -> Iterator[tuple[int, int, int]]:
    steps = range(0, 256, 15)
    return ((red, green, blue) for red in steps for green in steps for blue in steps)


def test_letters_can_be_read_on_every_brand_colour() -> None:
    for brand in brands():
        assert contrast(letters_on(brand), brand) >= 4.5
        assert contrast(readable_on_white(brand), WHITE) >= 4.5
    assert letters_on((31, 58, 95)) == WHITE
    assert letters_on((242, 194, 48)) == INK


@pytest.mark.parametrize("symbology", SYMBOLOGIES)
def test_random_numbers_are_read_back_as_they_are_drawn(symbology: str) -> None:
    """Without the page in between: five hundred symbols, module for module."""
    for _, number in cards(500, symbology, first=12_345_678):
        found = symbol(symbology, number)
        tall = 1 if symbology == "qr" else 30
        image = Image.new("L", ((found.width + 24) * 2, (found.height * tall + 24) * 2), 255)
        draw = ImageDraw.Draw(image)
        for x, y, w, h in found.bars:
            left, top = 2 * (x + 12), 2 * (y * tall + 12)
            draw.rectangle((left, top, left + 2 * w - 1, top + 2 * h * tall - 1), fill=0)
        assert [code.text for code in zxingcpp.read_barcodes(image)] == [number]


def test_more_cards_take_no_more_memory(tmp_path: Path) -> None:
    def numbered(count: int) -> Iterator[tuple[int, str]]:
        made = Numbers("29", 16, "qr")
        for position in range(1, count + 1):
            yield position, made.range(position, 1)[0]

    def most_bytes(count: int) -> int:
        with (tmp_path / "cards.pdf").open("wb") as out:
            tracemalloc.start()
            sheets = write_pdf(out, numbered(count), title="t", design=DESIGN, symbology="qr")
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert sheets == count / 5
        return most

    most_bytes(10)  # what is loaded once is loaded now
    few, many = most_bytes(100), most_bytes(500)
    assert many < few + 500 * 400, "each card leaves something behind"
    assert many < 4_000_000


def test_t23_the_list_for_the_print_house_runs_no_formula() -> None:
    out = io.StringIO()
    assert write_csv(out, cards(2, "qr"), batch="=1+1", symbology="qr") == 2
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows[1] == [
        "1", "2900000000990009", "2900 0000 0099 0009", "2900000000990009", "qr", "'=1+1",
    ]  # fmt: skip


def test_a_design_says_what_is_wrong_with_it() -> None:
    names = {"pl": "Narożny"}
    assert read("", names) == Design(title=names, languages=("pl",))
    for text, said in (
        ("colour: red", "colour"), ("color: red", "color"), ("- a", "lines such as"),
        ("a: [", "not YAML"), ("title: {de: Klub}", "title"), ("languages: []", "languages"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=said):
            read(text, names)


def test_a_logo_that_is_no_picture_is_refused() -> None:
    assert sound_logo(logo((1, 2, 3, 255)))
    for data in (b"", b"GIF89a", os.urandom(100), b"\x89PNG\r\n\x1a\n" + bytes(100)):
        with pytest.raises(Invalid):
            sound_logo(data)
    with pytest.raises(Invalid, match="smaller"):
        sound_logo(bytes(2_000_001))
