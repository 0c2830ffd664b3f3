"""Index keys: by what a campaign can be found, so that cost grows with campaigns that match (T6).

A key is a letter and a value: k public code, v voucher definition, s article (SKU), c category
path, b brand, g segment (group), l tier (level), h shop, t trigger.
"""

from collections.abc import Iterable, Iterator

from regulars.engine.facts import Coupon, Facts
from regulars.engine.scope import ancestors

Family = frozenset[str] | None
"""Keys of which a matching case has at least one; None = any case may match."""

_SELECTIVE = {letter: rank for rank, letter in enumerate("kvscbglht")}


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


def keys_of(facts: Facts) -> Iterator[str]:
    """Every index key of a case."""
    for coupon in facts.coupons:
        yield coupon_key(coupon)
    for line in facts.lines:
        yield "s:" + line.sku
        if line.brand:
            yield "b:" + line.brand
        if line.category:
            for path in ancestors(line.category):
                yield "c:" + path
    if facts.member is not None:
        for segment in facts.member.segments:
            yield "g:" + segment
        yield "l:" + facts.member.tier
    yield "h:" + facts.shop
    yield "t:" + facts.trigger
