"""A choice among hundreds says the same as Django's own."""

import re
from typing import Any

import pytest
from django import forms

from regulars.kit.fields import LongSelect
from regulars.kit.pages import timezones


class Settings(forms.Form):
    long = forms.ChoiceField(choices=timezones, widget=LongSelect)
    own = forms.ChoiceField(choices=timezones)


def parts(html: Any) -> list[Any]:
    """Tags with their attributes, and texts, without the white space and the name of the field."""
    plain = re.sub(r"\b(id_)?(long|own)\b", "x", str(html))
    found = re.findall(r"<[^>]+>|[^<>]+", plain)
    return [sorted(part.strip("<> \n").split(" ")) for part in found if part.strip()]


@pytest.mark.parametrize("chosen", ["Europe/Sofia", "UTC", "America/New_York", "Nowhere", "", None])
def test_it_is_drawn_as_djangos_own(chosen: str | None) -> None:
    form = Settings(initial={"long": chosen, "own": chosen})
    assert parts(form["long"]) == parts(form["own"])


def test_names_are_never_markup() -> None:
    drawn = LongSelect(choices=[('a"b', "<b>")]).render("x", 'a"b')
    assert drawn == '<select name="x"><option value="a&quot;b" selected>&lt;b&gt;</option></select>'
