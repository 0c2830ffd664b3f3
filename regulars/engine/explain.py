"""Explain: every campaign of the revision, applied or why not (T5)."""

from msgspec.structs import replace

from regulars.engine.decision import Decision


def same(first: Decision, second: Decision) -> bool:
    """True when two decisions have the same outcome, whatever each says about it."""
    return replace(first, trace=[]) == replace(second, trace=[])
