"""Whether answers can be told apart by the time they take (T16).

Two questions are asked in turn, many times, beside the first one asked twice: how far the two times
of the same question lie apart says how much a difference of medians may be by chance, on this
machine, busy as it is now.
"""

import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import NamedTuple

import pytest

from tests.lengths import length, tried

ROUNDS = length(40, 400)
"""Asked before chance is looked at; again as often as it needs, until `PATIENCE_S` have gone."""
PATIENCE_S = length(40, 240)
FAR_MS = 0.5
"""What nobody finds out through a network, whatever we find on one machine."""
SURE_MS = length(4.0, 3.0)
"""Measured until chance alone makes less than this: a difference of 5 ms is never overlooked."""

Ask = Callable[[], Callable[[], object]]
"""Makes a question ready; only what it gives back is measured."""


class Found(NamedTuple):
    """The medians' difference, and the most that chance makes of the same question."""

    difference_ms: float
    chance_ms: float

    @property
    def told_apart(self) -> bool:
        return abs(self.difference_ms) > self.chance_ms


def compare(one: Ask, other: Ask, rounds: int = ROUNDS, far_ms: float = FAR_MS) -> Found:
    """How much longer the other takes."""
    order, apart, same = Random(16), [], []
    one()(), other()()  # what is made once is made
    end = time.monotonic() + PATIENCE_S
    while True:
        for _ in range(rounds):
            asked = [("one", one), ("again", one), ("other", other)]
            order.shuffle(asked)
            took = {name: _ms(ask) for name, ask in asked}
            apart.append(took["other"] - took["one"])
            same.append(took["again"] - took["one"])
        middle = median(same)
        spread = 1.4826 * median(abs(one - middle) for one in same)
        chance = far_ms + 4 * 1.2533 * spread / len(same) ** 0.5
        if chance < SURE_MS:
            tried(answers_timed=3 * len(same))
            return Found(median(apart), chance)
        if time.monotonic() > end:
            pytest.skip(f"the machine is too busy to measure times: chance makes {chance:.1f} ms")


def _ms(ask: Ask) -> float:
    ready = ask()
    began = time.perf_counter()
    ready()
    return (time.perf_counter() - began) * 1_000
