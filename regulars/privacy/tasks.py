"""The worker's job: what has been kept long enough is forgotten."""

import psycopg

from regulars.privacy import retention


def forget_what_is_due(connection: psycopg.Connection, now: int) -> int:
    """Every hour; how many rows were forgotten."""
    return retention.apply(connection, now)
