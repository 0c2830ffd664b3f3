"""Reading YAML: what a person means is what is read, and nothing is constructed or exploded."""

import time

import pytest

from regulars.programs.source import Source


def faults(text: str) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.line) for fault in Source(text).faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("08:00", "08:00"),
        ("16:30", "16:30"),
        ("2026-01-31", "2026-01-31"),
        ("007", "007"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("12", 12),
        ("-12", -12),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("3+", "3+"),
        ("=", "="),
    ],
)
def test_a_value_is_read_as_meant(text: str, value: object) -> None:
    found = Source(f"field: {text}").data["field"]
    assert (found, type(found)) == (value, type(value))


def test_the_key_on_is_a_word() -> None:
    assert Source("on: {categories: [FUEL]}").data == {"on": {"categories": ["FUEL"]}}


def test_every_part_knows_its_line() -> None:
    source = Source("a:\n  - x: 1\n    y: 2\n\n  - x: 3\n")
    assert source.line(("a",)) == 1
    assert source.line(("a", 0, "y")) == 3
    assert source.line(("a", 1, "x")) == 5
    assert source.line(("a", 1, "missing")) == 5


def test_json_may_write_one_character_as_two() -> None:
    assert Source(r'{"a": "\ud83d\ude00", "b": "\\ud83d"}').data == {"a": "😀", "b": r"\ud83d"}


def test_json_is_read_too_even_with_tabs() -> None:
    assert Source('{\n\t"a": {"b": [1, true, null, "\\u0142"]}\n}').data == {
        "a": {"b": [1, True, None, "ł"]}
    }


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "twice", 3),
        ("a: 1\nb: [1,\n", "not_yaml", 3),
        ("a: b: c", "not_yaml", 1),
        ("a: *b", "unknown_alias", 1),
        ("a: !!python/object/apply:os.system [ls]", "foreign_tag", 1),
        ("a: 1\n---\nb: 1\n", "second_document", 2),
        ("", "empty", None),
        ("# nothing", "empty", None),
        ("- a", "no_fields", 1),
        ("[a]: 1", "odd_key", 1),
        ("a: 99999999999999999999", "odd_number", 1),
        ("a: 1e400", "odd_number", 1),
        (r'a: "\0"', "control_character", 1),
        (r'a: "\ud800"', "not_yaml", 1),
        (r'{"a": "\ud800"}', "not_yaml", 1),
        ("a: &x [*x]", "unknown_alias", 1),
        ("x" * 2_000_001, "too_large", None),
        ("a: " + "[" * 100_000, "too_much", 1),
        ("- " * 1000, "too_much", 1),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, code: str, line: int | None) -> None:
    assert faults(text)[0] == (code, line)


def test_an_alias_repeats_what_it_names() -> None:
    assert Source("a: &x {b: 1}\nc: *x").data == {"a": {"b": 1}, "c": {"b": 1}}


def test_an_alias_bomb_ends_at_once() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    began = time.perf_counter()
    assert faults("\n".join(levels))[0][0] == "too_much"
    assert time.perf_counter() - began < 1
