"""A firm and its people at their browsers, and a real server beside them."""

from tests.console.conftest import firm as firm
from tests.console.conftest import house as house
from tests.console.conftest import pages as pages
from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve
