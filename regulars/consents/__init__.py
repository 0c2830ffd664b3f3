"""Consents: what a member allows, one purpose and channel at a time, with the proof of it (T21)."""
