"""House rules, kept by tests so that nobody has to remember them. Why: docs/decisions/0001."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "regulars"

# What a noun may consist of; everybody finds everything at once. Whoever needs another file adds it
# here, under the noun's name, and so says that it is meant.
USUAL = {"__init__", "models", "queries", "operations", "tasks", "api", "console", "portal"}
USUAL |= {"apps", "admin", "wire"}
EXTRAS = {
    "activities": {"batch", "bearers", "cards", "context", "households", "loads", "membership"}
    | {"pages", "referrals", "repeats", "session", "terms", "tiers", "unit", "wants", "writes"},
    "care": {"actions", "forms", "own", "search", "story"},
    "cards": {"apple", "batches", "bringing", "design", "faces", "google", "layout", "numbers"}
    | {"passes", "sheets", "symbols", "wallet"},
    "demo": {"journey", "load", "setup", "shoes", "summary", "visits"},
    "drafts": {"basket", "beginning", "build", "costs", "errors", "fields", "inforce", "judging"}
    | {"keeping", "merge", "nodes", "order", "partpages", "parts", "past", "patterns", "pointing"}
    | {"reading", "regular", "renaming", "second", "texts", "told", "trying", "writing"},
    "exports": {"files", "kinds"},
    "giftcards": {"payments", "sales", "usable"},
    "households": {"pool"},
    "imports": {"chunks", "faults", "fields", "files", "forms", "mapping", "plan", "receipts"}
    | {"cards", "members", "products", "purchases", "rewards", "rows", "staging", "summary"}
    | {"guess", "mapform", "preview", "progress", "shelf"},
    "months": {"ahead", "files"},
    "organizations": {"squares"},
    "members": {"about", "history", "known", "refusals", "tiers"},
    "privacy": {"catalogue", "copies", "retention", "tombstones"},
    "products": {"prices"},
    "programs": {"diff", "document", "doubts", "examples", "faults", "managing", "mechanics"}
    | {"moves", "references", "schema", "shape", "snapshot", "source", "translations"},
    "points": {"corrections", "limits"},
    "progress": {"cards", "follow", "prizes", "told"},
    "referrals": {"pay", "terms"},
    "purchases": {"announced", "answers", "brought", "effects", "facts", "paying", "promises"}
    | {"previews", "quotes", "receipts", "refunds", "returns", "unreceipted"},
    "rewards": {"codes", "eligible", "forms", "fulfilment", "handing", "handover", "limits"}
    | {"pictures", "stock", "taken"},
    "staff": {"notices", "record", "roles"},
    "vouchers": {"files", "lots", "usable"},
    "webhooks": {"changes", "post", "schedule", "signing", "targets"},
}
USUAL_FOLDERS = {"migrations", "schema", "kinds", "templates", "static", "locale"}

# The pure parts: facts in, decision out. The clock and chance come in as arguments.
PURE = ("engine", "analytics")
IMPURE_MODULES = {
    *("asyncpg", "psycopg", "sqlite3", "django", "procrastinate", "granian", "a2wsgi", "httpx"),
    *("os", "random", "secrets", "socket", "subprocess", "time", "uuid"),
}
IMPURE_CALLS = {"now", "utcnow", "today", "urandom", "getenv"}

LONGEST_FILE = 400
LONGER: set[str] = set()  # no exceptions so far

# Found by scanning, by Django or by the interpreter, so nobody imports them by name.
SCANNED = {"api", "console", "portal", "tasks", "admin", "apps", "models", "__init__", "__main__"}
SCANNED_FOLDERS = {"cli", "conditions", "effects", "kinds", "migrations"}
ENTRIES = {"regulars.asgi", "regulars.settings", "regulars.urls"}
ENTRIES |= {"regulars.kit.upgrades"}  # for the migrations to come, see docs/architecture.md

MODULE_AS_TEXT = re.compile(r"regulars(\.\w+)+")  # as settings name them

# Put together here so that this file does not name what it looks for.
MACHINE_WORDS = ["/" + "work/", "/" + "root/.", "/opt/" + "wheels", "/opt/" + "pypi"]
MACHINE_WORDS += [
    "pypi." + "org",
    "files.python" + "hosted",
    "npmjs." + "org",
    "deb.debian." + "org",
]


def layers() -> list[list[str]]:
    """The layers of the contract in pyproject.toml, from high to low."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = project["tool"]["importlinter"]["contracts"][0]
    return [re.findall(r"\w+", layer) for layer in contract["layers"]]


