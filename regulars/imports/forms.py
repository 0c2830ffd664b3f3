"""Forms: how a cell's text becomes a value, and what is wrong with it where it does not.

Each form is two Polars expressions over the trimmed text: the value, and the code of the fault (or
null). A whole batch is read by them at once.
"""

import re
from typing import NamedTuple

import polars as pl

from regulars.drafts.build import id_from
from regulars.engine.scope import SLUG
from regulars.imports.fields import Field
from regulars.imports.mapping import Cell, Mapping

MOST_MINOR = 10**12
MOST_UNITS = 1_000_000
MOST_BP = 10_000
_MOST_LABELS, _LONGEST_LABEL = 20, 64
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_SIGNS = {"minor": ".", "point": ".", "comma": ","}
YES = ("yes", "y", "true", "1", "tak", "t", "да", "д")
NO = ("no", "n", "false", "0", "nie", "не", "н")


STATES = {
    "active": ("active", "issued", "ready", "aktywna", "wydana", "gotowa", "активна", "издадена",
               "готова"),
    "blocked": ("blocked", "zablokowana", "блокирана"),
    "lost": ("lost", "zgubiona", "utracona", "изгубена", "загубена"),
}  # fmt: skip
"""What a card is, and how lists call it."""


class Settings(NamedTuple):
    """What holds for a whole file."""

    mapping: Mapping
    digits: int
    """Decimal places of the program's currency."""
    timezone: str
    latest_at: int
    """What happened later than this has not happened yet."""
    typed: frozenset[str]


class Reading(NamedTuple):
    """A field of a batch: the text, the value, and the code of what is wrong."""

    text: pl.Expr
    value: pl.Expr
    fault: pl.Expr


def reading(field: Field, cell: Cell, settings: Settings) -> Reading:
    """How a field is read from its cell."""
    text = raw(cell)
    plain = cell.column in settings.typed
    if field.form == "money":
        value, fault = _money(text, settings, plain)
    elif field.form == "quantity":
        value, fault = _quantity(text, settings, plain)
    elif field.form == "time":
        value, fault = _time(text, settings, plain)
    elif field.form == "yes_no":
        value, fault = _yes_no(text)
    elif field.form in ("integer", "number"):
        value, fault = _number(text, settings, plain, field.form)
    elif field.form == "rate":
        value, fault = _rate(text, settings, plain)
    elif field.form == "labels":
        value, fault = _labels(text)
    elif field.form == "count":
        value, fault = _count(text, settings, plain)
    elif field.form == "state":
        value, fault = _state(text)
    elif field.form == "slug":
        value, fault = _slug(text, field)
    elif field.form == "role":
        value, fault = text, _code((~text.str.contains(SLUG), "not_a_role"))
    else:
        value, fault = text, _text_fault(text, field)
    if field.required:
        fault = pl.when(text.is_null()).then(pl.lit("missing")).otherwise(fault)
    return Reading(text, value, fault)


def raw(cell: Cell) -> pl.Expr:
    """The trimmed text; null where it is empty."""
    if cell.constant is not None:
        return pl.lit(cell.constant)
    if cell.column is not None:
        return _filled(cell.column)
    return pl.concat_str(
        [_filled(part) if is_column else pl.lit(part) for part, is_column in cell.parts()]
    )


def _filled(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)


def _code(*cases: tuple[pl.Expr, str]) -> pl.Expr:
    """The code of the first case that holds, or null."""
    found = pl.lit(None, pl.String)
    for condition, code in reversed(cases):
        found = pl.when(condition).then(pl.lit(code)).otherwise(found)
    return found


def _text_fault(text: pl.Expr, field: Field) -> pl.Expr:
    return _code(
        (text.str.len_chars() > field.longest, "too_long"),
        (text.str.contains(_CONTROL), "control_character"),
    )


def _quantity(text: pl.Expr, settings: Settings, plain: bool) -> tuple[pl.Expr, pl.Expr]:
    """Whole units. Scales write 3,000 for three; what that means follows the file's decimals."""
    sign = "." if plain else _SIGNS[settings.mapping.decimals]
    shape = rf"^-?([0-9]{{1,9}})(?:[{sign}]0+)?$"
    value = text.str.extract(shape, 1).cast(pl.Int64)
    return value, _code(
        (text.is_null(), ""),
        (text.str.starts_with("-"), "negative_quantity"),
        (value.is_null() & text.str.contains(r"^[0-9]+[.,][0-9]+$"), "fraction"),
        (value.is_null(), "not_a_quantity"),
        (value == 0, "no_units"),
        (value > MOST_UNITS, "too_many_units"),
    ).replace("", None)


def _money(text: pl.Expr, settings: Settings, plain: bool) -> tuple[pl.Expr, pl.Expr]:
    decimals = settings.mapping.decimals
    sign = "." if plain else _SIGNS[decimals]
    digits = 0 if decimals == "minor" else settings.digits
    grouped = text.str.contains(r"^-?[0-9]{1,3}([ \u{a0}\u{202f}][0-9]{3})+\D?")
    bare = pl.when(grouped).then(text.str.replace_all(r"[ \u{a0}\u{202f}]", "")).otherwise(text)
    part = rf"([0-9]{{1,{digits}}})0*" if digits else "()0+"
    shape = rf"^-?([0-9]{{1,13}})(?:[{sign}]{part})?$"
    whole = bare.str.extract(shape, 1).cast(pl.Int64)
    cents = bare.str.extract(shape, 2).fill_null("").str.pad_end(digits, "0")
    cents = pl.when(cents == "").then(pl.lit("0")).otherwise(cents).cast(pl.Int64)
    value = whole * 10**digits + cents
    other = "," if sign == "." else "."
    fine = "too_fine" if decimals != "minor" else "not_minor"
    return value, _code(
        (text.is_null(), ""),
        (text.str.starts_with("-"), "negative_amount"),
        (value.is_null() & bare.str.contains(rf"^[0-9]+[{other}][0-9]+$"), f"decimals_{decimals}"),
        (value.is_null() & bare.str.contains(rf"^[0-9]+[{sign}][0-9]+$"), fine),
        (value.is_null(), "not_money"),
        (value > MOST_MINOR, "too_much"),
    ).replace("", None)


