"""Numbers of a batch: a range, or drawn at random; the last digit of each checks the others.

>>> from random import Random
>>> numbers = Numbers(prefix="29", length=16, symbology="qr")
>>> numbers.range(1, 2)
['2900000000000015', '2900000000000023']
>>> len(set(numbers.random(1000, Random(7).randrange)))
1000

A bar code of the kind EAN-13 brings its own length and its own check digit:

>>> Numbers(prefix="20", length=13, symbology="ean13").range(1, 2)
['2000000000015', '2000000000022']
"""

from collections.abc import Callable

from msgspec import Struct

from regulars.identifiers.kinds.card import check_digit, ean_digit
from regulars.kit.problems import Invalid

SYMBOLOGIES = ("qr", "code128", "ean13")
_EAN_LENGTH = 13
_SPARSE = 1000
"""Of so many numbers that can be drawn at most one is, so that none is found by trying (T16)."""


class Numbers(Struct, frozen=True):
    """How the numbers of a batch look."""

    prefix: str
    length: int
    symbology: str

    def check(self) -> None:
        """Raise `Invalid` where no card could have such numbers."""
        if self.symbology not in SYMBOLOGIES:
            raise Invalid(f"The symbology is one of {', '.join(SYMBOLOGIES)}.")
        if not (self.prefix == "" or (self.prefix.isascii() and self.prefix.isdigit())):
            raise Invalid("The prefix consists of digits.")
        if self.symbology == "ean13":
            if self.length != _EAN_LENGTH or not self.prefix.startswith("2"):
                raise Invalid(
                    "EAN-13 has 13 digits, and for cards of shops it begins with 2 (20 to 29 are "
                    "free for your own use): give a prefix such as 20."
                )
        elif not 8 <= self.length <= 19:
            raise Invalid("A card number has 8 to 19 digits.")
        if self.free < 1:
            raise Invalid("The prefix leaves no digit for numbers: shorten it or add digits.")

    @property
    def free(self) -> int:
        """Digits between the prefix and the check digit."""
        return self.length - 1 - len(self.prefix)

    def range(self, first: int, count: int) -> list[str]:
        """Consecutive numbers, ``first`` being what stands between prefix and check digit."""
        self.check()
        if first < 0 or first + count > 10**self.free:
            raise Invalid(
                f"{count} numbers from {first} do not fit into {self.free} digits: use more digits "
                "or a shorter prefix."
            )
        return [self._whole(number) for number in range(first, first + count)]

    def random(self, count: int, randbelow: Callable[[int], int]) -> list[str]:
        """Numbers nobody can guess from one another, each once."""
        self.check()
        if count * _SPARSE > 10**self.free:
            raise Invalid(
                f"{count} random numbers in {self.free} digits could be found by trying: use more "
                "digits or a shorter prefix."
            )
        drawn: dict[int, None] = {}
        while len(drawn) < count:
            drawn[randbelow(10**self.free)] = None
        return [self._whole(number) for number in drawn]

    def _whole(self, number: int) -> str:
        payload = f"{self.prefix}{number:0{self.free}d}"
        return payload + (ean_digit if self.symbology == "ean13" else check_digit)(payload)


def grouped(number: str) -> str:
    """A number as people read it from a card.

    >>> grouped("2900000000000015"), grouped("2000000000015")
    ('2900 0000 0000 0015', '2 000000 000015')
    """
    if len(number) == _EAN_LENGTH:
        return f"{number[0]} {number[1:7]} {number[7:]}"
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
