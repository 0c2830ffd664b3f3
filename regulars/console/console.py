"""The first page: how today goes, as far as one's role may know."""

from typing import Any

from django.http import HttpRequest

from regulars.console.charts import charts
from regulars.console.figures import figures
from regulars.kit.pages import Desk, Page, Place, Shown, words_of
from regulars.kit.parts import Note

say = words_of(__package__ or "")


def overview(request: HttpRequest, desk: Desk) -> Shown:
    context: dict[str, Any] = {"cards": []}
    if desk.program is not None:
        context = desk.run(figures(desk))
        shown = context.get("charts", [])
        parts = [*context["alerts"], *shown, *charts(desk)]
        context["parts"] = sorted(parts, key=lambda part: not isinstance(part, Note))
    return Shown("console/overview.html", context)


PAGES = [Page("", "overview", overview, "overview", place=Place("", 0, "home"))]
