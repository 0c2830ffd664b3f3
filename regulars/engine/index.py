"""Index keys: by what a campaign can be found, so that cost grows with campaigns that match (T6).

A key is a letter and a value: k public code, v voucher definition, s article (SKU), c category
path, b brand, a label, g segment (group), l tier (level), h shop, t trigger.
"""

from collections.abc import Iterable

from regulars.engine.facts import Coupon, Facts
from regulars.engine.scope import ancestors

Family = frozenset[str] | None
"""Keys of which a matching case has at least one; None = any case may match."""

Index = dict[str, dict[str, list[int]]]
"""Positions of campaigns by letter and value."""

_SELECTIVE = {letter: rank for rank, letter in enumerate("kvscbaglht")}


def code_key(code: str) -> str:
    """The key of a public code; upper and lower case are the same."""
    return "k:" + code.casefold()


def coupon_key(coupon: Coupon) -> str:
    """The key of what was presented: its definition, or itself where it is public."""
    return "v:" + coupon.voucher if coupon.voucher else code_key(coupon.code)


def union(families: Iterable[Family]) -> Family:
    """The family of "one of several": known only where each of them is."""
    keys: frozenset[str] = frozenset()
    for family in families:
        if family is None:
            return None
        keys |= family
    return keys


def narrowest(families: Iterable[Family]) -> Family:
    """The family of "all of several": a code before a product before who or where."""
    return min((f for f in families if f), key=_breadth, default=None)


def _breadth(family: frozenset[str]) -> tuple[int, int]:
    return max(_SELECTIVE.get(key[0], 9) for key in family), len(family)


def look_up(index: Index, facts: Facts) -> list[list[int]]:
    """Every entry of the index that a case has a key of."""
    found: list[list[int] | None] = [
        index[letter].get(value)
        for letter, value in (("h", facts.shop), ("t", facts.trigger))
        if letter in index
    ]
    if "k" in index:
        found += [index["k"].get(c.code.casefold()) for c in facts.coupons if not c.voucher]
    if "v" in index:
        found += [index["v"].get(c.voucher) for c in facts.coupons if c.voucher]
    if "s" in index:
        found += [index["s"].get(line.sku) for line in facts.lines]
    if "b" in index:
        found += [index["b"].get(line.brand) for line in facts.lines]
    if "a" in index:
        found += [index["a"].get(label) for line in facts.lines for label in line.labels]
    if "c" in index:
        paths = index["c"]
        found += [paths.get(path) for line in facts.lines for path in ancestors(line.category)]
    if facts.member is not None:
        if "g" in index:
            found += [index["g"].get(segment) for segment in facts.member.segments]
        if "l" in index:
            found.append(index["l"].get(facts.member.tier))
    return [entry for entry in found if entry is not None]
