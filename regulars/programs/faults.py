"""Faults: what is wrong in a document, where, and what to write instead.

The checks say it in codes and figures; a `Finding` is the same in a person's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from regulars.kit.words import catalog, say

Path = tuple[str | int, ...]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Hint:
    """A suggestion: its code in ``hints.toml`` and the figures of the sentence."""

    code: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a place, in codes and figures."""

    path: Path
    code: str
    figures: dict[str, Any] = field(default_factory=dict)
    hint: Hint | None = None
    severity: Severity = "error"
    line: int | None = None

    def finding(self, language: str, line: int | None = None) -> "Finding":
        """The same in words."""
        return Finding(
            severity=self.severity,
            code=self.code,
            path=dotted(self.path),
            line=self.line or line,
            message=_say(f"fault.{self.code}", language, self.figures),
            suggestion=""
            if self.hint is None
            else _say(f"hint.{self.hint.code}", language, self.hint.figures),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One error or warning, in words. ``path`` is written as in ``campaigns[2].then[0].asset``."""

    severity: Severity
    code: str
    path: str
    line: int | None
    message: str
    suggestion: str


def dotted(path: Path) -> str:
    """A path as people write it.

    >>> dotted(("campaigns", 2, "then", 0, "per_minor"))
    'campaigns[2].then[0].per_minor'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def nearest(name: str, known: Sequence[str]) -> Hint | None:
    """Which of the known names was meant; all of them when none is near and they are few."""
    lowered = {option.lower(): option for option in known}
    close = get_close_matches(name.lower(), lowered, 1, 0.6)
    if close:
        return Hint("nearest", {"name": lowered[close[0]]})
    if not known:
        return None
    shown = sorted(known)
    return Hint("one_of", {"names": ", ".join(shown[:12]) + (", ..." if len(shown) > 12 else "")})


def _say(code: str, language: str, figures: dict[str, Any]) -> str:
    package = __package__ or ""
    files = (
        ["hints.toml"] if code.startswith("hint.") else ["words.toml", "doubts.toml", "rules.toml"]
    )
    file = next(file for file in files if code in catalog(package, file))
    return say(package, file, code, language, **figures)
