"""Two memberships of one person become one: nothing lost, nothing doubled, all stays readable."""

from uuid import UUID

import pytest

from regulars.consents.operations import Choose
from regulars.consents.queries import standing
from regulars.consents.wire import ChoiceIn
from regulars.households.operations import Found
from regulars.households.wire import FoundIn
from regulars.kit.problems import Invalid
from regulars.members.known import MemberMerged
from regulars.members.operations import BlockMember
from regulars.members.queries import find, history
from regulars.members.wire import BlockIn
from regulars.merges.operations import Merge, NotMergeable
from regulars.privacy.copies import everything
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import ReturnIn
from regulars.rewards.operations import Redeem, Settle
from regulars.rewards.wire import CloseIn, RedeemIn
from tests.corner import corner
from tests.privacy.office import Office, opened


def merge(office: Office, kept: UUID, gone: UUID, key: str = "") -> None:
    office.do(Merge(kept, gone, key=key or office.key(), at=office.now, actor="ewa@firm.example"))


def redeem(office: Office, member: UUID, hold: bool = False) -> UUID:
    body = RedeemIn(f"id:{member}", "mug", hold=hold)
    return UUID(office.do(Redeem(body, office.caller, key=office.key(), at=office.now))["id"])


def brings_back(office: Office, purchase: UUID) -> int:
    body = ReturnIn(purchase=purchase)
    answer = office.do(RecordReturn(body, office.caller, key=office.key(), at=office.now))
    return int(answer["refund_minor"])


def test_points_visits_and_names_of_both_are_one(office: Office) -> None:
    ada = office.joins("Ada")
    office.wait(days=3)
    old = office.joins("Ada N.")
    card = office.card
    for member, minor in ((ada, 30_000), (old, 20_000), (old, 5_000)):
        office.buys(member, minor)
    before = office.points(ada) + office.points(old)
    merge(office, ada, old)
    found = office.read(find(office.program_id, ("card", card)))
    assert (found.id, found.purchases, found.spend_minor) == (ada, 3, 29_000 + 19_000 + 5_000)
    assert found.attributes["name"] == "Ada"
    assert len(found.identifiers) == 6
    assert (office.points(ada), office.points(old)) == (before, 0)
    office.verify()


