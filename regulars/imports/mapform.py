"""The form of a mapping: which column is which of our fields, and how the file is written."""

from collections.abc import Container
from typing import Any

from django import forms
from phonenumbers import SUPPORTED_REGIONS

from regulars.imports.fields import FIELDS, Noun
from regulars.imports.guess import FORMATS, Head, slug
from regulars.imports.mapping import DELIMITERS, ENCODINGS, InvalidMapping, Mapping
from regulars.imports.shelf import UNKNOWN, Settings
from regulars.kit.pages import labels_of, words_of

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
called = labels_of(__package__ or "", "names.toml")
FIELD = "field-"
_IDENTIFIERS = tuple(field.name for field in FIELDS["members"][:-3])
_RETURNS = ("refuse", "leave_out")
_DECIMALS = ("point", "comma", "minor")
_MOST_ATTRIBUTES = 50
_REGIONS = ("PL", "BG", *sorted(SUPPORTED_REGIONS - {"PL", "BG"}))


class MapForm(forms.Form):
    """Made for the columns a file has; ``initial`` is a proposal or what was said before."""

    def __init__(
        self, noun: Noun, head: Head, data: Any, settings: Settings, permissions: Container[str]
    ) -> None:
        super().__init__(data, initial=_initial(noun, settings))
        self.noun, self.head, self._before = noun, head, settings.mapping
        self._ours = [f for f in FIELDS[noun] if not f.wants or f.wants in permissions]
        columns = [("", say("not_there")), *((name, name) for name in head.columns)]
        for field in self._ours:
            self.fields[FIELD + field.name] = forms.ChoiceField(
                choices=columns, required=False, label=called(field.name)
            )
        if noun == "members":
            self._attributes()
        self._how()

    def _attributes(self) -> None:
        """Columns that are no field of ours so far."""
        fields = {self[name].value() for name in self.fields}
        data: Any = self.data
        ticked = set(data.getlist("attributes")) if self.is_bound else set()
        left = [c for c in self.head.columns if slug(c) and (c not in fields or c in ticked)]
        self.fields["attributes"] = forms.MultipleChoiceField(
            choices=[(column, column) for column in left], required=False,
            widget=forms.CheckboxSelectMultiple, label=word("attributes"),
            help_text=word("attributes_help"),
        )  # fmt: skip

    def _how(self) -> None:
        forms_of = {field.form for field in self._ours}
        if "money" in forms_of:
            self._choice("decimals", [(one, say(f"decimals_{one}")) for one in _DECIMALS])
        if "time" in forms_of:
            self._choice("format", [("", say("iso")), *((one, _shown(one)) for one in FORMATS)])
        if self.noun not in ("products", "rewards"):
            self._choice("region", [(one, one) for one in _REGIONS])
        if self.noun == "purchases":
            self._choice("unknown", [(one, say(f"unknown_{one}")) for one in UNKNOWN])
            self._choice(
                "returns", [(one, say(f"returns_{one}")) for one in ("refuse", "leave_out")]
            )
        if not self.head.typed:
            self._choice("delimiter", [("", say("found")), *((one, one) for one in DELIMITERS)])
            self._choice("encoding", [("", "UTF-8"), *((one, one) for one in ENCODINGS[1:])])

    def _choice(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.ChoiceField(choices=choices, required=False, label=word(name))

    @property
    def columns(self) -> list[Any]:
        """The part about our fields; `how` is about the file."""
        return [self[name] for name in self.fields if name.startswith(FIELD)]

    @property
    def how(self) -> list[Any]:
        return [self[n] for n in self.fields if not n.startswith(FIELD) and n != "attributes"]

    @property
    def more(self) -> Any:
        return self["attributes"] if "attributes" in self.fields else None

    def clean(self) -> dict[str, Any]:
        """What no field can say alone."""
        given = {f.name for f in self._ours if self.cleaned_data.get(FIELD + f.name)}
        for field in self._ours:
            if field.required and field.name not in given:
                self.add_error(FIELD + field.name, say("wanted"))
        if self.noun == "members" and not given & set(_IDENTIFIERS):
            self.add_error(FIELD + "card", say("identifier_wanted"))
        prices = given & {"amount_minor", "unit_price_minor"}
        if self.noun == "purchases" and len(prices) != 1:
            self.add_error(FIELD + "amount_minor", say("price_wanted"))
        if len(self.cleaned_data.get("attributes", ())) > _MOST_ATTRIBUTES:
            self.add_error("attributes", say("too_many_attributes", most=_MOST_ATTRIBUTES))
        return self.cleaned_data

    def settings(self) -> Settings:
        """What the worker is told, where the form is right."""
        said = self.cleaned_data
        data: dict[str, Any] = {
            "fields": {
                field.name: said[FIELD + field.name]
                for field in self._ours
                if said[FIELD + field.name]
            },
            **{n: said[n] for n in ("decimals", "region", "returns", "delimiter", "encoding")
               if said.get(n)},
        }  # fmt: skip
        if said.get("format"):
            data["times"] = {"format": said["format"]}
        if said.get("attributes"):
            data["attributes"] = self._named(said["attributes"])
        return Settings(data, said.get("unknown") or "refuse")

    def _named(self, columns: list[str]) -> dict[str, str]:
        """Columns by the names of attributes: those proposed, else made of their headings."""
        proposed = {column: name for name, column in self._before.get("attributes", {}).items()}
        named: dict[str, str] = {}
        for column in columns:
            name = proposed.get(column) or slug(column)
            while name in named:
                name += "_2"
            named[name] = column
        return named

    def mapping(self) -> Mapping | None:
        """The mapping as it stands, also where something is missing that can still be chosen."""
        source = self.settings() if self.is_bound and self.is_valid() else None
        if source is None and not self.is_bound:
            source = Settings(self._before)
        try:
            return None if source is None else source.of(self.noun)
        except InvalidMapping:
            return None


def _initial(noun: Noun, settings: Settings) -> dict[str, Any]:
    data = settings.mapping
    return {
        **{FIELD + name: column for name, column in data.get("fields", {}).items()},
        "attributes": list(data.get("attributes", {}).values()),
        "format": data.get("times", {}).get("format", ""),
        "unknown": settings.unknown,
        **{name: data.get(name, "") for name in ("decimals", "region", "returns", "delimiter",
                                                 "encoding")},
    }  # fmt: skip


def _shown(form: str) -> str:
    """A format as people write it: 31.12.2026 23:59."""
    parts = {"%d": "31", "%m": "12", "%Y": "2026", "%H": "23", "%M": "59", "%S": "58"}
    for sign, text in parts.items():
        form = form.replace(sign, text)
    return form
