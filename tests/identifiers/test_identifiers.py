"""What a cashier types or scans becomes one stored form, or a sentence that says what is wrong."""

import subprocess
import sys
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.identifiers.kind import Mistyped
from regulars.identifiers.kinds.card import Card, check_digit, checks, make
from regulars.identifiers.kinds.email import Email
from regulars.identifiers.kinds.phone import Phone
from regulars.identifiers.resolve import KINDS, NotAnIdentifier, identify, resolve
from regulars.kit.problems import Invalid
from regulars.kit.words import LANGUAGES

numbers = st.text("0123456789", min_size=7, max_size=18).map(lambda n: n + check_digit(n))


@given(numbers, st.data())
def test_any_one_wrong_digit_of_a_card_is_noticed(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert checks(number)
    assert not checks(number[:place] + other + number[place + 1 :])


@given(numbers, st.data())
def test_swapped_neighbours_are_noticed_but_for_09_and_90(number: str, data: st.DataObject) -> None:
    """The one blind spot of Luhn's rule."""
    place = data.draw(st.integers(0, len(number) - 2))
    pair = number[place : place + 2]
    swapped = number[:place] + pair[::-1] + number[place + 2 :]
    assert checks(swapped) == (pair[0] == pair[1] or pair in ("09", "90"))


def test_issued_cards_are_random_and_check_themselves() -> None:
    random = Random(1)
    issued = {make("29", random.getrandbits) for _ in range(1000)}
    assert len(issued) == 1000
    assert all(len(n) == 16 and n.startswith("29") and checks(n) for n in issued)
    assert len({n[2:6] for n in issued}) > 900, "neighbours must not share their beginning"


@given(st.text(max_size=30))
def test_a_card_is_its_digits_or_nothing(text: str) -> None:
    try:
        number = Card.normalize(text, "PL")
    except Mistyped:
        return
    assert number is None or (number.isascii() and number.isdigit() and 8 <= len(number) <= 19)


@pytest.mark.parametrize(
    ("text", "region", "named"),
    [
        ("card:2900 0000 0000 0007", "PL", ("card", "2900000000000007")),
        ("2900-0000-0000-0007", "PL", ("card", "2900000000000007")),
        ("  2900000000000007 ", "", ("card", "2900000000000007")),
        ("600100200", "PL", ("phone", "+48600100200")),
        ("+48 600-100-200", "BG", ("phone", "+48600100200")),
        ("0048600100200", "BG", ("phone", "+48600100200")),
        ("(0888) 123-456", "BG", ("phone", "+359888123456")),
        ("phone:0888123456", "BG", ("phone", "+359888123456")),
        ("Jan@Example.com", "PL", ("email", "jan@example.com")),
        ("email: jan@example.com", "PL", ("email", "jan@example.com")),
        (
            "id:019acafe-0000-7000-8000-000000000001",
            "",
            UUID("019acafe-0000-7000-8000-000000000001"),
        ),
        ("019acafe-0000-7000-8000-000000000001", "", UUID("019acafe-0000-7000-8000-000000000001")),
    ],
)
def test_what_the_till_sends_is_understood(text: str, region: str, named: object) -> None:
    assert resolve(text, region) == named


def test_a_short_number_that_could_be_both_is_a_phone_unless_said_otherwise() -> None:
    text = "600100200"
    assert checks(text)
    assert resolve(text, "PL") == ("phone", "+48600100200")
    assert resolve("card:" + text, "PL") == ("card", text)


@pytest.mark.parametrize(
    "text", ["", "Anna", "12345", "tax:123", "id:7", "card:", "card:12 34", "phone:abc", "a@b", "@"]
)
def test_what_names_nobody_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(NotAnIdentifier, match=r"[Ee]xpected"):
        resolve(text, "PL")


@pytest.mark.parametrize("text", ["card:2900000000000004", "2900000000000004"])
def test_a_wrong_check_digit_says_what_is_wrong(text: str) -> None:
    with pytest.raises(Mistyped, match="wrong check digit") as refusal:
        resolve(text, "PL")
    assert refusal.value.status == 422


@given(st.text(max_size=400), st.sampled_from(["PL", "BG", ""]))
def test_no_text_breaks_it(text: str, region: str) -> None:
    try:
        named = resolve(text, region)
    except Invalid:
        return
    if isinstance(named, tuple):
        assert identify(*named, region) == named, "the stored form is stored as it is"
        assert named[1].isprintable()


@given(st.emails())
def test_addresses_are_stored_in_one_form(address: str) -> None:
    normal = Email.normalize(address, "PL")
    if normal is not None:
        assert Email.normalize(normal, "PL") == normal
        assert Email.normalize(f" {address} ", "PL") == normal


@pytest.mark.parametrize("text", ["Jan@EXAMPLE.com", "ＪＡＮ@example.com", "jan@example.com"])
def test_one_person_has_one_address(text: str) -> None:
    assert Email.normalize(text, "PL") == "jan@example.com"


@pytest.mark.parametrize(
    "text",
    ["a@b..pl", "a@-b.pl", "a@b.p", "a@1.2.3.4", "a@b.pl.", ".a@b.pl", "a@b@c.pl", "a\0@b.pl",
     "a" * 65 + "@b.pl", "a@" + "b" * 64 + ".pl", "<a@b.pl>", "a@b.pl\n.x"],
)  # fmt: skip
def test_what_cannot_be_an_address(text: str) -> None:
    assert Email.normalize(text, "PL") is None


@pytest.mark.parametrize(
    "text", ["112", "+48 12", "600100200 ext. 5", "tel:600100200", "٦٠٠١٠٠٢٠٠"]
)
def test_what_is_no_phone_number(text: str) -> None:
    assert Phone.normalize(text, "PL") is None


def test_a_till_with_cards_only_never_loads_the_phone_tables() -> None:
    """They cost 10 MB and a tenth of a second, once."""
    program = (
        "import sys; from regulars.identifiers.resolve import resolve;"
        "resolve('card:2900000000000007'); resolve('2900000000000007'); resolve('a@b.pl');"
        "sys.exit('phonenumbers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_kinds_are_found_and_speak_three_languages() -> None:
    assert set(KINDS) == {"card", "email", "phone"}
    for kind in KINDS.values():
        assert set(kind.label) == set(kind.sentence) == set(LANGUAGES)


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(NotAnIdentifier, match="use card, email, phone"):
        identify("nip", "5260001246")
