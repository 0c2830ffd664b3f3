from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.desk import Desk, open_desk
from tests.purchases.shop import IN_ANY_ORDER, shop


@pytest.fixture(scope="module")
def desk(database_url: str) -> Iterator[Desk]:
    """The shop with something of everything; its books hold in the end."""
    with open_desk(database_url, shop()) as desk:
        yield desk
        desk.verify()


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[..., Desk]]:
    """Opens a desk of a program with only these campaigns."""
    with ExitStack() as stack:
        yield lambda *campaigns, **changes: stack.enter_context(
            open_desk(database_url, shop(*campaigns, **changes))
        )


@pytest.fixture(scope="module")
def queues(database_url: str) -> Iterator[Desk]:
    """A shop whose campaigns do not look at what came before, so that no order can matter."""
    with open_desk(database_url, shop(*IN_ANY_ORDER)) as desk:
        desk.wait(days=40)
        yield desk
        desk.verify()
