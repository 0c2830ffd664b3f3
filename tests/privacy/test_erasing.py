"""Forgetting somebody: nothing that names them is left anywhere, and the books hold (P4)."""

from uuid import UUID

import pytest

from regulars.consents.operations import Choose
from regulars.consents.wire import ChoiceIn
from regulars.engine.facts import Facts, Member
from regulars.households.operations import Found, Invite
from regulars.households.operations import Join as JoinHousehold
from regulars.households.wire import AnswerIn, FoundIn, InviteIn
from regulars.ledger.seal import seal, settle
from regulars.members.known import UnknownMember
from regulars.members.operations import IdentifierTaken
from regulars.members.queries import find, identify
from regulars.points.corrections import Correct
from regulars.points.wire import CorrectionIn
from regulars.privacy.copies import everything
from regulars.privacy.operations import Erase
from regulars.privacy.queries import tombstones
from regulars.privacy.tombstones import again, read, write
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.queries import show
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import LineIn, PurchaseIn, ReturnIn
from regulars.rewards.operations import Redeem
from regulars.rewards.wire import RedeemIn
from tests.corner import corner
from tests.privacy.office import Office, opened


def erase(office: Office, member: UUID, asked_by: str = "staff") -> None:
    office.do(
        Erase(f"id:{member}", office.caller, key=office.key(), at=office.now, asked_by=asked_by)
    )


def lives(office: Office) -> UUID:
    """Somebody with a story that leaves traces in many tables."""
    ada = office.joins("Ada Lovelace")
    office.buys(ada, 30_000, receipt_number="R-1")
    who, key = f"id:{ada}", office.key
    office.do(
        Choose(ChoiceIn(who, {"news-email": True}, "pl"), office.caller, key=key(), at=office.now)
    )
    office.do(Redeem(RedeemIn(who, "mug", hold=True), office.caller, key=key(), at=office.now))
    office.do(
        Correct(
            CorrectionIn(who, "points", 5, "goodwill", "Mrs Lovelace rang, very cross"),
            office.caller, key=key(), at=office.now, actor="desk@firm.example",
        )
    )  # fmt: skip
    return ada


def everywhere(office: Office, text: str, beside: str = "") -> list[str]:
    """The tables in which a text stands in any column of any row, beside another text."""
    names = [
        row[0]
        for row in office.rows(
            "select c.relname from pg_class c where c.relkind = 'r'"
            " and c.relnamespace = current_schema()::regnamespace"
        )
    ]
    return [
        name
        for name in names
        if office.rows(
            f'select 1 from "{name}" t where to_jsonb(t)::text ilike $1'
            " and to_jsonb(t)::text ilike $2",
            f"%{text}%",
            f"%{beside}%",
        )
    ]


def test_nothing_that_tells_who_it_was_is_left_in_any_table(office: Office) -> None:
    ada = lives(office)
    told = [office.email, office.phone.removeprefix("+48")]
    of_ada = ["Lovelace", "1980-02-29", "2020-05"]  # others were born then, too
    assert all(everywhere(office, text) for text in told)
    assert all(everywhere(office, text, str(ada)) for text in of_ada)
    erase(office, ada)
    assert {text: everywhere(office, text) for text in told} == {text: [] for text in told}
    assert [everywhere(office, text, str(ada)) for text in of_ada] == [[], [], []]
    assert office.rows(
        "select member_id from identifier where program_id = $1 and value = $2",
        office.program_id, office.card,
    ) == [(UUID(int=0),)]  # fmt: skip
    office.verify()


def test_the_books_and_the_sealed_log_stay_as_they_were(office: Office) -> None:
    ada = lives(office)
    office.read(seal(office.read(settle()), now=office.now))
    before = office.rows(
        "select id, seq, amount, against from posting where member_id = $1 order by seq", ada
    )
    sums = office.rows("select sum(paid_minor), count(*) from activity where member_id = $1", ada)
    erase(office, ada)
    office.verify()
    after = office.rows(
        "select id, seq, amount, against from posting where member_id = $1 order by seq", ada
    )
    assert after[: len(before)] == before
    assert office.points(ada) == 0
    paid, activities = office.rows(
        "select sum(paid_minor), count(*) from activity where member_id = $1", ada
    )[0]
    assert (paid, activities) == (sums[0][0], sums[0][1] + 1)


def test_what_was_reserved_is_given_back_to_the_stock(database_url: str) -> None:
    rewards = {"mug": {"name": {"pl": "Kubek", "bg": "Чаша", "en": "Mug"},
                       "cost": {"points": 100}, "stock": 1}}  # fmt: skip
    with opened(database_url, corner(rewards=rewards)) as office:
        ada, eve = office.joins(), office.joins()
        for one in (ada, eve):
            office.buys(one, 30_000)
        body = RedeemIn(f"id:{ada}", "mug", hold=True)
        office.do(Redeem(body, office.caller, key=office.key(), at=office.now))
        erase(office, ada)
        body = RedeemIn(f"id:{eve}", "mug", hold=True)
        office.do(Redeem(body, office.caller, key=office.key(), at=office.now))
        office.verify()