def nouns() -> list[str]:
    """Between the reports and the identifiers; each a layer of its own."""
    names = [name for layer in layers() for name in layer]
    return names[names.index("reports") + 1 : names.index("identifiers")]


def python_files(*folders: str) -> list[Path]:
    roots = [HOUSE / folder for folder in folders] or [HOUSE]
    return sorted(file for root in roots for file in root.rglob("*.py"))


def names(files: list[Path]) -> list[str]:
    return [str(file.relative_to(HOUSE)) for file in files]


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imported(file: Path) -> Iterator[str]:
    """Every module a file may mean: ``from a import b`` can be a.b or a name in a."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and MODULE_AS_TEXT.fullmatch(str(node.value)):
            yield node.value
            yield node.value.rpartition(".")[0]


def test_pages_write_in_transactions_that_are_done_anew_where_somebody_was_faster() -> None:
    """By `whole`. The others are parts of one, or read."""
    parts = {
        *("console/desk.py", "console/pages.py", "exports/console.py", "portal/visit.py"),
        *("staff/console.py", "vouchers/console.py"),
    }
    own = {name for name in names(python_files()) if "atomic(" in (HOUSE / name).read_text("utf-8")}
    assert own == {"kit/seat.py", *parts}


@pytest.mark.parametrize("name", names(python_files(*PURE)))
def test_the_pure_parts_know_no_database_clock_or_chance(name: str) -> None:
    file = HOUSE / name
    modules = {module.split(".")[0] for module in imported(file)} | set(imported(file))
    assert modules.isdisjoint(IMPURE_MODULES)
    called = {
        node.func.attr
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called.isdisjoint(IMPURE_CALLS)


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    long = {
        str(file.relative_to(ROOT))
        for pattern in ("*.py", "*.sql", "*.html", "*.js", "*.css", "*.yaml", "*.toml")
        for file in HOUSE.rglob(pattern)
        if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    }
    assert long == LONGER


def test_every_folder_is_a_package_and_has_its_place() -> None:
    folders = {file.parent for file in python_files()} - {HOUSE}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
    placed = {name for layer in layers() for name in layer}
    assert {folder.relative_to(HOUSE).parts[0] for folder in folders} <= placed


def test_nouns_consist_of_the_files_everybody_knows() -> None:
    odd = []
    for noun in nouns():
        for path in (HOUSE / noun).glob("*"):
            if path.is_dir():
                known = path.name in USUAL_FOLDERS | {"__pycache__"}
            elif path.suffix == ".py":
                known = path.stem in USUAL | EXTRAS.get(noun, set())
            else:
                known = path.suffix in {".sql", ".toml", ".yaml"}
            if not known:
                odd.append(str(path.relative_to(HOUSE)))
    assert odd == [], "name it as the others do, or add it to EXTRAS"


def test_extras_are_files_that_exist() -> None:
    declared = {f"{noun}/{name}.py" for noun, extra in EXTRAS.items() for name in extra}
    assert {file for file in declared if not (HOUSE / file).exists()} == set()


def test_every_file_is_used_by_something() -> None:
    used = {module for file in python_files() for module in imported(file)} | ENTRIES
    unused = []
    for file in python_files():
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        found_by_scan = file.stem in SCANNED or file.parent.name in SCANNED_FOLDERS
        if not found_by_scan and module not in used:
            unused.append(str(file.relative_to(ROOT)))
    assert unused == []


def test_nothing_speaks_of_the_machine_it_was_written_on() -> None:
    listing = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    telling = {}
    for name in filter(None, listed.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        found = [word for word in MACHINE_WORDS if word.encode() in content]
        if found:
            telling[name] = found
    assert telling == {}


NAMES_MEMBERS = re.compile(
    r"^\s+(member_id|holder_id|friend_id|referrer_id|taken_by|invited_by|party_id|who|email)\s",
    re.MULTILINE,
)
OF_STAFF_ONLY = {"staff", "staff_link", "staff_membership", "staff_notice", "till_session"}


def test_whatever_names_members_says_how_it_is_copied_erased_and_merged() -> None:
    from regulars.privacy.catalogue import tables

    naming = {
        name
        for file in HOUSE.glob("*/schema/*.sql")
        for name, columns in re.findall(
            r"^create (?:unlogged )?table (\w+) \((.*?)^\)", file.read_text(), re.M | re.S
        )
        if NAMES_MEMBERS.search(columns)
    }
    forgotten = naming - set(tables()) - OF_STAFF_ONLY
    assert forgotten == set(), "say in regulars/privacy/catalogue.toml what becomes of it (P4)"
