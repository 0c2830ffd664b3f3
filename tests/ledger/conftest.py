import pytest

from tests.ledger.counter import Counter


@pytest.fixture
def counter() -> Counter:
    return Counter()
