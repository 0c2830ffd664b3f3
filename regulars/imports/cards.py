"""Cards from a file: numbers that exist already, with or without a member, active or ended.

Who holds a card is looked up, nobody joins: members come from their own file. A card nobody holds
goes into a batch, and is a member's as soon as it is used.
"""

import re
from collections.abc import Iterator
from uuid import UUID

import msgspec
import polars as pl

from regulars.activities.batch import Answer, Operation
from regulars.cards.bringing import BringCard, Lot
from regulars.cards.design import read as design_of
from regulars.cards.queries import batches, stock_of
from regulars.identifiers.kind import Mistyped
from regulars.identifiers.resolve import Ref, resolve
from regulars.imports.faults import Fault, Faults, Refused, short
from regulars.imports.mapping import Mapping
from regulars.imports.members import named_by
from regulars.imports.plan import Place, Plan, stop
from regulars.imports.queries import Standing, standing
from regulars.imports.rows import Given, Heard, in_parts, read
from regulars.imports.staging import Staging
from regulars.kit.ids import Ids
from regulars.kit.problems import Problem
from regulars.kit.steps import Steps

_ASKED_AT_ONCE = 5_000
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""As our own files name members."""
_ids = Ids()
_ROWS = "select line, card, member, state, batch from parts order by line"
_TWICE = """
select card, list_sort(list(line))[2], min(line) from parts group by card having count(*) > 1
"""
_BATCHES = "select distinct batch from parts where batch <> ''"


def prepare(
    given: Given, place: Place, staging: Staging, *, heard: Heard, source: str, by: str
) -> Steps[Plan]:
    """Check the whole file; `Refused` with every fault where there is one."""
    faults = Faults()
    found = read(given, place.terms, staging, faults, _also, heard)
    mapping = found.mapping
    for card, line, first in staging.read(_TWICE):
        figures = {"value": short(card), "first": first}
        faults.add(Fault(line, mapping.label("cards", "card"), "card_twice_here", figures))
    yield from _who(place.program_id, staging, mapping, faults)
    own = source.rpartition(".")[0].strip()[:100] or source[:100]
    lots = yield from _lots(place, staging, mapping, faults, own=own, by=by)
    if faults:
        raise Refused(faults)

    def operations() -> Iterator[Operation]:
        for line, card, member, state, batch in staging.read(_ROWS):
            ref = None if member is None else resolve(member, mapping.region)
            lot = lots[batch or own] if batch or ref is None else None
            yield BringCard(
                line, ("card", card), member=ref, state=state, lot=lot, at=place.terms.now
            )

    return Plan(
        figures={"rows": staging.rows}, total=staging.rows, operations=operations, count=_count
    )


def _also(rows: pl.DataFrame, mapping: Mapping, faults: Faults) -> pl.DataFrame:
    """Numbers in the form in which they are stored; members that can be read at all."""
    kept, cards, members = [], [], []
    for line, card, member in rows.select("line", "card", "member").iter_rows():
        named = named_by("card", card, mapping, line, "cards")
        told = (named, member_fault(member, mapping, line))
        found = [one for one in told if isinstance(one, Fault)]
        faults.add(*found)
        kept.append(not found)
        cards.append("" if isinstance(named, Fault) else named.removeprefix("card:"))
        members.append(member and _spelt(member))
    return rows.select(
        "line",
        member=pl.Series(members, dtype=pl.String),
        card=pl.Series(cards, dtype=pl.String),
        state=pl.col("state").fill_null("active"),
        batch=pl.col("batch").fill_null(""),
    ).filter(pl.Series(kept, dtype=pl.Boolean))  # fmt: skip


def member_fault(text: str | None, mapping: Mapping, line: int) -> Fault | None:
    """What is wrong with what should name a member, if anything is."""
    if text is None:
        return None
    try:
        resolve(_spelt(text), mapping.region)
    except Problem as problem:
        code = "mistyped" if isinstance(problem, Mistyped) else "names_nobody"
        return Fault(line, mapping.label("cards", "member"), code, {"value": short(text)})
    return None


def _spelt(member: str) -> str:
    return f"id:{member}" if _ID.fullmatch(member) else member


def _who(program_id: UUID, staging: Staging, mapping: Mapping, faults: Faults) -> Steps[None]:
    """Members nobody knows, or who are blocked; cards of somebody else or of a batch not in use."""
    for part in in_parts(staging.read(_ROWS), _ASKED_AT_ONCE):
        refs: dict[str, Ref] = {row[2]: resolve(row[2], mapping.region) for row in part if row[2]}
        cards: list[Ref] = [("card", row[1]) for row in part]
        known = yield from standing(program_id, list({*cards, *refs.values()}))
        given = [row[1] for row in part if row[2] and ("card", row[1]) not in known]
        stock = yield from stock_of(program_id, given)
        for line, card, member, _, _ in part:
            holder = known.get(refs[member]) if member else None
            if member:
                faults.add(*_wrong(line, member, holder, known.get(("card", card)), mapping))
            if member and stock.get(card) == "made":
                label = mapping.label("cards", "card")
                faults.add(Fault(line, label, "card_not_active", {"value": short(card)}))


def _wrong(
    line: int, member: str, holder: Standing | None, card: Standing | None, mapping: Mapping
) -> Iterator[Fault]:
    label, figures = mapping.label("cards", "member"), {"value": short(member)}
    if holder is None:
        yield Fault(line, label, "card_of_nobody", figures)
    elif not holder.active:
        yield Fault(line, label, "blocked_member", figures)
    elif card is not None and card.identifier == "active" and card.member_id != holder.member_id:
        yield Fault(line, mapping.label("cards", "card"), "card_of_another", figures)


def _lots(
    place: Place, staging: Staging, mapping: Mapping, faults: Faults, *, own: str, by: str
) -> Steps[dict[str, Lot]]:
    """The batches that take cards up: those that did before, and new ones."""
    there = {one.name: one for one in (yield from batches(place.program_id))}
    program = place.revisions.document(place.revisions.numbers[-1])
    design = msgspec.json.encode(design_of("", dict(program.name))).decode()
    lots = {}
    for name in [*(row[0] for row in staging.read(_BATCHES)), own]:
        one = there.get(name)
        if one is not None and one.numbering != "imported":
            fresh = yield from _fresh(place.program_id, staging, name, own)
            if fresh:  # those that are in it already may well be named with it
                label = mapping.label("cards", "batch")
                faults.add(Fault(fresh, label, "batch_made_here", {"value": short(name)}))
        id_ = _ids.make(place.terms.now * 1000) if one is None else one.id
        lots[name] = Lot(id_, name, design, by)
    return lots


def _fresh(program_id: UUID, staging: Staging, name: str, own: str) -> Steps[int]:
    """The first line of this batch with a card that nobody knows yet; 0 where there is none."""
    rows = [row for row in staging.read(_ROWS) if (row[4] or ("" if row[2] else own)) == name]
    for part in in_parts(iter(rows), _ASKED_AT_ONCE):
        known = yield from standing(program_id, [("card", row[1]) for row in part])
        stock = yield from stock_of(program_id, [row[1] for row in part])
        for line, card, *_ in part:
            if ("card", card) not in known and card not in stock:
                return int(line)
    return 0


def _count(operation: Operation, answer: Answer) -> Iterator[tuple[str, int]]:
    assert isinstance(operation, BringCard)
    if answer.problem is not None:
        raise stop(operation.line, answer.problem)
    yield operation.outcome, 1
