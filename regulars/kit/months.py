"""Tables cut by month: a UUIDv7 begins with its instant, so the month of a row is a range of ids.

The key of such a table stays what it was, an id finds its one part by itself, and no part is ever
missing: the last one is open towards the future. How one is cut off is in `regulars.months`.
"""

from datetime import UTC, datetime
from uuid import UUID

from regulars.kit.rowsecurity import ROLE

type Month = tuple[int, int]
"""Year and month, in UTC."""

LOGS = {"activity": False, "posting": True}
"""The tables cut by month; whether rows are only ever added to them."""
BEGIN = "begin"
"""What the part is called that holds everything before the first month cut off."""


def month_of(seconds: int) -> Month:
    """The month of an instant, in seconds since 1970."""
    at = datetime.fromtimestamp(seconds, UTC)
    return at.year, at.month


def moved(month: Month, by: int) -> Month:
    """So many months later, or earlier."""
    years, months = divmod(month[0] * 12 + month[1] - 1 + by, 12)
    return years, months + 1


def first_id(month: Month) -> UUID:
    """No id of this month or a later one is smaller."""
    begins = int(datetime(*month, 1, tzinfo=UTC).timestamp() * 1000)
    return UUID(int=begins << 80)


def part_name(table: str, month: Month) -> str:
    return f"{table}_{month[0]:04}_{month[1]:02}"


def bounds(since: UUID | None, until: UUID | None) -> str:
    """``for values`` of a part; None is the beginning, and the end, of all time."""
    low = "minvalue" if since is None else f"'{since}'"
    high = "maxvalue" if until is None else f"'{until}'"
    return f"for values from ({low}) to ({high})"


def part(table: str, name: str, since: UUID | None = None, until: UUID | None = None) -> str:
    """SQL that makes a part. Nobody but its owner reaches it past the table that it is a part of:
    that one's policies would not be asked, nor its triggers."""
    append_only = (
        f'create trigger "{name}_append_only" before update or delete or truncate on "{name}"'
        " for each statement execute function refuse_change();\n"
    )
    return (
        f'create table "{name}" partition of "{table}" {bounds(since, until)}'
        " with (autovacuum_vacuum_insert_scale_factor = 0.05,"
        " autovacuum_analyze_scale_factor = 0.02);\n"
        f'alter table "{name}" enable row level security;\n'
        f'revoke all on "{name}" from {ROLE};\n' + (append_only if LOGS[table] else "")
    )
