from collections.abc import Iterator

import pytest

from tests.desk import Desk, open_desk
from tests.points.counter import DOCUMENT


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with open_desk(database_url, DOCUMENT) as desk:
        yield desk
