"""The card as a telephone shows it: number, title, colours and the codes of this moment."""

from base64 import b32encode

from regulars.cards.design import Design, letters_on
from regulars.cards.numbers import grouped
from regulars.cards.queries import Card
from regulars.cards.symbols import svg
from regulars.cards.wire import FaceOut
from regulars.identifiers.rotation import PERIOD_SECONDS, code_at
from regulars.kit.periods import instant
from regulars.kit.problems import Conflict


class CardEnded(Conflict):
    code = "card_ended"
    title = "This card cannot be shown any more"


def face(
    card: Card, names: dict[str, str], language: str, now: int, *, with_secret: bool
) -> FaceOut:
    """What to show now. ``names`` (of the program) are the title of a card without a batch."""
    if card.state not in ("active", "issued"):
        raise CardEnded(f"The card is {card.state}: show the one that took its place, if any.")
    design = card.design or Design(title=names)
    text = card.number
    until = secret = None
    if card.secret is not None:
        text += code_at(card.secret, now)
        until = instant((now // PERIOD_SECONDS + 1) * PERIOD_SECONDS)
        secret = b32encode(card.secret).decode() if with_secret else None
    barcode = card.symbology if card.symbology == "ean13" and card.secret is None else "code128"
    return FaceOut(
        number=card.number,
        shown=grouped(card.number),
        title=design.say(design.title, language),
        line=design.say(design.line, language),
        color=design.color.lower(),
        letters="#{:02x}{:02x}{:02x}".format(*letters_on(design.brand)),
        text=text,
        qr_svg=svg("qr", text),
        barcode_svg=svg(barcode, text),
        barcode=barcode,
        until=until,
        secret=secret,
    )
