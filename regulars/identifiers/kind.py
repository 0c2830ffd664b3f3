"""What every kind of identifier is."""

from typing import ClassVar

from regulars.kit.problems import Invalid


class Kind:
    """A kind of identifier: its words, and how a text becomes the one form that is stored."""

    label: ClassVar[dict[str, str]]
    sentence: ClassVar[dict[str, str]]
    """What is expected, for forms and refusals: "a card number: ..."."""

    @staticmethod
    def normalize(text: str, region: str) -> str | None:
        """The stored form of ``text``, or None where it is not of this kind.

        ``region`` is the country (ISO 3166, ``PL``) whose habits apply where a text leaves it
        open. Raises `Invalid` where the text is of this kind but mistyped.
        """
        raise NotImplementedError


class Mistyped(Invalid):
    """A check digit shows that what was read or typed is not what was issued."""

    code = "wrong_check_digit"
    title = "This number was mistyped"
