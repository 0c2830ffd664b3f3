"""References of stamp cards, challenges, streaks, badges and referrals: what they name is declared.

Works on the data as read, like `references`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from regulars.programs.faults import Fault, Path, nearest


def mechanic_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Every name in them that nothing in the document has."""
    for name, card in _parts(data, "stamp_cards"):
        yield from _prize(data, ("stamp_cards", name, "gives"), card.get("gives"))
    yield from _cards(data)
    for name, challenge in _parts(data, "challenges"):
        yield from _prize(data, ("challenges", name, "gives"), challenge.get("gives"))
        for n, goal in enumerate(_list(challenge, "goals")):
            yield from _scope(data, ("challenges", name, "goals", n, "on"), goal)
    for name, streak in _parts(data, "streaks"):
        yield from _scope(data, ("streaks", name, "on"), streak)
        for n, rung in enumerate(_list(streak, "gives")):
            yield from _prize(data, ("streaks", name, "gives", n), rung)
    for name, badge in _parts(data, "badges"):
        for field, where in _REASONS.items():
            yield from _missing(data, ("badges", name, field), badge.get(field), where)
    referrals = data.get("referrals")
    if isinstance(referrals, dict):
        for side in ("referrer", "friend"):
            yield from _prize(data, ("referrals", side), referrals.get(side))


_REASONS = {
    "challenge": "challenges",
    "streak": "streaks",
    "card": "stamp_cards",
    "tier": "tiers",
}
"""The reason of a badge, and where it is declared."""
_WORDS = {"assets": "asset", "vouchers": "voucher", "tiers": "tier", "collections": "collection"}


def _cards(data: dict[str, Any]) -> Iterator[Fault]:
    """Each card has stamps of its own, and they can be spent."""
    seen: dict[str, str] = {}
    for name, card in _parts(data, "stamp_cards"):
        asset = card.get("asset", "stamps")
        path: Path = ("stamp_cards", name, "asset")
        yield from _missing(data, path, asset, "assets")
        declared = dict(_parts(data, "assets")).get(asset) if isinstance(asset, str) else None
        if declared is not None and declared.get("spendable") is False:
            yield Fault(path, "not_spendable", {"name": asset})
        if isinstance(asset, str) and seen.setdefault(asset, name) != name:
            yield Fault(path, "asset_of_two_cards", {"name": asset, "first": seen[asset]})


def _prize(data: dict[str, Any], path: Path, prize: Any) -> Iterator[Fault]:
    if not isinstance(prize, dict):
        return
    assets = prize.get("assets")
    for asset in assets if isinstance(assets, dict) else ():
        yield from _missing(data, (*path, "assets", asset), asset, "assets")
    yield from _missing(data, (*path, "voucher"), prize.get("voucher"), "vouchers")


def _scope(data: dict[str, Any], path: Path, part: Any) -> Iterator[Fault]:
    scope = part.get("on") if isinstance(part, dict) else None
    for n, name in enumerate(_list(scope, "collections")):
        yield from _missing(data, (*path, "collections", n), name, "collections")


def _missing(data: dict[str, Any], path: Path, name: Any, where: str) -> Iterator[Fault]:
    found = data.get(where)
    known: Iterable[Any] = found if isinstance(found, dict | list) else ()
    names = [one for one in known if isinstance(one, str)]
    if isinstance(name, str) and name not in names:
        word = _WORDS.get(where)
        code = "unknown_mechanic" if word is None else f"unknown_{word}"
        yield Fault(path, code, {"name": name, "where": where}, nearest(name, names))


def _parts(data: Any, field: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = data.get(field) if isinstance(data, dict) else None
    for name, part in found.items() if isinstance(found, dict) else ():
        if isinstance(part, dict):
            yield name, part


def _list(data: Any, field: str) -> list[Any]:
    found = data.get(field) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []
