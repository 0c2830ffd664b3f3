"""Text messages to members, by whatever gateway the installation names: one HTTP POST each.

REGULARS_SMS_URL            where messages are handed over; user:password@ before the host is sent
                            as Basic authorization
REGULARS_SMS_SECRET         what the gateway knows us by
REGULARS_SMS_AUTHORIZATION  the header it wants, ``Bearer {secret}`` unless said
REGULARS_SMS_FROM           the sender as telephones show it
REGULARS_SMS_BODY           the body it wants, with {to}, {digits}, {text}, {from}, {id}, {secret}:
                            JSON where it begins with a brace or bracket, else a form (a={to}&b=...)
REGULARS_SMS_COUNTRIES      the countries messages go to, as in ``PL,BG``
REGULARS_SMS_HOURLY         how many a program sends in an hour at most, 100 unless said

The address is the operator's own: no organization can say one, so it is not looked at as those of
webhooks are. It may lie in the same network; a secret is only sent to another host under TLS.
"""

import base64
import json
import logging
import os
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from regulars.kit.problems import Problem

log = logging.getLogger("regulars.sms")
HOURLY = 100
_SECONDS = 10
_USUAL = '{"to": "{to}", "text": "{text}", "from": "{from}", "id": "{id}"}'
_HERE = ("localhost", "127.0.0.1", "::1")
_COUNTRIES = ("PL", "BG")


class NoSms(Problem):
    code = "no_sms"
    status = 503
    title = "Text messages cannot be sent at the moment"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Codes go where the operator said, and nowhere else."""


def is_set_up() -> bool:
    """Whether somebody has named a gateway."""
    return bool(os.environ.get("REGULARS_SMS_URL"))


def hourly() -> int:
    """How many messages a program may send in an hour."""
    said = os.environ.get("REGULARS_SMS_HOURLY", "")
    return int(said) if said.isdigit() else HOURLY


def goes_to(country: str | None) -> bool:
    """Whether messages go to a country at all: what is not sent cannot be run up as a bill."""
    said = os.environ.get("REGULARS_SMS_COUNTRIES", "").upper()
    named = [one.strip() for one in said.split(",") if one.strip()]
    return country in (named or _COUNTRIES)


def send(to: str, text: str, message_id: str) -> None:
    """Hand a message over, or `NoSms`. ``to`` is E.164; the gateway knows a repeat by the id."""
    try:
        request = _request(to, text, message_id)
    except ValueError as error:
        log.error("text messages are not set up", extra={"reason": str(error)})
        raise NoSms("Put REGULARS_SMS_URL and REGULARS_SMS_BODY right.") from None
    try:
        with build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            answer.read(1024)
    except HTTPError as error:
        log.error("the SMS gateway refused a message", extra={"status": error.code})
        raise NoSms("The gateway did not take it.") from None
    except (OSError, HTTPException) as error:
        log.error("the SMS gateway does not answer", extra={"reason": type(error).__name__})
        raise NoSms("The gateway does not answer.") from None


def _request(to: str, text: str, message_id: str) -> Request:
    url = urlsplit(os.environ.get("REGULARS_SMS_URL", ""))
    secret = os.environ.get("REGULARS_SMS_SECRET", "")
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("no http address")
    if (secret or url.username) and url.scheme == "http" and url.hostname not in _HERE:
        raise ValueError("no TLS: the secret stays here")
    said = {
        "to": to, "digits": to.lstrip("+"), "text": text, "id": message_id, "secret": secret,
        "from": os.environ.get("REGULARS_SMS_FROM", ""),
    }  # fmt: skip
    kind, body = _body(os.environ.get("REGULARS_SMS_BODY", "") or _USUAL, said)
    headers = {"Content-Type": kind, "Accept": "application/json", "User-Agent": "regulars"}
    if url.username:
        pair = f"{unquote(url.username)}:{unquote(url.password or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    elif secret:
        wanted = os.environ.get("REGULARS_SMS_AUTHORIZATION", "") or "Bearer {secret}"
        headers["Authorization"] = _filled(wanted, said)
    where = urlunsplit(url._replace(netloc=url.netloc.rpartition("@")[2]))
    return Request(where, data=body, headers=headers, method="POST")  # noqa: S310 - scheme is checked


def _body(template: str, said: dict[str, str]) -> tuple[str, bytes]:
    """The template with its places filled in, so that no text can break out of its own.

    >>> _body('[{"number": "{to}"}]', {"to": 'a"b'})
    ('application/json', b'[{"number": "a\\\\"b"}]')
    >>> _body("To={to}&Body={text}", {"to": "+48 1", "text": "a&b=c"})
    ('application/x-www-form-urlencoded', b'To=%2B48+1&Body=a%26b%3Dc')
    """
    if template.lstrip()[:1] in ("{", "["):
        found = _deep(json.loads(template), said)
        return "application/json", json.dumps(found, ensure_ascii=False).encode()
    pairs = parse_qsl(template, keep_blank_values=True, strict_parsing=True)
    filled = [(name, _filled(value, said)) for name, value in pairs]
    return "application/x-www-form-urlencoded", urlencode(filled).encode()


def _deep(part: Any, said: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _deep(value, said) for name, value in part.items()}
    if isinstance(part, list):
        return [_deep(value, said) for value in part]
    return _filled(part, said) if isinstance(part, str) else part


def _filled(text: str, said: dict[str, str]) -> str:
    """Each place once: what is filled in is not looked at again."""
    found, rest = "", text
    while rest:
        before, brace, after = rest.partition("{")
        name, close, further = after.partition("}")
        if brace and close and name in said:
            found, rest = found + before + said[name], further
        else:
            found, rest = found + before + brace, after
    return found
