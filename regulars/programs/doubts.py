"""Doubts: what `engine.check` finds in a document, as warnings with their places."""

from collections.abc import Iterator
from typing import Any

from regulars.engine.check import doubts
from regulars.engine.rules import Rules
from regulars.kit.money import digits_of, format_minor
from regulars.programs.faults import Fault, Path

_FIELDS = {
    "contradiction": "when",
    "no_basket": "when",
    "no_prices": "then",
    "multiplies_later": "then",
    "not_together": "then",
    "shut_out": "lane",
    "both_exclusive": "exclusive",
    "voucher_too_late": "then",
    "earns_itself": "then",
    "over": "ends",
}
"""The field of the campaign each doubt is about."""


def doubt_faults(rules: Rules) -> Iterator[Fault]:
    """A warning for everything doubtful."""
    for doubt in doubts(rules):
        path: Path = ("campaigns", doubt.campaign)
        field = _FIELDS.get(doubt.code)
        figures: dict[str, Any] = dict(doubt.figures)
        if "list_minor" in figures:
            digits = digits_of(rules.currency)
            figures["money"] = format_minor(figures["list_minor"], rules.currency, digits)
        yield Fault(
            path if field is None else (*path, field), doubt.code, figures, severity="warning"
        )
