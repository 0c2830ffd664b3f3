"""Codes that rotate: a picture of an electronic card is worth nothing."""

from base64 import b32decode
from typing import Any

import msgspec
import pytest
import zxingcpp

from regulars.cards.faces import CardEnded, face
from regulars.cards.operations import LoseCard, MakePass, ShowOnTelephone
from regulars.cards.wire import ElectronicIn, FaceOut, PassIn
from regulars.identifiers.resolve import Shown, resolve
from regulars.identifiers.rotation import PERIOD_SECONDS, accepts, code_at
from regulars.kit.ids import Ids
from regulars.members.known import CodeMissing, MemberBlocked, WrongCode
from regulars.members.operations import BlockIdentifier, ReplaceIdentifier
from regulars.members.wire import BlockIn, ReplaceIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from regulars.rewards.operations import Redeem
from regulars.rewards.wire import RedeemIn
from tests.cards.conftest import CardDesk


def buy(desk: CardDesk, member: str, ago: int = 0) -> RecordPurchase:
    basket = PurchaseIn(lines=(LineIn("bread", 1, 500),), member=member)
    return RecordPurchase(basket, desk.caller, key=desk.key(), at=desk.now - ago)


def electronic(desk: CardDesk, symbology: str = "qr") -> str:
    """The number of a card that a telephone shows."""
    number = desk.numbers(desk.make(activation="first_use", symbology=symbology))[0]
    make = ShowOnTelephone(number, ElectronicIn(), desk.caller, key=desk.key(), at=desk.now)
    assert desk.do(make) == {"number": number, "state": "issued"}
    return number


def shown(desk: CardDesk, number: str, **how: Any) -> FaceOut:
    how = {"with_secret": False, **how}
    return face(desk.card(number), {"en": "Corner"}, "pl", desk.now, **how)


