"""Rewards: what members take for what they have earned."""
