"""What the worker does about months, once an hour."""

import logging

import psycopg

from regulars.kit.months import first_id, month_of, moved
from regulars.kit.patience import StillBusy
from regulars.kit.problems import Problem
from regulars.kit.steps import run_sync
from regulars.months import ahead
from regulars.months.operations import detach
from regulars.months.queries import kept_months, parts

log = logging.getLogger("regulars.months")


def keep_months(connection: psycopg.Connection, now: int) -> int:
    """Make what is needed ahead; put away what the declared rule no longer keeps, and say so."""
    try:
        return ahead.make_ahead(connection, now) + _put_away(connection, now)
    except StillBusy as busy:  # in an hour it is tried again; no row is without a place till then
        log.warning("months not made", extra={"reason": str(busy)})
        return 0


def _put_away(connection: psycopg.Connection, now: int) -> int:
    with psycopg.RawCursor(connection) as cursor:
        keep = run_sync(cursor, kept_months())
        if keep is None:
            return 0
        oldest = first_id(moved(month_of(now), -keep))
        found = run_sync(cursor, parts("activity"))
    done = 0
    for part in found:
        if part.until is None or part.until > oldest:
            break
        month = part.name.removeprefix("activity_").replace("_", "-")
        try:
            put = detach(connection, month, now)
        except Problem as problem:
            log.warning("month kept", extra={"month": month, "reason": problem.detail})
            break
        log.warning(
            "month detached by the declared rule",
            extra={"month": month, "keep_months": keep, "activities": put.activities,
                   "postings": put.postings},
        )  # fmt: skip
        done += 1
    return done
