"""Source: YAML (or JSON, which is YAML) read strictly, with the line of everything in it.

What a person means is what is read: ``on`` and ``no`` are words, ``08:00`` and ``2026-01-31`` stay
texts, ``007`` keeps its zeros, a key given twice is an error. Numbers are what JSON calls numbers.
Nothing is constructed but mappings, lists and scalars. The parser hands out events and the values
are built here, so that a document nested a million deep ends at our limit and not at the stack's.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from regulars.programs.faults import Fault, Path

MAX_BYTES = 2_000_000
MAX_PARTS = 200_000
MAX_DEPTH = 40
MAX_INTEGER = 10**15  # what is counted stays far inside 64 bits, also times a quantity

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SURROGATES = re.compile(
    r"(?<!\\)((?:\\\\)*)(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})", re.IGNORECASE
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Source:
    """A document as data, with the line on which each part stands and the faults of reading."""

    def __init__(self, text: str) -> None:
        self.data: Any = None
        self.faults: list[Fault] = []
        self._lines: dict[Path, int] = {}
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._parts = 0
        if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
            self._fault((), "too_large", limit_mb=MAX_BYTES // 1_000_000)
            return
        try:
            self._read(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._lines[()] = mark.line + 1 if mark else 1
            self._fault((), "not_yaml", problem=error.problem or error.context)
        except (yaml.YAMLError, UnicodeError) as error:
            self._fault((), "not_yaml", problem=str(error).splitlines()[0])
        except _TooMuch:
            self._fault((), "too_much", parts=MAX_PARTS, levels=MAX_DEPTH)

    def line(self, path: Path) -> int | None:
        """The line of a part, or of the nearest part above it that is there."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

    def _read(self, text: str) -> None:
        if text.lstrip()[:1] in ("{", "["):
            text = _json_as_yaml(text)
        events: Iterator[Any] = iter(yaml.parse(text, _LOADER))
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self._lines[()] = _line(event)
                self.data = self._value(event, events, ())
                break
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._lines[()] = _line(event)
                self._fault((), "second_document")
                break
        if not self.faults and not isinstance(self.data, dict):
            self._fault((), "empty" if self.data is None else "no_fields")

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        before = self._parts
        self._count(1, path)
        value: Any
        if isinstance(event, yaml.AliasEvent):
            value, parts = self._anchors.get(str(event.anchor), (None, 0))
            if not parts:
                self._fault(path, "unknown_alias", name=event.anchor)
            self._count(parts, path)
            return value
        if event.tag is not None:
            self._fault(path, "foreign_tag", tag=event.tag)
        if isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(events, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(events, path)
        else:
            value = self._scalar(event, path)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._parts - before)
        return value

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        found: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            here = (*path, len(found))
            self._lines[here] = _line(event)
            found.append(self._value(event, events, here))
        return found

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, events, path)
            here, line = (*path, key), _line(event)
            if key in found:
                self.faults.append(
                    Fault(here, "twice", {"name": key, "first": self._lines[here]}, line=line)
                )
            self._lines[here] = line
            found[key] = self._value(next(events), events, here)
        return found

    def _key(self, event: Any, events: Iterator[Any], path: Path) -> str:
        if isinstance(event, yaml.ScalarEvent):
            if _CONTROL.search(event.value):
                self._fault(path, "control_character")
            return _CONTROL.sub("?", event.value)
        self._fault(path, "odd_key")
        return str(self._value(event, events, path))

    def _scalar(self, event: Any, path: Path) -> Any:
        text: str = event.value
        if _CONTROL.search(text):
            self._fault(path, "control_character")
            return _CONTROL.sub("?", text)
        if not event.implicit[0]:  # it stands in quotes
            return text
        if text.lower() in _WORDS and text in (text.lower(), text.title(), text.upper()):
            return _WORDS[text.lower()]
        if _INTEGER.fullmatch(text):
            if len(text) <= 17 and abs(int(text)) <= MAX_INTEGER:
                return int(text)
        elif not _DECIMAL.fullmatch(text):
            return text
        elif abs(float(text)) <= MAX_INTEGER:
            return float(text)
        self._fault(path, "odd_number", value=text[:40])
        return 0

    def _count(self, parts: int, path: Path) -> None:
        self._parts += parts
        if self._parts > MAX_PARTS or len(path) > MAX_DEPTH:
            raise _TooMuch

    def _fault(self, path: Path, code: str, **figures: Any) -> None:
        self.faults.append(Fault(path, code, figures, line=self.line(path)))


def _json_as_yaml(text: str) -> str:
    """What JSON may do and YAML may not: tabs before a line, one character as two escapes."""
    text = re.sub(r"^\t+", lambda tabs: " " * len(tabs[0]), text, flags=re.MULTILINE)
    return _SURROGATES.sub(lambda pair: pair[1] + json.loads(f'"{pair[2]}"'), text)


class _TooMuch(Exception):
    """The document unfolds into more than anybody writes."""


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
