"""Problems of the data plane's edge, and how they are told (RFC 9457)."""

import asyncpg
import msgspec

from regulars.kit.problems import Problem

DATABASE_LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""The database went away, takes no more callers, has no room on its disk, or only lets us read."""

AGAIN = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
)
"""Somebody else was faster: the next try sees what they did."""


class Unauthorized(Problem):
    code = "unauthorized"
    status = 401
    title = "No valid API key"


class Forbidden(Problem):
    code = "forbidden"
    status = 403
    title = "This key may not do that"


class OwnAccount(Problem):
    code = "own_account"
    status = 403
    title = "Not on one's own account"


class MethodNotAllowed(Problem):
    code = "method_not_allowed"
    status = 405
    title = "Not with this method"


class TooLarge(Problem):
    code = "too_large"
    status = 413
    title = "The request is too large"


class NotJson(Problem):
    code = "unsupported_media_type"
    status = 415
    title = "Send application/json"


class Malformed(Problem):
    code = "malformed"
    status = 400
    title = "The request is not well formed"


class KeyMissing(Problem):
    code = "idempotency_key_missing"
    status = 400
    title = "The Idempotency-Key header is missing"


class TooManyTries(Problem):
    code = "too_many_tries"
    status = 429
    title = "Too many misses"


def document(problem: Problem, request_id: str) -> bytes:
    """The problem document of RFC 9457, with the request's id to ask about."""
    return msgspec.json.encode(problem.document() | {"request_id": request_id})
