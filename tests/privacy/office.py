from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from regulars.activities.operations import BringUpToDate
from regulars.kit.steps import Step, Steps
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.privacy.operations import Erase
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from tests.corner import corner
from tests.desk import Desk
from tests.portal.people import WHOLE


class Office(Desk):
    """A desk at which people with names, addresses and children are members."""

    def joins(self, name: str = "Ada Nowak", **more: Any) -> UUID:
        """A member with a card, an e-mail address, a phone number and a name."""
        self.email = f"{uuid4().hex}@people.example"
        self.phone = f"+4850{uuid4().int % 10**7:07}"
        named = (IdentifierIn("email", self.email), IdentifierIn("phone", self.phone))
        body = JoinIn(
            named, issue_card=True, registered=True, children=("2020-05",), children_consent=True,
            attributes={"name": name, "birthday": "1980-02-29"}, **more,
        )  # fmt: skip
        answer = self.do(Join(body, self.caller, key=self.key(), at=self.now))
        self.card = answer["card"]
        return UUID(answer["id"])

    def buys(self, member: object, minor: int = 10_000, **more: Any) -> UUID:
        lines = (LineIn("bread", 1, minor),)
        body = PurchaseIn(lines=lines, member=f"id:{member}", **more)
        return UUID(self.do(RecordPurchase(body, self.caller, key=self.key(), at=self.now))["id"])

    def brings_up_to_date(self, *members: UUID) -> None:
        self.batch(BringUpToDate(members))

    def erases(self, member: object) -> None:
        self.do(Erase(f"id:{member}", self.caller, key=self.key(), at=self.now))

    def names(self, kind: str, value: str) -> UUID:
        """A new member named like this."""
        body = JoinIn((IdentifierIn(kind, value),))
        return UUID(self.do(Join(body, self.caller, key=self.key(), at=self.now))["id"])

    def rows(self, sql: str, *params: Any) -> list[Any]:
        def steps() -> Steps[list[Any]]:
            return (yield Step(sql, params))

        found: list[Any] = self.read(steps())
        return found

    def points(self, member: UUID, asset: str = "points") -> int:
        found = self.rows(
            "select pending + available + held - owed from account"
            " where program_id = $1 and holder_id = $2 and asset = $3",
            self.program_id, member, asset,
        )  # fmt: skip
        return int(found[0][0]) if found else 0


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with opened(database_url, corner(**WHOLE)) as desk:
        yield desk


@contextmanager
def opened(database_url: str, document: str) -> Iterator[Office]:
    desk = Office(database_url, document)
    try:
        yield desk
    finally:
        desk.connection.close()
