"""Phrases: what kinds and reasons say, in English, Polish and Bulgarian, with correct plurals.

A kind's text holds placeholders. ``{name}`` is a field or figure, ``{name:format}`` says how:

    money percent times clock date       an amount, a percentage, a multiplier, a time, a day
    on_day                               a date
    asset voucher                        a number of the kind's asset; a voucher by its name
    units_missing visits_at_least ...    a counted word or phrase of ``words.toml``
    age age_under         an age, from so many months; in Polish under an age has its own form
    names window weekdays                a list of names, a window, days
    cut steps part parts prices roles    reductions, what grows, units of a scope, a price list
    or and sentence                      a list of conditions or reasons, a condition
    of on with what                      the lines of a scope; of everything nothing is said but by
                                         the last

``{name}`` of one of the kind's clauses puts that clause where the field is set: not empty, not its
default. A comma that nothing stands before is dropped.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from regulars.engine.clock import clock
from regulars.engine.cut import AmountStep, Cut, Part, PercentStep, SpendStep
from regulars.engine.kinds import Condition, Kind, Texts
from regulars.engine.nesting import Nest
from regulars.engine.program import Program
from regulars.engine.scope import Collection, Products, Scope
from regulars.kit import words
from regulars.kit.money import digits_of, format_minor
from regulars.kit.periods import day_number, day_of
from regulars.kit.words import catalog

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_LOOSE_COMMA = re.compile(r"(^|[:(])\s*,")
Audience = Literal["member", "cashier", "developer"]
_CATALOGS = ("words.toml", "reasons.toml", "voices.toml")
_NAMED = 3
"""So many names of a long list are said."""


class Voice:
    """Speaks of one program in one language, to the cashier unless said otherwise."""

    def __init__(self, program: Program, language: str, audience: Audience = "cashier") -> None:
        self.program = program
        self.language = language
        self.audience = audience
        self.formats: dict[str, Callable[[Any], str]] = {
            "money": self.money,
            "percent": lambda value: f"{self._decimal(value)}%",
            "times": lambda value: self._decimal(Decimal(value) / 100),
            "clock": clock,
            "date": self.date,
            "on_day": lambda on: self.date(day_number(on)),
            "voucher": self.voucher,
            "window": self._window,
            "weekdays": self._weekdays,
            "pick": self.word,
            "age": lambda months: self._age(months, "long"),
            "age_under": lambda months: self._age(months, "under"),
            **{name: self._of_ages(name) for name in catalog("regulars.engine", "ages.toml")},
            "names": self.names,
            "roles": self.roles,
            "tenders": self.tenders,
            "or": lambda values: self.join(values, "or"),
            "and": lambda values: self.join(values, "and"),
            "sentence": self.sentence,
            "kind_of": self.plenty,
            "campaigns": lambda ids: self.names([self.campaign(id_) for id_ in ids], "and"),
            "cut": self.cut,
            "what": self._what,
            "steps": self._steps,
            "part": self._part,
            "parts": lambda parts: self.join(map(self._part, parts), "and"),
            "prices": self._prices,
            **{way: self._scoped(way) for way in ("of", "on", "with")},
        }

    def word(self, name: str, **figures: object) -> str:
        """A text of `_CATALOGS`; where there is one, that for whom it is said to."""
        text = _text(f"{name}.{self.audience}") or _text(name)
        if text is None:
            raise KeyError(name)
        return text[self.language].format(**figures)

    def sentence(self, kind: Kind) -> str:
        """What a condition or effect says of itself."""
        return self.fill(kind, kind.sentence, {})

    def fill(self, kind: Kind, texts: Texts, figures: Mapping[str, Any]) -> str:
        """A text of a kind with its fields and the figures of a reason filled in."""
        fields: Iterable[tuple[str, Any]] = kind
        values = {**dict(list(fields)), **figures}

        def clause(match: re.Match[str]) -> str:
            name, how = match.groups()
            if how is None and _has_clause(kind, name):
                text = _clause(kind, name, values.get(name))
                return "" if text is None else _PLACE.sub(place, text[self.language])
            return place(match)

        def place(match: re.Match[str]) -> str:
            name, how = match.groups()
            return self._value(values[name], how, values)

        text = _PLACE.sub(clause, texts[self.language])
        return _LOOSE_COMMA.sub(r"\1", text).strip()

    def unmet(self, condition: Condition, figures: Mapping[str, Any]) -> str:
        """What an unmet condition misses."""
        own = condition.unmet_member if self.audience == "member" else {}
        return self.fill(condition, own or condition.unmet, figures)

    def money(self, amount_minor: int) -> str:
        currency = self.program.currency
        text = format_minor(amount_minor, currency, digits_of(currency))
        return text if self.language == "en" else text.replace(".", ",")

    def date(self, day: int) -> str:
        return words.day(day_of(day), self.language)

    def count(self, number: int, word: str) -> str:
        """A number with a counted word of ``words.toml``."""
        return self.counted(number, catalog("regulars.engine", "words.toml")[word][self.language])

    def asset(self, number: int, asset: str) -> str:
        """So much of an asset: by its own name, else by the word we have, else by its id."""
        return self.counted(number, self._asset_forms(asset))

    def plenty(self, asset: str) -> str:
        """Many of an asset, without their number."""
        forms = self._asset_forms(asset).split("|")
        return forms[min(1, len(forms) - 1)].replace("#", "").strip()

    def _asset_forms(self, asset: str) -> str:
        declared = self.program.assets.get(asset)
        name = None if declared is None else declared.name.get(self.language)
        words = catalog("regulars.engine", "words.toml").get(asset, {})
        return name or words.get(self.language) or asset

    def voucher(self, voucher: str) -> str:
        declared = self.program.rules.vouchers.get(voucher)
        return voucher if declared is None else declared.name.get(self.language, voucher)

    def campaign(self, campaign: str) -> str:
        """A campaign's name in this language, else its id."""
        compiled = self.program.by_id.get(campaign)
        return campaign if compiled is None else compiled.campaign.name.get(self.language, campaign)

    def join(self, values: Iterable[Any], word: str) -> str:
        """``a, b or c``."""
        *texts, last = self._each(list(values))
        return self.word(word).join([", ".join(texts), last]) if texts else last

    def _each(self, values: list[Any]) -> list[str]:
        """The values as texts; beside others, what is made of several stands in brackets."""
        several = len(values) > 1
        return [
            f"({self.sentence(value)})"
            if several and isinstance(value, Nest) and len(value.inner()) > 1
            else self._value(value, None, {})
            for value in values
        ]

    def names(self, values: Sequence[object], word: str = "or") -> str:
        """``a, b or c``; of many names the first few and how many more there are."""
        if len(values) <= _NAMED + 1:
            return self.join(values, word)
        more = self.word("more", more=len(values) - _NAMED)
        return f"{', '.join(map(str, values[:_NAMED]))} {more}"

    def _value(self, value: Any, how: str | None, values: Mapping[str, Any]) -> str:
        if how == "asset":
            return self.asset(value, values["asset"])
        if how is not None:
            found = self.formats.get(how)
            return self.count(value, how) if found is None else found(value)
        if isinstance(value, Kind):
            return self.sentence(value)
        if isinstance(value, Scope):
            return self.formats["on"](value)
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        return str(value)

    def counted(self, number: int, forms: str) -> str:
        """A number with its form of a word; the forms are divided by |."""
        words = forms.split("|")
        form = words[min(plural(number, self.language), len(words) - 1)]
        return form.replace("#", str(number)) if "#" in forms else f"{number} {form}"

    def _age(self, months: int, form: str) -> str:
        """``18 months``, ``2 years``."""
        years, rest = divmod(months, 12)
        if rest or not years:
            return self.formats[f"months_{form}"](months)
        return self.formats[f"years_{form}"](years)

    def _of_ages(self, name: str) -> Callable[[int], str]:
        forms = catalog("regulars.engine", "ages.toml")[name][self.language]
        return lambda number: self.counted(number, forms)

    def _decimal(self, value: Decimal | int) -> str:
        text = f"{Decimal(value):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if self.language == "en" else text.replace(".", ",")

    def _window(self, window: str) -> str:
        return self.count(int(window[5:]), "days") if window[:5] == "days:" else self.word(window)

    def cut(self, cut: Cut) -> str:
        """``free``, ``50% off``, ``1.00 off`` or ``for 1.00``."""
        if cut.percent == 100 or cut.price_minor == 0:
            return self.word("free")
        if cut.percent is not None:
            return self.word("off", money=self.formats["percent"](cut.percent))
        if cut.off_minor is not None:
            return self.word("off", money=self.money(cut.off_minor))
        return self.word("for_price", money=self.money(cut.price_minor or 0))

    def _steps(self, steps: Iterable[PercentStep | AmountStep | SpendStep]) -> str:
        """``10%, from 20.00 15%``."""
        return ", ".join(map(self._step, steps))

    def _step(self, step: PercentStep | AmountStep | SpendStep) -> str:
        given = (
            self.money(step.off_minor)
            if isinstance(step, AmountStep)
            else self.formats["percent"](step.percent)
        )
        from_ = [] if not step.from_minor else [self.money(step.from_minor)]
        if not isinstance(step, SpendStep) and step.from_units is not None:
            from_.append(self.count(step.from_units, "from_units"))
        return self.word("step", given=given, from_=self.join(from_, "and")) if from_ else given

    def more(self, figures: Mapping[str, int]) -> str:
        """How much more is needed, in money or units."""
        if "missing_minor" in figures:
            return self.word("money_missing", money=self.money(figures["missing_minor"]))
        return self.count(figures["missing"], "units_missing")

    def _what(self, scope: Scope) -> str:
        return self.word("whole_basket") if scope.is_everything else self._lines(scope)

    def _part(self, part: Part) -> str:
        return self.count(part.units, "units") + self.formats["with"](part.on)

    def _prices(self, prices: Mapping[str, int]) -> str:
        return self.names([f"{sku} {self.money(price)}" for sku, price in prices.items()], "and")

    def _weekdays(self, days: Iterable[int]) -> str:
        names = self.word("weekdays").split("|")
        return self.join([names[day - 1] for day in days], "or")

    def _scoped(self, way: str) -> Callable[[Scope], str]:
        def phrase(scope: Scope) -> str:
            return "" if scope.is_everything else self.word(f"scope_{way}", what=self._lines(scope))

        return phrase

    def _named(self, name: str, value: Any) -> str:
        """One key of a scope."""
        if name == "roles":
            return self.word(name, names=self.roles(value))
        if name == "unreduced":
            return self.word(name)
        if isinstance(value, int):
            return self.word(name, money=self.money(value))
        return self.word(name, names=self.names(value))

    def roles(self, roles: Iterable[str]) -> str:
        """``goods or shipping``; a role we have no word for by its name."""
        words = catalog("regulars.engine", "words.toml")
        return self.names([words[r][self.language] if r in words else r for r in roles])

    def tenders(self, tenders: Iterable[str]) -> str:
        """``card or gift card``; one we have no word for by its name."""
        words = catalog("regulars.engine", "tenders.toml")
        return self.names([words.get(t, {}).get(self.language, t) for t in tenders])

    def _lines(self, products: Products) -> str:
        """``category food or drinks, brand Acme, except product gum``."""
        parts = [
            self._named(name, value)
            for name in type(products).model_fields
            if name != "exclude" and (value := getattr(products, name)) not in (None, (), False)
        ]
        if isinstance(products, Scope | Collection) and products.exclude is not None:
            word = "except" if parts else "everything_except"
            parts.append(self.word(word, what=self._lines(products.exclude)))
        return ", ".join(parts)


