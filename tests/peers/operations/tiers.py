"""."""

OPERATIONS: dict = {}
