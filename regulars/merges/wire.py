"""What is told of a merge."""

from uuid import UUID

from msgspec import Struct


class MergedOut(Struct, frozen=True):
    """``id`` has everything now; ``merged`` leads to it."""

    id: UUID
    merged: UUID
