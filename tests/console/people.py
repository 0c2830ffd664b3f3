"""People of a firm at their browsers: Django's own test client, over this worker's database.

firm = Firm(house)                    an organization with a program, a shop and a key
anna = firm.person("marketer")        signed in, with a second factor
anna.get("shops")                     the page of that name
"""

import os
from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from regulars.console.account import ENTERED
from regulars.organizations.operations import put_shop
from regulars.organizations.queries import Shop
from regulars.programs.queries import programs
from regulars.staff.operations import invite, put_role
from regulars.staff.roles import ROLES
from tests.corner import corner
from tests.serving import NOW, House

_numbers = count(1)


class Person:
    """Somebody who works for a firm, with a browser."""

    def __init__(self, staff_id: UUID, language: str = "en") -> None:
        self.account = get_user_model().objects.get(pk=staff_id)
        self.browser = Client(headers={"accept-language": language})
        self.browser.force_login(self.account)
        session = self.browser.session
        session[ENTERED] = True
        session.save()

    def get(self, page: str, /, follow: bool = False, **parts: Any) -> Any:
        return self.browser.get(reverse(f"console:{page}", kwargs=parts), follow=follow)

    def post(self, page: str, body: dict[str, Any], /, **parts: Any) -> Any:
        return self.browser.post(reverse(f"console:{page}", kwargs=parts), body, follow=True)


class Firm:
    """An organization with a program and a shop, and its staff."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.organization = house.organization()
        self.id: UUID = self.organization.id
        house.apply(self.organization, corner())
        self.shop = self.new_shop("1")

    def new_shop(self, code: str) -> Shop:
        return self.house.run(
            put_shop(
                organization_id=self.id, code=code, name=f"Shop {code} of {self.organization.slug}",
                timezone="Europe/Warsaw", now=NOW,
            )
        )  # fmt: skip

    @property
    def program_id(self) -> UUID:
        return next(iter(self.house.run(programs(self.id)).values()))

    def hire(self, role: str = "owner", shops: Sequence[UUID] = (), email: str = "") -> UUID:
        """Their account's id. ``role`` is a usual one, or the permissions of one of their own."""
        address = email or f"p{next(_numbers)}-{os.getpid()}@{self.organization.slug}.example"
        own = None
        if role not in ROLES:
            own = self.house.run(
                put_role(
                    organization_id=self.id, name=f"role {address}", permissions=role.split(),
                    now=NOW,
                )
            )  # fmt: skip
        return self.house.run(
            invite(
                email=address, organization_id=self.id, role="" if own else role, role_id=own,
                shops=shops, now=NOW,
            )
        ).staff_id  # fmt: skip

    def person(
        self, role: str = "owner", shops: Sequence[UUID] = (), language: str = "en"
    ) -> Person:
        return Person(self.hire(role, shops), language)
