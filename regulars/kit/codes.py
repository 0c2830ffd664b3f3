"""Codes that carry value: of vouchers and gift cards. Long enough that guessing is hopeless (T16).

Fourteen random characters of 31 are 69 random bits: with a billion codes in use, the fastest
guessing seen in public (1.7 million an hour) hits one in 50 years, and the till limits guesses long
before.

A fifteenth character checks the others: the sum of all, weighted with 1 to 15, is divisible by 31.
As 31 is prime, any one wrong character and any two swapped ones are noticed (the reasoning behind
the pure systems of ISO 7064).

The alphabet leaves out 0, O, 1, I and L, which people read for one another.

>>> normalize(" abcde-fghjk mnpqz"), checks("ABCDEFGHJKMNPQZ"), checks("ABCDEFGHJKMNPQX")
('ABCDEFGHJKMNPQZ', False, True)
>>> code = make()
>>> normalize(grouped(code).lower()) == code
True
"""

import secrets
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 15
GROUP = 5

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_BASE = len(ALPHABET)
_FREE = LENGTH - 1
_DASHES_AND_SPACES = " -\u00a0\u2010\u2011\u2012\u2013\u2014"
_SPACERS = str.maketrans("", "", _DASHES_AND_SPACES + "".join(map(chr, range(32))))


def make(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """A new code, in the form that is stored."""
    number = randbelow(_BASE**_FREE)
    values = []
    for _ in range(_FREE):
        number, value = divmod(number, _BASE)
        values.append(value)
    return "".join(ALPHABET[value] for value in (*values, _check(values)))


def normalize(text: str) -> str:
    """A code as it is stored, from how somebody typed it: case, spaces and dashes do not
    matter, nor what a scanner puts before or behind."""
    return text.translate(_SPACERS).upper()


def checks(code: str) -> bool:
    """Whether a normalized code can be one of ours: its length, letters and last character fit."""
    if len(code) != LENGTH:
        return False
    values = [_VALUE.get(character, -1) for character in code]
    return min(values) >= 0 and _check(values[:_FREE]) == values[_FREE]


def looks_mistyped(code: str) -> bool:
    """Whether a normalized code is made like ours, with or without a prefix, but for its check.

    >>> code = make()
    >>> wrong = ("3" if code[0] == "2" else "2") + code[1:]
    >>> looks_mistyped(code), looks_mistyped(wrong), looks_mistyped("WELCOME")
    (False, True, False)
    """
    own = code[-LENGTH:]
    return len(own) == LENGTH and _VALUE.keys() >= set(own) and not checks(own)


def grouped(code: str) -> str:
    """A code as people read it.

    >>> grouped("ABCDEFGHJKMNPQR")
    'ABCDE-FGHJK-MNPQR'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _check(values: list[int]) -> int:
    """The value x of the last character: sum of i * value(i) + 15 * x = 0 modulo 31.

    The inverse of 15 modulo 31 is 29, that of -15 is 2.
    """
    return 2 * sum(weight * value for weight, value in enumerate(values, 1)) % _BASE
