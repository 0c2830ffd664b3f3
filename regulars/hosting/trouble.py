"""Trouble with the machine: a problem whose sentence is in the operator's language."""

from typing import Any

from regulars.hosting.words import say
from regulars.kit.problems import Problem


class Trouble(Problem):
    """Something about this machine that the operator can put right; ``code`` names its sentence."""

    status = 503
    title = "This machine is not ready"

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(
            say(code, **values), **{name: str(value) for name, value in values.items()}
        )
        self.code = code
