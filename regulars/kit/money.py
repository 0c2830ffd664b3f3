"""Integer money: rounding and sharing that never lose a cent.

Every amount is an integer count of minor units (cents, grosze, stotinki); see T4.
"""

from collections.abc import Sequence


def half_up(numerator: int, denominator: int) -> int:
    """Round ``numerator / denominator`` to the nearest integer, halves away from zero.

    >>> half_up(5, 2), half_up(-5, 2), half_up(7, 3)
    (3, -3, 2)
    """
    if numerator < 0:
        return -half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def rounded(numerator: int, denominator: int, rounding: str) -> int:
    """Round a non-negative fraction ``down``, ``half_up`` or ``up``."""
    if rounding == "down":
        return numerator // denominator
    if rounding == "up":
        return -(-numerator // denominator)
    return half_up(numerator, denominator)


def percent_of(amount_minor: int, percent_bp: int) -> int:
    """Percent of an amount, in basis points (1250 = 12.5 %), half up.

    >>> percent_of(999, 1000)
    100
    """
    return half_up(amount_minor * percent_bp, 10_000)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Share ``total`` in proportion to ``weights`` by the largest remainder.

    The parts always add up to ``total``; a tied cent goes to the earlier part. With no weight at
    all nothing can be shared and every part is zero.

    >>> allocate(1000, [1, 1, 1])
    [334, 333, 333]
    """
    weight = sum(weights)
    if weight <= 0 or not total:
        return [0] * len(weights)
    sign = -1 if total < 0 else 1
    size = total * sign
    parts = [size * w // weight for w in weights]
    short = size - sum(parts)
    if short:
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % weight), i))
        for i in by_remainder[:short]:
            parts[i] += 1
    return [sign * part for part in parts] if sign < 0 else parts


def cheapest_units(amount_minor: int, quantity: int, count: int) -> int:
    """Price of the ``count`` cheapest of ``quantity`` units that share ``amount_minor``.

    A line total that does not divide evenly makes the first units a cent dearer; the units are
    never built one by one, so a line of 5,000 costs what a line of 5 does.

    >>> cheapest_units(1000, 3, 1), cheapest_units(1000, 3, 3)
    (333, 1000)
    """
    base, dearer = divmod(amount_minor, quantity)
    return base * count + max(0, count - (quantity - dearer))


_DIGITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def digits_of(currency: str) -> int:
    """Decimal places of a currency's minor unit (ISO 4217).

    >>> digits_of("PLN"), digits_of("JPY")
    (2, 0)
    """
    return _DIGITS.get(currency, 2)


def format_minor(amount_minor: int, currency: str, digits: int = 2) -> str:
    """Write an amount for people: ``12.40 PLN``.

    >>> format_minor(-1240, "PLN")
    '-12.40 PLN'
    """
    sign = "-" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d} {currency}" if digits else f"{sign}{whole} {currency}"
