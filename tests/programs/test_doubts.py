"""Each doubt about a program is found in its text, said in three languages, and has its place."""

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from regulars.engine.facts import Line
from regulars.engine.margins import Stocked
from regulars.programs.document import check
from tests.corner import words

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
STOCK = [Stocked(Line("tea", 1, 1_000), 700)]
BACK = [{"kind": "coupon_presented", "voucher": "back"}]
OVER = [{"kind": "basket_total", "at_least_minor": 5_000}]


def off(percent: int, **more: Any) -> dict[str, Any]:
    return {"then": [{"kind": "percent_off", "percent": percent}], **more}


def points(number: int, **more: Any) -> dict[str, Any]:
    return {"then": [{"kind": "fixed_points", "points": number}], **more}


def text(*campaigns: dict[str, Any], **more: Any) -> str:
    return yaml.safe_dump({
        "program": "corner", "name": words("Corner"), "currency": "PLN",
        "timezone": "Europe/Warsaw", "assets": {"points": {"name": words("points")}},
        "vouchers": {"back": {"name": words("Back")}},
        "campaigns": [
            {"id": f"c{n}", "name": words(f"c{n}"), **one} for n, one in enumerate(campaigns)
        ],
        **more,
    })  # fmt: skip


REWARD = {"rewards": {"mug": {"name": words("Mug"), "cost": {"points": 9}, "voucher": "back"}}}
FOUND: list[tuple[str, str, str]] = [
    ("a campaign that nobody can reach", "campaigns[0].when", text(points(5, when=[
        {"kind": "first_purchase"}, {"kind": "purchase_number", "at_least": 2}]))),
    ("one that another always shuts out", "campaigns[1].lane", text(
        off(5, exclusive=True), points(5, when=OVER))),
    ("exclusive ones that meet", "campaigns[1].exclusive", text(
        off(5, exclusive=True, when=OVER),
        off(7, exclusive=True, when=[{"kind": "basket_quantity", "at_least": 2}]))),
    ("a reward that earns itself", "campaigns[0].then", text(points(9, when=BACK), **REWARD)),
    ("two discounts that take most of a basket", "campaigns[1]", text(
        {"then": [{"kind": "amount_off", "off_minor": 1_000}]},
        {"then": [{"kind": "amount_off", "off_minor": 900}]})),
    ("a sale below cost", "campaigns[0]", text(off(40))),
    ("what has ended", "campaigns[0].ends", text(points(5, ends="2026-06-30"))),
    ("a multiplier of what has ended", "campaigns[1].then", text(
        points(5, ends="2026-06-30"),
        {"then": [{"kind": "points_multiplier", "campaigns": ["c0"]}]})),
    ("a voucher that nothing takes any more", "campaigns[1].then", text(
        off(5, when=BACK, ends="2026-06-30"),
        {"then": [{"kind": "issue_voucher", "voucher": "back"}]})),
    ("a reward whose voucher nothing takes any more", "campaigns[0].ends", text(
        off(5, when=BACK, ends="2026-06-30"), **REWARD)),
    ("a name in two languages only", "campaigns[0].name", text(
        points(5, name={"pl": "Poranek", "en": "Morning"}))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "place", "document"), FOUND, ids=[what for what, _, _ in FOUND])
def test_it_is_found_where_it_stands(what: str, place: str, document: str) -> None:
    for language in ("en", "pl", "bg"):
        told = check(document, language, now=NOW, stock=STOCK)
        assert told.document is not None, told.errors
        said = [finding for finding in told.warnings if finding.path == place]
        assert said, [(finding.path, finding.message) for finding in told.findings]
        assert not set("{}") & set(said[0].message)


def test_what_is_fine_is_not_doubted() -> None:
    fine = text(
        points(5, when=OVER), off(10, when=OVER, ends="2026-07-01"), off(5, when=BACK), **REWARD
    )
    assert check(fine, now=NOW, stock=STOCK).findings == ()


def test_the_last_day_is_that_of_the_program() -> None:
    """23:30 UTC of 30 June is 1 July in Warsaw."""
    document = text(points(5, ends="2026-06-30"), vouchers={})
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert [finding.path for finding in check(document, now=late).warnings] == ["campaigns[0].ends"]
    assert check(document, now=datetime(2026, 6, 30, 21, 30, tzinfo=UTC)).findings == ()
