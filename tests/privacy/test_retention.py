"""What was kept long enough is forgotten; what no period is set for is not (P4)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from regulars.kit.seat import now as wall
from regulars.privacy.copies import everything
from regulars.privacy.retention import apply, report
from regulars.programs.document import Privacy
from regulars.staff.operations import record
from tests.corner import corner
from tests.privacy.office import Office, opened

MONTH = 31
ALL = {"inactive_months": 12, "facts_months": 6, "audit_months": 3, "sign_ins_days": 10,
       "consents_months": 2}  # fmt: skip


def due(office: Office, privacy: Privacy) -> dict[str, int]:
    told = office.read(report(office.program_id, privacy, office.now))
    return {one.clock.name: one.due for one in told if one.clock.before is not None}


def forgotten(office: Office) -> dict[str, int]:
    rows = office.rows(
        "select clock, forgotten from retention where program_id = $1", office.program_id
    )
    return {clock: count for clock, count in rows if count}


def test_nothing_is_forgotten_unless_the_program_says_so(database_url: str) -> None:
    with opened(database_url, corner()) as office:
        ada = office.joins()
        office.buys(ada)
        office.wait(days=4000)
        apply(office.connection, office.now)
        assert forgotten(office) == {}
        assert office.read(everything(office.program_id, ada))["member"][0]["attributes"]


def test_members_with_whom_nothing_happens_are_erased_and_others_are_not(
    database_url: str,
) -> None:
    with opened(database_url, corner(privacy=ALL)) as office:
        ada, eve = office.joins("Ada"), office.joins("Eve")
        office.buys(ada)
        office.wait(days=13 * MONTH)
        office.buys(eve)
        assert due(office, Privacy(**ALL))["inactive_members"] == 1
        apply(office.connection, office.now)
        rows = office.rows("select id, status from member where program_id = $1 order by id",
                           office.program_id)  # fmt: skip
        assert dict(rows) == {ada: "erased", eve: "active"}
        assert due(office, Privacy(**ALL))["inactive_members"] == 0
        office.verify()


def test_purchases_forget_who_the_buyer_was_and_keep_what_was_bought(database_url: str) -> None:
    with opened(database_url, corner(privacy={"facts_months": 6})) as office:
        ada = office.joins("Ada")
        old = office.buys(ada)
        office.wait(days=7 * MONTH)
        new = office.buys(ada)
        apply(office.connection, office.now)
        facts = dict(office.rows("select id, facts from activity where member_id = $1", ada))
        assert "1980-02-29" not in facts[old]
        assert "bread" in facts[old]
        assert "1980-02-29" in facts[new]
        assert forgotten(office) == {"purchase_facts": 2}, "joining and the old purchase"
        apply(office.connection, office.now)
        assert forgotten(office) == {"purchase_facts": 2}, "nothing is looked at twice"


def test_proof_of_consents_goes_after_its_time_and_only_of_who_was_erased(
    database_url: str,
) -> None:
    with opened(database_url, corner(privacy=ALL)) as office:
        ada, eve = office.joins(), office.joins()
        for one in (ada, eve):
            office.rows(
                "insert into consent (program_id, member_id, id, consent, purpose, channel, given,"
                " text_version, revision, language, actor, activity_id, at) values ($1, $2, $3,"
                " 'news', 'marketing', 'email', true, '1', 1, 'en', 'member', $3, $4)",
                office.program_id, one, uuid4(), datetime.fromtimestamp(office.now, UTC),
            )  # fmt: skip
        office.erases(ada)
        office.wait(days=1 * MONTH)
        assert due(office, Privacy(**ALL))["consents"] == 0
        office.wait(days=2 * MONTH)
        apply(office.connection, office.now)
        left = office.rows("select member_id from consent where program_id = $1", office.program_id)
        assert left == [(eve,)]


def test_what_the_staff_did_is_kept_as_long_as_the_strictest_program_says(
    database_url: str,
) -> None:
    with opened(database_url, corner(privacy=ALL)) as office:
        firm = office.rows("select organization_id from program where id = $1",
                           office.program_id)[0][0]  # fmt: skip
        at = datetime.fromtimestamp(office.now, UTC)
        for days in (0, 100):
            office.read(
                record(organization_id=firm, staff_id=None, who="eve@firm.example", action="x",
                       now=at + timedelta(days=days), object="", details={})
            )  # fmt: skip
        office.wait(days=100)
        apply(office.connection, office.now)
        left = office.rows("select at from audit_event where organization_id = $1", firm)
        assert left == [(at + timedelta(days=100),)]


def test_the_record_of_the_staff_can_be_shortened_by_nothing_else(office: Office) -> None:
    firm = office.rows("select organization_id from program where id = $1",
                       office.program_id)[0][0]  # fmt: skip
    office.read(
        record(organization_id=firm, staff_id=None, who="eve@firm.example", action="x",
               now=wall(), object="", details={"a": 1})
    )  # fmt: skip
    for statement in (
        "delete from audit_event where organization_id = $1",
        "update audit_event set who = 'bob' where organization_id = $1",
        "update audit_event set details = '{\"a\": 2}' where organization_id = $1",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            office.rows(statement, firm)
        office.connection.rollback()


def test_sign_ins_that_ended_are_forgotten_after_some_days(office: Office) -> None:
    at = datetime.fromtimestamp(office.now, UTC)
    office.rows(
        "insert into portal_session (program_id, digest, contact, device, created_at, expires_at)"
        " values ($1, sha256('a'), 'a@b.example', sha256('d'), $2, $3)",
        office.program_id, at, at + timedelta(days=60),
    )  # fmt: skip
    office.wait(days=80)
    apply(office.connection, office.now)
    assert forgotten(office) == {}
    office.wait(days=11)
    apply(office.connection, office.now)
    assert forgotten(office) == {"sign_ins": 1}
