"""The ASGI application of the data plane: parse, make one call, translate the answer."""

import logging
import os
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.addresses import address_of, proxies
from regulars.kit.http import Call, Caller
from regulars.kit.problems import NotFound, Problem
from regulars.kit.steps import run_async
from regulars.till import metrics
from regulars.till.access import AccessLog
from regulars.till.commit import Batches, DatabaseAway
from regulars.till.keys import Key
from regulars.till.limits import Caught, Misses, callers_of
from regulars.till.managing import carry_out, manager
from regulars.till.pages import PATHS, Pages
from regulars.till.problems import (
    DATABASE_LOST,
    Forbidden,
    KeyMissing,
    Malformed,
    NotJson,
    OwnAccount,
    TooLarge,
    document,
)
from regulars.till.router import Router, Served, all_routes, parameters_of
from regulars.till.runtime import Runtime
from regulars.till.sessions import HEADER, Cashier, about, own_account

log = logging.getLogger("regulars.till")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MOST_BODY_BYTES = 1_000_000
_MOST_UNREAD_BYTES = 8 * MOST_BODY_BYTES
"""So much of a body that is too large is read and dropped, so that its sender hears why."""
_HARDENED = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_JSON = ((b"content-type", b"application/json"), *_HARDENED)
_REPLAYED = (*_JSON, (b"idempotent-replayed", b"true"))
_PROBLEM = ((b"content-type", b"application/problem+json"), *_HARDENED)
_encode = msgspec.json.Encoder().encode
_NO_PROGRAM = UUID(int=0)


