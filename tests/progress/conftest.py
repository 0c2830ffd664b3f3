from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.desk import Desk, open_desk
from tests.progress.games import games


@pytest.fixture(scope="module")
def desk(database_url: str) -> Iterator[Desk]:
    """The shop with games of every sort; its books hold in the end."""
    with open_desk(database_url, games()) as desk:
        yield desk
        desk.verify()


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[..., Desk]]:
    """Opens a desk of a program with other parts."""
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(open_desk(database_url, games(**changes)))
