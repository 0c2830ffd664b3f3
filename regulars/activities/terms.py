"""Terms of a lot: from when an earning can be used and until when, in the program's local days."""

from functools import lru_cache

from regulars.engine.rules import Asset, Validity
from regulars.kit.periods import add_months, day_number, day_of, day_start, period_start
from regulars.ledger.records import AWAITED, NEVER

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def available_from(pending_days: int, at: int, day: int, timezone: str) -> int:
    """At once, or at the start of the local day ``pending_days`` later."""
    return at if pending_days == 0 else day_start(day + pending_days, timezone)


def expires_from(validity: Validity | None, day: int, timezone: str) -> int:
    """The instant of expiry: always the end of a local day, half-open."""
    if validity is None:
        return NEVER
    if validity.days is not None:
        return day_start(day + validity.days + 1, timezone)
    return _calendar_end(validity.end_of or "year", validity.periods_later, day, timezone)


@lru_cache(maxsize=4096)
def _calendar_end(unit: str, periods_later: int, day: int, timezone: str) -> int:
    start = period_start(day_of(day), unit)
    end = add_months(start, _MONTHS[unit] * (periods_later + 1))
    return day_start(day_number(end), timezone)


def lot_terms(
    asset: Asset,
    at: int,
    day: int,
    timezone: str,
    *,
    pending_days: int | None = None,
    valid_days: int | None = None,
    awaits: bool = False,
) -> tuple[int, int]:
    """(available_at, expires_at) of an earning on the local day ``day``; what the effect says goes
    before what the asset says. ``awaits``: it may be that it waits for a later activity."""
    expires_at = expires_from(
        asset.expires if valid_days is None else Validity(days=valid_days), day, timezone
    )
    if awaits and asset.pending_until and pending_days is None:
        return AWAITED, expires_at
    pending = asset.pending_days if pending_days is None else pending_days
    available_at = available_from(pending, at, day, timezone)
    if asset.usable_from is not None:
        available_at = max(available_at, day_start(day_number(asset.usable_from), timezone))
    return available_at, expires_at


def released_from(asset: Asset, at: int, day: int, timezone: str) -> int:
    """From when a lot can be used that has waited for an activity of the local day ``day``."""
    return lot_terms(asset, at, day, timezone)[0]
