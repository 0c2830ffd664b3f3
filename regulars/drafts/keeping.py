"""Keeping: what the pages of a draft have in common. The draft as data, what its fields may be
filled with, and keeping a change where nobody else was in between."""

import json
from typing import Any
from uuid import UUID

from regulars.drafts import operations, queries
from regulars.drafts.build import lanes_of
from regulars.drafts.queries import Draft
from regulars.kit.pages import Desk, Done, refused, tongue, words_of
from regulars.kit.problems import NotFound
from regulars.organizations.queries import shops
from regulars.programs.document import Document, load
from regulars.programs.queries import last_revision, revision
from regulars.programs.source import Source

_NAMED = (
    "assets", "vouchers", "collections", "challenges", "streaks", "stamp_cards", "gift_cards",
    "causes",
)  # fmt: skip

say = words_of(__package__ or "")


def program_of(desk: Desk) -> Any:
    """The program of the desk, or `NotFound`."""
    if desk.program is None:
        raise NotFound("There is no program yet.")
    return desk.program


def draft_of(desk: Desk, draft_id: UUID) -> Draft:
    """A draft of the desk's program."""
    found: Draft = desk.run(queries.draft(program_of(desk).id, draft_id))
    return found


def readable(draft: Draft) -> dict[str, Any]:
    """The draft as data; a text that somebody left unfinished has to be mended first."""
    data = Source(draft.source).data
    if not isinstance(data, dict) or not isinstance(data.get("campaigns", []), list):
        raise refused(say("broken_text"))
    return data


def source_of(desk: Desk, number: int) -> Any:
    """Steps: the text of a revision; of the one before the first nothing."""
    if number == 0:
        return "{}"
    return (yield from revision(desk.program.id, number)).source


def last_document(desk: Desk) -> Document | None:
    """The document of the last revision; None before the first."""
    last = desk.run(last_revision(desk.program.id))
    return None if last is None else load(last.document)


def bare(desk: Desk) -> Document:
    """What is in force, or where nothing is, a program of that name without anything in it."""
    one = program_of(desk)
    return last_document(desk) or Document(
        program=one.slug, currency=one.currency, timezone=one.timezone
    )


def bare_source(program: Any) -> str:
    """The same as text."""
    return f"program: {program.slug}\ncurrency: {program.currency}\ntimezone: {program.timezone}\n"


def keep(desk: Desk, draft: Draft, source: str, base: int | None = None) -> None:
    """Keep a new text; `Stale` where somebody else was faster."""
    desk.run(
        operations.change(
            program_id=desk.program.id, draft=draft, version=draft.version, source=source,
            now=desk.real_now, who=desk.who, staff_id=desk.staff_id, base=base,
        )
    )  # fmt: skip


def back_to(draft: Draft) -> Done:
    """Saved, and on to the page that says what the draft changes."""
    return Done(draft.title, to="draft", message=say("saved"), parts={"draft_id": draft.id})


def known(
    data: dict[str, Any], desk: Desk, products: dict[str, queries.Product]
) -> dict[str, list[tuple[str, str]]]:
    """What fields may be filled with, by what it is: each with its name for people."""
    found = {name: [*map(_named, _items(data.get(name)))] for name in _NAMED}
    found["assets"] = found["assets"] or [("points", "")]
    words = dict(_items(data.get("texts")))
    found["tiers"] = [
        (str(one), _text(words.get(f"tier.{one}"))) for one in _listed(data.get("tiers"))
    ]
    found["lanes"] = [(one, "") for one in lanes_of(data)]
    found["campaigns"] = [
        (str(one.get("id", "")), _text(one.get("name")))
        for one in _listed(data.get("campaigns")) if isinstance(one, dict)
    ]  # fmt: skip
    found["products"] = [(one.sku, one.name) for one in products.values()]
    found["categories"] = _plain(one.category for one in products.values())
    found["brands"] = _plain(one.brand for one in products.values())
    found["shops"] = [(one.code, one.name) for one in desk.run(shops(desk.organization_id))]
    return found


def _listed(part: Any) -> list[Any]:
    return part if isinstance(part, list) else []


def _items(part: Any) -> list[tuple[str, Any]]:
    return list(part.items()) if isinstance(part, dict) else []


def _named(item: tuple[str, Any]) -> tuple[str, str]:
    name, part = item
    return str(name), called(part)


def called(part: Any) -> str:
    """What a part is called in the reader's language; of plural forms the first."""
    return _text(part.get("name")) if isinstance(part, dict) else ""


def _text(texts: Any) -> str:
    if not isinstance(texts, dict) or not texts:
        return ""
    return str(texts.get(tongue()) or next(iter(texts.values()))).partition("|")[0]


def _plain(names: Any) -> list[tuple[str, str]]:
    return [(one, "") for one in sorted(set(names) - {""})]


def posted_json(text: str, otherwise: Any) -> Any:
    """What a page remembers of the data it was made from."""
    try:
        return json.loads(text)
    except ValueError:
        return otherwise
