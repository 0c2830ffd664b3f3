"""A kiosk whose rewards are of every kind, and what people do with them."""

from typing import Any
from uuid import UUID

from regulars.identifiers.resolve import resolve
from regulars.kit.periods import instant
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.rewards.codes import bring_in
from regulars.rewards.operations import Redeem
from regulars.rewards.queries import rewards
from regulars.rewards.stock import ChangeStock
from regulars.rewards.wire import CloseIn, RedeemIn, RewardOut, StockIn
from tests.corner import corner, words
from tests.desk import Desk, Give

ANNA, BORIS = "card:2900000000000007", "card:4539148803436467"
REWARDS: dict[str, Any] = {
    "mug": {"name": words("Mug"), "cost": {"points": 10},
            "places": ["main-street", "warehouse"], "sent_from": "warehouse",
            "hold_minutes": 60, "per_member": 9},
    "pan": {"name": words("Pan"), "cost": {"points": 10, "stamps": 2}, "price_minor": 1_990},
    "film": {"name": words("Film"), "cost": {"points": 10}, "codes": True, "partner": "Muranów"},
    "five": {"name": words("Five off"), "cost": {"points": 10}, "voucher": "five-off"},
    "card": {"name": words("Card"), "cost": {"points": 10}, "gift_card": "gift",
             "worth_minor": 5_000},
    "help": {"name": words("Help"), "cost": {"points": 10}, "cause": "shelter"},
    "draw": {"name": words("Draw"), "cost": {"points": 10}, "gives": {"tickets": 3}},
    "wine": {"name": words("Wine"), "cost": {"points": 10},
             "who": [{"kind": "member_age", "at_least": 18},
                     {"kind": "tier", "one_of": ["gold"]}]},
    "soon": {"name": words("Soon"), "cost": {"points": 10}, "starts": "2026-03-10"},
}  # fmt: skip


def document(**changes: Any) -> str:
    assets = {
        "points": {"name": words("point|points")},
        "stamps": {"name": words("stamp|stamps")},
        "tickets": {"name": words("ticket|tickets")},
    }
    return corner(
        rewards=REWARDS, assets=assets, gift_cards={"gift": {"name": words("Gift")}},
        tiers=["silver", "gold"],
        tiering={"by": "spend", "period": {"calendar": "year"},
                 "at_least": {"silver": 1_000, "gold": 2_000}}, **changes,
    )  # fmt: skip


class Kiosk:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ids = {}
        for who in (ANNA, BORIS):
            named = (IdentifierIn("card", who.removeprefix("card:")),)
            joined = self.desk.do(Join(JoinIn(named), desk.caller, key=None, at=desk.now))
            self.ids[who] = UUID(joined["id"])
            for asset in ("points", "stamps"):
                desk.do(Give(("card", named[0].value), asset, 100))

    def take(self, reward: str, who: str = ANNA, **more: Any) -> Redeem:
        asked = RedeemIn(who, reward, **more)
        return Redeem(asked, self.desk.caller, key=self.desk.key(), at=self.desk.now)

    def takes(self, reward: str, who: str = ANNA, **more: Any) -> Any:
        return self.desk.do(self.take(reward, who, **more))

    def then(self, kind: Any, taken: Any, request: Any = None) -> Any:
        """What becomes of a redemption: settled, sent, returned ..."""
        id_ = UUID(taken["id"])
        asked = request or CloseIn()
        return self.desk.do(
            kind(id_, asked, self.desk.caller, key=self.desk.key(), at=self.desk.now)
        )

    def brings(self, reward: str, change: int, place: str = "main-street") -> Any:
        asked = StockIn(place, change)
        return self.desk.do(
            ChangeStock(reward, asked, self.desk.caller, key=self.desk.key(), at=self.desk.now)
        )

    def codes(self, *codes: str, reward: str = "film", until: int | None = None) -> int:
        now = instant(self.desk.now)
        steps = bring_in(
            program_id=self.desk.program_id, reward=reward, codes=codes, list="spring",
            valid_until=None if until is None else instant(until), now=now,
        )  # fmt: skip
        with self.desk.connection.transaction():
            return int(self.desk.read(steps))

    def sees(self, reward: str, who: str | None = ANNA, language: str = "en") -> RewardOut:
        _, program = self.desk.context.revisions.at(self.desk.now)
        ref = None if who is None else resolve(who)
        found = self.desk.read(rewards(self.desk.program_id, program, ref, self.desk.now, language))
        return next(one for one in found.rewards if one.reward == reward)

    def why_not(self, reward: str, who: str = ANNA, language: str = "en") -> list[str]:
        return [one.text for one in self.sees(reward, who, language).why_not]

    def state(self, taken: Any) -> str:
        found = self.desk.connection.execute(
            "select state from redemption where id = %s", (taken["id"],)
        ).fetchone()
        self.desk.connection.commit()
        return str(found[0]) if found else ""
