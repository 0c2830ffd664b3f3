"""The first page: how today goes, as far as one's role may know."""

from typing import Any

from django.http import HttpRequest

from regulars.console.charts import charts
from regulars.console.figures import figures
from regulars.kit.pages import Desk, Page, Place, Shown, words_of

say = words_of(__package__ or "")


def overview(request: HttpRequest, desk: Desk) -> Shown:
    context: dict[str, Any] = {"cards": []}
    if desk.program is not None:
        context = desk.run(figures(desk))
        shown = context.get("charts", [])
        context["parts"] = [*context["alerts"], *shown, *charts(desk)]
    return Shown("console/overview.html", context)


PAGES = [Page("", "overview", overview, "overview", place=Place("", 0, "home"))]
