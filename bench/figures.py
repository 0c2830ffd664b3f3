"""Figures of a run: medians with their spread, as a table for people or one JSON object a line."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass
class Figure:
    """One measured thing. ``ratio`` is its median by that of the yardstick of the same run."""

    name: str
    median: float
    min: float
    max: float
    unit: str
    ratio: float | None = None
    yardstick: str = ""
    note: str = ""


def figure(
    name: str, values: Sequence[float], unit: str, *, beside: Figure | None = None, note: str = ""
) -> Figure:
    """The repeats of a measurement as one figure."""
    middle = median(values)
    return Figure(
        name, middle, min(values), max(values), unit,
        middle / beside.median if beside else None, beside.name if beside else "", note,
    )  # fmt: skip


def compared(
    name: str, values: Sequence[float], unit: str, yardsticks: Sequence[Figure], *, note: str = ""
) -> Iterator[Figure]:
    """The figure with its ratio to the first yardstick, then its ratio to each of the others."""
    if not yardsticks:
        yield figure(name, values, unit, note=note)
    for number, beside in enumerate(yardsticks):
        if number:
            yield figure(f"  beside {beside.name}", values, unit, beside=beside)
        else:
            yield figure(name, values, unit, beside=beside, note=note)


def table(figures: Sequence[Figure]) -> str:
    """For people: the median, its spread, the ratio to the yardstick, and what to know of it."""
    lines = [f"{'':42} {'median':>10} {'min':>10} {'max':>10} {'':12} {'ratio':>6}"]
    for f in figures:
        ratio = "" if f.ratio is None else f"{f.ratio:6.2f}"
        numbers = " ".join(f"{_short(value):>10}" for value in (f.median, f.min, f.max))
        lines.append(f"{f.name:42} {numbers} {f.unit:12} {ratio:>6}  {f.note}".rstrip())
    return "\n".join(lines)


def json_line(f: Figure) -> str:
    """For machines; ``ratio`` and ``yardstick`` are null where there is nothing to compare with."""
    found = asdict(f) | {"yardstick": f.yardstick or None}
    return json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()})


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
