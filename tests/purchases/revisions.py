"""The program changes while the shop is open."""

from datetime import UTC, datetime
from typing import Any

from regulars.activities.context import Context
from regulars.programs import operations
from regulars.programs.document import parse
from regulars.programs.snapshot import load
from tests.desk import Desk
from tests.purchases.shop import shop


def apply(desk: Desk, *campaigns: dict[str, Any], **changes: Any) -> None:
    """From now on only these campaigns."""
    document = shop(*campaigns, **changes)
    now = datetime.fromtimestamp(desk.now, UTC)
    desk.read(
        operations.apply(
            program_id=desk.program_id, document=parse(document), source=document, now=now
        )
    )
    desk.context = Context(desk.program_id, desk.read(load(desk.program_id)))
