"""Django answers in this process; what needs its settings is imported when they are there."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import House
from tests.serving import house as house
from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve


@pytest.fixture(scope="session")
def pages(database_url: str) -> Iterator[None]:
    """The pages, over this worker's database and in their own role there."""
    from django.conf import settings
    from django.db import connection

    settings.SECRET_KEY = os.urandom(24).hex()
    settings.ALLOWED_HOSTS = ["testserver"]
    with connection.cursor() as cursor:
        cursor.execute("set role regulars_pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGULARS_SECRET_KEY", settings.SECRET_KEY)
        yield
    for thread in threading.enumerate():  # what is done beside an answer needs the database
        if isinstance(thread, threading.Timer):
            thread.join()
    connection.close()


@pytest.fixture(scope="session")
def firm(pages: None, house: House) -> Any:
    from tests.console.people import Firm

    return Firm(house)


@pytest.fixture(scope="session")
def other_firm(pages: None, house: House) -> Any:
    from tests.console.people import Firm

    return Firm(house)
