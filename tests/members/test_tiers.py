"""The member's tier as told: what keeps it, what is missing, how it came about; and by hand."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Any

import pytest

from regulars.identifiers.resolve import resolve
from regulars.kit.problems import Conflict, Invalid
from regulars.members.tiers import GiveTier, NoTiers, show_tier
from regulars.members.wire import GiveTierIn, TierOut
from tests.desk import Desk, open_desk
from tests.purchases.shop import BASE, buy, join, shop

TEXTS = {
    "tier.silver": {"en": "Silver", "pl": "Srebrny", "bg": "Сребро"},
    "tier.gold": {"en": "Gold", "pl": "Złoty", "bg": "Злато"},
}
BENEFITS = {"gold": [{"en": "free parking", "pl": "darmowy parking", "bg": "безплатен паркинг"}]}
YEARLY = {
    "by": "spend", "at_least": {"silver": 10_000, "gold": 52_000}, "period": {"calendar": "year"},
    "lasts": {"periods": 1},
}  # fmt: skip
VISITS = {"by": "visits", "at_least": {"silver": 2, "gold": 7}, "period": {"calendar": "month"}}


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[..., Desk]]:
    with ExitStack() as stack:
        yield lambda tiering: stack.enter_context(
            open_desk(database_url, shop(BASE, tiering=tiering, texts=TEXTS, benefits=BENEFITS))
        )


def told(desk: Desk, member: str, language: str = "en") -> TierOut:
    _, program = desk.context.revisions.at(desk.now)
    found: TierOut = desk.read(
        show_tier(desk.program_id, resolve(member), program, desk.now, language)
    )
    return found


def said(desk: Desk, member: str, language: str = "en") -> list[str]:
    return [step.text for step in told(desk, member, language).progress]


def give(desk: Desk, member: str, tier: str | None, until: date | None = None) -> Any:
    request = GiveTierIn(tier, "Waited long", "Ewa, contact centre", until)
    return desk.do(GiveTier(member, request, desk.caller, key=desk.key(), at=desk.now))


def test_what_is_missing_is_told_in_three_languages(opened: Any) -> None:
    desk = opened(YEARLY)
    anna = join(desk)
    buy(desk, anna, ("tv", 1, 10_000))
    assert said(desk, anna) == ["420.00 PLN more to Gold by 31 December 2026"]
    assert said(desk, anna, "pl") == ["do poziomu Złoty jeszcze 420,00 PLN do 31 grudnia 2026"]
    assert said(desk, anna, "bg") == ["още 420,00 PLN до ниво Злато до 31 декември 2026\u202fг."]
    found = told(desk, anna)
    assert (found.tier, found.name) == ("silver", "Silver")
    assert found.until == datetime(2027, 12, 31, 23, tzinfo=UTC)
    desk.wait(days=310)
    assert said(desk, anna) == [
        "keep Silver until 31 December 2028 with 100.00 PLN more by 31 December 2027",
        "520.00 PLN more to Gold by 31 December 2027",
    ]


@pytest.mark.parametrize(
    ("visits", "pl", "bg"),
    [
        (2, "5 wizyt", "5 посещения"),
        (3, "4 wizyty", "4 посещения"),
        (6, "1 wizyta", "1 посещение"),
    ],
)  # fmt: skip
def test_counted_words_have_their_plural_forms(opened: Any, visits: int, pl: str, bg: str) -> None:
    desk = opened(VISITS)
    anna = join(desk)
    for _ in range(visits):
        buy(desk, anna, ("tea", 1, 100))
    assert said(desk, anna, "pl")[-1] == f"do poziomu Złoty jeszcze {pl} do 31 marca 2026"
    assert said(desk, anna, "bg")[-1] == f"още {bg} до ниво Злато до 31 март 2026\u202fг."


def test_a_tier_by_hand_is_a_floor_until_a_day(opened: Any) -> None:
    desk = opened(YEARLY)
    anna = join(desk)
    assert give(desk, anna, "gold", date(2026, 3, 31))["tier"] == "gold"
    found = told(desk, anna)
    assert found.until == datetime(2026, 3, 31, 22, tzinfo=UTC), "the clocks go forward before"
    assert found.benefits == ["free parking"]
    buy(desk, anna, ("tv", 1, 10_000))
    assert told(desk, anna).tier == "gold"
    desk.wait(days=30)
    found = told(desk, anna, "pl")
    assert found.tier == "silver", "exact, though nobody touched the member"
    last, first = found.changes
    assert (last.tier, last.before, last.reason) == ("silver", "gold", "given_ended")
    assert last.at == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert (first.given, first.actor, first.note) == ("gold", "Ewa, contact centre", "Waited long")
    assert first.why == "przyznany ręcznie"


def test_what_was_given_can_be_taken_away(opened: Any) -> None:
    desk = opened(YEARLY)
    anna = join(desk)
    give(desk, anna, "silver")
    give(desk, anna, "gold")
    assert [given.tier for given in told(desk, anna).given] == ["gold"], "the last one counts"
    assert give(desk, anna, None)["tier"] == ""
    assert [c.reason for c in told(desk, anna).changes] == ["withdrawn", "given", "given"]
    with pytest.raises(Conflict):
        give(desk, anna, None)


def test_what_cannot_be_given_is_refused(opened: Any, desk: Desk) -> None:
    shop_desk = opened(YEARLY)
    anna = join(shop_desk)
    with pytest.raises(Invalid, match="silver, gold"):
        give(shop_desk, anna, "golden")
    with pytest.raises(Invalid, match="over already"):
        give(shop_desk, anna, "gold", date(2026, 3, 1))
    with pytest.raises(NoTiers):
        give(desk, join(desk), "gold")
    assert told(shop_desk, anna).changes == []


def test_tiers_by_balance_tell_what_is_missing_too(opened: Any) -> None:
    desk = opened({"asset": "points", "at_least": {"silver": 100, "gold": 300}})
    anna = join(desk)
    buy(desk, anna, ("tv", 1, 12_000))
    assert told(desk, anna).tier == "silver"
    assert said(desk, anna) == ["180 points more to Gold"]
    desk.wait(days=40)
    assert told(desk, anna).tier == "", "the points expired, noticed or not"
    assert told(desk, anna).changes[0].reason == "balance"
