"""Pages as data: each noun's ``console.py`` lists its own in ``PAGES``; the console serves them.

A page's function gets the request and the `Desk` of whoever asks, and gives back what to show:

    PAGES = [
        Page("shops/", "shops", shops, permission="shops-see",
             place=Place("organization", 20, "storefront")),
    ]

The frame has signed the person in, looked the permission up, opened a transaction under row-level
security, and writes down what was done. Words stand in the noun's ``console.toml``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from babel.core import get_global
from babel.dates import format_date, format_time
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from msgspec import Struct

from regulars.kit.periods import zone
from regulars.kit.problems import Invalid
from regulars.kit.steps import Steps
from regulars.kit.words import LANGUAGES, say


class Desk(Struct, frozen=True):
    """Who asks, for which organization, and what they may do there."""

    staff_id: UUID
    who: str
    """E-mail address."""
    organization_id: UUID
    organization: str
    role: str
    permissions: frozenset[str]
    shops: frozenset[UUID]
    """Only these; empty is all of them."""
    programs: tuple[Any, ...]
    program: Any
    """The chosen one: id, slug, name, currency, timezone; None where there is no program yet."""
    timezone: str
    agency: bool
    now: datetime
    """As the tills have it: a demonstration may be in the past."""
    real_now: datetime
    """As the wall has it: for links that expire and for the record of what was done."""
    places: tuple[Any, ...]
    """The organizations this person works in: organization_id, slug, name, role."""
    run: Callable[[Steps[Any]], Any]
    """Runs steps in the page's transaction."""

    def may(self, permission: str) -> bool:
        return permission in self.permissions


class Place(Struct, frozen=True):
    """Where a page stands in the navigation: group, position in it, icon (Material Symbols)."""

    group: str
    position: int
    icon: str


class Page(Struct, frozen=True):
    """One page. ``path`` is below ``/console/``, ``name`` is its word in ``console.toml`` too."""

    path: str
    name: str
    view: Callable[..., Any]
    permission: str
    writes: str = ""
    """What a POST does, as the record of what was done says it; without it only GET is answered."""
    place: Place | None = None
    below: str = ""
    """The page it belongs to, for the navigation and the way back."""
    agency: bool = False
    """Only for staff who may make organizations."""
    package: str = ""
    """Where its words are; the console fills it in."""


class Shown(Struct, frozen=True):
    """A page to be shown: a template and what it needs."""

    template: str
    context: Mapping[str, Any] = {}
    status: int = 200
    title: str = ""
    done: "Done | None" = None
    """What was done, where a POST is answered with a page of its own."""


class Done(Struct, frozen=True):
    """Something was done: to what (for the record), where to go on, what to say."""

    object: str
    to: str = ""
    """The name of the page to go on to."""
    message: str = ""
    details: Mapping[str, Any] = {}
    parts: Mapping[str, Any] = {}
    """What that page's path wants."""


class Link(Struct, frozen=True):
    """A way to another page, offered to whoever may go there."""

    label: str
    page: str
    parts: Mapping[str, Any] = {}
    icon: str = ""
    primary: bool = False


class Table(Struct, frozen=True):
    """A list. A row is its cells; a cell is text, or markup made with `code`, `badge` and such."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str
    actions: Sequence[Link] = ()
    intro: str = ""
    further: str = ""
    """The address of the next part, where there is one."""
    further_label: str = ""

    def body(self) -> list[list[tuple[str, Any]]]:
        """The rows, each cell beside its column's name, which narrow screens show with it."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


def tongue() -> str:
    """The reader's language, one of ours."""
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"


def words_of(package: str, file: str = "console.toml") -> Callable[..., str]:
    """Says a word of a package in the reader's language: ``say = words_of(__package__)``."""

    def speak(code: str, /, **figures: object) -> str:
        return say(package, file, code, tongue(), **figures)

    return speak


def refused(sentence: str) -> Invalid:
    """A refusal that is said in the reader's language."""
    return Invalid(sentence, told={tongue(): sentence})


def code(text: object) -> SafeString:
    """A cell in the type of machines."""
    return format_html('<code class="rg-code">{}</code>', text)


def long(text: object) -> SafeString:
    """A cell with a sentence: on a narrow screen it has all the width, below its column's name."""
    return format_html('<span class="rg-long">{}</span>', text)


def badge(text: object, tone: str = "plain") -> SafeString:
    """A cell that says a state: plain, good, bad or busy."""
    return format_html('<span class="rg-badge rg-{}">{}</span>', tone, text)


def link(text: object, page: str, **parts: Any) -> SafeString:
    """A cell that leads to another page."""
    return format_html('<a href="{}">{}</a>', reverse(f"console:{page}", kwargs=parts), text)


def labels_of(package: str, file: str = "console.toml") -> Callable[..., Any]:
    """Like `words_of`, said when it is read: for the fields of forms."""
    return lazy(words_of(package, file), str)


def moment(at: datetime, timezone: str, *, exact: bool = False) -> SafeString:
    """A cell with an instant, in a time zone, as the reader's language writes it: to the minute;
    ``exact``: to the second."""
    there, language = zone(timezone), tongue()
    day = format_date(at.astimezone(there), "medium", locale=language)
    clock = format_time(at, "medium" if exact else "short", tzinfo=there, locale=language)
    text = f"{day}, {clock}"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)


def ending(at: datetime, timezone: str) -> Any:
    """A cell with the end of something: the last day, where it ends with one, as people say it."""
    there = at.astimezone(zone(timezone))
    if there.time() == time():
        return format_date(there - timedelta(1), "medium", locale=tongue())
    return moment(at, timezone)


@cache
def timezones() -> list[tuple[str, str]]:
    """What a form lets choose: the places of the world, by their names in the tz database."""
    names = sorted(name for name in available_timezones() if name.count("/") == 1)
    fit = [name for name in names if name.partition("/")[0] in _PARTS_OF_THE_WORLD]
    return [(name, name.replace("_", " ")) for name in ("UTC", *fit)]


@cache
def currencies() -> list[tuple[str, str]]:
    """What a form lets choose: the currencies that are money today somewhere (ISO 4217)."""
    now = {code for region in get_global("territory_currencies").values()
           for code, _, ended, tender in region if ended is None and tender}  # fmt: skip
    return [(code, code) for code in sorted(now)]


_PARTS_OF_THE_WORLD = {
    *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian"),
    "Pacific",
}
