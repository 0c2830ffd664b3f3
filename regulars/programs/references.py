"""References: whatever a document names must be declared in it. Works on the data as read, so that
a fault of shape in one place does not hide a misspelt name in another."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from pydantic import TypeAdapter, ValidationError

from regulars.engine.conditions.tier import Tier
from regulars.engine.kinds import Condition, Effect
from regulars.engine.rules import AnyCondition, AnyEffect
from regulars.programs.faults import Fault, Hint, Path, nearest
from regulars.programs.mechanics import mechanic_faults
from regulars.programs.moves import moved_faults
from regulars.programs.translations import translation_faults

_CONDITION: TypeAdapter[Condition] = TypeAdapter(AnyCondition)
_EFFECT: TypeAdapter[Effect] = TypeAdapter(AnyEffect)


def reference_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Every reference to something that is not there, and what contradicts itself."""
    yield from _places(data)
    yield from _lanes(data)
    yield from _repeated(data, "campaigns", "campaign_twice")
    asked: set[str] = set()
    for n, campaign in enumerate(items(data, "campaigns")):
        if isinstance(campaign, dict):
            yield from _campaign(data, ("campaigns", n), campaign, asked)
    yield from _paying(data)
    yield from _rewards(data)
    yield from _gift_cards(data)
    yield from moved_faults(data)
    yield from mechanic_faults(data)
    yield from _tiering(data)
    for name in mapping(data, "vouchers"):
        if name not in asked:
            yield Fault(
                ("vouchers", name), "voucher_unused", {"name": name},
                Hint("ask_voucher", {"name": name}), severity="warning",
            )  # fmt: skip
    yield from translation_faults(data)


def mapping(data: Any, name: str) -> dict[str, Any]:
    """A field that should hold a mapping, as one."""
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def items(data: Any, name: str) -> list[Any]:
    """A field that should hold a list, as one."""
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _places(data: dict[str, Any]) -> Iterator[Fault]:
    zone, currency = data.get("timezone"), data.get("currency")
    if isinstance(zone, str) and zone not in available_timezones():
        yield _unknown(("timezone",), "timezone", zone, available_timezones())
    if isinstance(currency, str) and len(currency) == 3 and currency not in _currencies():
        yield _unknown(("currency",), "currency", currency, _currencies())


