"""Products from a file: put in by article number, all in one transaction. What the file does not
say of a product stays as it is."""

import polars as pl
from stdnum import ean

from regulars.imports.faults import Fault, Faults, Refused, short
from regulars.imports.fields import FIELDS
from regulars.imports.mapping import Mapping
from regulars.imports.plan import Place
from regulars.imports.rows import Given, Heard, in_parts, read
from regulars.imports.staging import Staging
from regulars.kit.periods import instant
from regulars.kit.steps import Steps
from regulars.products.operations import Article, Price, announce, put, put_prices

_TEXTS = ("text", "labels", "role")
_WRITTEN_AT_ONCE = 10_000
_TWICE = """
select sku, list_sort(list(line))[2], min(line) from parts group by sku having count(*) > 1
"""
_ROWS = """
select sku, ean, name, category, brand, producer, labels, role, tax_bp, minimum_price_minor,
       cost_minor, price_minor
  from parts
 order by line
"""


def check(given: Given, place: Place, staging: Staging, *, heard: Heard) -> None:
    """Check the whole file; `Refused` with every fault where there is one."""
    faults = Faults()
    found = read(given, place.terms, staging, faults, _also, heard)
    label = found.mapping.label("products", "sku")
    for sku, line, first in staging.read(_TWICE):
        faults.add(Fault(line, label, "sku_twice", {"value": short(sku), "first": first}))
    if faults:
        raise Refused(faults)


def carry_out(place: Place, staging: Staging, *, heard: Heard) -> Steps[dict[str, int]]:
    """Write what is staged; the tills hear of it when the transaction commits."""
    now = instant(place.terms.now)
    counts = {"rows": 0, "new": 0, "updated": 0}
    for part in in_parts(staging.read(_ROWS), _WRITTEN_AT_ONCE):
        articles = [Article(*row[:-1]) for row in part]
        new, updated = yield from put(program_id=place.program_id, articles=articles, now=now)
        prices = [Price(row[0], row[-1], now) for row in part if row[-1] is not None]
        told = yield from put_prices(program_id=place.program_id, prices=prices, now=now)
        if told:
            counts["prices"] = counts.get("prices", 0) + told
        counts["rows"] += len(part)
        counts["new"] += new
        counts["updated"] += updated
        heard(counts["rows"] / staging.rows)
    if counts["new"] or counts["updated"]:
        yield from announce(place.program_id)
    return counts | {"unchanged": counts["rows"] - counts["new"] - counts["updated"]}


def _also(rows: pl.DataFrame, mapping: Mapping, faults: Faults) -> pl.DataFrame:
    """An EAN checks itself. A cell that is given and empty empties what was there."""
    label = mapping.label("products", "ean")
    wrong = set()
    for line, text in rows.select("line", "ean").iter_rows():
        if text is not None and (fault := ean_fault(text, label, line)):
            wrong.add(line)
            faults.add(fault)
    given = [field.name for field, _ in mapping.given("products") if field.form in _TEXTS]
    filled = rows.filter(~pl.col("line").is_in(wrong)) if wrong else rows
    names = [field.name for field in FIELDS["products"]]
    return filled.with_columns(pl.col(given).fill_null("")).select("line", *names)


def ean_fault(text: str, label: str, line: int) -> Fault | None:
    """What is wrong with an EAN, if anything is."""
    if ean.is_valid(text):
        return None
    code = "mistyped_ean" if text.isdigit() and len(text) in (8, 12, 13, 14) else "not_ean"
    return Fault(line, label, code, {"value": short(text)})
