"""The settings of Regulars, and one more room with migrations."""

from regulars.settings import *  # noqa: F403
from regulars.settings import INSTALLED_APPS as PRESENT

INSTALLED_APPS = [*PRESENT, "tests.hosting.coming"]
