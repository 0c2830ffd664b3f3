"""The second person: who may let a draft through, who is told of it, and when one may do it alone.

A firm with one person who may approve can declare in its settings that one person publishes. Only
then, and only as long as there is nobody else who could approve; what is published so is recorded
as such, and the database wants the declaration too.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse

from regulars.drafts.queries import Draft
from regulars.kit.pages import Desk
from regulars.staff.operations import notify
from regulars.staff.queries import who_may

APPROVE = "drafts-approve"
ALONE = "alone"
"""The setting ``approval`` of an organization where one person may publish."""


class Approval(NamedTuple):
    """Who may approve here, and whether the one who asks is the only one."""

    approvers: list[UUID]
    only_one: bool
    declared: bool

    @property
    def alone(self) -> bool:
        """True where this person may publish without a second one."""
        return self.only_one and self.declared


def approval(desk: Desk) -> Approval:
    """How drafts of the desk's organization are let through."""
    approvers = desk.run(who_may(desk.organization_id, APPROVE))
    settings: Any = next(
        one.settings for one in desk.places if one.organization_id == desk.organization_id
    )
    return Approval(
        approvers, approvers == [desk.staff_id], settings.get("approval", "") == ALONE
    )  # fmt: skip


def tell(desk: Desk, draft: Draft, code: str, to: Iterable[UUID]) -> None:
    """Tell people what became of a draft, but whoever did it."""
    others = [one for one in dict.fromkeys(to) if one != desk.staff_id]
    if others:
        desk.run(
            notify(
                organization_id=desk.organization_id, to=others, code=code, who=desk.who,
                object=draft.title, path=reverse("console:draft", args=[draft.id]),
                now=desk.real_now,
            )
        )  # fmt: skip
