"""How long tests may take: short in every run, long with ``REGULARS_LONG=1``."""

import os
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

from hypothesis import HealthCheck, settings

LONG = bool(os.environ.get("REGULARS_LONG"))
settings.register_profile("same", derandomize=True, deadline=None)
"""The same examples for the same tree, so that a change is judged by what it changed. A machine
that is busy with something else is no fault of an example."""
settings.register_profile("chance", deadline=None)

settings.load_profile("chance" if LONG or "EXAMPLES" in os.environ else "same")


TRIED: Counter[str] = Counter()
"""What long runs have tried so far; told at their end."""


def tried(**counts: int) -> None:
    """So many more of each were carried out and found right."""
    TRIED.update(counts)


def length(short: Any, long: Any) -> Any:
    """The one or the other."""
    return long if LONG else short


def examples(short: int, long: int) -> Callable[[Any], Any]:
    """So many examples of a property on a real database, where each takes a while; or as many as
    ``EXAMPLES`` says. It stands above ``given``."""
    number = int(os.environ.get("EXAMPLES", length(short, long)))
    bounds = settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))

    def counted(test: Any) -> Any:
        once = test.hypothesis.inner_test

        @wraps(once)
        def told(*args: Any, **more: Any) -> None:
            once(*args, **more)
            tried(random_cases_on_a_database=1)

        test.hypothesis.inner_test = told
        return bounds(test)

    return counted
