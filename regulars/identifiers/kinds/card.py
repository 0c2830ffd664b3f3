"""Card numbers: 8 to 19 digits, the last of them a check digit by Luhn's rule (ISO/IEC 7812-1).

Thirteen digits that begin with 2 may have the check digit of EAN-13 instead: GS1 leaves 20 to 29 to
shops for their own use, and cards with such a bar code are common.

>>> Card.normalize("2012345678903", "PL")
'2012345678903'

Spaces and dashes are for people and are dropped:

>>> Card.normalize("4539 1488-0343 6467", "PL")
'4539148803436467'

What is not 8 to 19 digits is no card number; a wrong check digit is a mistake:

>>> Card.normalize("4539", "PL")
>>> Card.normalize("4539148803436468", "PL")
Traceback (most recent call last):
    ...
regulars.identifiers.kind.Mistyped: Card number ending in 6468 has a wrong check digit: ...

A new number is random, so that numbers of others cannot be guessed from one's own (T16):

>>> from random import Random
>>> number = make("29", Random(7).getrandbits)
>>> len(number), number[:2], Card.normalize(number, "") == number
(16, '29', True)
"""

from collections.abc import Callable

from regulars.identifiers.kind import Kind, Mistyped

LENGTH = 16
"""Digits of a number we issue: what card printers, tills and people are used to."""

_SPACERS = str.maketrans("", "", " -\u00a0")
_DOUBLED = bytes(
    (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[byte - 48] if 48 <= byte <= 57 else 0 for byte in range(256)
)


class Card(Kind):
    label = {"en": "Card", "pl": "Karta", "bg": "Карта"}
    sentence = {
        "en": "a card number: 8 to 19 digits, the last of which checks the others",
        "pl": "numer karty: od 8 do 19 cyfr, z których ostatnia sprawdza pozostałe",
        "bg": "номер на карта: от 8 до 19 цифри, последната от които проверява останалите",
    }

    @staticmethod
    def normalize(text: str, region: str) -> str | None:
        number = digits(text)
        if number is None:
            return None
        if not checks(number):
            raise Mistyped(
                f"Card number ending in {number[-4:]} has a wrong check digit: a digit was misread "
                "or two were swapped; read it again from the card."
            )
        return number


def digits(text: str) -> str | None:
    """The bare digits of a text that has the shape of a card number."""
    if not text.isdigit():
        text = text.translate(_SPACERS)
    return text if 8 <= len(text) <= 19 and text.isascii() and text.isdigit() else None


def checks(number: str) -> bool:
    """Whether the last digit fits the others. Nearly no cost: asked for every purchase.

    >>> checks("79927398713"), checks("79927398710")
    (True, False)
    """
    code = number.encode()
    plain = code[-1::-2]
    if (sum(plain) - 48 * len(plain) + sum(code[-2::-2].translate(_DOUBLED))) % 10 == 0:
        return True
    return len(number) == 13 and number[0] == "2" and ean_digit(number[:12]) == number[12]


def check_digit(payload: str) -> str:
    """The digit to be written behind ``payload``.

    >>> check_digit("7992739871")
    '3'
    """
    code = payload.encode()
    plain = code[-2::-2]
    return str(-(sum(plain) - 48 * len(plain) + sum(code[-1::-2].translate(_DOUBLED))) % 10)


def ean_digit(payload: str) -> str:
    """The check digit of EAN-13 behind twelve digits (GS1 General Specifications, 7.9).

    >>> ean_digit("590123412345")
    '7'
    """
    digits = [int(digit) for digit in payload]
    return str(-(sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10)


def make(prefix: str, randbits: Callable[[int], int]) -> str:
    """A new number that begins with ``prefix``; ``randbits`` is `secrets.randbits` in earnest."""
    free = LENGTH - 1 - len(prefix)
    payload = f"{prefix}{randbits(4 * free + 32) % 10**free:0{free}d}"
    return payload + check_digit(payload)
