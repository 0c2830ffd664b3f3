"""The command line as a user meets it: real processes."""

import os
import subprocess
import sys
from pathlib import Path

REGULARS = [sys.executable, "-m", "regulars"]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COLUMNS": "200", **environment}
    return subprocess.run([*REGULARS, *words], env=env, capture_output=True, text=True, check=False)


def test_every_file_of_the_folder_is_a_command() -> None:
    told = run("--help").stdout
    for file in Path("regulars/cli").glob("[a-z]*.py"):
        assert f" {file.stem.rstrip('_').replace('_', '-')} " in told


def test_expected_trouble_is_one_line_and_code_2() -> None:
    ended = run("up", "--port", "1", "--host", "192.0.2.1", DATABASE_URL="")
    assert ended.returncode == 2
    assert ended.stderr.startswith("regulars: Port 1 of 192.0.2.1 cannot be used")
    assert "Traceback" not in ended.stderr


def test_the_doctor_speaks_the_operators_language() -> None:
    impossible = Path(__file__) / "data"
    ended = run("doctor", "--data", str(impossible), REGULARS_LANG="bg", DATABASE_URL="")
    assert ended.returncode == 1
    assert "!!" in ended.stdout
    assert "За поправяне: 1." in ended.stdout


def test_the_help_of_a_command_needs_no_database() -> None:
    ended = run("up", "--help", DATABASE_URL="postgresql://nowhere.invalid/none")
    assert ended.returncode == 0
    assert "--port" in ended.stdout
