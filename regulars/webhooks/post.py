"""One POST, and no more: to an address that was looked at, without following redirects, within a
time, reading only the head of the answer.

The name is looked up once and the connection is made to the very addresses that were checked, so
that a name cannot stand for another address a moment later (DNS rebinding). The certificate is
still that of the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from ipaddress import ip_address

from msgspec import Struct

from regulars.webhooks.targets import Refused, Target, allowed, target

SECONDS = 15.0
"""For all of it: looking up, connecting, sending, and the head of the answer."""
_MOST_HEAD_BYTES = 32_768
_MOST_HEADS = 5
_MOST_ADDRESSES = 4


class NoAnswer(Exception):
    """Nobody there, or nothing that is HTTP; the text is for people."""


class Answered(Struct, frozen=True):
    """Status and the header that says when to come back."""

    status: int
    retry_after: str = ""


async def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    loopback: bool,
    trust: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> Answered:
    """Send ``body`` as JSON; `NoAnswer` or `Refused` where that was not possible."""
    goal = target(url, loopback=loopback)
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await _connect(goal, loopback, trust)
            try:
                writer.write(_request(goal, headers, body))
                await writer.drain()
                return await _answer(reader)
            finally:
                writer.transport.abort()
    except TimeoutError:
        raise NoAnswer(f"no answer within {seconds:g} seconds") from None
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:300]) from None


async def _connect(
    goal: Target, loopback: bool, trust: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first of the name's addresses that answers; one bad address among them,
    and none is used."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(goal.host, goal.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    for address in addresses:
        ip = ip_address(address)
        if not allowed(ip, loopback=loopback) or not (goal.secure or ip.is_loopback):
            raise Refused(f"{goal.host} stands for {address}, which is no public address.")
    context = (trust or ssl.create_default_context()) if goal.secure else None
    trouble: OSError | None = None
    for address in addresses[:_MOST_ADDRESSES]:
        try:
            return await asyncio.open_connection(
                address,
                goal.port,
                ssl=context,
                server_hostname=goal.host if goal.secure else None,
                limit=_MOST_HEAD_BYTES,
            )
        except ssl.SSLError:
            raise
        except OSError as error:
            trouble = error
    raise trouble or OSError(f"{goal.host} has no address")


def _request(goal: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {goal.path} HTTP/1.1",
        f"host: {goal.authority}",
        "content-type: application/json",
        f"content-length: {len(body)}",
        "user-agent: Regulars",
        "accept: */*",
        "connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


async def _answer(reader: asyncio.StreamReader) -> Answered:
    """Status and headers; interim answers (1xx) are passed over, the body is not read."""
    for _ in range(_MOST_HEADS):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        version, _, after = first.partition(" ")
        if not version.startswith("HTTP/1.") or not after[:3].isdigit():
            raise NoAnswer("the answer is not HTTP")
        status = int(after[:3])
        if status >= 200:
            found = (line.partition(":") for line in rest)
            after_that = {name.strip().lower(): value.strip() for name, _, value in found}
            return Answered(status, after_that.get("retry-after", ""))
    raise NoAnswer("only interim answers came")
