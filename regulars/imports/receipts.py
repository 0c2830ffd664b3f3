"""Receipts: what the rows of one have to have in common, wherever they stand in the file."""

from regulars.imports.faults import MOST_TOLD, Fault, Faults, moment
from regulars.imports.mapping import Mapping
from regulars.imports.staging import Staging

MOST_LINES = 1000
"""As many as the till takes."""

PURCHASES = "select count(*) from (select distinct shop, till, receipt_number from parts)"
_HEADER = ("occurred_at", "member", "codes")
_RECEIPTS = """
select shop, till, receipt_number, min(line) as line, count(*) as lines,
       arg_min(occurred_at, line) as occurred_at, arg_min(coalesce(member, ''), line) as member,
       arg_min(coalesce(codes, ''), line) as codes,
       count(distinct occurred_at) > 1 as bad_occurred_at,
       count(distinct coalesce(member, '')) > 1 as bad_member,
       count(distinct coalesce(codes, '')) > 1 as bad_codes
  from parts
 group by shop, till, receipt_number
"""
_DIFFERENT = f"""
with different as (
    select * from ({_RECEIPTS}) where bad_occurred_at or bad_member or bad_codes
     order by line limit {MOST_TOLD}
)
select d.receipt_number, d.line,
       min(p.line) filter (where p.occurred_at <> d.occurred_at),
       min(p.line) filter (where coalesce(p.member, '') <> d.member),
       min(p.line) filter (where coalesce(p.codes, '') <> d.codes)
  from parts p
  join different d using (shop, till, receipt_number)
 group by all
"""
_HOW_MANY = f"""
select sum(bad_occurred_at::int + bad_member::int + bad_codes::int) from ({_RECEIPTS})
"""
_LONG = f"select receipt_number, line, lines from ({_RECEIPTS}) where lines > {MOST_LINES}"


def check_receipts(
    staging: Staging, mapping: Mapping, begins_at: int | None, faults: Faults
) -> None:
    """Tell of rows of a receipt that differ where they must not, of receipts that are too long and
    of purchases from before the program."""
    _check_headers(staging, mapping, faults)
    label = mapping.label("purchases", "receipt_number")
    for receipt, line, lines in staging.read(_LONG):
        figures = {"receipt": receipt, "lines": lines, "most": MOST_LINES}
        faults.add(Fault(line, label, "long_receipt", figures))
    if begins_at is not None:
        early = f"from parts where occurred_at < {begins_at}"
        count = staging.one(f"select count(*) {early}")
        lines = staging.read(f"select line {early} order by line limit {MOST_TOLD}")
        label = mapping.label("purchases", "occurred_at")
        figures = {"begins": moment(begins_at)}
        faults.add(
            *(Fault(line, label, "before_program", figures) for (line,) in lines), count=count
        )


def _check_headers(staging: Staging, mapping: Mapping, faults: Faults) -> None:
    many = staging.one(_HOW_MANY)
    if not many:
        return
    told = []
    for receipt, first, *lines in staging.read(_DIFFERENT):
        for name, line in zip(_HEADER, lines, strict=True):
            if line is not None:
                figures = {"receipt": receipt, "first": first}
                label = mapping.label("purchases", name)
                told.append(Fault(line, label, "receipt_differs", figures))
    faults.add(*told, count=int(many))
