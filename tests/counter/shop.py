"""A shoe shop and its tills: opened in a browser as cashiers do, or by their cookie alone."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from regulars.counter.operations import open_till
from regulars.products.operations import Article, put
from regulars.staff.operations import entry_link_for
from regulars.till.sessions import COOKIE, proof_of
from tests.console.people import Firm
from tests.serving import NOW, House, Server, Till


class ShoeShop(Firm):
    def __init__(self, house: House, document: str) -> None:
        self.house = house
        self.organization = house.organization()
        self.id = self.organization.id
        house.apply(self.organization, document)
        self.shop = self.new_shop("W1")

    def api(self, server: Server) -> Till:
        """A till with a key, to look at what the page did, and to stock the shop."""
        return Till(server.url, self.house.key(self.organization))

    def stock(self) -> None:
        """What the shop sells."""
        kinds = {"OXFORD": "shoes/leather", "RUNNER": "shoes/sport", "LACES": "shoes/laces"}
        articles = [Article(sku=sku, category=category) for sku, category in kinds.items()]
        self.house.run(put(program_id=self.program_id, articles=articles, now=NOW))

    def cookie(self, email: str = "", till: str = "1", role: str = "cashier") -> tuple[str, Any]:
        """The secret of a till just opened, and whose it is."""
        staff_id = self.hire(role, email=email or f"c-{uuid4().hex[:8]}@shoes.example")
        return self.house.run(
            open_till(
                organization_id=self.id, program_id=self.program_id, shop_id=self.shop.id,
                till=till, staff_id=staff_id, who=email or "c@shoes.example",
                now=datetime.now(UTC),
            )
        ), staff_id  # fmt: skip

    def entry(self, role: str = "cashier") -> str:
        email = f"{role}-{uuid4().hex[:6]}@{self.organization.slug}.example"
        self.hire(role, email=email)
        token = self.house.run(entry_link_for(email=email, now=datetime.now(UTC)))
        return f"/console/welcome/{token}/"


def calls(server: Server, secret: str, **headers: str) -> httpx.Client:
    """What the page of a till with that cookie sends."""
    return httpx.Client(
        base_url=server.url,
        headers={"Cookie": f"{COOKIE}={secret}", "Regulars-Till": proof_of(secret), **headers},
        timeout=30,
    )
