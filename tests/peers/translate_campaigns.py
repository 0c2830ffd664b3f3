"""Campaigns of a case as campaigns of the document, in lanes that combine them as the peer does."""

from tests.peers.cases import Data
from tests.peers.draft import Draft
from tests.peers.spot import Spot
from tests.peers.translate_conditions import conditions, schedule
from tests.peers.translate_effects import effects
from tests.peers.words import Fields, NotTranslated, slug

BASKET = "basket"


def campaigns(draft: Draft, *, nominal: bool = False) -> None:
    """Write the campaigns of the set-up into the document: those of the shelf first.

    With ``nominal`` a campaign that gives nothing gives one point, so that its use can be seen.
    """
    specs = sorted(draft.case.setup.get("campaigns") or (), key=lambda c: c.get("order", 0))
    shelf = [spec for spec in specs if spec.get("trigger") == "catalogue"]
    for sku in _shelf_lanes(draft, shelf):
        for spec in shelf:
            draft.shelf.add(_campaign(draft, spec, f"shelf {sku or ''}", sku, nominal))
    for spec in sorted(specs, key=lambda c: -(c.get("priority") or 0)):
        if spec not in shelf:
            _campaign(draft, spec, _lane(draft, spec), None, nominal)


def _shelf_lanes(draft: Draft, shelf: list[Data]) -> list[str | None]:
    """One lane for all shelf prices; where campaigns exclude each other, one for each article, for
    a shelf price is decided article by article."""
    policy = draft.case.input.get("policy")
    if policy not in (None, "best_of", "all", "stack"):
        raise NotTranslated(f"policy {policy!r}")
    alone = policy == "best_of" or any(spec.get("exclusive") for spec in shelf)
    skus = sorted({line["sku"] for line in draft.case.input.get("lines") or ()})
    lanes: list[str | None] = [*skus] if alone and len(skus) > 1 else [None]
    for sku in lanes if shelf else ():
        draft.lane(f"shelf {sku or ''}", "best" if policy == "best_of" else "all")
    return lanes


def _lane(draft: Draft, spec: Data) -> str:
    """The lane of a campaign. Campaigns of one group exclude each other: the best one counts."""
    group, lane = spec.get("exclusive_group"), spec.get("lane")
    if group:
        how = "first" if "first" in str(group) and "best" not in str(group) else "best"
        return draft.lane(group, how)
    return draft.lane(lane or BASKET)


def _campaign(draft: Draft, spec: Data, lane: str, sku: str | None, nominal: bool) -> str:
    fields = Fields(f"campaign {spec.get('id')}", spec)
    name, trigger = fields.need("id"), fields.take("trigger", "automatic")
    codes, wanted = fields.take("codes") or [], fields.take("conditions") or []
    found: Data = {
        "lane": draft.lane(lane),
        "priority": fields.take("priority") or 0,
        "members_only": False,
    }
    if fields.take("exclusive"):
        found["exclusive"] = True
    limits(found, Fields("limits", fields.take("limits") or {}), codes)
    when: list[Data] = []
    if owner := fields.take("code_owner"):
        voucher = slug(name)
        draft.vouchers[voucher] = {}
        draft.owners |= {code.casefold(): (voucher, str(owner)) for code in codes}
        when.append({"kind": "coupon_presented", "voucher": voucher})
    elif trigger == "coupon" and codes:
        when.append({"kind": "coupon_presented", "codes": codes})
    elif trigger not in ("automatic", "catalogue", "coupon"):
        raise NotTranslated(f"trigger {trigger!r}")
    if trigger == "automatic" and draft.case.input.get("ignore_automatic_campaigns"):
        found["paused"] = True
    if channels := fields.take("channels"):
        when.append({"kind": "shop", "one_of": channels})
    when += schedule(draft, found, fields.take("starts_at"), fields.take("ends_at"))
    when += schedule(draft, found, fields.take("starts_on"), fields.take("ends_on"))
    found["when"] = when + conditions(draft, wanted, found)
    spared = bool(fields.take("skip_already_discounted_items"))
    found["then"] = effects(Spot(draft, spared, wanted), fields.take("effects") or [])
    for read_elsewhere in ("order", "exclusive_group", "lane", "reuse_after_cancel"):
        fields.take(read_elsewhere)
    fields.take("codes_case_sensitive")  # upper and lower case are one to us, see compare.py
    fields.done()
    if sku is not None:
        for effect in found["then"]:
            effect["on"] = {**effect["on"], "products": [sku]}
    if not found["then"]:
        if not nominal:
            found["paused"] = True
        found["then"] = [{"kind": "fixed_points", "points": 1}]
    return draft.add(name, found)


def limits(campaign: Data, fields: Fields, codes: list[str]) -> None:
    """Uses and budget. A limit of a code is one of the campaign where it has no other code."""
    found = campaign.setdefault("limits", {})
    for word, ours in (("total", "total"), ("per_member", "per_member")):
        if (number := fields.take(word)) is not None:
            found[ours] = number
    if (number := fields.take("per_code")) is not None:
        if len(codes) > 1:
            raise NotTranslated("a limit for each of several public codes")
        found["total"] = min(number, found.get("total", number))
    if (amount := fields.take("budget_amount")) is not None:
        found["budget_minor"] = amount
    fields.done()
