"""The shoe shop of the demonstration, walked through in a real browser against a real server."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.browser import chromium
from tests.console.conftest import pages as pages
from tests.serving import NOW, House, Serve, Server
from tests.serving import house as house
from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve

IMAGES = Path(__file__).parents[2] / "docs" / "images"


@pytest.fixture(scope="session")
def club(pages: None, house: House) -> Any:
    from tests.walks.club import Club

    return Club(house, NOW)


@pytest.fixture(scope="module")
def browser(club: Any) -> Iterator[Any]:  # after Django has connected: it would not beside it
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def server(serve: Serve) -> Server:
    return serve(planes="both")


def keep(page: Any, name: str) -> None:
    """A picture for the guide; drawn anew where REGULARS_DRAW is set, or it is not there."""
    if os.environ.get("REGULARS_DRAW") or not (IMAGES / name).exists():
        page.screenshot(path=IMAGES / name)
