"""Sales below cost: searched for while a draft is written, and before it is submitted."""

from uuid import UUID

from django.http import HttpRequest

from regulars.drafts.build import examined
from regulars.drafts.keeping import draft_of, say
from regulars.engine.margins import Stocked
from regulars.kit.pages import Desk, Shown, tongue
from regulars.products.queries import stock
from regulars.programs.document import Checked
from regulars.programs.faults import Finding


def low(checked: Checked) -> list[Finding]:
    """What was found of products that would be sold below cost or minimum price."""
    return [one for one in checked.findings if one.code.startswith("below_")]


def articles_of(desk: Desk) -> list[Stocked]:
    """The products with a price, and a cost or minimum price."""
    found: list[Stocked] = desk.run(stock(desk.program.id, desk.now))
    return found


def costs(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown:
    """What the draft's campaigns would sell too low, and among how many products it was looked."""
    draft = draft_of(desk, draft_id)
    articles = articles_of(desk)
    checked = examined(draft.source, tongue(), desk.now, articles)
    context = {
        "draft": draft,
        "found": low(checked),
        "broken": checked.document is None,
        "looked": say("cost_looked", count=len(articles)),
        "none": not articles,
    }
    return Shown("drafts/costs.html", context)
