"""Shape: what the models say is wrong with the data, as faults with a place and a hint."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from regulars.programs.faults import Fault, Hint, Path, nearest
from regulars.programs.schema import fields, form, node_at, steps

_SLUG = re.compile(r"[^a-z0-9_-]+")


def shape_faults(model: type[BaseModel], data: Any) -> Iterator[Fault]:
    """Every fault of the data's shape. Strict: a number in quotes is not a number."""
    try:
        model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        yield from _told(model, data, error.errors(include_url=False))


def _told(model: type[BaseModel], data: Any, errors: list[ErrorDetails]) -> Iterator[Fault]:
    faults: dict[tuple[Path, str], Fault] = {}
    for error in errors:
        path = steps(model, data, error["loc"])
        fault = _fault(model, data, path, error)
        if fault is not None:
            faults.setdefault((path, fault.code), fault)
    meant = {
        (*path[:-1], fault.hint.figures["name"])
        for (path, code), fault in faults.items()
        if code == "unknown_field" and fault.hint and fault.hint.code == "nearest"
    }
    for (path, code), fault in faults.items():
        if code != "missing_field" or path not in meant:  # it is there, misspelt
            yield fault


def _fault(model: type[BaseModel], data: Any, path: Path, error: ErrorDetails) -> Fault | None:
    kind, figures = error["type"], error.get("ctx", {})
    value, name = error["input"], str(path[-1]) if path else ""
    known = node_at(model, data, path)
    if kind == "missing":
        return Fault(path, "missing_field", {"name": name}, Hint("add", {"name": name}))
    if kind == "extra_forbidden":
        return Fault(
            path, "unknown_field", {"name": name}, nearest(name, fields(model, data, path[:-1]))
        )
    if kind.startswith("union_tag"):
        return _kind_fault(path, value, known)
    if kind in ("literal_error", "enum"):
        return Fault(path, "not_allowed", {"value": _short(value)}, _options(value, known))
    if kind == "string_pattern_mismatch":
        return _pattern_fault(path, value, str(figures["pattern"]))
    if kind == "too_short" and isinstance(value, list) and len(value) >= figures["min_length"]:
        return None  # only because its items are faulty, and that is told
    if kind in _BOUNDS:
        return Fault(path, _BOUNDS[kind], {"limit": next(_numbers(figures))})
    if kind.startswith("rule_"):
        return Fault(path, kind, _quoted(figures))
    if kind == "value_error":
        return Fault(path, "rule", {"message": str(figures["error"])})
    if kind.endswith(("_type", "_parsing", "_from_float")):
        return _type_fault(path, value, known)
    return Fault(path, "rule", {"message": error["msg"]})


_BOUNDS = {
    "greater_than": "not_above",
    "greater_than_equal": "too_small",
    "less_than": "not_below",
    "less_than_equal": "too_big",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "too_long": "too_many",
}


def _numbers(figures: dict[str, Any]) -> Iterator[Any]:
    return (figures[name] for name in figures if name not in ("field_type", "actual_length"))


def _kind_fault(path: Path, value: Any, known: dict[str, Any]) -> Fault:
    kinds = list(known.get("discriminator", {}).get("mapping", ()))
    given = value.get("kind") if isinstance(value, dict) else None
    if given is None:
        names = ", ".join(sorted(kinds))
        return Fault(path, "missing_kind", {}, Hint("one_of", {"names": names}))
    return Fault(
        (*path, "kind"), "unknown_kind", {"value": _short(given)}, nearest(str(given), kinds)
    )


def _pattern_fault(path: Path, value: Any, pattern: str) -> Fault:
    if pattern.startswith("^[a-z0-9][a-z0-9_-]"):
        name = _SLUG.sub("-", str(value).lower()).strip("-_")
        hint = Hint("write", {"text": name}) if name else None
        return Fault(path, "not_a_name", {"value": _short(value)}, hint)
    if pattern == "^[A-Z]{3}$":
        return Fault(path, "not_a_currency", {"value": _short(value)})
    if "days:" in pattern:
        hint = Hint("one_of", {"names": "days:30, month, quarter, year"})
        return Fault(path, "not_allowed", {"value": _short(value)}, hint)
    return Fault(path, "not_the_form", {"value": _short(value), "pattern": pattern})


def _options(value: Any, known: dict[str, Any]) -> Hint | None:
    options = known.get("enum", [known["const"]] if "const" in known else [])
    return nearest(str(value), [str(option) for option in options])


def _type_fault(path: Path, value: Any, known: dict[str, Any]) -> Fault:
    wanted = form(known)
    return Fault(path, f"needs_{wanted}", {"value": _short(value)}, _instead(path, value, wanted))


def _instead(path: Path, value: Any, wanted: str) -> Hint | None:
    """What to write instead of a value of the wrong type, where one can tell."""
    text = value.strip() if isinstance(value, str) else ""
    if wanted == "integer" and re.fullmatch(r"-?[0-9]+", text):
        return Hint("without_quotes", {"text": text})
    if wanted == "integer" and re.fullmatch(r"-?[0-9][0-9 _]*", text):
        return Hint("write", {"text": re.sub(r"[ _]", "", text)})
    if wanted == "integer" and isinstance(value, float) and str(path[-1]).endswith("_minor"):
        return Hint("minor_units", {"value": value, "minor": round(value * 100)})
    if wanted == "string" and isinstance(value, bool | int | float):
        return Hint("in_quotes", {"text": json.dumps(value)})
    if wanted == "boolean" and text.lower() in ("yes", "on", "tak", "да", "1"):
        return Hint("write", {"text": "true"})
    if wanted == "boolean" and text.lower() in ("no", "off", "nie", "не", "0"):
        return Hint("write", {"text": "false"})
    if wanted == "array" and not isinstance(value, dict) and value is not None:
        return Hint("write", {"text": f"[{value}]"})
    if wanted == "date":
        return Hint("write", {"text": "2026-12-31"})
    return None


def _quoted(figures: dict[str, Any]) -> dict[str, Any]:
    """The names of fields as the sentences list them."""
    names = ", ".join(f'"{name}"' for name in str(figures.get("names", "")).split())
    return {**figures, "names": names}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
