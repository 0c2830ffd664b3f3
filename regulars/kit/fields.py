"""Fields of forms that Django has not: a choice among hundreds."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    """A choice of which the options are the same for all: written once, and kept. Django renders a
    template for each; for all the time zones that takes longer than the rest of a page."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        own = flatatt({"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))})
        options = _options(tuple(self.choices))
        if value not in (None, ""):
            plain = format_html('<option value="{}"', value)
            options = mark_safe(options.replace(f"{plain}>", f"{plain} selected>", 1))  # noqa: S308
        return format_html("<select{}>{}</select>", own, options)


@lru_cache(maxsize=16)
def _options(choices: tuple[tuple[str, str], ...]) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', choices)
