"""Teller: the book of one member, worked with the verbs a till works it with."""

from itertools import count
from typing import Any
from uuid import UUID

from regulars.ledger.book import Book
from regulars.ledger.records import NEVER, Hold, Lot, Posting
from tests.peers.words import Fields, NotTranslated, moment

ASSET = "points"


class Teller:
    """A book and its clock, in seconds since 1970."""

    def __init__(self, now: Any = None) -> None:
        numbers = count(1)
        self.make_id = lambda: UUID(int=next(numbers))
        self.book = Book(self.make_id(), self.make_id)
        self.case_now = moment(now)
        self.now = int(self.case_now.timestamp())

    @classmethod
    def of(cls, fields: Fields) -> "Teller":
        """At the time a case says, when all else of it has been read."""
        fields.take("operation")
        fields.take("currency")
        now = fields.take("now")
        fields.done()
        return cls(now)

    @property
    def balance(self) -> int:
        return self.book.account(ASSET, self.now).balance

    def at(self, text: Any) -> int:
        return int(moment(text, self.case_now).timestamp())

    def wait(self, until: int) -> None:
        """Time passes, and what falls due meanwhile happens."""
        self.now = until
        self.book.bring_up_to_date(self.now, self.make_id())

    def earn(self, points: int, *, expires: Any = None, activity: UUID | None = None) -> UUID:
        activity = activity or self.make_id()
        self.book.credit(
            ASSET, points, now=self.now, at=self.now, available_at=self.now,
            expires_at=NEVER if expires is None else self.at(expires), activity_id=activity,
        )  # fmt: skip
        return activity

    def lot(self, spec: Any) -> None:
        """A lot as a case tells it: its points, when they were earned, whether they expired."""
        fields = Fields("lot", spec if isinstance(spec, dict) else {"points": spec})
        points, earned = fields.need("points"), fields.take("earned")
        expires = fields.take("expires")
        if fields.take("expired"):
            expires = expires or "now-1d"
        fields.done()
        if earned is not None:
            self.wait(self.at(earned))
        elif expires is not None:
            self.wait(min(self.now, self.at(expires) - 86_400))
        if points != int(points):
            raise NotTranslated("a fraction of a point")
        self.earn(points, expires=expires)

    def take(self, points: int) -> None:
        self.book.debit(ASSET, points, now=self.now, at=self.now, activity_id=self.make_id())

    def claw_back(self, points: int, *, earned_by: UUID, clamp: bool = False) -> None:
        self.book.claw_back(
            ASSET, points, now=self.now, at=self.now, activity_id=self.make_id(),
            earned_by=earned_by, clamp=clamp,
        )  # fmt: skip

    def hold(self, points: int) -> Hold:
        return self.book.reserve(
            ASSET, points, now=self.now, lapses_at=NEVER, hold_id=self.make_id(),
            activity_id=self.make_id(),
        )  # fmt: skip

    def settle(self, hold: Hold) -> None:
        self.book.settle(hold, now=self.now, at=self.now, activity_id=self.make_id())

    def void(self, hold: Hold) -> None:
        self.book.void(hold, now=self.now, at=self.now, activity_id=self.make_id())

    def lots(self) -> list[Lot]:
        return self.book.lots.get(ASSET, [])

    def remaining(self) -> list[int]:
        return [lot.remaining for lot in self.lots() if lot.remaining]

    def postings(self) -> list[Posting]:
        return self.book.postings
