"""Verify: every invariant of the ledger, proved on the database it is pointed at."""

from collections.abc import Callable

from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.ledger import seal

_SQL = statements("regulars.ledger", "verify.sql")
CHECKS = {name: sql for name, sql in _SQL.items() if name != "programs"}
Heard = Callable[[str, str | None], None]


def _deaf(name: str, fault: str | None) -> None:
    """Nobody listens."""


def verify(
    heard: Callable[[str, str | None], None] = lambda name, fault: None,
) -> Steps[str | None]:
    """The first fault in words, or None when all holds. ``heard`` is told of each check."""
    for name, sql in CHECKS.items():
        rows = yield Step(sql)
        fault = f"{name}: {rows[0][0]}" if rows else None
        heard(name, fault)
        if fault:
            return fault
    programs = yield Step(_SQL["programs"])
    for (program_id,) in programs:
        broken = yield from seal.check(program_id)
        heard("chain_intact", broken)
        if broken:
            return f"chain_intact: program {program_id}: {broken}"
    return None
