"""Seeds carried out, and a failing one made as short as it can be.

``python -m tests.simulation --seed 7`` replays one; ``--seeds 10000`` tries so many.
"""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from regulars.activities.session import PLANS
from tests.corner import words
from tests.desk import BEGIN, DAY, Desk
from tests.simulation.actions import Action, make
from tests.simulation.buying import POINT_MINOR, PRIZES, REGULAR, Differs
from tests.simulation.plain.ledger import Ledger, Terms
from tests.simulation.plain.referrals import LEAST_SPENT, MOST_FRIENDS, RETURN_DAYS
from tests.simulation.plain.tiers import Rule
from tests.simulation.plain.vouchers import VALID_DAYS
from tests.simulation.world import World

STEPS = 40
PROGRAMS: tuple[tuple[dict[str, Terms], Rule, str], ...] = (
    (
        {"points": Terms(2, 30), "stars": Terms(clamp=True)},
        Rule("balance", 4, 9, asset="stars"), "owe",
    ),
    (
        {"points": Terms(0, 10, clamp=True), "stars": Terms(0, 5)},
        Rule("spend", 6_000, 20_000), "clamp",
    ),
    (
        {"points": Terms(fee=3), "stars": Terms(3, 10)},
        Rule("visits", 2, 4, days=10), "refuse",
    ),
)  # fmt: skip
"""Terms of the assets, what makes a tier, and what becomes of a correction of too much."""


def document(terms: dict[str, Terms], tiers: Rule, on_short: str) -> str:
    """The program of which the reference knows the terms."""
    assets: dict[str, Any] = {
        name: {
            "name": words(name), "pending_days": one.pending_days,
            "on_return": "clamp" if one.clamp else "negative", "transfer": {"fee": one.fee},
        }
        for name, one in terms.items()
    }  # fmt: skip
    for name, one in terms.items():
        if one.expires_days is not None:
            assets[name]["expires"] = {"days": one.expires_days}
    assets["points"]["sale"] = {"price_minor": 250, "units": 100}
    assets["points"]["pays"] = {"minor": POINT_MINOR}
    big = {"kind": "basket_total", "at_least_minor": 10_000, "basis": "list"}
    stars = {"kind": "basket_total", "at_least_minor": 2_000, "basis": "list"}
    thirty = {"kind": "basket_total", "at_least_minor": 3_000, "basis": "list"}
    ten = {"kind": "basket_total", "at_least_minor": 1_000, "basis": "list"}
    shown = {"kind": "coupon_presented", "voucher": "slip"}
    return json.dumps({
        "program": "simulated", "name": words("Simulated"), "currency": "PLN",
        "timezone": "Europe/Warsaw",
        "assets": assets,
        "gift_cards": {"classic": {"name": words("Card"), "skus": ["GC"]}},
        "rewards": {"mug": {"name": words("Mug"), "cost": {"points": 50, "stars": 2}}},
        "causes": {"shelter": {"name": words("Shelter")}},
        "households": {"family": {"name": words("Family"), "pool": {"assets": ["points"]}}},
        "corrections": {"reasons": {"goodwill": {"name": words("Goodwill")}}, "on_short": on_short},
        "tiers": ["silver", "gold"],
        "tiering": _tiering(tiers),
        "vouchers": {"slip": {"name": words("Slip"), "valid_days": VALID_DAYS}},
        "referrals": {
            "friend": {"assets": PRIZES["friend"], "voucher": "slip"},
            "referrer": {"assets": PRIZES["referrer"]},
            "qualifies_from_minor": LEAST_SPENT,
            "return_days": RETURN_DAYS,
            "caps": {"total": MOST_FRIENDS},
        },
        "lanes": [{"id": "prices"}, {"id": "points"}],
        "campaigns": [
            _campaign("ten-off", "prices", {"kind": "amount_off", "off_minor": 1_000}, big),
            _campaign("three-off", "prices", {"kind": "amount_off", "off_minor": 300}, shown, ten),
            _campaign("slip", "points", {"kind": "issue_voucher", "voucher": "slip"}, thirty),
            _campaign(
                "regular", "points", {"kind": "fixed_points", "points": REGULAR},
                {"kind": "tier", "one_of": ["silver", "gold"]},
            ),
            _campaign(
                "base", "points",
                {"kind": "points_per_spend", "per_minor": 100, "without_tenders": ["points"]},
            ),
            _campaign("big", "points", {"kind": "fixed_points", "points": 50}, big),
            _campaign(
                "stars", "points", {"kind": "fixed_points", "points": 3, "asset": "stars"}, stars
            ),
        ],
    })  # fmt: skip


