"""Members from a file: one row a member. Who is unknown joins; who is known is told more of.

A row that says nothing new changes nothing, so that the whole list can come again every night.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import polars as pl

from regulars.activities.batch import Answer, Operation
from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.identifiers.kind import Mistyped
from regulars.identifiers.resolve import KINDS, identify
from regulars.imports.faults import Fault, Faults, Refused, short
from regulars.imports.fields import Noun
from regulars.imports.mapping import ATTRIBUTE, Mapping
from regulars.imports.plan import Place, Plan, stop
from regulars.imports.queries import standing
from regulars.imports.rows import Given, Heard, in_parts, read
from regulars.imports.staging import Staging
from regulars.kit.http import Caller
from regulars.kit.periods import instant
from regulars.kit.problems import Problem
from regulars.kit.steps import Steps
from regulars.members.operations import Join, Register
from regulars.members.wire import IdentifierIn, JoinIn, RegisterIn

_ASKED_AT_ONCE = 5_000
_ROWS = "select line, ids, attributes, joined_at, registered, shop from parts order by line"
_TWICE = """
select id, list_sort(list(line))[2], min(line)
  from (select unnest(ids) as id, line from parts) group by id having count(*) > 1
"""


class Enroll:
    """A row: `Join` where nothing in it is known, `Register` where it says something new."""

    digest = b""
    now: int | None = None

    def __init__(
        self, line: int, ids: list[str], attributes: dict[str, Any], joined_at: int | None,
        registered: bool, caller: Caller, at: int,
    ) -> None:  # fmt: skip
        self.keys: list[str] = []
        self.line, self.caller, self.at = line, caller, at
        self.attributes, self.registered = attributes, registered
        self.refs = [(kind, value) for kind, _, value in (id_.partition(":") for id_ in ids)]
        self.named = tuple(IdentifierIn(*ref) for ref in self.refs)
        self.joined_at = None if joined_at is None else instant(joined_at)
        self.outcome = ""

    def wants(self, wants: Wants, context: Context) -> None:
        for ref in self.refs:
            wants.member(ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        known = [ref for ref in self.refs if ref in unit.identifiers]
        if not known:
            self.outcome = "joined"
            join = JoinIn(
                self.named, attributes=self.attributes, registered=self.registered,
                joined_at=self.joined_at,
            )  # fmt: skip
            return Join(join, self.caller, key=None, at=self.at).decide(unit, context)
        member = unit.members[unit.identifiers[known[0]][1]]
        news = len(known) < len(self.refs) or self.registered > member.registered
        if not news and member.attributes | self.attributes == member.attributes:
            self.outcome = "unchanged"
            return Record(id=member.id, member_id=member.id, kind="", occurred_at=self.at)
        self.outcome = "updated"
        told = RegisterIn(self.named, self.attributes)
        was_registered = member.registered
        record = Register(":".join(known[0]), told, self.caller, key=None, at=self.at).decide(
            unit, context
        )
        member.registered = was_registered or self.registered
        return record


def prepare(given: Given, place: Place, staging: Staging, *, heard: Heard) -> Steps[Plan]:
    """Check the whole file; `Refused` with every fault where there is one."""
    faults = Faults()
    found = read(given, place.terms, staging, faults, _also, heard)
    faults.add(*_twice(staging, found.mapping))
    known = yield from _known(place.program_id, staging, found.mapping, faults)
    if faults:
        raise Refused(faults)

    def operations() -> Iterator[Operation]:
        for line, ids, attributes, joined_at, registered, shop in staging.read(_ROWS):
            caller = Caller(shop=shop or "", region=found.mapping.region)
            yield Enroll(
                line, ids, json.loads(attributes), joined_at, registered, caller, place.terms.now
            )

    figures = {"rows": staging.rows, "joining": staging.rows - known}
    return Plan(figures=figures, total=staging.rows, operations=operations, count=_count)


def _also(rows: pl.DataFrame, mapping: Mapping, faults: Faults) -> pl.DataFrame:
    """Identifiers in the form in which they are stored, attributes as JSON."""
    kept, all_ids, all_attributes, registered = [], [], [], []
    for row in rows.iter_rows(named=True):
        found: list[Fault] = []
        ids = list(_ids(row, mapping, found))
        if not ids and not found:
            found.append(Fault(row["line"], "", "no_identifier", {"kinds": ", ".join(KINDS)}))
        faults.add(*found)
        kept.append(not found)
        all_ids.append(ids)
        all_attributes.append(_attributes(row))
        more_than_a_card = any(not id_.startswith("card:") for id_ in ids)
        registered.append(more_than_a_card if row["registered"] is None else row["registered"])
    return rows.select(
        "line", "joined_at", "shop",
        ids=pl.Series(all_ids, dtype=pl.List(pl.String)),
        attributes=pl.Series(all_attributes, dtype=pl.String),
        registered=pl.Series(registered, dtype=pl.Boolean),
    ).filter(pl.Series(kept, dtype=pl.Boolean))  # fmt: skip


def _ids(row: dict[str, Any], mapping: Mapping, found: list[Fault]) -> Iterator[str]:
    for kind in KINDS:
        text = row[kind]
        if text is not None:
            named = named_by(kind, text, mapping, row["line"])
            if isinstance(named, Fault):
                found.append(named)
            else:
                yield named


def named_by(
    kind: str, text: str, mapping: Mapping, line: int, noun: Noun = "members"
) -> str | Fault:
    """An identifier as it is stored, or what is wrong with it."""
    try:
        return ":".join(identify(kind, text, mapping.region))
    except Problem as problem:
        code = "mistyped" if isinstance(problem, Mistyped) else "not_this_kind"
        figures = {"value": short(text), "kind": kind}
        return Fault(line, mapping.label(noun, kind), code, figures)


def _attributes(row: dict[str, Any]) -> str:
    given = {
        name.removeprefix(ATTRIBUTE): value
        for name, value in row.items()
        if name.startswith(ATTRIBUTE) and value is not None
    }
    return json.dumps(given, ensure_ascii=False)


def _label(mapping: Mapping, id_: str) -> str:
    return mapping.label("members", id_.partition(":")[0])


def _twice(staging: Staging, mapping: Mapping) -> Iterator[Fault]:
    for id_, line, first in staging.read(_TWICE):
        figures = {"value": short(id_), "first": first}
        yield Fault(line, _label(mapping, id_), "identifier_twice", figures)


def _known(program_id: UUID, staging: Staging, mapping: Mapping, faults: Faults) -> Steps[int]:
    """How many rows are of known members. Identifiers of two members, or of blocked ones, are
    faults."""
    count = 0
    for part in in_parts(staging.read("select line, ids from parts"), _ASKED_AT_ONCE):
        refs = {
            id_: (id_.partition(":")[0], id_.partition(":")[2]) for _, ids in part for id_ in ids
        }
        found = yield from standing(program_id, list(refs.values()))
        for line, ids in part:
            known = {id_: found[refs[id_]] for id_ in ids if refs[id_] in found}
            count += bool(known)
            for id_, stands in known.items():
                if not stands.active:
                    figures = {"value": short(id_)}
                    faults.add(Fault(line, _label(mapping, id_), "blocked_member", figures))
            if len({stands.member_id for stands in known.values()}) > 1:
                faults.add(Fault(line, "", "two_members", {"values": ", ".join(known)}))
    return count


def _count(operation: Operation, answer: Answer) -> Iterator[tuple[str, int]]:
    assert isinstance(operation, Enroll)
    if answer.problem is not None:
        raise stop(operation.line, answer.problem)
    yield operation.outcome, 1
