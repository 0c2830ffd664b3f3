"""``{% say "code" name=value %}``: a word of the console, or with ``of=`` of another package."""

from typing import Any

from django import template
from django.urls import reverse

from regulars.kit.pages import Link, words_of

register = template.Library()


@register.simple_tag
def say(code: str, of: str = "regulars.console", file: str = "console.toml", **figures: Any) -> str:
    return words_of(of, file)(code, **figures)


@register.simple_tag
def address(link: Link) -> str:
    """Where a link leads."""
    return reverse(f"console:{link.page}", kwargs=dict(link.parts))
