from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve
