"""Scopes: which lines a rule of a case speaks of, as a scope of the document.

Peers hang products into several categories and variants under a product; a line of ours has one
category path. So categories become labels of the line (and a collection of the document), and the
product that variants share becomes its brand; each key has a dimension of its own then, and several
keys of one scope hold together.
"""

from typing import Any

from tests.peers.cases import Data
from tests.peers.draft import Draft
from tests.peers.words import Fields, NotTranslated, slug

NO_DISCOUNT = "discountable=no"


def labels_of(labels: Any) -> list[str]:
    """Labels as ``name=value``; a value may be a list.

    >>> labels_of({"color": "red", "size": ["xl", "xxl"]})
    ['color=red', 'size=xl', 'size=xxl']
    """
    if isinstance(labels, dict):
        return [
            f"{name}={one}"
            for name, value in labels.items()
            for one in (value if isinstance(value, list) else [value])
        ]
    return [str(label) for label in labels or ()]


def scope(draft: Draft, spec: Data | None, *, role: str = "") -> Data:
    """A scope of the document; with ``role`` of lines of that role."""
    fields = Fields("scope", spec or {})
    fields.take("all")
    found: Data = {}
    if skus := fields.take("skus"):
        found["products"] = skus
    if products := fields.take("products"):
        found["brands"] = products
    if categories := fields.take("categories"):
        found["collections"] = [draft.collection([f"category={name}" for name in categories])]
    if labels := fields.take("labels"):
        if isinstance(labels, dict) and len(labels) > 1 and "collections" not in found:
            first, *others = labels.items()
            found["collections"] = [draft.collection(labels_of(dict([first])))]
            labels = dict(others)
        if isinstance(labels, dict) and len(labels) > 1:
            raise NotTranslated("a scope of several labels and categories together")
        found["labels"] = labels_of(labels)
    if (least := fields.take("min_unit_price")) is not None:
        found["unit_at_least_minor"] = least
    if (most := fields.take("max_unit_price")) is not None:
        found["unit_at_most_minor"] = most
    roles = [slug(name) for name in fields.take("roles", ())]
    if options := fields.take("shipping_options", fields.take("shipping_methods")):
        found["labels"] = [f"method={name}" for name in options]
        roles = roles or ["shipping"]
    if role:
        roles = [role]
    if roles:
        found["roles"] = roles
    excluded = fields.take("exclude")
    fields.done()
    return without(draft, found, excluded) if excluded else found


def without(draft: Draft, found: Data, *excluded: Data) -> Data:
    """The scope less what any of some others name by a single key each."""
    union: dict[str, list[str]] = dict((found.get("exclude") or {}).items())
    for spec in excluded:
        for name, values in named(spec).items():
            union[name] = [*union.get(name, ()), *values]
    return {**found, "exclude": union} if union else found


def named(spec: Data) -> dict[str, list[str]]:
    """What a scope of one key names, as a collection does."""
    keys = {name for name, value in spec.items() if value not in (None, [], {}, False)}
    if len(keys) != 1 or not keys <= {"skus", "products", "categories", "labels"}:
        raise NotTranslated(f"an exclusion by {', '.join(sorted(keys)) or 'nothing'}")
    if "skus" in keys:
        return {"products": spec["skus"]}
    if "products" in keys:
        return {"brands": spec["products"]}
    if "categories" in keys:
        return {"labels": [f"category={name}" for name in spec["categories"]]}
    return {"labels": labels_of(spec["labels"])}
