"""Routes that manage an organization: shops, keys, programs. One transaction under row-level
security, in which what was done is written down like what the staff does on pages."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

import asyncpg

from regulars.kit.http import Call, Manager, Route
from regulars.kit.problems import Busy
from regulars.kit.steps import Steps, run_async
from regulars.staff.operations import record
from regulars.till.keys import Key
from regulars.till.problems import AGAIN, Forbidden
from regulars.till.runtime import Runtime

log = logging.getLogger("regulars.till")
_TRIES = 4


def manager(key: Key) -> Manager:
    """Whom the key works for. One of a single shop, or of a till page, manages nothing."""
    if key.shop or key.cashier is not None:
        raise Forbidden("A key of one shop manages nothing: take one of the whole organization.")
    who = f"{key.label} (rk_{key.prefix})"
    return Manager(key.organization_id, key.programs, key.scopes, who, key.maker)


async def carry_out(runtime: Runtime, route: Route, call: Call) -> Any:
    """The answer. Nothing stays of what is refused; what met somebody faster is done anew."""
    assert call.manager is not None
    if route.prepare is not None:
        call.found = await asyncio.to_thread(route.prepare, call)
    of = call.manager
    for number in range(1, _TRIES + 1):
        try:
            return await _done(runtime, route, call, of)
        except AGAIN as met:
            if number == _TRIES and isinstance(met, asyncpg.UniqueViolationError):
                raise  # nobody else's doing: a fault of ours
            log.info("request tried again", extra={"reason": type(met).__name__})
    raise Busy("Others were faster each time. Nothing was done: try again.", retry_after=1)


async def _done(runtime: Runtime, route: Route, call: Call, of: Manager) -> Any:
    async with runtime.connections.managing(of.organization_id, of.programs.values()) as connection:
        return await run_async(connection, _steps(route, call, of))


def _steps(route: Route, call: Call, of: Manager) -> Steps[Any]:
    assert route.manage is not None
    answer = yield from route.manage(call)
    if route.writes:
        yield from record(
            organization_id=of.organization_id, staff_id=None, who=of.who, action=route.writes,
            now=datetime.now(UTC), object=" ".join(call.path.values()),
            details=getattr(call.body, "noted", {}),
        )  # fmt: skip
    return answer
