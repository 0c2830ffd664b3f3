"""Resolve: what a till sent as "the customer" becomes an identifier or a member's id."""

from uuid import UUID

from regulars.identifiers.kind import Kind
from regulars.identifiers.kinds.card import checks, digits
from regulars.identifiers.rotation import LENGTH as CODE_LENGTH
from regulars.kit.kinds import scan
from regulars.kit.problems import Invalid

Ref = UUID | tuple[str, str]
"""A member's id, or (kind, stored value) of an identifier."""

KINDS: dict[str, type[Kind]] = scan("regulars.identifiers.kinds", Kind)

MAX_LENGTH = 300


class Shown(tuple[str, str]):
    """A card shown with its rotating code. Equal to the plain identifier in every other way."""

    code: str


_SURELY_CARD = 13
"""Digits from which on a bare number is no phone number as people of a country write it."""


class NotAnIdentifier(Invalid):
    code = "not_an_identifier"
    title = "This names no member"


def resolve(text: str, region: str = "") -> Ref:
    """What ``text`` names: ``card:...``, ``phone:...``, ``email:...``, ``id:...`` or bare.

    Bare text is an e-mail address if it has an ``@``, else a card number, else a phone number. A
    bare number of at most 12 digits that is a valid phone number of the region is a phone number,
    even if it would pass as a card by its check digit (one in ten does); ``card:`` says otherwise.

    >>> resolve("card:4539 1488 0343 6467")
    ('card', '4539148803436467')
    >>> resolve("600100200", "PL"), resolve("79927398713", "PL")
    (('phone', '+48600100200'), ('card', '79927398713'))
    >>> resolve("id:019acafe-0000-7000-8000-000000000001")
    UUID('019acafe-0000-7000-8000-000000000001')

    20 to 31 digits are a card number and the twelve digits of its rotating code:

    >>> shown = resolve("4539148803436467287082287082")
    >>> shown, shown.code
    (('card', '4539148803436467'), '287082287082')
    """
    if text.isdigit() and len(text) >= _SURELY_CARD and text[:2] != "00":
        number = digits(text)
        if number is not None and checks(number):
            return ("card", number)
    elif text[:5] == "card:":
        number = digits(text[5:])
        if number is not None and checks(number):
            return ("card", number)
    return _resolve(text.strip(), region)


def identify(kind: str, value: str, region: str = "") -> tuple[str, str]:
    """The identifier of a stated kind, in its stored form."""
    found = KINDS.get(kind)
    if found is None:
        raise NotAnIdentifier(
            f"There is no kind of identifier {kind[:40]!r}: use {', '.join(sorted(KINDS))}."
        )
    normal = found.normalize(value, region) if len(value) <= MAX_LENGTH else None
    if normal is None:
        raise NotAnIdentifier(f"Expected {found.sentence['en']}.", kind=kind)
    return (kind, normal)


def _resolve(text: str, region: str) -> Ref:
    if len(text) > MAX_LENGTH:
        raise _unknown()
    prefix, colon, rest = text.partition(":")
    shown = _shown(rest if prefix == "card" else text)
    if shown is not None:
        return shown
    if colon and prefix in KINDS:
        return identify(prefix, rest.strip(), region)
    if colon and prefix != "id":
        raise _unknown()
    if colon or (len(text) == 36 and text.count("-") == 4):
        try:
            return UUID(rest if colon else text)
        except ValueError:
            raise _unknown() from None
    if "@" in text:
        return identify("email", text, region)
    return _number(text, region)


def _shown(text: str) -> Shown | None:
    """A card number with a rotating code behind it: more digits than any number alone has."""
    text = text.strip()
    if not 20 <= len(text) <= 31 or not (text.isascii() and text.isdigit()):
        return None
    number = digits(text[:-CODE_LENGTH])
    if number is None or not checks(number):
        return None
    found = Shown(("card", number))
    found.code = text[-CODE_LENGTH:]
    return found


def _number(text: str, region: str) -> Ref:
    number = digits(text)
    card_first = number is not None and len(number) >= _SURELY_CARD and number[:2] != "00"
    if number is not None and card_first and checks(number):
        return ("card", number)
    phone = KINDS["phone"].normalize(text, region)
    if phone is not None:
        return ("phone", phone)
    card = KINDS["card"].normalize(text, region)
    if card is None:
        raise _unknown()
    return ("card", card)


def _unknown() -> NotAnIdentifier:
    expected = "; ".join(f"{kind}: {found.sentence['en']}" for kind, found in KINDS.items())
    return NotAnIdentifier(
        f"Expected one of these, with its name and a colon before it or bare: {expected}; or id: "
        "and the member's id."
    )
