"""Purchases from a file: one row a line, the rows of a receipt one purchase wherever they stand.

They are carried out in the order of time by the operation of the till, as of their own time, with
the receipt number as key. So the same receipts, from this file or another, change nothing.
"""

from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

import msgspec
import polars as pl

from regulars.activities.batch import Answer, Operation, ReceiptTaken
from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.identifiers.kind import Mistyped
from regulars.identifiers.resolve import Ref, resolve
from regulars.imports.faults import Fault, Faults, Refused, short
from regulars.imports.mapping import Mapping
from regulars.imports.plan import Place, Plan, stop
from regulars.imports.queries import standing
from regulars.imports.receipts import PURCHASES, check_receipts
from regulars.imports.rows import Given, Heard, in_parts, read
from regulars.imports.staging import Staging
from regulars.kit.http import Caller
from regulars.kit.periods import instant
from regulars.kit.problems import Problem
from regulars.kit.steps import Steps
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.receipts import receipt_key
from regulars.purchases.wire import LineIn, PurchaseIn

Unknown = Literal["refuse", "anonymous", "join"]
"""What becomes of purchases of members nobody knows."""

_ASKED_AT_ONCE = 10_000
_MOST_CODES, _LONGEST_CODE = 20, 64
_MEMBERS = "select member, min(line) from parts where member is not null group by member"
_LINES = """
select occurred_at, shop, till, receipt_number, line, member, codes, sku, quantity,
       unit_price_minor, amount_minor, category, brand, labels, role, tax_bp
  from parts
 order by occurred_at, shop, till, receipt_number, line
"""


class Told(msgspec.Struct):
    """What is added up of the answers."""

    earned: dict[str, int] = {}
    discount_minor: int = 0
    paid_minor: int = 0


_told = msgspec.json.Decoder(Told)


class Bought(RecordPurchase):
    """A purchase that knows its place in the file; with ``joins`` an unknown member joins by it."""

    line = 0
    joins = False
    first = False
    """Whether it is the first of this member in the file. A dry run keeps no chunk for the next
    one, so that the member joins in each; counted it is once."""
    joined = False

    def decide(self, unit: Unit, context: Context) -> Record:
        ref = self.member_key
        self.joined = self.joins and isinstance(ref, tuple) and ref not in unit.identifiers
        if self.joined and isinstance(ref, tuple):
            request = JoinIn((IdentifierIn(*ref),))
            unit.record(Join(request, self.caller, key=None, at=self.at).decide(unit, context))
        return super().decide(unit, context)


def prepare(
    given: Given, place: Place, staging: Staging, *, unknown: Unknown, heard: Heard
) -> Steps[Plan]:
    """Check the whole file; `Refused` with every fault where there is one."""
    faults = Faults()
    found = read(given, place.terms, staging, faults, _also, heard)
    check_receipts(staging, found.mapping, place.revisions.begins_at, faults)
    nobody = yield from _members(place.program_id, staging, found.mapping, unknown, faults)
    if faults:
        raise Refused(faults)
    anonymous = nobody if unknown == "anonymous" else frozenset()
    joins = nobody if unknown == "join" else frozenset()
    purchases = staging.one(PURCHASES)
    return Plan(
        figures={
            "rows": staging.rows, "left_out": found.left_out, "purchases": purchases,
            "unknown": len(nobody),
        },
        total=purchases,
        operations=lambda: _operations(
            place.program_id, staging, found.mapping, anonymous, joins, unknown == "join"
        ),
        count=_count,
    )  # fmt: skip


def _also(rows: pl.DataFrame, mapping: Mapping, faults: Faults) -> pl.DataFrame:
    """A line has one price, and no more codes than a till may send."""
    unit, amount = pl.col("unit_price_minor"), pl.col("amount_minor")
    shown = pl.col("codes").str.split(" ").list.eval(pl.element().filter(pl.element() != ""))
    long = shown.list.eval(pl.element().str.len_chars() > _LONGEST_CODE).list.any()
    rows = rows.with_columns(
        pl.col("shop", "till").fill_null(""),
        pl.col("quantity").fill_null(1),
        pl.when(unit.is_null() & amount.is_null())
        .then(pl.lit("no_price"))
        .when(unit.is_not_null() & amount.is_not_null())
        .then(pl.lit("two_prices"))
        .when((shown.list.len() > _MOST_CODES) | long)
        .then(pl.lit("bad_codes"))
        .alias("fault"),
    )
    if rows["fault"].null_count() == rows.height:
        return rows.drop("fault")
    figures = {"most": _MOST_CODES, "longest": _LONGEST_CODE}
    wrong = rows.filter(pl.col("fault").is_not_null())
    for line, code in wrong.select("line", "fault").iter_rows():
        name = "codes" if code == "bad_codes" else "amount_minor"
        faults.add(Fault(line, mapping.label("purchases", name), code, figures))
    return rows.filter(pl.col("fault").is_null()).drop("fault")