def _campaign(id: str, lane: str, then: dict[str, Any], *when: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "name": words(id), "lane": lane, "when": list(when), "then": [then]}


def _tiering(rule: Rule) -> dict[str, Any]:
    least = {"at_least": {"silver": rule.silver, "gold": rule.gold}}
    if rule.by == "balance":
        return least | {"asset": rule.asset}
    if rule.by == "visits":
        return least | {"by": "visits", "period": {"days": rule.days}}
    return least | {"by": "spend", "period": {"calendar": "month"}, "lasts": {"periods": 1}}


class Runs:
    """Seeds on one database; they share the programs and nothing else."""

    def __init__(self, database_url: str) -> None:
        self.desks = [Desk(database_url, document(*program)) for program in PROGRAMS]
        for desk in self.desks:
            for name, value in PLANS.items():
                desk.connection.execute("select set_config(%s, %s, false)", (name, value))
            desk.connection.commit()
            desk.connection.prepare_threshold = 1
        self._books = Desk(database_url, document(*PROGRAMS[0]))
        self.steps = 0

    def run(self, seed: int, actions: Sequence[Action]) -> None:
        """Carry the actions out; raise where product and reference differ."""
        number = seed % len(PROGRAMS)
        terms, tiers, on_short = PROGRAMS[number]
        start = int(BEGIN.timestamp()) + (45 + Random(seed).randrange(300)) * DAY
        world = World(self.desks[number], Ledger(terms), tiers, on_short, start)
        group: list[Action] = []
        for action in (*actions, None):
            if group and (action is None or not action.together):
                world.carry_out(group)
                group = []
            if action is not None:
                group.append(action)
        world.finish()
        self.steps += world.steps

    def failure(self, seed: int, actions: Sequence[Action]) -> str | None:
        """What goes wrong, if anything does."""
        try:
            self.run(seed, actions)
        except Exception as error:
            for desk in self.desks:
                desk.connection.rollback()
            kind = "" if isinstance(error, Differs) else f"{type(error).__name__}: "
            return f"{kind}{error}"
        return None

    def try_seed(self, seed: int, steps: int = STEPS) -> str | None:
        """None, or the report of a failure, shrunk, with the command that replays it."""
        actions = make(seed, steps)
        if self.failure(seed, actions) is None:
            return None
        shortest = self.shrunk(seed, actions)
        lines = [
            f"seed {seed} fails; again: .venv/bin/python -m tests.simulation --seed {seed}"
            + (f" --steps {steps}" if steps != STEPS else ""),
            *map(str, shortest),
            f"=> {self.failure(seed, shortest)}",
        ]
        return "\n".join(lines)

    def shrunk(self, seed: int, actions: Sequence[Action]) -> list[Action]:
        """Cut out what is not needed for a failure: large pieces first, then one by one."""
        left, size = list(actions), len(actions) // 2
        while size:
            start = 0
            while start < len(left):
                shorter = left[:start] + left[start + size :]
                if self.failure(seed, shorter) is not None:
                    left = shorter
                else:
                    start += size
            size //= 2
        return left

    def verify(self) -> None:
        """The books of all programs hold. It reads them whole, so not on a connection whose plans
        are for batches."""
        self._books.verify()
        self._books.connection.rollback()

    def close(self) -> None:
        for desk in (*self.desks, self._books):
            desk.connection.close()
