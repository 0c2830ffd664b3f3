"""Programs for one group: who may join, what children's ages give, and when a membership ends."""

from typing import Any

import pytest

from regulars.activities.membership import MayNotJoin
from regulars.activities.operations import BringUpToDate
from regulars.activities.queries import due_members
from regulars.identifiers.resolve import resolve
from regulars.kit.problems import Invalid
from regulars.members.known import MembershipEnded
from regulars.members.operations import Join, Register
from regulars.members.queries import find, history
from regulars.members.wire import JoinIn, RegisterIn
from regulars.purchases.operations import RecordActivity
from regulars.purchases.wire import ActivityIn
from tests.desk import Desk
from tests.purchases.shop import BASE, bring_back, buy, campaign, points, quoting, spend

SMALL = {"kind": "children_age", "below_months": 36}
PARENTS = {
    "who": [SMALL], "child_below_months": 36, "spend_days": 30,
    "refusal": {"en": "For parents of small children.", "pl": "Dla rodziców małych dzieci.",
                "bg": "За родители на малки деца."},
}  # fmt: skip
DIAPERS = campaign("diapers", points(10), when=[SMALL], lane="points")


def join(desk: Desk, *children: str, consent: bool = True, **attributes: Any) -> str:
    request = JoinIn(
        issue_card=True, attributes=attributes, children=children, children_consent=consent
    )
    return f"card:{desk.do(Join(request, desk.caller, key=None, at=desk.now))['card']}"


def status(desk: Desk, member: str) -> Any:
    return desk.read(find(desk.program_id, resolve(member)))


def earned(answer: Any) -> int:
    return int(answer.get("earned", {}).get("points", 0))


def happened(desk: Desk, member: str) -> list[tuple[str, int]]:
    found = desk.read(history(desk.program_id, resolve(member), before=None, limit=50))
    return [(item.kind, item.occurred_at) for item in found]


def test_a_campaign_for_parents_goes_by_the_age_on_the_day(opened: Any) -> None:
    desk = opened(DIAPERS)
    anna = join(desk, "2023-04")
    assert earned(buy(desk, anna, ("diapers", 1, 100))) == 10
    desk.wait(days=30)
    assert earned(buy(desk, anna, ("diapers", 1, 100))) == 0, "three years old on 1 April"


def test_months_of_birth_are_kept_with_consent_only_and_forgotten_on_request(opened: Any) -> None:
    desk = opened(DIAPERS)
    with pytest.raises(Invalid, match="children_consent"):
        join(desk, "2025-01", consent=False)
    with pytest.raises(Invalid, match="children"):
        join(desk, children="2025-01")
    anna = join(desk, "2025-01", city="Sofia")
    buy(desk, anna, ("diapers", 1, 100))
    rows = desk.connection.execute(
        "select facts from activity where program_id = %s and kind = 'purchase'",
        (desk.program_id,),
    ).fetchall()
    assert "2025-01" not in rows[0][0], "facts are kept for ever and hold ages only"
    assert status(desk, anna).children == ["2025-01"]
    assert status(desk, anna).attributes == {"city": "Sofia"}
    desk.do(Register(anna, RegisterIn(children=()), desk.caller, key=None, at=desk.now))
    assert status(desk, anna).children == []
    assert earned(buy(desk, anna, ("diapers", 1, 100))) == 0


def test_whoever_it_is_not_for_is_refused_clearly(opened: Any) -> None:
    desk = opened(BASE, membership=PARENTS)
    with pytest.raises(MayNotJoin, match="For parents of small children") as refused:
        join(desk, "2010-05")
    assert refused.value.document()["told"]["pl"] == "Dla rodziców małych dzieci."
    join(desk, "2025-05")
    grown = opened(BASE, membership={"who": [{"kind": "member_age", "at_least": 18}]})
    with pytest.raises(MayNotJoin, match="at least 18 years") as young:
        join(grown, birthday="2010-01-01")
    assert "co najmniej 18 lat" in young.value.document()["told"]["pl"]
    join(grown, birthday="2008-03-02")


def test_it_ends_when_the_youngest_leaves_the_band(opened: Any) -> None:
    desk = opened(BASE, membership=PARENTS)
    anna = join(desk, "2021-01", "2023-04")
    desk.wait(days=20)
    bought = buy(desk, anna, ("tv", 1, 10_000))
    assert earned(bought) == 100
    desk.wait(days=10)  # 1 April, noon: three years old since midnight
    answer = buy(desk, anna, ("tv", 1, 10_000))
    assert earned(answer) == 0
    midnight = desk.now - 14 * 3600
    assert ("membership_end", midnight) in happened(desk, anna), "at the instant it was due"
    assert status(desk, anna).status == "ended"
    assert spend(desk, anna, 10)["id"], "what is left may be spent"
    bring_back(desk, answer)
    bring_back(desk, bought)
    desk.wait(days=31)
    with pytest.raises(MembershipEnded):
        spend(desk, anna, 10)
    desk.verify()


def test_a_younger_child_opens_it_again(opened: Any) -> None:
    desk = opened(BASE, membership=PARENTS)
    anna = join(desk, "2023-04")
    desk.wait(days=31)
    (done,) = desk.batch(BringUpToDate([status(desk, anna).id], now=desk.now))
    assert done.problem is None
    assert status(desk, anna).status == "ended"
    request = RegisterIn(children=("2023-04", "2026-03"), children_consent=True)
    desk.do(Register(anna, request, desk.caller, key=None, at=desk.now))
    assert status(desk, anna).status == "active"
    assert earned(buy(desk, anna, ("tv", 1, 10_000))) == 100


def test_purchases_renew_it_and_an_activity_opens_it_again(opened: Any) -> None:
    rules = {"days": 10, "renewed_by": ["purchase", "fee-paid"]}
    desk = opened(BASE, membership=rules)
    anna = join(desk)
    for _ in range(3):
        desk.wait(days=9)
        assert earned(buy(desk, anna, ("tv", 1, 10_000))) == 100
    desk.wait(days=12)
    assert desk.read(due_members(desk.program_id, desk.now, 10)) == [status(desk, anna).id]
    with pytest.raises(MembershipEnded):
        buy(desk, anna, ("tv", 1, 10_000))
    with pytest.raises(MembershipEnded):
        desk.do(quoting(desk, anna, ("tv", 1, 10_000)))
    request = ActivityIn("fee-paid", anna)
    desk.do(RecordActivity(request, desk.caller, key=None, at=desk.now))
    assert earned(buy(desk, anna, ("tv", 1, 10_000))) == 100


def test_t15_a_month_from_the_31st_ends_with_the_last_of_the_next(opened: Any) -> None:
    desk = opened(BASE, membership={"months": 1})
    desk.wait(days=29)  # 31 March, after the clocks went forward
    anna = join(desk)
    desk.wait(days=30)
    assert earned(buy(desk, anna, ("tv", 1, 10_000))) == 100, "30 April"
    desk.wait(seconds=10 * 3600)
    with pytest.raises(MembershipEnded):
        buy(desk, anna, ("tv", 1, 10_000))
