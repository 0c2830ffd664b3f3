"""Households and teams: members who belong together, and use their points together."""
