"""Hooks of schemathesis. Every random request gets an Idempotency-Key of its own, as a till's
would, so that it is carried out and not refused as another request with an old key. It comes with
one of many keys of the organization, so that the limit of misses holds up few; none of them is
revoked. Where the examples name their member, one of many takes the place: some are blocked or
forgotten on the way. What was answered is counted for the test."""

import json
import os
from collections import Counter
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis

NAME = "Idempotency-Key"


def _told(name: str) -> list[str]:
    """What a file holds that the test names; nothing where this is only searched for doctests."""
    file = os.environ.get(name)
    return Path(file).read_text().split() if file else []


SECRETS = _told("API_SECRETS")
PREFIXES = {secret.split("_")[1] for secret in SECRETS}
CARD = "4539148803436467"
"""Of the member of the examples."""
ANSWERED = Path(os.environ.get("API_ANSWERED", os.devnull))

_secrets = cycle(SECRETS)
_cards = cycle(_told("API_CARDS"))
_answered: Counter[str] = Counter()


def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Bad keys stay as they are: they are tried too."""
    key = (case.headers or {}).get(NAME, "")
    if 0 < len(key) <= 200 and key.isascii() and key.isprintable():
        case.headers[NAME] = uuid4().hex
    if case.path.startswith("/v1/") and "Regulars-Program" not in case.headers:
        case.headers["Regulars-Program"] = "corner"  # once another was made, it has to be named
    case.headers["Authorization"] = f"Bearer {next(_secrets)}"
    if (case.path_parameters or {}).get("prefix") in PREFIXES:
        case.path_parameters["prefix"] = "0" * 12
    if case.path == "/v1/members" and CARD in str(case.body):
        named = {"kind": "email", "value": f"{uuid4().hex}@example.com"}
        case.body = {"identifiers": [named], "issue_card": True}
    card = next(_cards)
    case.path_parameters = _with(case.path_parameters, card)
    case.query = _with(case.query, card)
    case.body = _with(case.body, card)


def _with(said: Any, card: str) -> Any:
    """The same with another card, wherever the one of the examples stands."""
    if isinstance(said, str):
        return said.replace(CARD, card)
    if isinstance(said, list):
        return [_with(item, card) for item in said]
    if isinstance(said, dict):
        return {name: _with(item, card) for name, item in said.items()}
    return said


def after_call(context: Any, case: Any, response: Any) -> None:
    _answered[f"{response.status_code} {case.method} {case.path}"] += 1
    if sum(_answered.values()) % 50 == 0:
        ANSWERED.write_text(json.dumps(_answered))


if SECRETS:  # only where schemathesis runs with these hooks, not where doctests are looked for
    schemathesis.hook(before_call)
    schemathesis.hook(after_call)
