"""Codes that carry value: hard to guess, hard to mistype (T16)."""

from math import log2

from hypothesis import given
from hypothesis import strategies as st

from regulars.kit.codes import ALPHABET, LENGTH, checks, grouped, make, normalize

codes = st.integers(0, 31**14 - 1).map(lambda number: make(lambda _: number))


def test_a_code_has_more_than_60_random_bits() -> None:
    assert log2(len(ALPHABET)) * (LENGTH - 1) >= 60


def test_nothing_in_it_is_read_for_something_else() -> None:
    assert not set("0O1IL") & set(ALPHABET)
    assert len(set(ALPHABET)) == 31, "a prime, or the check misses some mistakes"


@given(codes)
def test_how_people_write_it_does_not_matter(code: str) -> None:
    assert checks(code)
    assert normalize(grouped(code).lower()) == code
    assert normalize(f"\t{' '.join(code)}\r\n") == code


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET + "0OIL1*ą"))
def test_any_one_wrong_character_is_noticed(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert checks(wrong) == (wrong == code)


@given(codes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_any_two_swapped_characters_are_noticed(code: str, one: int, two: int) -> None:
    letters = list(code)
    letters[one], letters[two] = letters[two], letters[one]
    swapped = "".join(letters)
    assert checks(swapped) == (swapped == code)


@given(codes, st.integers(0, LENGTH - 1))
def test_a_missing_or_a_doubled_character_is_noticed(code: str, place: int) -> None:
    assert not checks(code[:place] + code[place + 1 :])
    assert not checks(code[:place] + code[place] + code[place:])


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    code = normalize(text)
    assert checks(code) in (True, False)
    assert "\0" not in code


def test_codes_are_not_repeated() -> None:
    assert len({make() for _ in range(10_000)}) == 10_000