class Till:
    """Answers everything under /v1/. `start` and `stop` are the process's to call."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._router = Router(all_routes())
        self._pages = Pages(runtime)
        self._misses = Misses(runtime.count_misses)
        self._proxies = proxies()
        self._access = AccessLog()
        self._name = os.urandom(6).hex()
        self._numbers = count(1)

    async def start(self) -> None:
        await self.runtime.start()
        self._access.start()

    async def stop(self) -> None:
        await self.runtime.stop()
        await self._access.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = self._request_id(headers.get(b"x-request-id"))
        name = "-"
        extra: tuple[tuple[bytes, bytes], ...]
        try:
            if scope["path"] in PATHS:
                page = await self._pages.find(scope["method"], scope["path"])
                status, body, extra, name = page.status, page.body, page.headers, page.name
            else:
                served, path = self._router.find(scope["method"], _path(scope))
                name = served.name
                raw = await _read(receive)
                status, body, replayed = await self._serve(served, path, headers, raw, scope)
                extra = _REPLAYED if replayed else _JSON
        except Problem as problem:
            status, body = problem.status, document(problem, request_id)
            extra = _problem_headers(problem)
        except DATABASE_LOST as error:
            log.error("database unavailable", extra={"reason": repr(error)})
            away = DatabaseAway("Nothing was recorded. Try again.", retry_after=2)
            status, body, extra = 503, document(away, request_id), _problem_headers(away)
        except Exception:
            log.exception("request failed", extra={"request_id": request_id})
            bug = Unexpected("It was noted. Try again later with the same Idempotency-Key.")
            status, body, extra = 500, document(bug, request_id), _PROBLEM
        await send({
            "type": "http.response.start",
            "status": status,
            "headers": [
                *extra,
                (b"content-length", str(len(body)).encode()),
                (b"x-request-id", request_id.encode()),
            ],
        })  # fmt: skip
        await send({
            "type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body
        })  # fmt: skip
        seconds = time.perf_counter() - started
        metrics.note(name, status, seconds)
        self._access.note(request_id, name, status, seconds)

    def _request_id(self, given: bytes | None) -> str:
        """The caller's X-Request-Id if it is a sane one, else a new one: this process and a number,
        for to draw each would cost a system call."""
        if given is not None and 0 < len(given) <= 100 and given.isascii():
            text = given.decode()
            if text.isprintable():
                return text
        return f"{self._name}{next(self._numbers):08x}"

    async def _serve(
        self,
        served: Served,
        path: dict[str, str],
        headers: dict[bytes, bytes],
        raw: bytes,
        scope: Scope,
    ) -> tuple[int, bytes, bool]:
        """Status, body, and whether the answer is a repeated one."""
        route = served.route
        said = headers.get(b"authorization")
        if said is None and HEADER in headers:
            key = await self.runtime.keys.session(headers)
        else:
            key = await self.runtime.keys.key(said or b"")
        key.require(route.scope, served.name)
        managed = None if route.manage is None else manager(key)
        program_id = _NO_PROGRAM if managed is not None else _program(key, headers)
        if route.body is not None and not _is_json(headers):
            raise NotJson("Send the body as application/json.")
        body = served.body(raw)
        key.stay(body)
        dry = route.dry is not None and route.dry(body)
        call = Call(
            body=body,
            path=path,
            query=None
            if route.query is None
            else served.parameters(parameters_of(scope["query_string"])),
            caller=Caller(shop=key.shop, till=key.label),
            key=_idempotency_key(headers) if route.keyed and not dry else None,
            now=self.runtime.clock.seconds(),
            program_id=program_id,
            manager=managed,
        )
        if managed is not None:
            return route.status, _encode(await carry_out(self.runtime, route, call)), False
        if key.cashier is not None and call.key is not None:
            await self._keep_apart(key.cashier, route.path, call)
        if route.guessable or (route.tries_codes and body.codes) or _tries(body):
            return await self._guarded(served, call, self._callers(key, call, headers, scope), dry)
        return await self._carry_out(served, call, dry)

    async def _keep_apart(self, cashier: Cashier, address: str, call: Call) -> None:
        """A till in a browser is one till of one shop, and nobody works it for their own
        membership (T18)."""
        for name, own in (("shop", call.caller.shop), ("till", call.caller.till)):
            if getattr(call.body, name, None) not in (None, own):
                raise Forbidden(f"This till is of another {name}: leave out `{name}`.")
        steps = own_account(call.program_id, cashier, *about(address, call), call.caller.region)
        async with self.runtime.connections.reading(call.program_id) as connection:
            if await run_async(connection, steps):
                raise OwnAccount("This is your own account, or your household's: ask a colleague.")

    async def _guarded(
        self, served: Served, call: Call, callers: list[Caught], dry: bool
    ) -> tuple[int, bytes, bool]:
        """Where something could be guessed, misses are counted and many of them refused."""
        self._misses.require(callers, call.now)
        misses = 1
        try:
            found = await self._carry_out(served, call, dry)
            misses = 0
            if served.route.tries_codes:
                misses = found[1].count(b'"status":"not_usable"')
        except NotFound:
            await self._misses.add(call.program_id, callers, call.now, misses)
            raise
        await self._misses.add(call.program_id, callers, call.now, misses)
        return found

    def _callers(
        self, key: Key, call: Call, headers: dict[bytes, bytes], scope: Scope
    ) -> list[Caught]:
        """Against whom a miss counts: the key, the member it is about, and the network address."""
        client = scope.get("client")
        address = address_of(client[0] if client else "", headers, self._proxies)
        said = call.query if call.body is None else call.body
        return callers_of(key.id, getattr(said, "member", None), call.caller.region, address)

    async def _carry_out(self, served: Served, call: Call, dry: bool) -> tuple[int, bytes, bool]:
        if served.route.operation is None:
            return served.route.status, await self._read_route(served, call), False
        return await self._operate(served, call, dry)

    async def _operate(self, served: Served, call: Call, dry: bool) -> tuple[int, bytes, bool]:
        committer = self.runtime.known_committer(call.program_id)
        if committer is None:
            committer = await self.runtime.committer(call.program_id)
        assert served.route.operation is not None
        if served.route.before is not None:
            call.context = await self.runtime.context(call.program_id)
            async with self.runtime.connections.reading(call.program_id) as connection:
                call.found = await run_async(connection, served.route.before(call))
        operation = served.route.operation(call)
        batches: Batches = committer.rehearsals if dry else committer
        answer = await batches.submit(operation)
        if answer.problem is not None:
            raise answer.problem
        return served.route.status, answer.text.encode(), answer.replayed

    async def _read_route(self, served: Served, call: Call) -> bytes:
        call.context = await self.runtime.context(call.program_id)
        assert served.route.read is not None
        async with self.runtime.connections.reading(call.program_id) as connection:
            return _encode(await run_async(connection, served.route.read(call)))


def _tries(body: Any) -> bool:
    """A basket that is refused costs nothing, so gift cards and codes of referrals could be tried
    out with it (T16)."""
    return any(getattr(body, name, None) for name in ("gift_cards", "top_ups", "referral_code"))


class Unexpected(Problem):
    code = "internal_error"
    status = 500
    title = "Something is broken here"


async def _read(receive: Receive) -> bytes:
    """The whole body, within the limit."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and len(body) <= MOST_BODY_BYTES:
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The body ended too early.")
        size += len(message.get("body", b""))
        if size <= MOST_BODY_BYTES:
            parts.append(message.get("body", b""))
        elif size > _MOST_UNREAD_BYTES:
            break
    if size > MOST_BODY_BYTES:
        raise TooLarge(f"At most {MOST_BODY_BYTES:,} bytes: send fewer lines or split the request.")
    return b"".join(parts)


def _path(scope: Scope) -> str:
    """The path as it was sent, so that an escaped slash stays one."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")


def _is_json(headers: dict[bytes, bytes]) -> bool:
    kind = headers.get(b"content-type", b"")
    return kind == b"application/json" or kind.split(b";")[0].strip().lower() == b"application/json"


def _program(key: Key, headers: dict[bytes, bytes]) -> UUID:
    wanted = headers.get(b"regulars-program")
    return key.program(None if wanted is None else wanted.decode("latin-1"))


def _idempotency_key(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"idempotency-key", b"")
    if not 0 < len(given) <= 200 or not given.isascii() or not given.decode().isprintable():
        raise KeyMissing(
            "Send a new random Idempotency-Key (1 to 200 characters) with every new request, and "
            "the same one when repeating it."
        )
    return given.decode()


def _problem_headers(problem: Problem) -> tuple[tuple[bytes, bytes], ...]:
    extra = [*_PROBLEM]
    if "allow" in problem.extra:
        extra.append((b"allow", ", ".join(problem.extra["allow"]).encode()))
    if "retry_after" in problem.extra:
        extra.append((b"retry-after", str(problem.extra["retry_after"]).encode()))
    if problem.status == 401:
        extra.append((b"www-authenticate", b'Bearer realm="regulars"'))
    return tuple(extra)
