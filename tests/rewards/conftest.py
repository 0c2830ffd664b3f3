from collections.abc import Iterator

import pytest

from tests.desk import Desk, open_desk
from tests.rewards.kiosk import Kiosk, document


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with open_desk(database_url) as desk:
        yield desk


@pytest.fixture
def kiosk(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    monkeypatch.setenv("REGULARS_SECRET_KEY", "a key of this test, long enough for all it does")
    with open_desk(database_url, document()) as desk:
        yield Kiosk(desk)
