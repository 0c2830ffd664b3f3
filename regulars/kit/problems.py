"""Problems: expected trouble with a code, a status and a sentence that says what to do next.

Over HTTP a problem becomes an RFC 9457 document; on the command line, one clear line.
"""

from typing import Any


class Problem(Exception):
    """Something the caller can put right. Subclasses name ``code``, ``status`` and ``title``."""

    code = "problem"
    status = 400
    title = "The request cannot be carried out"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    def document(self) -> dict[str, Any]:
        """The RFC 9457 members of this problem."""
        return {
            "type": f"urn:regulars:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


class Invalid(Problem):
    code = "invalid_request"
    status = 422
    title = "The request is not valid"


class NotFound(Problem):
    code = "not_found"
    status = 404
    title = "There is no such thing here"


class Conflict(Problem):
    code = "conflict"
    status = 409
    title = "The request does not fit the present state"


class Busy(Problem):
    """Better a quick refusal than a long wait: nothing was done, and it can be tried again."""

    code = "busy"
    status = 503
    title = "Too much at once"