def _time(text: pl.Expr, settings: Settings, plain: bool) -> tuple[pl.Expr, pl.Expr]:
    """Seconds since 1970. The earlier of the two hours when clocks go back; none when they go
    forward."""
    times = settings.mapping.times
    zone = times.timezone or settings.timezone
    if times.format is not None and not plain:
        offset = "%z" in times.format or "%:z" in times.format
        read = text.str.to_datetime(times.format, strict=False)
        zoned = read if offset else _in_zone(read, zone)
        shaped, value = read.is_not_null(), zoned.dt.epoch("s")
    else:
        iso = text.str.replace(r"^([0-9]{4}-[0-9][0-9]-[0-9][0-9]) +", "${1}T").str.replace(
            r" ?Z$", "+00:00"
        )
        iso = iso.str.replace(r" +([+-][0-9][0-9])", "${1}").str.replace(
            r"([+-][0-9][0-9])$", "${1}:00"
        )
        away = pl.coalesce(
            iso.str.to_datetime(form, strict=False)
            for form in ("%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M%:z")
        )
        bare = pl.coalesce(
            iso.str.to_datetime(form, strict=False)
            for form in ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")
        )
        value = pl.coalesce(away.dt.epoch("s"), _in_zone(bare, zone).dt.epoch("s"))
        shaped = away.is_not_null() | bare.is_not_null()
    return value, _code(
        (text.is_null(), ""),
        (~shaped & text.str.contains(r"^[0-9]{4}-[0-9][0-9]-[0-9][0-9]$"), "only_a_date"),
        (~shaped, "not_a_time" if times.format is None else "not_this_format"),
        (value.is_null(), "no_such_hour"),
        (value > settings.latest_at, "in_the_future"),
        (value < 0, "too_early"),
    ).replace("", None)


def _in_zone(read: pl.Expr, zone: str) -> pl.Expr:
    return read.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")


def _yes_no(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    word = text.str.to_lowercase()
    yes, no = word.is_in(YES), word.is_in(NO)
    return pl.when(yes | no).then(yes), _code((~(yes | no), "not_yes_no"))


def _number(text: pl.Expr, settings: Settings, plain: bool, form: str) -> tuple[pl.Expr, pl.Expr]:
    sign = "." if plain else _SIGNS[settings.mapping.decimals]
    shape = (
        r"^-?[0-9]{1,15}$" if form == "integer" else rf"^-?[0-9]{{1,15}}(?:[{sign}][0-9]{{1,15}})?$"
    )
    fits = text.str.contains(shape)
    kind = pl.Int64 if form == "integer" else pl.Float64
    value = pl.when(fits).then(text.str.replace(",", ".", literal=True)).cast(kind)
    return value, _code((~fits, f"not_{form}"))


def _count(text: pl.Expr, settings: Settings, plain: bool) -> tuple[pl.Expr, pl.Expr]:
    """A whole number of at least one; thousands may stand apart, and spreadsheets add ,00."""
    sign = "." if plain else _SIGNS[settings.mapping.decimals]
    bare = text.str.replace_all(r"[ \u{a0}\u{202f}]", "")
    value = bare.str.extract(rf"^([0-9]{{1,9}})(?:[{sign}]0+)?$", 1).cast(pl.Int64)
    wrong = text.is_not_null() & (value.is_null() | ~value.is_between(1, MOST_UNITS))
    return value, _code((wrong, "not_a_count"))


def _state(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    word = text.str.to_lowercase()
    value = pl.lit(None, pl.String)
    for state, words in STATES.items():
        value = pl.when(word.is_in(words)).then(pl.lit(state)).otherwise(value)
    return value, _code((text.is_not_null() & value.is_null(), "not_a_state"))


def _slug(text: pl.Expr, field: Field) -> tuple[pl.Expr, pl.Expr]:
    """A short name, made of whatever stands there."""
    value = text.map_elements(_slug_of, return_dtype=pl.String)
    long = _text_fault(text, field)
    return value, pl.coalesce(long, _code((text.is_not_null() & value.is_null(), "no_slug")))


def _slug_of(text: str) -> str | None:
    if re.fullmatch(SLUG, text):
        return text
    return id_from(text, ()) if any(sign.isalnum() for sign in text) else None


def _rate(text: pl.Expr, settings: Settings, plain: bool) -> tuple[pl.Expr, pl.Expr]:
    """Basis points of a tax."""
    value, fault = _number(text, settings, plain, "integer")
    return value, pl.coalesce(fault, _code((~value.is_between(0, MOST_BP), "not_a_rate")))


def _labels(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Words with one space between them."""
    words = text.str.replace_all(r"\s+", " ")
    each = words.str.split(" ")
    long = each.list.eval(pl.element().str.len_chars() > _LONGEST_LABEL).list.any()
    return words, _code(
        (text.str.contains(_CONTROL), "control_character"),
        ((each.list.len() > _MOST_LABELS) | long, "bad_labels"),
    )
