"""Forms of the pages about members."""

from typing import Any

from django import forms
from django.http import HttpRequest

from regulars.activities.pages import Once
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.identifiers.resolve import KINDS
from regulars.kit.pages import labels_of, tongue, words_of
from regulars.members.wire import Attributes

say = words_of(__package__ or "")
word = labels_of(__package__ or "")


class SearchForm(forms.Form):
    q = forms.CharField(
        max_length=200, required=False, label=word("search"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip


class CorrectForm(Once):
    """Points given or taken by hand, for one of the program's reasons."""

    asset = forms.ChoiceField(label=word("asset"))
    amount = forms.IntegerField(
        min_value=-(10**12), max_value=10**12, label=word("amount"), help_text=word("amount_help")
    )
    reason = forms.ChoiceField(label=word("reason"))
    text = forms.CharField(
        required=False, max_length=500, label=word("text"), help_text=word("text_help"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, program: Program, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        voice, rules = Voice(program, tongue()), program.rules.corrections
        assets = [(key, voice.plenty(key)) for key in program.assets]
        reasons = {} if rules is None else rules.reasons
        told = [(key, one.name.get(tongue(), key)) for key, one in reasons.items()]
        self.fields["asset"].choices = assets  # type: ignore[attr-defined]
        self.fields["reason"].choices = told  # type: ignore[attr-defined]


class ReasonForm(Once):
    reason = forms.CharField(
        required=False, max_length=500, label=word("why"), help_text=word("why_help"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ReplaceForm(ReasonForm):
    """Another card, number or address in the place of one."""

    identifier = forms.ChoiceField(label=word("old"))
    value = forms.CharField(
        required=False, max_length=300, label=word("new"), help_text=word("new_help")
    )

    field_order = ("identifier", "value", "reason")

    def __init__(self, request: HttpRequest, identifiers: list[tuple[str, str]]) -> None:
        super().__init__(request)
        choices = [(f"{kind}:{value}", f"{say(f'kind_{kind}')}: {value}")
                   for kind, value in identifiers]  # fmt: skip
        self.fields["identifier"].choices = choices  # type: ignore[attr-defined]


class PersonForm(Once):
    """What is told of a person: names and what names them at the till."""

    first_name = forms.CharField(required=False, max_length=100, label=word("first_name"))
    last_name = forms.CharField(required=False, max_length=100, label=word("last_name"))
    phone = forms.CharField(required=False, max_length=50, label=word("kind_phone"))
    email = forms.CharField(required=False, max_length=254, label=word("kind_email"))

    def identifiers(self) -> list[tuple[str, str]]:
        given = self.cleaned_data
        return [(kind, given[kind]) for kind in KINDS if given.get(kind)]

    def attributes(self) -> Attributes:
        given = self.cleaned_data
        return {name: given[name] for name in ("first_name", "last_name") if given[name]}


class JoinForm(PersonForm):
    card = forms.CharField(
        required=False, max_length=40, label=word("kind_card"), help_text=word("card_help")
    )
    field_order = ("card", "first_name", "last_name", "phone", "email")