def test_the_standard_has_these_codes() -> None:
    """RFC 6238, appendix B: SHA-1, the last six of its eight digits."""
    secret = b"12345678901234567890" * 2
    for at, code in (
        (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
        (2000000000, "279037"), (20000000000, "353130"),
    ):  # fmt: skip
        assert code_at(secret, at) == code * 2


@pytest.mark.parametrize("symbology", ["qr", "code128", "ean13"])
def test_what_the_telephone_shows_is_what_the_till_reads(desk: CardDesk, symbology: str) -> None:
    number = electronic(desk, symbology)
    told = shown(desk, number)
    assert (told.title, told.barcode, told.until is not None) == ("Klub Narożny", "code128", True)
    ref = resolve(told.text)
    assert isinstance(ref, Shown)
    assert (ref, ref.code) == (("card", number), told.text[-12:])
    assert resolve(f"card:{told.text}") == ref
    for picture in (told.qr_svg, told.barcode_svg):
        assert [code.text for code in zxingcpp.read_barcodes(drawn(picture))] == [told.text]


def drawn(svg: str) -> Any:
    """An SVG of ours as a picture; it has squares only."""
    import re

    from PIL import Image, ImageDraw

    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size is not None
    image = Image.new("L", (3 * int(size[1]), 3 * int(size[2])), 255)
    pen = ImageDraw.Draw(image)
    dark = svg.rpartition('<path d="')[2]
    for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", dark):
        left, top = 3 * int(x), 3 * int(y)
        pen.rectangle((left, top, left + 3 * int(w) - 1, top + 3 * int(h) - 1), fill=0)
    return image


def test_a_right_code_is_accepted_and_a_picture_of_it_soon_is_not(desk: CardDesk) -> None:
    number = electronic(desk)
    text = shown(desk, number).text
    assert desk.do(buy(desk, text))["earned"] == {"points": 5}
    desk.wait(seconds=60)
    desk.do(buy(desk, text))
    desk.wait(seconds=120)
    with pytest.raises(WrongCode):
        desk.do(buy(desk, text))
    with pytest.raises(WrongCode):
        desk.do(buy(desk, f"{number}000000000000"))
    desk.do(buy(desk, number))  # the program does not ask for codes


@pytest.mark.parametrize("skew", [-90, -30, 0, 30, 90])
def test_the_clock_of_a_telephone_may_be_off(desk: CardDesk, skew: int) -> None:
    number = electronic(desk)
    text = face(desk.card(number), {}, "en", desk.now + skew, with_secret=False).text
    desk.do(buy(desk, text))


def test_a_purchase_that_comes_late_has_the_code_of_its_own_time(strict: CardDesk) -> None:
    number = electronic(strict)
    text = shown(strict, number).text
    strict.wait(seconds=3600)
    strict.do(buy(strict, text, ago=3600))
    with pytest.raises(WrongCode):
        strict.do(buy(strict, text))


def test_where_the_document_asks_for_codes_the_number_alone_is_refused(strict: CardDesk) -> None:
    number = electronic(strict)
    with pytest.raises(CodeMissing):
        strict.do(buy(strict, number))
    with pytest.raises(CodeMissing):
        strict.do(redeem(strict, number))
    strict.do(buy(strict, shown(strict, number).text))
    paper = strict.numbers(strict.make(name="paper", activation="first_use"))[0]
    strict.do(buy(strict, paper))  # a printed card cannot rotate
    strict.verify()


def redeem(desk: CardDesk, member: str) -> Redeem:
    return Redeem(
        RedeemIn(member=member, asset="points", amount=1), desk.caller, key=desk.key(), at=desk.now
    )


def test_the_document_says_how_far_off_a_clock_may_be(database_url: str) -> None:
    from tests.desk import DOCUMENT

    desk = CardDesk(database_url, DOCUMENT + "cards: {tolerance_seconds: 600}\n")
    try:
        number = electronic(desk)
        text = shown(desk, number).text
        desk.wait(seconds=600)
        desk.do(buy(desk, text))
        desk.wait(seconds=60)
        with pytest.raises(WrongCode):
            desk.do(buy(desk, text))
    finally:
        desk.connection.close()


@pytest.mark.parametrize("way", ["lost", "blocked", "replaced"])
def test_the_secret_dies_with_the_card(desk: CardDesk, way: str) -> None:
    number = electronic(desk)
    text = shown(desk, number).text
    desk.do(buy(desk, text))
    ends = {
        "lost": LoseCard(number, BlockIn(), desk.caller, key=desk.key(), at=desk.now),
        "blocked": BlockIdentifier(
            f"card:{number}", BlockIn(), desk.caller, key=desk.key(), at=desk.now
        ),
        "replaced": ReplaceIdentifier(
            f"card:{number}", ReplaceIn(issue_card=True), desk.caller, key=desk.key(), at=desk.now
        ),
    }
    answer = desk.do(ends[way])
    assert (desk.card(number).state, desk.card(number).secret) == (way, None)
    with pytest.raises((WrongCode, MemberBlocked)):
        desk.do(buy(desk, text))
    with pytest.raises(CardEnded):
        shown(desk, number)
    if way == "replaced":
        assert desk.do(buy(desk, answer["card"]))["balances"]["points"]["available"] == 10


def test_a_new_secret_makes_the_old_telephone_worthless(desk: CardDesk) -> None:
    number = electronic(desk)
    old = shown(desk, number).text
    make = ShowOnTelephone(number, ElectronicIn(), desk.caller, key=desk.key(), at=desk.now)
    desk.do(make)
    with pytest.raises(WrongCode):
        desk.do(buy(desk, old))
    desk.do(buy(desk, shown(desk, number).text))


def test_a_telephone_works_the_codes_out_offline(desk: CardDesk) -> None:
    number = electronic(desk)
    secret = b32decode(shown(desk, number, with_secret=True).secret or "")
    desk.wait(seconds=7200)
    assert shown(desk, number).text == number + code_at(secret, desk.now)
    assert shown(desk, number).secret is None


def test_no_answer_that_is_kept_tells_the_secret(desk: CardDesk) -> None:
    number = electronic(desk)
    secret = desk.card(number).secret
    assert secret is not None
    rows = desk.all("select facts, answer from activity where program_id = %s")
    assert rows
    assert not any(secret.hex() in text for row in rows for text in row)


def test_a_pass_that_cannot_rotate_is_refused_where_codes_are_asked_for(strict: CardDesk) -> None:
    number = electronic(strict)

    def make(platform: Any) -> MakePass:
        return MakePass(number, PassIn(platform), strict.caller, key=strict.key(), at=strict.now)

    with pytest.raises(Exception, match="rotating codes"):
        strict.do(make("apple"))
    strict.do(make("google"))


def test_codes_of_other_moments_are_other_codes() -> None:
    secret = Ids().make(0).bytes * 3
    codes = {code_at(secret[:40], step * PERIOD_SECONDS) for step in range(2_000)}
    assert len(codes) == 2_000
    assert not accepts(secret[:40], "", at=0, tolerance_seconds=90)


def test_answers_are_what_the_wire_says(desk: CardDesk) -> None:
    number = electronic(desk)
    assert msgspec.json.decode(msgspec.json.encode(shown(desk, number)), type=FaceOut)
