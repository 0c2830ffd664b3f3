"""Sharing a whole number: equally, by weights, or by ratios with the rest to one part."""

from fractions import Fraction
from math import lcm
from typing import Any

from regulars.kit.money import allocate
from tests.peers.cases import Case
from tests.peers.words import NotTranslated


def distribute(case: Case) -> dict[str, Any]:
    given = case.input
    if "targets" in given:
        weights = [1] * given["targets"]
    elif "weights" in given:
        weights = given["weights"]
    elif "ratios" in given:
        weights = whole(given["ratios"])
    else:
        raise NotTranslated("a distribution by nothing known")
    return {"parts": allocate(given["total"], weights)}


def whole(ratios: list[str]) -> list[int]:
    """Ratios as whole weights; ``remaining`` is what the others leave.

    >>> whole(["1/2", "1/4", "remaining"])
    [2, 1, 1]
    """
    known = [None if ratio == "remaining" else Fraction(ratio) for ratio in ratios]
    rest = 1 - sum(ratio for ratio in known if ratio is not None)
    found = [rest if ratio is None else ratio for ratio in known]
    common = lcm(*(ratio.denominator for ratio in found))
    return [int(ratio * common) for ratio in found]


OPERATIONS = {"distribute": distribute}
