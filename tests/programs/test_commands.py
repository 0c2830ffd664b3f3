"""`regulars program` and `regulars key` as a user meets them: real processes, a real database."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import SMALL


class Terminal:
    """Types commands; by default nobody is asked and everything is in English."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def file(self, text: str) -> str:
        path = self.folder / "program.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, *words: str, code: int = 0, **environment: str) -> str:
        env = {**os.environ, "COLUMNS": "200", "DATABASE_URL": self.url, **environment}
        ended = subprocess.run(
            [sys.executable, "-m", "regulars", *words],
            env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr


@pytest.fixture
def terminal(fresh_database_url: str, tmp_path: Path) -> Terminal:
    return Terminal(fresh_database_url, tmp_path)


def test_check_names_file_line_and_what_to_write(terminal: Terminal) -> None:
    file = terminal.file(SMALL.replace("per_minor", "per_minr"))
    told = terminal.run("program", "check", file, code=1)
    assert f'{file}:13: campaigns[0].then[0].per_minr: there is no field "per_minr" here' in told
    assert 'did you mean "per_minor"?' in told
    told = terminal.run("program", "check", file, code=1, REGULARS_LANG="bg")
    assert "„per_minor“ ли имахте предвид?" in told
    assert "clean" in terminal.run("program", "check", terminal.file(SMALL))


def test_a_program_goes_live_and_back(terminal: Terminal) -> None:
    told = terminal.run("program", "plan", terminal.file(SMALL), code=2)
    assert "regulars organization create" in told
    terminal.run("organization", "create", "firm")

    assert "campaign base added" in terminal.run("program", "plan", terminal.file(SMALL))
    assert "--yes" in terminal.run("program", "apply", terminal.file(SMALL), code=2)
    told = terminal.run("program", "apply", terminal.file(SMALL), "--yes", "--note", "first")
    assert "revision 1 is applied" in told

    dearer = terminal.file(SMALL.replace("per_minor: 100", "per_minor: 200"))
    assert "per_minor 100 -> 200" in terminal.run("program", "plan", dearer)
    terminal.run("program", "apply", dearer, "--yes", "--expect", "0", code=2)
    terminal.run("program", "apply", dearer, "--yes", "--expect", "1")
    assert "nothing changes" in terminal.run("program", "apply", dearer, "--yes")

    told = terminal.run("program", "rollback", "1", "--yes", REGULARS_LANG="pl")
    assert "rewizja 3 zastosowana" in told
    assert terminal.run("program", "show") == SMALL
    assert "per_minor: 200" in terminal.run("program", "show", "--revision", "2")
    rows = re.findall(r"^ (\d+) .*?(first|powrót do rewizji 1)?\s+[0-9a-f]{12} *$",
                      terminal.run("program", "history"), re.MULTILINE)  # fmt: skip
    assert rows == [("3", "powrót do rewizji 1"), ("2", ""), ("1", "first")]


def test_a_key_is_shown_once_and_can_be_revoked(terminal: Terminal) -> None:
    terminal.run("organization", "create", "firm")
    terminal.run("organization", "shop", "12", "--name", "Main street")
    told = terminal.run("key", "create", "--scopes", "quotes:write,purchases:write", "--shop", "12")
    key = re.search(r"rk_([0-9a-f]{12})_[0-9a-f]{64}", told)
    assert key
    listed = terminal.run("key", "list")
    assert f"rk_{key[1]}" in listed
    assert key[0] not in listed
    terminal.run("key", "revoke", f"rk_{key[1]}")
    assert "quotes:write" in terminal.run("key", "create", "--scopes", "quote:write", code=2)


def test_every_kind_is_listed(terminal: Terminal) -> None:
    told = terminal.run("kinds", DATABASE_URL="")
    for folder in ("conditions", "effects"):
        for file in Path(f"regulars/engine/{folder}").glob("[a-z]*.py"):
            assert file.stem in told


def test_check_looks_at_the_products_and_at_the_calendar(terminal: Terminal) -> None:
    terminal.run("organization", "create", "firm")
    half = (
        SMALL
        + """\
  - id: half
    name: {pl: Połowa, bg: Половината, en: Half}
    ends: 2026-06-30
    then: [{kind: percent_off, percent: 50}]
"""
    )
    terminal.run("program", "apply", terminal.file(half), "--yes")
    products = terminal.folder / "products.csv"
    products.write_text("sku,price_minor,cost_minor\ntea,1000,700\n", encoding="utf-8")
    terminal.run("import", "products", str(products))
    summer = {"REGULARS_CLOCK": "2026-07-01T12:00:00+02:00"}
    told = terminal.run("program", "check", terminal.file(half), **summer)
    assert "it ended on 30 June 2026" in told
    assert "tea" not in told
    told = terminal.run("program", "check", terminal.file(half), "--products")
    assert '1 x "tea" would cost 5.00 PLN, below what the shop paid for it: 7.00 PLN' in told
