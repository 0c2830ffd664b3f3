"""Conditions of a case: as conditions of the document, as its schedule, or as its limits."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

from tests.peers.cases import Data
from tests.peers.draft import Draft
from tests.peers.scopes import scope
from tests.peers.words import Fields, NotTranslated, moment, slug

Conditions = list[Data]


def conditions(draft: Draft, specs: list[Data], campaign: Data) -> Conditions:
    """All conditions; a schedule and a limit are written into ``campaign``."""
    found: Conditions = []
    for spec in specs:
        fields = Fields(f"condition {spec.get('type')}", spec)
        kind = fields.need("type")
        if kind not in TYPES:
            raise NotTranslated(f"condition {kind}")
        found += TYPES[kind](draft, fields, campaign)
        fields.done()
    return found


def schedule(draft: Draft, campaign: Data, starts: Any, ends: Any) -> Conditions:
    """From one instant to another. Whole days, both included, are the campaign's own schedule; a
    time of day is a condition, and its end is not part of it."""
    window: Data = {}
    for text, own, day, time, choose in (
        (starts, "starts", "first_on", "from", max),
        (ends, "ends", "last_on", "until", min),
    ):
        if text is None:
            continue
        at = moment(text, draft.now).astimezone(UTC)
        clock = at.strftime("%H:%M")
        if clock == "00:00" or (own == "ends" and clock == "23:59"):
            campaign[own] = choose(str(at.date()), campaign.get(own, str(at.date())))
        else:
            window |= {day: str(at.date()), time: clock}
    return [{"kind": "date_window", **window}] if window else []


def bounded(op: str, number: int, at_least: Callable[[int], Data]) -> Conditions:
    """A comparison of whole numbers by what there is: at least, and not.

    >>> bounded("<", 5, lambda n: {"n": n})
    [{'kind': 'not', 'condition': {'n': 5}}]
    """

    def least(n: int) -> Conditions:
        return [at_least(n)] if n > 0 else []

    def below(n: int) -> Conditions:
        return [{"kind": "not", "condition": at_least(max(n, 1))}]

    if op in (">=", "=>"):
        return least(number)
    if op == ">":
        return least(number + 1)
    if op == "<":
        return below(number)
    if op == "<=":
        return below(number + 1)
    if op in ("=", "==", "eq"):
        return [*least(number), *below(number + 1)]
    raise NotTranslated(f"comparison {op!r}")


def _subtotal(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    """The goods. The threshold sees list prices (after the shelf price fell), unless the peer says
    that earlier discounts count."""
    currency = fields.take("currency")
    if currency and currency != draft.case.currency:
        campaign["paused"] = True  # belongs to the program of that currency, not to this one
    basis = fields.take("basis")
    known = {"net": "net", "gross": "gross", "after_earlier_discounts": "reduced", "list": "list"}
    if basis is not None and basis not in known:
        raise NotTranslated(f"subtotal by {basis}")
    ours = known[basis] if basis else "reduced" if draft.shelf else "list"
    of = scope(draft, fields.take("scope"))
    return bounded(
        str(fields.take("op", ">=")),
        fields.need("amount"),
        lambda n: {"kind": "basket_total", "at_least_minor": n, "basis": ours, "of": of},
    )


def _with_shipping(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    return bounded(
        str(fields.take("op", ">=")),
        fields.need("amount"),
        lambda n: {
            "kind": "basket_total",
            "at_least_minor": n,
            "of": {"roles": ["goods", "shipping"]},
        },
    )


def _quantity(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    of = scope(draft, fields.take("scope"))
    return bounded(
        str(fields.take("op", ">=")),
        fields.need("qty"),
        lambda n: {"kind": "basket_quantity", "at_least": n, "of": of},
    )


def _contains(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    units = fields.take("min_qty", fields.take("qty", 1))
    return [{"kind": "basket_contains", "of": scope(draft, fields.take("scope")), "units": units}]


def _group(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    found: Data = {"kind": "segment"}
    for word, ours in (
        ("any_of", "any_of"),
        ("segments", "any_of"),
        ("segment", "any_of"),
        ("group", "any_of"),
        ("none_of", "none_of"),
    ):
        if (names := fields.take(word)) is not None:
            found[ours] = [slug(n) for n in (names if isinstance(names, list) else [names])]
    campaign["members_only"] = True
    return [found]


def _order_number(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    found: Data = {"kind": "purchase_number"}
    if (exact := fields.take("eq")) is not None:
        found["one_of"] = exact if isinstance(exact, list) else [exact]
    for word, ours in (("every", "every"), ("min", "at_least"), ("max", "at_most")):
        if (value := fields.take(word)) is not None:
            found[ours] = value
    if (op := fields.take("op")) is not None:
        value = fields.take("number", fields.take("n"))
        if op not in (">=", "<=", "=="):
            raise NotTranslated(f"order number {op}")
        bound = {">=": "at_least", "<=": "at_most", "==": "one_of"}[op]
        found[bound] = [value] if op == "==" else value
    return [found]


def _shipping_method(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    labels = [f"method={name}" for name in fields.need("any_of")]
    return [{"kind": "basket_contains", "of": {"roles": ["shipping"], "labels": labels}}]


def _once(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    campaign["members_only"] = True
    campaign.setdefault("limits", {})["per_member"] = 1
    return []


def _last_purchase(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    return [{"kind": "days_since_purchase", "at_least": fields.need("days")}]


def _window(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    """From an instant to another; one that ends at midnight ends with the day before."""
    starts, ends = fields.take("from"), fields.take("to")
    if ends is not None:
        last = moment(ends, draft.now)
        if last != draft.now and "T" in str(ends) and (last.hour, last.minute) == (0, 0):
            ends = (last - timedelta(days=1)).date().isoformat()
    return schedule(draft, campaign, starts, ends)


def _weekday(draft: Draft, fields: Fields, campaign: Data) -> Conditions:
    days = fields.take("iso_days") or fields.need("days")
    return [{"kind": "weekday_and_hours", "days": days}]


TYPES: dict[str, Callable[[Draft, Fields, Data], Conditions]] = {
    "basket_subtotal": _subtotal,
    "order_total": _subtotal,
    "order_total_with_shipping": _with_shipping,
    "basket_quantity": _quantity,
    "contains": _contains,
    "member_group": _group,
    "audience": _group,
    "order_number": _order_number,
    "shipping_method": _shipping_method,
    "one_use_per_member": _once,
    "last_purchase_at_least_days_ago": _last_purchase,
    "date_window": _window,
    "day_of_week": _weekday,
}