def _text(name: str) -> Texts | None:
    found = (catalog("regulars.engine", file).get(name) for file in _CATALOGS)
    return next((texts for texts in found if texts is not None), None)


def plural(number: int, language: str) -> int:
    """Which plural form a number takes (Unicode CLDR, integers).

    >>> [plural(n, "pl") for n in (1, 2, 5, 12, 22, 112)]
    [0, 1, 2, 2, 1, 2]
    """
    if number == 1:
        return 0
    if language != "pl":
        return 1
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def _has_clause(kind: Kind, name: str) -> bool:
    return any(key.partition("=")[0] == name for key in kind.clauses)


def _clause(kind: Kind, name: str, value: Any) -> Texts | None:
    """The clause for a field's value; none where it is not set or has its default."""
    for_value = kind.clauses.get(f"{name}={value}")
    if for_value is not None:
        return for_value
    field = type(kind).model_fields.get(name)
    unset = value is None or value is False or value == ()
    return None if unset or (field and value == field.default) else kind.clauses.get(name)


def voice_of(program: Program, language: str, audience: Audience = "cashier") -> Voice:
    """The voice of a program, made once for all that is said in it."""
    found: Voice | None = program.kept.get((Voice, language, audience))
    if found is None:
        found = program.kept[Voice, language, audience] = Voice(program, language, audience)
    return found
