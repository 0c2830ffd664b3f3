"""Renaming: a part of a document gets another name, and so does everything that names it.

What names it is found by the checks themselves: with the part renamed alone, every place that still
says the old name is a fault of the document, and is put right where the fault says it is. So a new
kind of reference that is checked is renamed too.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from regulars.engine.rules import CONDITIONS, EFFECTS
from regulars.kit.problems import Conflict
from regulars.programs.faults import Fault, Path
from regulars.programs.references import reference_faults

_MOST = 10_000
_FIELDS = {"pool": "assets"}
"""The field in which a part that is of no kind names an asset, where it is not ``asset``."""
_KINDS = {**CONDITIONS, **EFFECTS}


class CannotRename(Conflict):
    code = "cannot_rename"
    title = "This cannot be renamed by form"


def renamed(data: dict[str, Any], section: str, old: str, new: str) -> dict[str, Any]:
    """The document with the part ``old`` of a section called ``new`` wherever it is named."""
    found = deepcopy(data)
    found[section] = {new if name == old else name: part for name, part in found[section].items()}
    before = {_moved(fault.path, section, old, new) for fault in _missing(data, old)}
    for _ in range(_MOST):
        fault = next((f for f in _missing(found, old) if f.path not in before), None)
        if fault is None:
            return found
        if not _put(found, fault.path, old, new):
            break
    raise CannotRename("Something names it in a way that only the text of the draft can change.")


def _missing(data: dict[str, Any], name: str) -> Iterator[Fault]:
    """What names something of this name that is not there."""
    for fault in reference_faults(data):
        if fault.code.startswith("unknown_") and fault.figures.get("name") == name:
            yield fault


def _moved(path: Path, section: str, old: str, new: str) -> Path:
    return (section, new, *path[2:]) if path[:2] == (section, old) else path


def _put(data: Any, path: Path, old: str, new: str) -> bool:
    """Write the new name at the place of a fault; whether it could be done."""
    *way, last = path
    holder = data
    for step in way:
        holder = holder[step]
    if isinstance(holder, dict) and last == old and old in holder:
        _rekey(holder, old, new)
        return True
    if isinstance(holder, dict) and last not in holder:  # left to what is usual
        holder[last] = new
        return True
    if holder[last] == old:
        holder[last] = new
        return True
    return _inside(holder[last], str(last), old, new)


def _inside(part: Any, field: str, old: str, new: str) -> bool:
    """A part that leaves it to what is usual, or names it as a key somewhere inside."""
    if not isinstance(part, dict):
        return False
    usual = _usual(part, field)
    if usual and usual not in part:
        part[usual] = [new] if usual == "assets" else new
        return True
    for inner in _mappings(part):
        if old in inner:
            _rekey(inner, old, new)
            return True
    return False


def _usual(part: dict[str, Any], field: str) -> str:
    """The field of a part that names an asset and may be left out."""
    kind = _KINDS.get(str(part.get("kind")))
    if kind is None:
        return _FIELDS.get(field, "asset")
    return "asset" if "asset" in kind.model_fields else ""


def _mappings(part: Any) -> Iterator[dict[str, Any]]:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in inner:
        if isinstance(one, dict):
            yield one
        yield from _mappings(one)


def _rekey(mapping: dict[str, Any], old: str, new: str) -> None:
    """Another key at the same place."""
    items = [(new if name == old else name, value) for name, value in mapping.items()]
    mapping.clear()
    mapping.update(items)
