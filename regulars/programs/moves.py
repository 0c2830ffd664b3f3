"""Faults in what a document says of points outside a basket: transfers, sales, causes, pools."""

from collections.abc import Iterator
from typing import Any

from regulars.programs.faults import Fault, Path, nearest

_MOST = ("maximum", "per_day", "per_month", "per_year", "most")


def moved_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Assets that are not there or cannot move, and limits that shut out everything."""
    assets = _mapping(data, "assets")
    for name, asset in assets.items():
        for field in ("transfer", "sale"):
            rule = _mapping(asset, field)
            if rule:
                yield from _limits(("assets", name, field), rule)
        given = isinstance(asset, dict) and isinstance(asset.get("transfer"), dict)
        if given and asset.get("spendable") is False:
            yield Fault(("assets", name, "transfer"), "cannot_move", {"name": name})
        yield from _multiples(("assets", name, "sale"), _mapping(asset, "sale"))
    for name, cause in _mapping(data, "causes").items():
        if isinstance(cause, dict):
            asset = cause.get("asset", "points")
            written: Path = ("asset",) if "asset" in cause else ()
            yield from _usable(assets, ("causes", name, *written), asset)
            yield from _limits(("causes", name), cause)
    for name, kind in _mapping(data, "households").items():
        pool = _mapping(kind, "pool")
        if isinstance(kind, dict) and isinstance(kind.get("pool"), dict):
            place: Path = ("households", name, "pool")
            listed = pool.get("assets")
            if listed is None:
                yield from _usable(assets, place, "points")
            for n, asset in enumerate(listed if isinstance(listed, list) else ()):
                yield from _usable(assets, (*place, "assets", n), asset)


def _usable(assets: dict[str, Any], path: Path, name: Any) -> Iterator[Fault]:
    if not isinstance(name, str):
        return
    if name not in assets:
        yield Fault(path, "unknown_asset", {"name": name}, nearest(name, list(assets)))
    elif isinstance(assets[name], dict) and assets[name].get("spendable") is False:
        yield Fault(path, "cannot_move", {"name": name})


def _limits(path: Path, rule: dict[str, Any]) -> Iterator[Fault]:
    minimum = rule.get("minimum", 1)
    for field in _MOST:
        value = rule.get(field)
        if _whole(minimum) and _whole(value) and minimum > value:
            figures = {"minimum": minimum, "field": field, "value": value}
            yield Fault((*path, field), "minimum_over_maximum", figures)


def _multiples(path: Path, rule: dict[str, Any]) -> Iterator[Fault]:
    units, minimum = rule.get("units", 1), rule.get("minimum", 1)
    most = [rule[field] for field in _MOST if _whole(rule.get(field))]
    if _whole(units) and _whole(minimum) and most and units > 0:
        first = -(-minimum // units) * units
        if minimum <= min(most) < first:
            figures = {"units": units, "minimum": minimum, "maximum": min(most)}
            yield Fault((*path, "units") if "units" in rule else path, "minimum_not_whole", figures)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mapping(data: Any, name: str) -> dict[str, Any]:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}
