"""The documentation does not lead astray: its links lead somewhere, its commands exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from regulars.cli import build
from regulars.programs.document import Document

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])

# Pages that are linked and being written.
TO_COME = {"docs/performance.md"}

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(regulars [^`]+)`")
TARGET = re.compile(r"\bmake ([a-z]+)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """The text without its fenced blocks."""
    return FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> Iterator[str]:
    for target in LINK.findall(prose(page)):
        if "://" not in target and not target.startswith(("#", "mailto:")):
            yield target.partition("#")[0]


def commands(page: Path) -> Iterator[list[str]]:
    """Every command line of ours in the page, as words: in fenced blocks and in the text."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    for block in FENCE.findall(text):
        for line in block.splitlines():
            for part in line.removeprefix("$ ").split(" && "):
                if part.startswith("regulars ") and (line.startswith("$ ") or "│" not in line):
                    yield words(part)
    for line in INLINE.findall(prose(page).replace("\n", " ")):
        yield words(line)


def words(line: str) -> list[str]:
    """The words of a command line, without redirection, pipes and remarks."""
    found = []
    for word in shlex.split(line, comments=True):
        if word in (">", "|", ">>"):
            break
        found.append(word)
    return found[1:]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    files = [(page.parent / target).resolve() for target in links(page)]
    assert not [file for file in files if not file.exists() and name(file) not in TO_COME]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_exists_with_its_options(page: Path) -> None:
    program = get_command(build())
    assert not [line for line in commands(page) if check(program, line)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text("utf-8")
    spoken = [line for block in FENCE.findall(text) for line in block.splitlines()]
    spoken += re.findall(r"`(make [^`]+)`", prose(page))
    named = {target for line in spoken for target in TARGET.findall(line)}
    assert named <= targets


def test_the_pages_name_commands_at_all() -> None:
    named = {line[0] for page in PAGES for line in commands(page) if line}
    assert {"up", "doctor", "program", "key", "verify", "explain", "import"} <= named


def test_a_wrong_command_is_noticed() -> None:
    program = get_command(build())
    assert check(program, words("regulars program plan x.yaml --colour"))
    assert check(program, words("regulars programme plan"))
    assert not check(program, words("regulars program plan x.yaml --organization cafe"))


def check(command: typer.core.TyperCommand | typer.core.TyperGroup, line: list[str]) -> str:
    """What of a command line does not exist; nothing when all of it does."""
    rest = list(line)
    while isinstance(command, typer.core.TyperGroup) and rest and rest[0] != "...":
        found = command.commands.get(rest[0])
        if found is None:
            return rest[0]
        command = found
        rest.pop(0)
    known = {option for parameter in command.params for option in parameter.opts}
    known |= {option for parameter in command.params for option in parameter.secondary_opts}
    known |= {"--help", "-h"}
    options = [word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)]
    return ", ".join(option for option in options if option not in known)


def test_the_guide_names_every_part_of_a_document() -> None:
    text = (ROOT / "docs/guide/program-document.md").read_text("utf-8")
    missing = [name for name in Document.model_fields if f"`{name}`" not in text]
    assert [name for name in missing if f"\n{name}: " not in text] == []


def test_the_architecture_names_every_folder_of_the_house() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    folders = {file.parent.name for file in (ROOT / "regulars").glob("*/__init__.py")}
    assert {folder for folder in folders if f"\n  {folder}/ " not in text} == set()
