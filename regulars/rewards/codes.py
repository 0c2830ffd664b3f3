"""Codes that partners gave, handed out one by one: tickets, benefits.

A code belongs to one redemption, from the moment it is held or taken, under the lock of its own row
(T1). It is kept encrypted and is told only as the reward is handed over; what lapses or is voided
before gives its code back for others.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.fernet import InvalidToken

from regulars.activities.bearers import RewardCode
from regulars.activities.unit import Unit
from regulars.engine.program import Program
from regulars.kit.problems import Invalid
from regulars.kit.secretkey import box, installation_key
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.rewards.limits import RewardGone

SQL = statements("regulars.rewards", "queries.sql")
_PURPOSE = "regulars reward codes"
MOST_CHARACTERS = 200
_AT_ONCE = 10_000


def sealed(code: str) -> str:
    """A code as it is stored."""
    return box(installation_key(), _PURPOSE).encrypt(code.encode()).decode()


def opened(stored: str) -> str:
    """The code that was stored."""
    try:
        return box(installation_key(), _PURPOSE).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Invalid(
            "The code was encrypted with another key: start with the secret key of this "
            "installation."
        ) from None


def digest(reward: str, code: str) -> bytes:
    """By which the same code is known again; keyed, so that nobody can try codes out."""
    text = f"{_PURPOSE} {reward} {code}".encode()
    return hmac.new(installation_key().encode(), text, hashlib.sha256).digest()


def uses_codes(program: Program) -> bool:
    """Whether any reward of a program hands out codes."""
    return any(reward.codes for reward in program.rules.rewards.values())


def take(unit: Unit, name: str, redemption: UUID) -> None:
    """Keep the next free code for a redemption; `RewardGone` where there is none."""
    free = unit.free_codes.get(name)
    if not free:
        raise RewardGone("Its codes have run out: offer another reward. Nothing was taken.")
    code = free.pop(0)
    unit.codes_of[redemption] = code
    unit.card_rows.setdefault("reward_code_taken", []).append((name, code.no, redemption))


def code_of(unit: Unit, redemption: UUID) -> RewardCode | None:
    """The code that is kept for a redemption."""
    return unit.codes_of.get(redemption)


def tell(stored: str) -> str:
    """An answer as told: its code, which is kept encrypted, opened."""
    answer = msgspec.json.decode(stored)
    if answer.get("code"):
        answer["code"] = opened(answer["code"])
        return msgspec.json.encode(answer).decode()
    return stored


def bring_in(
    *, program_id: UUID, reward: str, codes: Sequence[str], list: str,
    valid_until: datetime | None, now: datetime,
) -> Steps[int]:  # fmt: skip
    """Bring codes in; how many of them were new. The same list twice changes nothing (T23)."""
    added = 0
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        rows = yield Step(
            SQL["bring_in"],
            (program_id, reward, [sealed(code) for code in some],
             [digest(reward, code) for code in some], list, valid_until, now),
        )  # fmt: skip
        added += rows[0][0]
    return added
