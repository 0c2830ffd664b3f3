"""What every operation about one member has: whom the path names, and what makes it repeatable."""

from typing import Any

from regulars.activities.context import Context
from regulars.activities.wants import Wants
from regulars.identifiers.resolve import Ref, resolve
from regulars.kit.http import Caller
from regulars.kit.requests import digest_of, key_of


class AboutMember[Request]:
    """An operation on the member that its path names; subclasses say what it does."""

    path: str
    now: int | None = None

    def __init__(
        self, member: str, request: Request, caller: Caller, *, key: str | None, at: int
    ) -> None:
        said: Any = request
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (member, request))
        self.at = at
        self.shop: str = getattr(said, "shop", None) or caller.shop
        self.ref: Ref = resolve(member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)
