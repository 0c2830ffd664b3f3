"""Members at the desk of whoever answers them: found by anything, understood, helped."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from regulars.staff.operations import mark_own_member
from tests.console.people import Firm, Person
from tests.serving import NOW


def search(person: Person, text: str) -> str:
    return str(person.browser.get(reverse("console:members"), {"q": text}).content.decode())


def page(person: Person, firm: Firm) -> str:
    return str(person.get("member", member_id=firm.regular().id).content.decode())


@pytest.mark.parametrize("by", ["card", "receipt", "id", "purchase", "redemption"])
def test_a_member_is_found_by_anything_that_names_them(firm: Firm, by: str) -> None:
    regular = firm.regular()
    told = search(firm.person("contact"), str(getattr(regular, by)))
    assert str(regular.id) in told


def test_a_name_is_found_by_its_beginning_in_any_case(firm: Firm, other_firm: Firm) -> None:
    regular = firm.regular()
    other_firm.regular()
    told = search(firm.person("contact"), "ŻAK")
    assert str(regular.id) in told
    assert str(other_firm.regular().id) not in told
    assert str(regular.id) not in search(firm.person("contact"), "Żaba")


def test_a_wrong_number_says_so(firm: Firm) -> None:
    assert "Nobody was found by" in search(firm.person("contact"), "2900000000000001")


def test_the_page_tells_the_story_with_its_reasons(firm: Firm) -> None:
    told = page(firm.person("contact"), firm)
    for text in ("Purchase", "Reward: Mug", "Ćwiek", firm.regular().card, "good until", "Why"):
        assert text in told


def test_goodwill_is_given_once_and_kept_with_who_gave_it(firm: Firm) -> None:
    ewa, id_ = firm.person("contact"), firm.regular().id
    body = {"asset": "points", "amount": "25", "reason": "goodwill", "text": "late", "once": "a1"}
    told = ewa.post("member-correct", body, member_id=id_).content.decode()
    assert "The points were corrected." in told
    assert told.count("Goodwill") == 1
    again = ewa.post("member-correct", body, member_id=id_).content.decode()
    assert again.count("Goodwill") == 1, "the same form sent twice gives once"
    assert "Points corrected" in firm.person("auditor").get("audit").content.decode()


def test_t18_nobody_gives_points_to_their_own_account(firm: Firm) -> None:
    ewa, id_ = firm.person("contact"), firm.regular().id
    firm.house.run(
        mark_own_member(program_id=firm.program_id, member_id=id_, staff_id=ewa.account.pk, now=NOW)
    )
    body = {"asset": "points", "amount": "25", "reason": "goodwill", "once": uuid4().hex}
    answer = ewa.post("member-correct", body, member_id=id_)
    assert answer.status_code == 422
    assert "own account" in answer.content.decode()


def test_more_than_the_limit_is_refused_in_the_readers_language(firm: Firm) -> None:
    ewa = firm.person("contact", language="pl")
    body = {"asset": "points", "amount": "10001", "reason": "goodwill", "once": uuid4().hex}
    answer = ewa.post("member-correct", body, member_id=firm.regular().id)
    assert answer.status_code == 422
    assert "10" in answer.content.decode()
    assert "today" not in answer.content.decode()


def test_a_member_is_blocked_and_opened_again(other_firm: Firm) -> None:
    ewa, id_ = other_firm.person("contact"), other_firm.regular().id
    told = ewa.post("member-block", {"reason": "lost bag"}, member_id=id_).content.decode()
    assert "The member is blocked." in told
    told = ewa.post("member-block", {"reason": "found"}, member_id=id_).content.decode()
    assert "The member was opened again." in told


def test_somebody_joins_and_the_card_is_replaced(firm: Firm) -> None:
    ewa = firm.person("contact")
    phone = "+48601" + str(uuid4().int)[:6]
    told = ewa.post("member-new", {"last_name": "Nowak", "phone": phone}).content.decode()
    assert "The member was added." in told
    assert "Nowak" in told
    assert ewa.post("member-new", {"phone": phone}).status_code == 422
    id_ = told.split("/register/")[0].rpartition("/members/")[2]
    body = {"identifier": f"phone:{phone}", "value": "+48601" + str(uuid4().int)[:6]}
    told = ewa.post("member-replace", body, member_id=id_).content.decode()
    assert "It was replaced." in told
    assert "replaced" in told


def test_everything_about_a_member_leaves_as_one_file_and_that_is_noted(firm: Firm) -> None:
    ewa, regular = firm.person("contact"), firm.regular()
    answer = ewa.post("member-export", {}, member_id=regular.id)
    found = json.loads(answer.content)
    assert found["member"][0]["id"] == str(regular.id)
    assert [one["value"] for one in found["identifier"] if one["kind"] == "card"] == [regular.card]
    assert {one["kind"] for one in found["activity"]} >= {"join", "purchase", "redeem"}
    assert found["posting"]
    assert "taken out" in firm.person("auditor").get("audit").content.decode()


def test_t18_a_member_who_is_staff_is_marked_on_a_page(firm: Firm) -> None:
    ewa, boss = firm.person("contact"), firm.person("owner")
    ewa.post("member-new", {"last_name": "Own"})
    made = firm.house.connected(
        lambda connection: connection.execute(
            "select id from member where program_id = %s order by id desc limit 1",
            (firm.program_id,),
        ).fetchone()
    )
    told = boss.post("member-own", {"person": str(ewa.account.pk)}, member_id=made[0])
    assert f"{ewa.account.email} cannot act on this account" in told.content.decode()
    body = {"asset": "points", "amount": "5", "reason": "goodwill", "text": "", "once": "o"}
    assert "own account" in ewa.post("member-correct", body, member_id=made[0]).content.decode()
    assert ewa.get("member-own", member_id=made[0]).status_code == 403
