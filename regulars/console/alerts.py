"""What waits for somebody or went wrong, on the first page of who can do something about it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from msgspec import json

from regulars.imports.console import NOUNS
from regulars.kit.pages import Desk, words_of
from regulars.kit.parts import Note, number
from regulars.kit.sql import statements
from regulars.kit.steps import Step

_SQL = statements(__package__ or "", "alerts.sql")
say = words_of(__package__ or "", "charts.toml")


def asked(desk: Desk) -> Step:
    """What is to be looked up: one row."""
    params = (desk.organization_id, desk.program.id, desk.staff_id, desk.now)
    return Step(_SQL["alerts"], params)


def alerts(desk: Desk, row: Sequence[Any]) -> list[Note]:
    """What the row says, as far as this person may know."""
    drafts, dead, troubled, files = row
    return [*_drafts(desk, drafts), *_webhooks(desk, dead, troubled), *_files(desk, files)]


def _drafts(desk: Desk, count: int) -> Iterator[Note]:
    if count and desk.may("drafts-approve"):
        yield _note("drafts_wait", count, "drafts")


def _webhooks(desk: Desk, dead: int, troubled: int) -> Iterator[Note]:
    if desk.may("webhooks-see"):
        if troubled:
            yield _note("webhooks_fail", troubled, "webhooks", "bad")
        if dead:
            yield _note("webhooks_dead", dead, "webhooks")


def _files(desk: Desk, text: str) -> Iterator[Note]:
    for noun, permission in NOUNS.items():
        count = json.decode(text).get(noun, 0)
        if count and desk.may(permission):
            yield _note(f"files_{noun}", count, f"{noun}-import")


def _note(code: str, count: int, page: str, tone: str = "busy") -> Note:
    """A sentence that leads to where something can be done."""
    told, where = say(code, count=number(count)), reverse(f"console:{page}")
    return Note(format_html('<a href="{}">{}</a>', where, told), tone)
