"""Webhooks: other systems are told what happened, signed, in order, and until they have it."""
