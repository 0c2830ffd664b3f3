"""What is told and said about forgetting somebody, on the wire."""

from typing import Any, Literal
from uuid import UUID

from msgspec import Struct


class ErasureIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom, the address says; here who wished it."""

    asked_by: Literal["member", "staff"] = "staff"


class ErasedOut(Struct, frozen=True):
    """Who was erased. The id names nobody any more."""

    id: UUID
    status: str = "erased"


class CopyOut(Struct, frozen=True):
    """Everything that is kept about a member, by the name of what keeps it. `months_put_away` names
    months of the log that were not looked into."""

    member: UUID
    records: dict[str, list[dict[str, Any]]]
