"""People of a firm at their browsers: Django's own test client, over this worker's database.

firm = Firm(house)                    an organization with a program, a shop and a key
anna = firm.person("marketer")        signed in, with a second factor
anna.get("shops")                     the page of that name
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from regulars.activities.batch import Operation, run_batch
from regulars.activities.context import Context
from regulars.cards.batches import Order, make_batch
from regulars.cards.design import Design
from regulars.cards.numbers import Numbers
from regulars.console.account import ENTERED
from regulars.imports.shelf import Settings, keep
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.organizations.operations import put_shop
from regulars.organizations.queries import Shop
from regulars.products.operations import Article, Price, put, put_prices
from regulars.programs.queries import programs
from regulars.programs.snapshot import load
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from regulars.rewards.operations import Redeem
from regulars.rewards.wire import RedeemIn
from regulars.staff.operations import invite, put_role
from regulars.staff.roles import ROLES
from regulars.vouchers.lots import MakeLot
from regulars.vouchers.wire import LotIn
from regulars.webhooks import operations as webhooks
from regulars.webhooks.queries import relay
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


class Regular:
    """A member with a story."""

    def __init__(self, firm: "Firm") -> None:
        caller, at = Caller(shop="1", till="1"), int(datetime.now(UTC).timestamp())
        named = (IdentifierIn("email", f"{uuid4().hex}@regular.example"),)
        name = {"last_name": f"Żak {firm.organization.slug}", "first_name": "Ćwiek"}
        joined = firm.do(
            Join(JoinIn(named, issue_card=True, attributes=name, registered=True), caller,
                 key=uuid4().hex, at=at)
        )  # fmt: skip
        self.id, self.card = UUID(joined["id"]), joined["card"]
        who = f"id:{self.id}"
        lines = (LineIn("bread", 4, 45_000, category="food"),)
        self.receipt = uuid4().hex[:10]
        body = PurchaseIn(lines=lines, member=who, receipt_number=self.receipt)
        self.purchase = UUID(firm.do(RecordPurchase(body, caller, key=uuid4().hex, at=at))["id"])
        self.sku = f"tea/{uuid4().hex[:6]}"
        tea = f"Herbata {firm.organization.slug}"
        articles = [Article(self.sku, name=tea, category="food", tax_bp=500)]
        now = datetime.now(UTC)
        prices = [Price(self.sku, 400, now - timedelta(9)), Price(self.sku, 350, now)]
        firm.house.run(put(program_id=firm.program_id, articles=articles, now=now))
        firm.house.run(put_prices(program_id=firm.program_id, prices=prices, now=now))
        self.lot = f"lot-{uuid4().hex[:8]}"
        firm.do(MakeLot(LotIn(self.lot, "coffee", count=3), caller, key=uuid4().hex, at=at))
        order = Order(
            f"{uuid4().hex[:8]} of {firm.organization.slug}", 3, Numbers("29", 16, "qr"),
            Design(title={"en": firm.organization.slug}),
        )  # fmt: skip
        self.batch = firm.house.connected(
            lambda connection: make_batch(connection, firm.program_id, order, now=datetime.now(UTC))
        )
        self.redemption = UUID(
            firm.do(Redeem(RedeemIn(who, "mug", hold=True), caller, key=uuid4().hex, at=at))["id"]
        )


class Listener:
    """Another system that was told of a purchase, and did not hear it."""

    def __init__(self, firm: "Firm") -> None:
        at, caller = int(datetime.now(UTC).timestamp()), Caller(shop="1", till="1")
        this = {
            "organization_id": firm.id,
            "endpoint_id": firm.house.run(
                webhooks.add(organization_id=firm.id, url=self.url(firm), now=at)
            ).id,
        }
        self.endpoint = this["endpoint_id"]
        bought = PurchaseIn(lines=(LineIn("bread", 1, 450),), receipt_number=uuid4().hex[:10])
        self.delivery = UUID(
            firm.do(RecordPurchase(bought, caller, key=uuid4().hex, at=at + 1))["id"]
        )
        while firm.house.run(relay(1_000, at)):
            pass
        firm.house.run(webhooks.disable(**this, now=at))
        firm.house.run(webhooks.enable(**this))

    @staticmethod
    def url(firm: "Firm") -> str:
        return f"https://{firm.organization.slug}.example/hooks"


class Firm:
    """An organization with a program and a shop, and its staff."""

    def __init__(self, house: House, document: str = "") -> None:
        self.house = house
        self.organization = house.organization()
        self.id: UUID = self.organization.id
        house.apply(self.organization, document or corner())
        self.shop = self.new_shop("1")
        self._regular: Regular | None = None
        self._listener: Listener | None = None
        self._given: dict[str, UUID] = {}

    def new_shop(self, code: str) -> Shop:
        return self.house.run(
            put_shop(
                organization_id=self.id, code=code, name=f"Shop {code} of {self.organization.slug}",
                timezone="Europe/Warsaw", now=NOW,
            )
        )  # fmt: skip

    def do(self, operation: Operation) -> Any:
        """An operation in this firm's program, as the till would carry it out."""
        context = Context(self.program_id, self.house.run(load(self.program_id)))
        now = int(datetime.now(UTC).timestamp())
        answer = self.house.run(run_batch(context, [operation], now=now, ids=Ids()))[0]
        if answer.problem or answer.bug:
            raise answer.problem or answer.bug
        return msgspec.json.decode(answer.text)

    def regular(self) -> Any:
        """Somebody who bought with a card and keeps a mug reserved."""
        if self._regular is None:
            self._regular = Regular(self)
        return self._regular

    def given(self, noun: Any) -> UUID:
        """A file of members, products or purchases that waits to be looked at."""
        if noun not in self._given:
            head = {"members": "card", "products": "sku", "purchases": "receipt_number"}.get(
                noun, noun.removesuffix("s")
            )
            name = f"{self.organization.slug}.csv"
            self._given[noun] = self.house.run(
                keep(
                    program_id=self.program_id, noun=noun, name=name, who="eve@firm.example",
                    content=[f"{head}\n2900000000000015\n".encode()], staff_id=None,
                    now=datetime.now(UTC), settings=Settings({"fields": {head: head}}),
                )
            )  # fmt: skip
        return self._given[noun]

    def listener(self) -> Listener:
        """An endpoint with a delivery that did not arrive."""
        if self._listener is None:
            self._listener = Listener(self)
        return self._listener

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
