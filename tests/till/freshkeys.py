"""A hook of schemathesis: every random request gets an Idempotency-Key of its own, as a till's
would, so that it is carried out and not refused as another request with an old key."""

from typing import Any
from uuid import uuid4

import schemathesis

NAME = "Idempotency-Key"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Bad keys stay as they are: they are tried too."""
    key = (case.headers or {}).get(NAME, "")
    if 0 < len(key) <= 200 and key.isascii() and key.isprintable():
        case.headers[NAME] = uuid4().hex