def test_the_same_person_can_join_again_but_nobody_gets_the_card(office: Office) -> None:
    ada = office.joins()
    email, card = office.email, office.card
    erase(office, ada)
    for ref in (("email", email), ("card", card)):
        with pytest.raises(UnknownMember):
            office.read(find(office.program_id, ref))
    with pytest.raises(IdentifierTaken):
        office.names("card", card)
    assert office.names("email", email) != ada
    left = office.read(find(office.program_id, ada))
    assert (left.status, left.attributes, left.identifiers) == ("erased", {}, [])


def test_a_program_may_say_that_addresses_are_never_used_again(database_url: str) -> None:
    with opened(database_url, corner(privacy={"blocked": ["email"]})) as office:
        ada = office.joins()
        email, phone = office.email, office.phone
        erase(office, ada)
        with pytest.raises(IdentifierTaken):
            office.names("email", email)
        assert office.names("phone", phone)


def test_a_household_goes_on_with_a_new_head(office: Office) -> None:
    ada, bob = office.joins("Ada"), office.joins("Bob")
    card = f"card:{office.card}"
    key = office.key
    home = UUID(
        office.do(
            Found(FoundIn(f"id:{ada}", "family"), office.caller, key=key(), at=office.now)
        )["id"]
    )  # fmt: skip
    office.do(Invite(home, InviteIn(f"id:{ada}", card), office.caller, key=key(), at=office.now))
    office.do(JoinHousehold(home, AnswerIn(card), office.caller, key=key(), at=office.now))
    erase(office, ada)
    assert office.read(find(office.program_id, bob)).household_role == "head"
    erase(office, bob)
    office.verify()


def test_goods_can_still_be_brought_back_with_the_receipt(office: Office) -> None:
    ada = office.joins()
    office.buys(ada, 30_000, receipt_number="R-77")
    purchase = office.rows(
        "select id from activity where member_id = $1 and kind = 'purchase'", ada
    )[0][0]
    erase(office, ada)
    answer = office.do(
        RecordReturn(ReturnIn(purchase=purchase), office.caller, key=office.key(), at=office.now)
    )
    assert answer["refund_minor"] == 29_000
    office.verify()


def test_a_card_of_somebody_erased_buys_nothing_for_anybody(office: Office) -> None:
    ada = office.joins()
    card = office.card
    erase(office, ada)
    body = PurchaseIn(lines=(LineIn("bread", 1, 500),), member=f"card:{card}")
    with pytest.raises(UnknownMember):
        office.do(RecordPurchase(body, office.caller, key=office.key(), at=office.now))


def test_erasing_again_with_the_same_key_says_the_same(office: Office) -> None:
    ada, key = office.joins(), office.key()
    first = office.do(Erase(f"id:{ada}", office.caller, key=key, at=office.now))
    assert office.do(Erase(f"id:{ada}", office.caller, key=key, at=office.now)) == first
    with pytest.raises(UnknownMember):
        erase(office, ada)


def test_the_copy_holds_what_is_kept_and_nothing_that_opens_doors(office: Office) -> None:
    ada = lives(office)
    found = office.read(everything(office.program_id, ada))
    assert found["member"][0]["attributes"]["name"] == "Ada Lovelace"
    assert {one["value"] for one in found["identifier"]} >= {office.email, office.card}
    assert [one["given"] for one in found["consent"]] == [True]
    assert any(one["kind"] == "purchase" for one in found["activity"])
    assert "digest" not in {column for rows in found.values() for row in rows for column in row}


def test_a_backup_from_before_is_erased_again(office: Office) -> None:
    """As after a restore: the tombstones were kept apart, the member is there again."""
    ada, eve = office.joins("Ada Again"), office.joins("Eve Stays")
    erase(office, ada)
    kept = write(office.read(tombstones(office.program_id)))
    office.rows("delete from erasure where member_id = $1", ada)
    office.rows(
        "update member set status = 'active', attributes = '{\"name\": \"Ada Again\"}'"
        " where program_id = $1 and id = $2", office.program_id, ada,
    )  # fmt: skip
    office.connection.commit()
    assert again(office.connection, read(kept), office.now) == 1
    assert everywhere(office, "Ada Again") == []
    assert again(office.connection, read(kept), office.now) == 0
    assert office.read(find(office.program_id, eve)).attributes["name"] == "Eve Stays"
    office.verify()


def test_stored_facts_are_scrubbed_at_the_places_where_the_engine_puts_them() -> None:
    fields, known = Facts.__struct_fields__, Member.__struct_fields__
    assert (fields.index("member"), fields.index("detail")) == (7, 10)
    assert (known.index("attributes"), known.index("children")) == (1, 12)


def test_what_was_bought_can_be_shown_as_before(office: Office) -> None:
    """Answers are scrubbed beside facts; what moved on is not taken for the member."""
    ada = office.joins("Ada Lovelace")
    bought = office.buys(ada, 30_000)
    before = office.read(show(office.program_id, bought, office.context.revisions))
    assert before.progress
    office.erases(ada)
    assert office.read(show(office.program_id, bought, office.context.revisions)) == before


def test_t16_the_card_of_who_was_erased_is_as_unknown_as_any(office: Office) -> None:
    ada = office.joins()
    card = ("card", office.card)
    assert office.read(identify(office.program_id, card)) == ada
    office.erases(ada)
    with pytest.raises(UnknownMember):
        office.read(identify(office.program_id, card))
