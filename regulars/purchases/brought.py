"""What a stored return says of the goods that came back."""

import msgspec


class Brought(msgspec.Struct, frozen=True, array_like=True):
    """What a stored return says: units by line position (from 0), what was refunded, and whether
    nothing of the purchase is kept."""

    units: dict[int, int]
    refund_minor: int
    everything: bool = False
    paid_back: dict[str, tuple[int, int]] = {}
    """Of the refund, what went back as points: by asset, how many and what they are worth."""
    cards: dict[str, int] = {}
    """Of the refund, what went back to gift cards, by their ids."""


read_brought = msgspec.json.Decoder(Brought).decode


def units_brought(earlier: list[Brought]) -> dict[int, int]:
    """Units by line position that came back in all."""
    total: dict[int, int] = {}
    for item in earlier:
        for line, units in item.units.items():
            total[line] = total.get(line, 0) + units
    return total
