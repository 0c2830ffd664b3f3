"""What a seed makes happen: a list of actions that can be cut and carried out again."""

from dataclasses import dataclass
from random import Random
from typing import Any

MEMBERS = 3
"""Few, so that they meet."""
DAY = 86_400


@dataclass(frozen=True)
class Action:
    """``number`` names it for those that refer to it, also after others have been cut out."""

    number: int
    what: str
    args: tuple[Any, ...]
    wait: int
    """Seconds that pass before; a few may be negative, as clocks are."""
    fault: str = ""
    """``crash`` rolls back before the step ``at_step`` and repeats, ``lost`` repeats after the
    commit, ``halves`` rolls back and carries the batch out by halves, ``restart`` forgets all that
    a process knows."""
    at_step: int = 0
    together: bool = False
    """In one batch with the action before."""

    def __str__(self) -> str:
        said = f"{self.number:3} {'    with' if self.together else f'{self.wait:+7}s'} {self.what}"
        fault = f"  !{self.fault} {self.at_step}" if self.fault else ""
        return f"{said} {', '.join(map(str, self.args))}{fault}"


def make(seed: int, steps: int) -> list[Action]:
    """The actions of a seed."""
    chance = Random(seed)
    made: list[Action] = []
    for number in range(steps):
        what = chance.choices(list(_KINDS), [weight for weight, _ in _KINDS.values()])[0]
        if number < 4 and chance.random() < 0.4:
            what = "sent"  # soon it is too late
        args = _KINDS[what][1](chance, made)
        fault = chance.choices(
            ["", "crash", "lost", "halves", "restart"], [60, 16, 14, 8, 2]
        )[0]  # fmt: skip
        made.append(
            Action(
                number,
                what,
                args,
                _wait(chance),
                fault,
                chance.randrange(9),
                together=number > 0 and chance.random() < 0.65,
            )
        )
    return made


def _wait(chance: Random) -> int:
    return chance.choice(
        [0, 1, 1, 2, 30, 600, 3_600, 3_601, 3_602, DAY, DAY, 2 * DAY, 3 * DAY, 9 * DAY, -1, -30]
    )


def _member(chance: Random) -> int:
    return chance.randrange(MEMBERS)


def _anybody(chance: Random) -> int | None:
    """None is whose it is."""
    return chance.choice([None, None, None, _member(chance)])


def _two(chance: Random) -> tuple[int, int]:
    one, other = chance.sample(range(MEMBERS), 2)
    return one, other


def _buy(chance: Random, made: list[Action]) -> tuple[Any, ...]:
    lines = tuple(
        (chance.randint(1, 3), chance.choice([99, 450, 1_250, 2_000, 5_005]))
        for _ in range(chance.randint(1, 3))
    )
    late = chance.choice([0, 0, 0, 0, 1, 3, 12, 40]) * DAY
    return _member(chance), lines, late


def _pay(chance: Random, made: list[Action]) -> tuple[Any, ...]:
    who, lines, _ = _buy(chance, made)
    return who, lines, _earlier(chance, made, "card"), chance.choice([0, 0, 99, 1_000])


def _amount(chance: Random) -> int:
    """0 is all there is."""
    return chance.choice([1, 5, 20, 50, 90, 150, 0])


def _earlier(chance: Random, made: list[Action], *kinds: str) -> int:
    """One of the last few actions of these kinds; the first of all where there is none."""
    return chance.choice([one.number for one in made if one.what in kinds][-4:] or [0])


BUYS = ("buy", "pay", "points", "show")
_KINDS: dict[str, tuple[int, Any]] = {
    "buy": (28, _buy),
    "return": (
        16,
        lambda c, n: (
            _earlier(c, n, *BUYS),
            c.choice([None, (0, 1), (0, 2), (1, 1), (2, 3)]),
        ),
    ),
    "card": (4, lambda c, n: (_member(c), c.choice([500, 2_500, 20_000]))),
    "pay": (8, _pay),
    "points": (9, lambda c, n: (*_buy(c, n)[:2], c.choice([0, 0, 1, 20, 90]))),
    "show": (9, lambda c, n: (_anybody(c), _buy(c, n)[1], c.randrange(3))),
    "use": (6, lambda c, n: (_anybody(c), c.randrange(3))),
    "unuse": (4, lambda c, n: (_earlier(c, n, "use"),)),
    "sent": (3, lambda c, n: c.choice([(1, 0), (2, 0), _two(c)])),
    "redeem": (8, lambda c, n: (_member(c), _amount(c))),
    "reward": (5, lambda c, n: (_member(c), c.random() < 0.5)),
    "hold": (9, lambda c, n: (_member(c), _amount(c), c.choice([30, 3_600, 3 * DAY, 7 * DAY]))),
    "settle": (5, lambda c, n: (_earlier(c, n, "hold", "reward"),)),
    "void": (5, lambda c, n: (_earlier(c, n, "hold", "reward"),)),
    "transfer": (9, lambda c, n: (*_two(c), _amount(c))),
    "donate": (3, lambda c, n: (_member(c), _amount(c))),
    "sale": (3, lambda c, n: (_member(c), c.choice([100, 200]))),
    "credit": (3, lambda c, n: (_member(c), _amount(c))),
    "debit": (5, lambda c, n: (_member(c), _amount(c))),
    "found": (3, lambda c, n: (_member(c),)),
    "invite": (5, lambda c, n: _two(c)),
    "accept": (5, lambda c, n: (_member(c),)),
    "leave": (2, lambda c, n: (_member(c),)),
    "tick": (5, lambda c, n: ()),
}
