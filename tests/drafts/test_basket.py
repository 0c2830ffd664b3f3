"""The test basket knows the member's past: typed, or that of a real member."""

from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.drafts.basket import Basket, Row, facts_of, judge
from regulars.drafts.past import asked
from regulars.engine.program import compile_rules
from regulars.programs.document import parse
from tests.console.people import Firm
from tests.drafts.test_way import begun, filled
from tests.serving import House

HEAD = """
program: tea
currency: PLN
timezone: Europe/Warsaw
assets: {points: {}}
campaigns:
  - id: one
    then: [{kind: percent_off, percent: 10}]
"""


def tried(rest: str, **past: str) -> tuple[str, set[str]]:
    """What a basket of 100.00 costs, and what the campaign asks for."""
    program = compile_rules(parse(HEAD + rest))
    said = {name.replace("__", "/").replace("_colon_", ":"): text for name, text in past.items()}
    basket = Basket([Row("tea", "", "1", "100")], True, "", "5", "", "", "2026-03-10", "12:00")
    facts = facts_of(program, basket._replace(past=said), {}, datetime(2026, 3, 10, 11, tzinfo=UTC))
    return judge(program, facts, {}, "en").paid, {ask.name for ask in asked(program, "one")[0]}


def when(condition: str) -> str:
    return f"    when: [{{{condition}}}]\n"


@pytest.mark.parametrize(
    ("rest", "asks", "text", "enough"),
    [
        (when("kind: spend_in_window, window: 'days:30', at_least_minor: 50000"),
         "spend:days:30", "499,99", "500"),
        (when("kind: visits_in_window, window: month, at_least: 3"), "visits:month", "2", "3"),
        (when("kind: segment, any_of: [lapsed]"), "segment:lapsed", "", "1"),
        (when("kind: days_since_purchase, at_least: 10"), "last", "9", "10"),
        (when("kind: member_attribute, attribute: student, one_of: [true]"),
         "attribute:student", "false", "true"),
        (when("kind: children_age, below_months: 24"), "children", "24", "30, 23"),
        ("    limits: {total: 5}\n", "left:one/total", "0", "1"),
    ],
)  # fmt: skip
def test_what_a_campaign_asks_of_the_past_can_be_typed(
    rest: str, asks: str, text: str, enough: str
) -> None:
    assert tried(rest, **({asks: text} if text else {})) == ("100.00 PLN", {asks})
    assert tried(rest, **{asks: enough}) == ("90.00 PLN", {asks})


def test_a_real_member_comes_with_their_past_and_what_they_used_up(
    pages: None, house: House
) -> None:
    shop = Firm(house)
    anna, member = shop.person("owner"), shop.regular()
    draft = begun(shop, anna, "welcome-points")
    where: dict[str, Any] = {"draft_id": draft.id, "campaign": "welcome-points"}
    post = filled(anna.get("draft-campaign", **where).content.decode())
    post |= {"b.member": "real", "b.card": member.card, "do": "live"}
    page = anna.post("draft-campaign", post, **where).content.decode()
    assert "What is known of this member" in page
    assert ">1<" in page.partition("Purchases before")[2], "their one purchase so far"
    assert "dr-yes" not in page.partition('id="outcome"')[2].partition("Other campaigns")[0]
    nobody = anna.post("draft-campaign", {**post, "b.card": "nobody@tea.example"}, **where)
    assert "No member is known by that" in nobody.content.decode()
    clerk = shop.person("drafts-write programs-see overview")
    page = clerk.post("draft-campaign", post, **where).content.decode()
    assert member.card not in page.partition('id="outcome"')[2]
    assert "What is known of this member" not in page, "who may not see members does not here"