@cache
def _currencies() -> frozenset[str]:
    """Those that are tender somewhere today."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    return frozenset(
        currency
        for territory in map(str, Locale("en").territories)
        if len(territory) == 2
        for currency in get_territory_currencies(territory)
    )


def _lanes(data: dict[str, Any]) -> Iterator[Fault]:
    if data.get("lanes") == []:
        yield Fault(("lanes",), "no_lanes")
    yield from _repeated(data, "lanes", "lane_twice")
    tiers = items(data, "tiers")
    for n, tier in enumerate(tiers):
        if tier in tiers[:n]:
            yield Fault(("tiers", n), "tier_twice", {"name": tier})


def _repeated(data: dict[str, Any], field: str, code: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for n, item in enumerate(items(data, field)):
        name = item.get("id") if isinstance(item, dict) else None
        if isinstance(name, str) and seen.setdefault(name, n) != n:
            yield Fault((field, n, "id"), code, {"name": name, "first": f"{field}[{seen[name]}]"})


def _campaign(
    data: dict[str, Any], path: Path, campaign: dict[str, Any], asked: set[str]
) -> Iterator[Fault]:
    lane, lanes = campaign.get("lane"), _lane_names(data)
    if isinstance(lane, str) and lane not in lanes:
        yield _unknown((*path, "lane"), "lane", lane, lanes)
    for asset in mapping(campaign, "caps"):
        if asset not in mapping(data, "assets"):
            yield _unknown((*path, "caps", asset), "asset", asset, mapping(data, "assets"))
    starts, ends = _day(campaign.get("starts")), _day(campaign.get("ends"))
    if starts and ends and ends < starts:
        figures = {"starts": starts, "ends": ends}
        yield Fault((*path, "ends"), "ends_before_start", figures)
    for field, adapter in (("when", _CONDITION), ("then", _EFFECT)):
        for n, raw in enumerate(items(campaign, field)):
            part = _read(adapter, raw)
            if part is not None:
                if field == "when":
                    asked |= part.vouchers()
                yield from _part(data, (*path, field, n), raw, part)


def _part(data: dict[str, Any], path: Path, raw: Any, part: Condition | Effect) -> Iterator[Fault]:
    """What a condition or effect names, each at the place where it is written."""
    named = {
        "asset": part.assets(),
        "voucher": part.vouchers(),
        "collection": {name for scope in part.scopes() for name in scope.collections},
        "tier": _tiers(part),
        "campaign": part.others(),
    }
    declared = {
        "asset": mapping(data, "assets"),
        "voucher": mapping(data, "vouchers"),
        "collection": mapping(data, "collections"),
        "tier": [tier for tier in items(data, "tiers") if isinstance(tier, str)],
        "campaign": _campaign_names(data),
    }
    for what, names in named.items():
        for name in sorted(names):
            if name not in declared[what]:
                place = _where(raw, name) or ()
                yield _unknown((*path, *place), what, name, declared[what])


def _tiers(part: Condition | Effect) -> set[str]:
    if isinstance(part, Effect):
        return set()
    return {tier for inner in part.parts() if isinstance(inner, Tier) for tier in inner.one_of}


def _paying(data: dict[str, Any]) -> Iterator[Fault]:
    """Assets that pay: they can be spent, and the goods they pay for are declared."""
    for name, asset in mapping(data, "assets").items():
        pays = mapping(asset, "pays")
        if pays and asset.get("spendable") is False:
            yield Fault(("assets", name, "pays"), "not_spendable", {"name": name})
        for collection in items(mapping(pays, "on"), "collections"):
            if isinstance(collection, str) and collection not in mapping(data, "collections"):
                place = ("assets", name, "pays", "on", "collections")
                yield _unknown(place, "collection", collection, mapping(data, "collections"))


def _rewards(data: dict[str, Any]) -> Iterator[Fault]:
    assets, vouchers = mapping(data, "assets"), mapping(data, "vouchers")
    for name, reward in mapping(data, "rewards").items():
        for asset in mapping(reward, "cost"):
            place: Path = ("rewards", name, "cost", asset)
            if asset not in assets:
                yield _unknown(place, "asset", asset, assets)
            elif isinstance(assets[asset], dict) and assets[asset].get("spendable") is False:
                yield Fault(place, "not_spendable", {"name": asset})
        if not isinstance(reward, dict):
            continue
        starts, ends = _day(reward.get("starts")), _day(reward.get("ends"))
        if starts and ends and ends < starts:
            figures = {"starts": starts, "ends": ends}
            yield Fault(("rewards", name, "ends"), "ends_before_start", figures)
        voucher = reward.get("voucher")
        if isinstance(voucher, str) and voucher not in vouchers:
            yield _unknown(("rewards", name, "voucher"), "voucher", voucher, vouchers)
        yield from _handed_over(data, ("rewards", name), reward)
        for n, raw in enumerate(items(reward, "who")):
            condition = _read(_CONDITION, raw)
            if condition is not None:
                yield from _part(data, ("rewards", name, "who", n), raw, condition)


def _handed_over(data: dict[str, Any], path: Path, reward: dict[str, Any]) -> Iterator[Fault]:
    """The gift card, the cause and the assets that a reward is handed over as."""
    for field, where in (("gift_card", "gift_cards"), ("cause", "causes")):
        named = reward.get(field)
        if isinstance(named, str) and named not in mapping(data, where):
            yield _unknown((*path, field), field, named, mapping(data, where))
    for asset in mapping(reward, "gives"):
        if asset not in mapping(data, "assets"):
            yield _unknown((*path, "gives", asset), "asset", asset, mapping(data, "assets"))
    cause = mapping(mapping(data, "causes"), str(reward.get("cause")))
    if cause and mapping(reward, "cost").keys() - {cause.get("asset", "points")}:
        yield Fault((*path, "cost"), "cause_takes", {"name": cause.get("asset", "points")})


def _gift_cards(data: dict[str, Any]) -> Iterator[Fault]:
    """An article is one kind of gift card."""
    seen: dict[str, str] = {}
    for name, card in mapping(data, "gift_cards").items():
        for n, sku in enumerate(items(card, "skus")):
            if isinstance(sku, str) and seen.setdefault(sku, name) != name:
                figures = {"name": sku, "first": f"gift_cards.{seen[sku]}"}
                yield Fault(("gift_cards", name, "skus", n), "card_twice", figures)


def _tiering(data: dict[str, Any]) -> Iterator[Fault]:
    """Tiers and assets named where it is said how tiers are reached and what they bring."""
    assets = mapping(data, "assets")
    tiers = [tier for tier in items(data, "tiers") if isinstance(tier, str)]
    tiering = mapping(data, "tiering")
    least = mapping(tiering, "at_least")
    for name in least:
        if name not in tiers:
            yield _unknown(("tiering", "at_least", name), "tier", name, tiers)
    wanted = [(name, least[name]) for name in tiers if isinstance(least.get(name), int)]
    for (lower, below), (name, amount) in pairwise(wanted):
        if amount <= below:
            yield Fault(("tiering", "at_least", name), "tier_order", {"name": name, "lower": lower})
    for n, fee in enumerate(items(tiering, "bought")):
        tier = fee.get("tier") if isinstance(fee, dict) else None
        if isinstance(tier, str) and tier not in tiers:
            yield _unknown(("tiering", "bought", n, "tier"), "tier", tier, tiers)
    asset = tiering.get("asset", "qualifying")
    if least and tiering.get("by", "balance") in ("balance", "points") and asset not in assets:
        hint = nearest(str(asset), list(assets))
        yield Fault(("tiering", "asset"), "unknown_asset", {"name": asset}, hint, "warning")
    for name in mapping(data, "benefits"):
        if name not in tiers:
            yield _unknown(("benefits", name), "tier", name, tiers)


def _unknown(path: Path, what: str, name: str, known: Iterable[str]) -> Fault:
    return Fault(path, f"unknown_{what}", {"name": name}, nearest(name, list(known)))


def _campaign_names(data: dict[str, Any]) -> list[str]:
    found = [one.get("id") for one in items(data, "campaigns") if isinstance(one, dict)]
    return [name for name in found if isinstance(name, str)]


def _lane_names(data: dict[str, Any]) -> list[str]:
    if "lanes" not in data:
        return ["main"]
    found = [lane.get("id") for lane in items(data, "lanes") if isinstance(lane, dict)]
    return [name for name in found if isinstance(name, str)]


def _read(adapter: TypeAdapter[Any], raw: Any) -> Any:
    """The part, if its shape is right; if not, that has been told."""
    try:
        return adapter.validate_json(json.dumps(raw), strict=True)
    except ValidationError:
        return None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _where(raw: Any, name: str) -> Path | None:
    """The place inside a part where a name is written; None where it is left to a default."""
    inner: Iterable[tuple[str | int, Any]]
    inner = (
        raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    )
    for key, value in inner:
        if value == name and key != "kind":
            return (key,)
        below = _where(value, name)
        if below is not None:
            return (key, *below)
    return None
