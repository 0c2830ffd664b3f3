"""What Regulars is made of: ``make sbom`` writes the list of packages with their licences.

The packages are those pinned in ``requirements/*.txt``; what each says of its licence is read from
what is installed. Where it says nothing, or nothing clear, ``requirements/licences.toml`` does,
with the reason. A package without a licence we know to be free is an error.

    docs/licences.md     for people
    docs/sbom.cdx.json   for machines: CycloneDX 1.6
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE, BILL = ROOT / "docs/licences.md", ROOT / "docs/sbom.cdx.json"
SAID_BY_US = ROOT / "requirements/licences.toml"

PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
    *("MIT-CMU", "OFL-1.1", "PostgreSQL", "PSF-2.0", "Zlib"),
}
WEAK_COPYLEFT = {"LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-2.0"}
FREE = PERMISSIVE | WEAK_COPYLEFT

# What packages write instead of an SPDX expression.
SPELLINGS = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
} | {name.lower(): name for name in FREE}

_PIN = re.compile(r"^([\w.\[\]-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str  # an SPDX expression; empty where nobody knows
    hashes: tuple[str, ...]
    runs: bool  # needed to run, not only to build and test


class NotFree(Exception):
    """A package that we cannot or do not know to be allowed to pass on."""


def packages(folder: Path = ROOT / "requirements") -> list[Package]:
    """Everything that is pinned, by name."""
    said = tomllib.loads((folder / "licences.toml").read_text("utf-8"))
    runs = {name for name, _, _ in _pins(folder / "base.txt")}
    return [
        Package(name, version, _licence(name, said), hashes, name in runs)
        for name, version, hashes in _pins(folder / "dev.txt")
    ]


def check(found: list[Package]) -> None:
    """Raise `NotFree` for the packages whose licence is unknown or not free."""
    wrong = [
        f"{p.name} {p.version}: {p.licence or 'unknown'}" for p in found if not free(p.licence)
    ]
    if wrong:
        raise NotFree(
            "; ".join(wrong) + f". Look it up, and if it is free say so, with the reason, in "
            f"{SAID_BY_US.relative_to(ROOT)}; else do without the package."
        )


def free(expression: str) -> bool:
    """Whether an SPDX expression leaves us free to pass the package on.

    >>> free("MIT"), free("MIT OR Proprietary"), free("MIT AND Proprietary"), free("")
    (True, True, False, False)
    """
    return any(
        all(part.strip(" ()") in FREE for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def page(found: list[Package]) -> str:
    """The list for people."""
    parts = [
        "# Licences\n",
        "Regulars is under the Apache License 2.0. This is what it stands on, each package in the "
        "version that is\npinned; written by `make sbom`, never by hand. For machines: "
        "[sbom.cdx.json](sbom.cdx.json) (CycloneDX 1.6).\n",
        "All of it is free software. Where a licence asks for its own source to be passed on "
        "(LGPL, MPL), the\npackage is used unchanged, from where its authors publish it.\n",
    ]
    for title, runs in (("What runs", True), ("What builds and tests only", False)):
        rows = [f"| {p.name} | {p.version} | {p.licence} |" for p in found if p.runs is runs]
        parts += [f"## {title}\n", "| package | version | licence |\n|---|---|---|", *rows, ""]
    return "\n".join(parts)


def bill(found: list[Package]) -> str:
    """The list for machines. It has no date, so the same packages are the same file."""
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "regulars",
                "name": "regulars",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(package) for package in found],
    }
    return json.dumps(document, indent=1) + "\n"


def _component(package: Package) -> dict[str, Any]:
    purl = f"pkg:pypi/{package.name}@{package.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "scope": "required" if package.runs else "excluded",
        "licenses": [{"expression": package.licence}],
        "hashes": [{"alg": "SHA-256", "content": content} for content in package.hashes],
    }


def _pins(file: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    text = file.read_text("utf-8")
    starts = [*_PIN.finditer(text)]
    for start, after in zip(starts, [*starts[1:], None], strict=True):
        block = text[start.start() : after.start() if after else len(text)]
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
        yield start[1].partition("[")[0], start[2], hashes


def _licence(name: str, said: dict[str, dict[str, str]]) -> str:
    if name in said:
        return said[name]["licence"]
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return ""
    expression = found.get("License-Expression")
    if expression:
        return expression
    text = SPELLINGS.get((found.get("License") or "").strip().lower(), "")
    classes = [c for c in found.get_all("Classifier", []) if c.startswith("License :: ")]
    known = [SPELLINGS.get(c.rpartition(" :: ")[2].lower(), "") for c in classes]
    return text or (known[0] if len(known) == 1 else "")


def main() -> int:
    found = packages()
    try:
        check(found)
    except NotFree as wrong:
        print(f"sbom: {wrong}", file=sys.stderr)
        return 1
    PAGE.write_text(page(found), "utf-8")
    BILL.write_text(bill(found), "utf-8")
    print(f"{len(found)} packages, all free: {PAGE.relative_to(ROOT)}, {BILL.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
