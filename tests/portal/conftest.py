"""A mail server that takes mail over SMTP, members at their telephones, a shop with everything."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.console.conftest import firm as firm
from tests.console.conftest import pages as pages
from tests.portal.people import Gateway, Mailbox, Shop, gateway, mailbox
from tests.serving import House
from tests.serving import house as house
from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve


@pytest.fixture(scope="session")
def post() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.fixture(scope="session")
def sms() -> Iterator[Gateway]:
    with gateway() as opened:
        yield opened


@pytest.fixture(scope="session")
def shop(pages: None, house: House, post: Mailbox, sms: Gateway) -> Any:
    made = Shop(house, post)
    made.gateway = sms
    return made
