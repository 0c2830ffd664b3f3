"""Regulars: relationship programs (points, discounts, cards, prizes, tiers) that prove they pay."""

__version__ = "0.1.0"
