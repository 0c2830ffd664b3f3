"""Points rules of a case as campaigns that earn.

A multiplier that speaks of some lines only, or that makes less, changes what the rules by amount
give for those lines: each of them is written once for the lines of every multiplier. One for the
whole purchase is a multiplier of ours.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from tests.peers.cases import Data
from tests.peers.draft import Draft
from tests.peers.scopes import scope, without
from tests.peers.words import Fields, NotTranslated, slug

ROUNDING = {"none": "down", "floor": "down", "down": "down", "round": "half_up", "ceil": "up"}
BASES = {None: "paid", "paid": "paid", "paid_after_discounts": "paid", "list": "list"}


def points(draft: Draft) -> None:
    """Write the rules into the document. One that stops further ones, or suppresses the others, is
    exclusive in its lane; the rules before a stop are in a lane before it."""
    fields = Fields("points", draft.case.setup.get("points") or {})
    rounding = fields.take("rounding") or "floor"
    basis, rules = fields.take("basis"), fields.take("rules") or []
    fields.take("include_taxes")
    fields.done()
    rules = sorted(rules, key=lambda rule: -(rule.get("priority") or 0))
    partial = [rule for rule in rules if _is_partial(rule)]
    whole = [rule for rule in rules if rule["type"] == "points_multiplier" and rule not in partial]
    lane = 0
    for rule in [rule for rule in rules if rule not in (*partial, *whole)] + whole:
        lane += bool(rule.get("stop_further"))
        for campaign in _rule(draft, {"rounding": rounding, "basis": basis, **rule}, partial):
            draft.add(rule["type"], {"lane": draft.lane(f"points {lane}"), **campaign})


def _is_partial(rule: Data) -> bool:
    """Whether it multiplies what some lines give, or makes less."""
    return rule["type"] == "points_multiplier" and bool(
        rule.get("only") or rule.get("exclude") or rule.get("multiplier", 1) < 1
    )


def _rule(draft: Draft, rule: Data, partial: Sequence[Data]) -> list[Data]:
    fields = Fields(f"points rule {rule['type']}", rule)
    kind, rounding = fields.need("type"), str(fields.take("rounding"))
    basis = fields.take("basis")
    if rounding not in ROUNDING:
        raise NotTranslated(f"rounding {rounding}")
    if basis not in BASES:
        raise NotTranslated(f"points by {basis}")
    fields.take("priority")
    campaign: Data = {"when": []}
    if fields.take("stop_further") or fields.take("stackable", True) is False:
        campaign["exclusive"] = True
    fields.take("stackable")
    if segments := fields.take("only_segments"):
        campaign["when"].append({"kind": "segment", "any_of": [slug(s) for s in segments]})
    if least := fields.take("min_order_value"):
        everything = {"roles": ["goods", *_roles(draft)]}
        campaign["when"].append({"kind": "basket_total", "at_least_minor": least, "of": everything})
    only, exclude = fields.take("only") or {}, fields.take("exclude") or {}
    if kind == "points_per_amount":
        effect = {
            "kind": "points_per_spend",
            "points": fields.need("points"),
            "per_minor": fields.need("per"),
            "rounding": ROUNDING[rounding],
            "basis": BASES[basis],
        }
        found = _by_line(draft, effect, only, exclude, partial)
    elif kind == "points_fixed":
        found = [_fixed(fields)]
        if only or exclude:
            campaign["when"].append(
                {"kind": "basket_contains", "of": _earning_scope(draft, only, exclude)}
            )
    elif kind == "points_fixed_for_sku":
        found = [_fixed(fields)]
        products = fields.take("skus") or [fields.need("sku")]
        campaign["when"].append({"kind": "basket_contains", "of": {"products": products}})
    elif kind == "points_multiplier":
        percent = round(float(fields.need("multiplier")) * 100)
        found = [{"kind": "points_multiplier", "multiplier_percent": percent,
                  "rounding": ROUNDING[rounding]}] if percent != 100 else []  # fmt: skip
    elif kind == "points_on_event":
        event = slug(fields.need("event"))
        campaign["trigger"] = event
        if event == "birthday":
            campaign["when"].append({"kind": "birthday"})
        found = [_fixed(fields)]
    else:
        raise NotTranslated(f"points rule {kind}")
    fields.done()
    return [{**campaign, "then": [effect]} for effect in found]


def _fixed(fields: Fields) -> Data:
    return {"kind": "fixed_points", "points": fields.need("points")}


def _by_line(
    draft: Draft, effect: Data, only: Data, exclude: Data, partial: Sequence[Data]
) -> list[Data]:
    """The rule for the lines of every multiplier, and of two at once, and of none."""
    base = _earning_scope(draft, only, exclude)
    if not partial:
        return [{**effect, "on": base}]
    if only and any(rule.get("only") for rule in partial):
        raise NotTranslated("a multiplier of some lines for a rule of some lines")
    for rule in partial:
        if rule.get("exclude"):
            raise NotTranslated("a multiplier that leaves lines out")
    found = []
    scoped = [rule for rule in partial if rule.get("only")]
    factor = 1.0
    for rule in partial:
        factor *= 1 if rule in scoped else rule["multiplier"]
    for size in (0, 1, 2):
        for chosen in combinations(scoped, size):
            times = factor
            on = base
            for rule in chosen:
                times *= rule["multiplier"]
                on = _narrowed(draft, on, rule["only"])
            others = [rule["only"] for rule in scoped if rule not in chosen]
            if times:
                found.append(
                    {**effect, "on": without(draft, on, *others),
                     "multiplier_percent": round(times * 100)}
                )  # fmt: skip
    return found


def _narrowed(draft: Draft, on: Data, only: Data) -> Data:
    """The lines of one more multiplier: by labels, or by a collection where labels are taken."""
    more = scope(draft, only)
    if "labels" in more and "labels" in on:
        more["collections"] = [draft.collection(more.pop("labels"))]
    if set(more) & set(on):
        raise NotTranslated("two multipliers by the same kind of thing")
    return {**on, **more}


def _roles(draft: Draft) -> list[str]:
    lines = draft.case.input.get("lines") or ()
    return sorted({slug(line["role"]) for line in lines if line.get("role")})


def _earning_scope(draft: Draft, only: Data, exclude: Data) -> Data:
    """Which lines earn: those with a role too, unless left out. Where a rule says which lines earn,
    what it leaves out is not asked."""
    spec = dict(only)
    roles = [slug(role) for role in spec.pop("roles", ())] or ["goods", *_roles(draft)]
    found: Data = scope(draft, spec)
    if not only:
        excluded: dict[str, Any] = dict(exclude)
        gone = {slug(role) for role in excluded.pop("roles", ())}
        roles = [role for role in roles if role not in gone]
        found = without(draft, found, *({key: value} for key, value in excluded.items() if value))
    return found if roles == ["goods"] else {**found, "roles": roles}
