"""The pages about personal data, as the staff use them."""

from typing import Any
from uuid import uuid4

from tests.console.people import Firm


def somebody(firm: Firm) -> Any:
    """A member with a name."""
    from regulars.kit.http import Caller
    from regulars.members.operations import Join
    from regulars.members.wire import IdentifierIn, JoinIn
    from tests.serving import NOW

    named = (IdentifierIn("email", f"{uuid4().hex}@people.example"),)
    body = JoinIn(named, issue_card=True, registered=True, attributes={"last_name": "Goner"})
    return firm.do(Join(body, Caller(), key=uuid4().hex, at=int(NOW.timestamp())))["id"]


def test_what_will_happen_is_said_before_a_member_is_erased(firm: Firm) -> None:
    ewa, goner = firm.person("contact"), somebody(firm)
    page = ewa.get("member-erase", member_id=goner).content.decode()
    assert "Nobody can undo it" in page
    assert "free: with them the person can join again" in page
    unsure = ewa.post("member-erase", {}, member_id=goner)
    assert unsure.status_code == 422
    assert "Goner" in ewa.get("member", member_id=goner).content.decode()
    told = ewa.post("member-erase", {"understood": "on"}, member_id=goner).content.decode()
    assert "The member was erased." in told
    page = ewa.get("member", member_id=goner).content.decode()
    assert "Goner" not in page
    assert "erased" in page
    assert "Member erased" in firm.person("auditor").get("audit").content.decode()


def test_one_does_not_erase_oneself_t18(firm: Firm) -> None:
    from regulars.staff.operations import mark_own_member
    from tests.serving import NOW

    ewa, own = firm.person("contact"), somebody(firm)
    firm.house.run(
        mark_own_member(staff_id=ewa.account.pk, program_id=firm.program_id, member_id=own, now=NOW)
    )
    told = ewa.post("member-erase", {"understood": "on"}, member_id=own)
    assert told.status_code == 422
    assert "Goner" in ewa.get("member", member_id=own).content.decode()


def test_everybody_who_may_sees_what_is_kept_how_long(firm: Firm) -> None:
    page = firm.person("auditor").get("privacy").content.decode()
    assert "Ended sign-ins and codes of the portal" in page
    assert "30 days" in page
    assert "no limit is set" in page
    assert "stays without what tells who it was" in page
