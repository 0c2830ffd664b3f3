"""When it is tried again."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from regulars.webhooks.schedule import DAY, KEEP_TRYING_SECONDS, asked_for, delay, is_over, pause

NOW = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())


def test_ever_later_and_for_three_days() -> None:
    waits = [delay(attempt, 0.5) for attempt in range(1, 30)]
    assert waits[:4] == [10, 30, 90, 270]
    assert waits == sorted(waits)
    at, attempts = NOW, 0
    while not is_over(attempts, at, NOW + KEEP_TRYING_SECONDS):
        attempts += 1
        at += delay(attempts, 0.5)
    assert 12 <= attempts <= 25
    assert 3 * DAY < at - NOW < 3.5 * DAY


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_jitter_is_a_fifth_and_pauses_are_short(attempt: int, chance: float) -> None:
    plain = delay(attempt, 0.5)
    assert 0.79 * plain <= delay(attempt, chance) <= 1.21 * plain
    assert 1 <= pause(attempt, chance) <= 900


def test_what_a_receiver_asks_for() -> None:
    assert asked_for("120", NOW) == 120
    assert asked_for("Mon, 02 Mar 2026 12:05:00 GMT", NOW) == 300
    assert asked_for("Mon, 02 Mar 2020 12:05:00 GMT", NOW) == 0
    assert asked_for("9" * 400, NOW) == DAY
    for nonsense in ("", "soon", "-5", "1.5", "²"):
        assert asked_for(nonsense, NOW) is None
