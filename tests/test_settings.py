"""Settings: where the database is, and no secret key that everybody knows (T17)."""

import os
import subprocess
import sys
from pathlib import Path

READ = "from regulars import settings as s; print({}, end='')"


def read(expression: str, **environment: str) -> subprocess.CompletedProcess[str]:
    names = ("REGULARS_SECRET_KEY", "REGULARS_DATA", "DATABASE_URL")
    env = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-c", READ.format(expression)],
        env={**env, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_socket_folder_in_the_url_is_understood() -> None:
    url = "postgresql://regulars@/shop?host=/var/run/x&port=5433"
    told = read(
        "[s.DATABASES['default'][k] for k in ('NAME','USER','HOST','PORT')]", DATABASE_URL=url
    )
    assert told.stdout == "['shop', 'regulars', '/var/run/x', '5433']"


def test_what_django_has_no_word_for_goes_to_the_driver() -> None:
    url = "postgresql://u:p%40ss@db.example:6432/shop?sslmode=require"
    told = read(
        "(s.DATABASES['default']['OPTIONS'], s.DATABASES['default']['PASSWORD'])", DATABASE_URL=url
    )
    assert told.stdout == "({'sslmode': 'require'}, 'p@ss')"


def test_there_is_no_default_secret_key() -> None:
    assert read("repr(s.SECRET_KEY)").stdout == "''"


def test_the_secret_key_is_read_from_the_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    file.write_text("from the file\n")
    file.chmod(0o600)
    assert read("s.SECRET_KEY", REGULARS_DATA=str(tmp_path)).stdout == "from the file"
    told = read("s.SECRET_KEY", REGULARS_DATA=str(tmp_path), REGULARS_SECRET_KEY="from outside")
    assert told.stdout == "from outside"


def test_a_secret_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    file.write_text("everybody's")
    file.chmod(0o644)
    told = read("s.SECRET_KEY", REGULARS_DATA=str(tmp_path))
    assert "chmod 600" in told.stderr


ALONE = """
import re, sys
from importlib.metadata import packages_distributions
from pathlib import Path

plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
pinned = Path("requirements/base.txt").read_text()
ours = {plain(name) for name in re.findall(r"(?m)^([\\w.-]+)==", pinned)}
for module, owners in packages_distributions().items():
    if module != "regulars" and not ours & set(map(plain, owners)):
        sys.modules[module] = None  # as if it were not installed
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "regulars.settings"
django.setup()
from django.urls import reverse
import jwt
print(reverse("account_login"), end="")
"""


def test_the_pages_need_nothing_that_only_developers_have() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ALONE], env={**os.environ, "DATABASE_URL": "postgresql://nobody/"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout == "/console/account/login/", told.stderr
