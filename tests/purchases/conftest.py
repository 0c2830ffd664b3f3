from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.desk import Desk, open_desk
from tests.purchases.shop import shop


@pytest.fixture(scope="module")
def desk(database_url: str) -> Iterator[Desk]:
    """The shop with something of everything."""
    with open_desk(database_url, shop()) as desk:
        yield desk


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[..., Desk]]:
    """Opens a desk of a program with only these campaigns."""
    with ExitStack() as stack:
        yield lambda *campaigns, **changes: stack.enter_context(
            open_desk(database_url, shop(*campaigns, **changes))
        )