def _members(
    program_id: UUID, staging: Staging, mapping: Mapping, unknown: Unknown, faults: Faults
) -> Steps[frozenset[str]]:
    """Texts that name nobody known, where that is allowed; otherwise they are faults."""
    label = mapping.label("purchases", "member")
    nobody: set[str] = set()
    for part in in_parts(staging.read(_MEMBERS), _ASKED_AT_ONCE):
        refs: dict[str, tuple[Ref, int]] = {}
        for text, line in part:
            try:
                refs[text] = (resolve(text, mapping.region), line)
            except Problem as problem:
                code = "mistyped" if isinstance(problem, Mistyped) else "names_nobody"
                faults.add(Fault(line, label, code, {"value": short(text)}))
        known = yield from standing(program_id, [ref for ref, _ in refs.values()])
        for text, (ref, line) in refs.items():
            found = known.get(ref)
            if found is None and (
                unknown == "refuse" or (unknown == "join" and isinstance(ref, UUID))
            ):
                faults.add(Fault(line, label, "unknown_member", {"value": short(text)}))
            elif found is None:
                nobody.add(text)
            elif not found.active:
                faults.add(Fault(line, label, "blocked_member", {"value": short(text)}))
    return frozenset(nobody)


def _operations(
    program_id: UUID, staging: Staging, mapping: Mapping, anonymous: frozenset[str],
    joining: frozenset[str], joins: bool,
) -> Iterator[Operation]:  # fmt: skip
    seen: set[str] = set()
    for (at, shop, till, receipt), group in groupby(staging.read(_LINES), key=lambda row: row[:4]):
        rows = list(group)
        line, member, codes = rows[0][4:7]
        purchase = Bought(
            PurchaseIn(
                lines=tuple(_line(*row[7:]) for row in rows),
                member=None if member in anonymous else member,
                receipt_number=receipt,
                occurred_at=instant(at),
                codes=tuple((codes or "").split()),
                shop=shop or None,
                till=till or None,
            ),
            Caller(shop=shop, till=till, region=mapping.region),
            key=None,
            at=at,
            now=at,
            activity_id=_id_of(program_id, at, receipt_key(shop, till, receipt)),
        )
        purchase.line, purchase.joins = line, joins
        if member in joining and member not in seen:
            seen.add(member)
            purchase.first = True
        yield purchase


def _line(*fields: Any) -> LineIn:
    said, (labels, *more) = fields[:6], fields[6:]
    return LineIn(*said, *[tuple((labels or "").split()), *more])


def _id_of(program_id: UUID, at: int, key: str) -> UUID:
    """A UUIDv7 of the purchase's time whose other bits come from its receipt: always the same."""
    tail = int.from_bytes(blake2b(key.encode(), digest_size=10, key=program_id.bytes).digest())
    high = (at * 1000) << 16 | 0x7000 | (tail >> 62) & 0xFFF
    return UUID(int=high << 64 | 0x8000_0000_0000_0000 | tail & 0x3FFF_FFFF_FFFF_FFFF)


def _count(operation: Operation, answer: Answer) -> Iterator[tuple[str, int]]:
    assert isinstance(operation, Bought)
    if isinstance(answer.problem, ReceiptTaken):
        yield "different", 1
    elif answer.problem is not None:
        raise stop(operation.line, answer.problem)
    elif answer.replayed:
        yield "known", 1
    else:
        told = _told.decode(answer.text)
        yield "new", 1
        if operation.joined and operation.first:
            yield "joined", 1
        yield "paid_minor", told.paid_minor
        yield "discount_minor", told.discount_minor
        yield from ((f"earned.{asset}", amount) for asset, amount in told.earned.items())
