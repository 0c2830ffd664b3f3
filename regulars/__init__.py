"""Regulars: relationship programs (points, discounts, cards, prizes, tiers) and the proof that they pay."""

__version__ = "0.1.0"