def test_the_story_of_both_is_read_at_the_survivor(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    bought = office.buys(old, 30_000)
    merge(office, ada, old)
    told = office.read(history(office.program_id, ada, before=None, limit=50))
    assert [one.kind for one in told] == ["merge", "purchase", "join", "join"]
    assert [one.amounts for one in told if one.id == bought] == [[("earn", "points", 290)]]
    left = office.read(find(office.program_id, old))
    assert (left.status, left.merged_into, left.attributes) == ("merged", ada, {})


def test_the_id_of_the_one_that_is_gone_says_where_everything_is(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    merge(office, ada, old)
    with pytest.raises(MemberMerged):
        office.buys(old)


def test_merging_twice_with_one_key_is_merging_once(office: Office) -> None:
    ada, old, key = office.joins(), office.joins(), office.key()
    office.buys(old, 30_000)
    for _ in range(2):
        merge(office, ada, old, key)
    assert office.points(ada) == 290
    with pytest.raises(MemberMerged):
        merge(office, ada, old)
    with pytest.raises(Invalid):
        merge(office, ada, ada)


def test_what_was_reserved_by_either_can_still_be_fetched(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    for member in (ada, old):
        office.buys(member, 30_000)
    redemption = redeem(office, old, hold=True)
    merge(office, ada, old)
    office.verify()
    office.do(Settle(redemption, CloseIn(), office.caller, key=office.key(), at=office.now))
    assert office.points(ada) == 2 * 290 - 100
    office.verify()


def test_goods_of_either_come_back_as_if_they_had_always_been_of_one(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    bought = office.buys(old, 30_000)
    office.buys(ada, 10_000)
    merge(office, ada, old)
    assert brings_back(office, bought) == 29_000
    assert office.points(ada) == 90
    assert office.read(find(office.program_id, ada)).purchases == 1
    office.verify()


def test_points_that_expired_before_are_not_taken_twice(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    bought = office.buys(old, 30_000)
    office.wait(days=61)
    office.buys(ada, 30_000)
    merge(office, ada, old)
    assert office.points(ada) == 290
    brings_back(office, bought)
    assert office.points(ada) == 290, "they were gone already"
    office.verify()


def test_what_one_owed_is_repaid_from_what_the_other_has(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    bought = office.buys(old, 30_000)
    redeem(office, old)
    brings_back(office, bought)
    assert office.points(old) == -100
    office.buys(ada, 30_000)
    merge(office, ada, old)
    rows = office.rows(
        "select available, owed from account where holder_id = $1 and asset = 'points'", ada
    )
    assert rows == [(190, 0)]
    office.verify()


def test_uses_of_limits_add_up(database_url: str) -> None:
    limited = {
        "id": "twice", "name": {"pl": "x", "bg": "x", "en": "x"}, "lane": "points",
        "then": [{"kind": "fixed_points", "points": 7}], "limits": {"per_member": 2},
    }  # fmt: skip
    with opened(database_url, corner(limited, without=("base",))) as office:
        ada, old = office.joins(), office.joins()
        for member in (ada, old, old):
            office.buys(member)
        merge(office, ada, old)
        office.buys(ada)
        assert office.points(ada) == 21, "three uses of two: none is left"
        office.verify()


def test_the_higher_tier_is_kept(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    office.buys(old, 70_000)
    merge(office, ada, old)
    assert office.read(find(office.program_id, ada)).tier == "gold"


def test_spend_of_both_counts_for_the_next_tier(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    office.buys(ada, 35_000)
    office.buys(old, 30_000)
    merge(office, ada, old)
    office.buys(ada, 1_000)
    assert office.read(find(office.program_id, ada)).tier == "gold"


def test_challenges_go_on_from_what_both_did_and_prizes_come_once(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    for member in (ada, old):
        office.buys(member, 100)
    merge(office, ada, old)
    before = office.points(ada)
    office.buys(ada, 100)
    assert office.points(ada) == before + 1 + 30
    office.buys(ada, 100)
    assert office.points(ada) == before + 2 + 30
    office.verify()


def test_two_households_at_once_are_refused_and_one_goes_along(office: Office) -> None:
    ada, old, third = office.joins(), office.joins(), office.joins()
    for member in (old, third):
        body = FoundIn(f"id:{member}", "family")
        office.do(Found(body, office.caller, key=office.key(), at=office.now))
    merge(office, ada, old)
    assert office.read(find(office.program_id, ada)).household_role == "head"
    with pytest.raises(NotMergeable):
        merge(office, ada, third)
    office.verify()


def test_a_blocked_member_is_opened_first(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    office.do(BlockMember(f"id:{old}", BlockIn("fraud"), office.caller, key=office.key(),
                          at=office.now))  # fmt: skip
    with pytest.raises(NotMergeable):
        merge(office, ada, old)


def test_of_each_consent_the_last_word_of_both_holds(office: Office) -> None:
    ada, old = office.joins(), office.joins()
    for member, name, given in (
        (ada, "news-email", True), (old, "news-email", False), (ada, "news-sms", True),
    ):  # fmt: skip
        choice = ChoiceIn(f"id:{member}", {name: given}, "en")
        office.do(Choose(choice, office.caller, key=office.key(), at=office.now))
        office.wait(seconds=5)
    merge(office, ada, old)
    said = office.read(standing(office.program_id, ada))
    assert {name: one.given for name, one in said.items()} == {
        "news-email": False, "news-sms": True,
    }  # fmt: skip


def test_one_of_one_of_one_leads_to_the_last(office: Office) -> None:
    ada, old, older = office.joins(), office.joins(), office.joins()
    card = office.card
    office.buys(older, 30_000)
    merge(office, old, older)
    merge(office, ada, old)
    assert office.read(find(office.program_id, ("card", card))).id == ada
    assert office.read(find(office.program_id, older)).merged_into == ada
    assert office.points(ada) == 290
    office.verify()


def test_erasing_the_survivor_erases_what_was_merged(office: Office) -> None:
    ada, old = office.joins("Ada"), office.joins("Adela")
    office.buys(old)
    merge(office, ada, old)
    office.erases(ada)
    assert office.rows("select count(*) from erasure where program_id = $1",
                       office.program_id) == [(2,)]  # fmt: skip
    assert "identifier" not in office.read(everything(office.program_id, ada))
    office.verify()
