"""Pages: products, what is known of each, and what it has cost."""

from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from django import forms
from django.http import HttpRequest

from regulars.activities.pages import file_links, program_of
from regulars.kit.pages import (
    Desk,
    Page,
    Place,
    Shown,
    Table,
    badge,
    code,
    labels_of,
    link,
    moment,
    tongue,
    words_of,
)
from regulars.kit.parts import Bars, Facts, Filter, Listing, money, number, sheet
from regulars.kit.problems import NotFound
from regulars.kit.steps import Step, Steps
from regulars.products.queries import SQL

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
_ROWS, _LOOKED_AT, _SHOWN = 50, 5_000, 24
_PERCENT = 100


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=100, label=word("search"))


def products(request: HttpRequest, desk: Desk) -> Shown:
    program = program_of(desk)
    form = SearchForm(request.GET or None)
    asked = form.cleaned_data["q"].strip().lower() if form.is_valid() else ""
    found, last = desk.run(_page(desk, request.GET.get("after", ""), asked))
    rows = [
        (
            link(sku, "product", sku=sku),
            name,
            category,
            brand,
            code(ean) if ean else badge(say("no_ean")),
            "" if price is None else money(price, program.currency),
        )
        for sku, ean, name, category, brand, _, _, price in found
    ]
    further = "?" + urlencode({"after": last, **({"q": asked} if asked else {})}) if last else ""
    table = Table(
        [say(name) for name in ("sku", "name", "category", "brand", "ean", "price")],
        rows,
        empty=say("none_found") if asked else say("none_yet"),
        further=further,
        further_label=say("further"),
    )
    parts = [Filter(form, say("find")), Listing("", table)]
    return sheet(
        parts, actions=file_links("products", "import", "export"), intro=say("products_intro")
    )


def product(request: HttpRequest, desk: Desk, sku: str) -> Shown:
    program = program_of(desk)
    found = desk.run(_rows("product", desk.program.id, sku))
    if not found:
        raise NotFound("There is no such product here.")
    _, ean, name, category, brand, producer, labels, role, tax_bp, floor, cost, at = found[0]
    rows: list[tuple[str, Any]] = [
        (say("sku"), code(sku)),
        (say("ean"), code(ean) if ean else badge(say("no_ean"))),
        (say("category"), category),
        (say("brand"), brand),
        (say("producer"), producer),
        (say("labels"), ", ".join(labels)),
        (say("role"), code(role) if role else ""),
        (say("tax"), f"{number(tax_bp / _PERCENT)}%" if tax_bp else ""),
        (say("minimum"), money(floor, program.currency) if floor else ""),
        (say("cost"), money(cost, program.currency) if cost is not None else ""),
        (say("updated"), moment(at, desk.timezone)),
    ]
    history = desk.run(_rows("price_history", desk.program.id, sku))
    table = Table(
        [say("from"), say("shop"), say("price")],
        [
            (moment(since, desk.timezone), shop or say("all_shops"), money(price, program.currency))
            for since, shop, price in history
        ],
        empty=say("no_prices"),
    )
    general = [row for row in history if not row[1]][:_SHOWN][::-1]
    chart = Bars(
        say("prices"),
        [format_date(since, "medium", locale=tongue()) for since, *_ in general],
        [("", [price for *_, price in general])],
        say=lambda price: money(price, program.currency),
    )
    parts = [Facts(say("product"), [row for row in rows if row[1] != ""]),
             *([chart] if len(general) > 1 else []), Listing(say("prices"), table)]  # fmt: skip
    return sheet(parts, title=name or sku)


def _page(desk: Desk, after: str, asked: str) -> Steps[tuple[list[Any], str]]:
    """Rows, and the number after which the page that follows begins; '' on the last."""
    rows = yield Step(SQL["page"], (desk.program.id, after, asked, _LOOKED_AT, _ROWS + 1, desk.now))
    found = [row[2:] for row in rows if row[2] is not None]
    if len(found) > _ROWS:
        return found[:_ROWS], found[_ROWS - 1][0]
    return found, rows[0][0] if rows[0][1] == _LOOKED_AT else ""


def _rows(name: str, *params: Any) -> Steps[list[Any]]:
    return (yield Step(SQL[name], params))


PAGES = [
    Page("products/", "products", products, "products-see",
         place=Place("program", 60, "inventory")),
    Page("products/of/<path:sku>/", "product", product, "products-see", below="products"),
]  # fmt: skip
