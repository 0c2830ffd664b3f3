"""The pages on which the staff merge two memberships of one person."""

from typing import Any
from uuid import UUID, uuid4

from regulars.kit.http import Caller
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.staff.operations import mark_own_member
from tests.console.people import Firm
from tests.passing import passing
from tests.serving import NOW


def joined(firm: Firm, name: str) -> tuple[UUID, str]:
    """A member of this name, and their address."""
    email = f"{uuid4().hex}@people.example"
    body = JoinIn((IdentifierIn("email", email),), issue_card=True, registered=True,
                  attributes={"last_name": name})  # fmt: skip
    answer = firm.do(Join(body, Caller(), key=uuid4().hex, at=int(NOW.timestamp())))
    return UUID(answer["id"]), email


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_two_are_found_compared_and_merged(firm: Firm) -> None:
    ewa = firm.person("contact")
    (kept, _), (gone, email) = joined(firm, "Stays"), joined(firm, "Goes")
    found = ewa.browser.get(f"/console/members/{kept}/merge/?q={email}")
    assert f"/console/members/{kept}/merge/{gone}/" in text(found)
    page = text(ewa.get("member-merge-with", member_id=kept, other_id=gone))
    assert "Afterwards" in page
    assert email in page
    parts = {"member_id": kept, "other_id": gone}
    assert ewa.post("member-merge-with", {}, **parts).status_code == 422, "asked once more"
    done = text(ewa.post("member-merge-with", {"same": "on"}, **parts))
    assert "The memberships were merged." in done
    assert email in done
    left = text(ewa.get("member", member_id=gone))
    assert "merged into another one" in left
    assert str(kept) in left
    again = ewa.post("member-merge-with", {"same": "on"}, **parts)
    assert again.status_code == 422
    assert "Two members merged" in text(firm.person("auditor").get("audit"))


def test_whoever_is_of_the_staff_merges_nothing_of_their_own_t18(firm: Firm) -> None:
    ola = firm.person("contact")
    (kept, _), (own, _) = joined(firm, "Stays"), joined(firm, "Ola")
    firm.house.run(
        mark_own_member(staff_id=ola.account.pk, program_id=firm.program_id, member_id=own, now=NOW)
    )
    refused = ola.post("member-merge-with", {"same": "on"}, member_id=kept, other_id=own)
    assert refused.status_code == 422
    assert "merged" not in text(ola.get("member", member_id=own)).replace("merge/", "")


def test_a_merge_that_met_somebody_else_is_done_once_they_have_passed(
    firm: Firm, database_url: str
) -> None:
    ewa = firm.person("contact")
    low, high = sorted(joined(firm, name)[0] for name in ("Stays", "Goes"))
    lock = "select from member where program_id = %s and id = %s for update"
    first, then = ((lock, (firm.program_id, one)) for one in (high, low))
    with passing(database_url, holds=first, wants=then) as passed:
        told = ewa.post("member-merge-with", {"same": "on"}, member_id=low, other_id=high)
    assert passed()
    assert "The memberships were merged." in text(told)
