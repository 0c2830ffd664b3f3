"""Doubts: what `engine.check` finds in a document, as warnings with their places."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from regulars.engine.check import doubts
from regulars.engine.margins import Stocked
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
    "reward_too_late": "ends",
    "over": "ends",
}
"""The field of the campaign each doubt is about."""
_MONEY = {"list_minor": "money", "paid_minor": "paid", "least_minor": "least"}


def doubt_faults(
    rules: Rules, *, today: date | None = None, stock: Sequence[Stocked] = ()
) -> Iterator[Fault]:
    """A warning for everything doubtful."""
    for doubt in doubts(rules, today=today, stock=stock):
        path: Path = ("campaigns", doubt.campaign)
        field = _FIELDS.get(doubt.code)
        figures: dict[str, Any] = dict(doubt.figures)
        digits = digits_of(rules.currency)
        for name, as_ in _MONEY.items():
            if name in figures:
                figures[as_] = format_minor(figures[name], rules.currency, digits)
        yield Fault(
            path if field is None else (*path, field), doubt.code, figures, severity="warning"
        )
