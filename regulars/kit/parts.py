"""What pages are made of besides tables and forms: facts, a story, meters, charts, a filter.

    return sheet([Facts(say("standing"), [...]), Story(say("history"), [...])], title=name)

Each part names the template that shows it; the numbers in charts are worked out here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from babel.numbers import format_currency, format_decimal
from django.http import HttpResponse
from msgspec import Struct

from regulars.kit.money import digits_of
from regulars.kit.pages import Done, Link, Shown, Table, tongue

_HIGH = 100
_LETTERS = re.compile(r"[A-Z]{3}(?=\d)")


class Facts(Struct, frozen=True):
    """Names and values, a line each. A value is text or a cell."""

    template: ClassVar[str] = "console/parts/facts.html"
    title: str
    rows: Sequence[tuple[str, Any]]
    actions: Sequence[Link] = ()
    wide: bool = False


class Happening(Struct, frozen=True):
    """Something that happened: when, what, and what is behind it."""

    at: Any
    text: Any
    note: str = ""
    tone: str = ""
    icon: str = "circle"
    reasons: Sequence[tuple[bool, str]] = ()
    """Sentences that explain it, and whether each is a yes."""


class Story(Struct, frozen=True):
    """What happened, newest first."""

    template: ClassVar[str] = "console/parts/story.html"
    title: str
    lines: Sequence[Happening]
    empty: str
    why: str = ""
    """What opens the reasons."""
    further: str = ""
    further_label: str = ""
    wide: bool = True


class Meter(Struct, frozen=True):
    """So much of so much is done."""

    label: str
    done: int
    of: int
    note: str = ""


class Meters(Struct, frozen=True):
    template: ClassVar[str] = "console/parts/meters.html"
    title: str
    meters: Sequence[Meter]
    empty: str = ""
    wide: bool = False


class Listing(Struct, frozen=True):
    """A table with a heading, as a part of a page."""

    template: ClassVar[str] = "console/parts/listing.html"
    title: str
    table: Any
    wide: bool = True


class Filter(Struct, frozen=True):
    """A form that narrows a list."""

    template: ClassVar[str] = "console/parts/filter.html"
    form: Any
    send: str
    wide: bool = True


class Note(Struct, frozen=True):
    """A sentence that wants to be read: good, bad or busy."""

    template: ClassVar[str] = "console/parts/note.html"
    text: str
    tone: str = "busy"
    wide: bool = True


class Figure(Struct, frozen=True):
    """One number."""

    template: ClassVar[str] = "console/parts/figure.html"
    title: str
    value: str
    note: str = ""
    icon: str = "toll"
    wide: bool = False


class Bars(Struct, frozen=True):
    """A chart of bars, drawn as SVG. ``series`` are drawn beside each other, in their colours."""

    template: ClassVar[str] = "console/parts/bars.html"
    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int]]]
    told: str = ""
    say: Callable[[int], str] = str
    wide: bool = False
    first: str = ""
    """What the labels are, where the figures are a table too; and what opens it."""
    opens: str = ""
    bare: bool = False
    """Of one series whose title says what it is: no legend."""

    @property
    def width(self) -> int:
        return max(1, len(self.labels) * (len(self.series) * 8 + 4))

    @property
    def bars(self) -> list[dict[str, Any]]:
        highest = max((v for _, values in self.series for v in values), default=0)
        step = len(self.series) * 8 + 4
        return [
            {
                "x": place * step + number * 8,
                "y": _HIGH - height,
                "height": height,
                "of": number + 1,
                "told": f"{label}: {name} {self.say(value)}".replace(":  ", ": "),
            }
            for number, (name, values) in enumerate(self.series)
            for place, (label, value) in enumerate(zip(self.labels, values, strict=True))
            for height in [max(0, value) * _HIGH // highest if highest > 0 else 0]
        ]

    @property
    def table(self) -> Table:
        """The same in figures, the last first; what has nothing in it is left out."""
        columns = list(zip(*(values for _, values in self.series), strict=True))
        rows = [
            [label, *map(self.say, values)]
            for label, values in zip(self.labels, columns, strict=True) if any(values)
        ]  # fmt: skip
        return Table([self.first, *(name for name, _ in self.series)], rows[::-1], empty="")

    @property
    def legend(self) -> list[tuple[int, str]]:
        names = [] if self.bare else [name for name, _ in self.series]
        return [(number, name) for number, name in enumerate(names, 1) if name]

    @property
    def ends(self) -> tuple[str, str]:
        return (self.labels[0], self.labels[-1]) if self.labels else ("", "")


class File(HttpResponse):
    """A file as the answer of a page. ``done`` is written down in the record."""

    def __init__(self, content: Any, name: str, media: str, done: Done | None = None) -> None:
        super().__init__(content, content_type=media)
        self["Content-Disposition"] = f'attachment; filename="{name}"'
        self["X-Content-Type-Options"] = "nosniff"
        self.done = done


def sheet(
    parts: Sequence[Any], *, title: str = "", actions: Sequence[Link] = (), status: int = 200,
    **context: Any,
) -> Shown:  # fmt: skip
    """A page made of parts."""
    told: Mapping[str, Any] = {"parts": parts, "actions": actions, **context}
    return Shown("console/sheet.html", told, status=status, title=title)


def number(amount: int) -> str:
    """A number as the reader's language writes it."""
    return format_decimal(amount, locale=tongue())


def money(amount_minor: int, currency: str) -> str:
    """An amount as the reader's language writes it, and a code of letters apart from the number."""
    units = Decimal(amount_minor).scaleb(-digits_of(currency))
    return _LETTERS.sub("\\g<0>\u00a0", format_currency(units, currency, locale=tongue()))
