from tests.console.conftest import firm as firm
from tests.console.conftest import pages as pages
from tests.privacy.office import office as office
from tests.serving import house as house
from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve
from tests.serving import server as server
