"""Secrets: from the environment or a file that only its owner can read, and none by default."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from regulars.kit.secretkey import installation_key
from regulars.kit.secrets import NAMES, SecretRefused, private, take_files

SECRET = re.compile(r"REGULARS_\w*(SECRET|KEY|PASSWORD|SMTP)\w*|DATABASE_URL")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    file = tmp_path / "kept"
    file.write_text("hidden\n")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize("name", NAMES)
def test_each_secret_may_come_from_a_file(name: str, kept: Path) -> None:
    environment = {f"{name}_FILE": str(kept)}
    take_files(environment)
    assert environment == {name: "hidden"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o620])
def test_a_file_that_others_can_read_or_write_is_refused(name: str, mode: int, kept: Path) -> None:
    kept.chmod(mode)
    with pytest.raises(SecretRefused, match=f"chmod 600 {kept}"):
        take_files({f"{name}_FILE": str(kept)})


def test_a_secret_said_twice_and_one_that_is_not_there_are_refused(kept: Path) -> None:
    with pytest.raises(SecretRefused, match="Unset one"):
        take_files({"REGULARS_SMTP": "smtp://host", "REGULARS_SMTP_FILE": str(kept)})
    with pytest.raises(SecretRefused, match="No such file"):
        private(kept.with_name("missing"))


def test_the_key_of_the_data_folder_is_held_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGULARS_SECRET_KEY", raising=False)
    monkeypatch.setenv("REGULARS_DATA", str(tmp_path))
    assert installation_key() == ""
    key = tmp_path / "secret-key"
    key.write_text("of this installation")
    key.chmod(0o644)
    with pytest.raises(SecretRefused):
        installation_key()
    key.chmod(0o600)
    assert installation_key() == "of this installation"


def test_no_command_begins_with_an_open_secret(kept: Path) -> None:
    kept.chmod(0o644)
    ended = subprocess.run(
        [sys.executable, "-m", "regulars", "verify"],
        env={**os.environ, "DATABASE_URL": "", "DATABASE_URL_FILE": str(kept)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "can be read by others" in ended.stderr


def test_no_secret_has_a_default() -> None:
    """Every look into the environment for one says nothing, or an empty text, instead."""
    asked, defaults = set(), set()
    for file in Path("regulars").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not re.search(
                r"(environ\.get|getenv)$", ast.unparse(node.func)
            ):
                continue
            name = ast.unparse(node.args[0]).strip("'")
            if SECRET.search(name):
                asked.add(name)
                defaults |= {ast.unparse(default) for default in node.args[1:]}
    assert {"DATABASE_URL", "REGULARS_SECRET_KEY", "REGULARS_SMTP"} <= asked
    assert defaults <= {"''"}
    assert {name for name in asked if not name.endswith("_FILE")} <= {*NAMES, "REGULARS_GOOGLE_KEY"}
