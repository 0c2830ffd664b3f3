"""Structured logs: one JSON object a line on standard error, without personal data.

What we write ourselves names no person. What packages and failures say may hold an address, a value
of a statement, a body: it is taken out on the way.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_HIDDEN = "(hidden)"
# What databases and parsers quote of the value they did not like, up to the end of the line.
_QUOTED = re.compile(
    r"(?m)(^\s*DETAIL:\s*"
    r"|query argument \$\d+: "
    r"|invalid input [^:\n]*: "
    r"|invalid literal for int\(\) with base \d+: "
    r"|input_value="
    r"|KeyError: "
    r"|UnicodeDecodeError: ).*$"
)
_EMAIL = re.compile(r"[^\s@'\"<>=,;:/(?&]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w.-])\+?\d{7,}(?![\w-])")  # telephones and cards; no part of an id


def impersonal(text: str) -> str:
    """A text of somebody else's making, without what may tell of a person.

    >>> impersonal("duplicate key\\nDETAIL:  Key (value)=(anna@example.org) already exists.")
    'duplicate key\\nDETAIL:  (hidden)'
    >>> impersonal("no mail to anna@example.org, +48601234567")
    'no mail to (hidden), (hidden)'
    """
    text = _QUOTED.sub(rf"\1{_HIDDEN}", text)
    return _NUMBER.sub(_HIDDEN, _EMAIL.sub(_HIDDEN, text))


def _without_persons(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if str(event.get("logger", "")).startswith("django."):
        # "Not Found: /my/..." and the whole request beside it: paths and queries may hold anything.
        event.pop("request", None)
        event["event"] = str(event["event"]).partition(": ")[0]
    for name, value in event.items():
        if isinstance(value, str) and name not in ("request_id", "at"):
            event[name] = impersonal(value)
    return event


def set_up(level: int = logging.INFO) -> None:
    """Route everything that is logged through structlog's JSON renderer."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _without_persons,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Each scheduled job would be told of in six lines a minute; our own lines say what came of it.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = lambda *failure: root.critical("ended by a bug", exc_info=failure)
