"""T21: one record for each purpose and channel, with text, time and actor; all may be refused."""

import psycopg
import pytest

from regulars.consents.operations import Choose, TextChanged
from regulars.consents.queries import history, standing
from regulars.consents.wire import ChoiceIn
from tests.corner import corner
from tests.portal.people import WHOLE
from tests.privacy.office import Office
from tests.serving import House, Server


def test_over_http_each_consent_is_given_and_taken_back_by_itself(
    server: Server, house: House
) -> None:
    till = house.till(server, corner(**WHOLE))
    anna = till.join()
    path = f"/v1/members/{anna}/consents"
    asked = till.get(path)
    assert [(one["consent"], one.get("given", False)) for one in asked["consents"]] == [
        ("news-email", False), ("news-sms", False),
    ], "nothing is ticked before"  # fmt: skip
    assert asked["acts"] == []
    till.post(path, {"choices": {"news-email": True}, "language": "pl",
                     "versions": {"news-email": "2026-01"}})  # fmt: skip
    till.post(path, {"choices": {"news-email": False, "news-sms": False}, "language": "pl",
                     "actor": "kasia@firm.example"})  # fmt: skip
    told = till.get(path)
    assert {one["consent"]: one.get("given", False) for one in told["consents"]} == {
        "news-email": False, "news-sms": False,
    }  # fmt: skip
    acts = [(one["consent"], one["channel"], one["given"], one["actor"]) for one in told["acts"]]
    assert acts[0] == ("news-email", "email", True, "member")
    assert sorted(acts[1:]) == [
        ("news-email", "email", False, "kasia@firm.example"),
        ("news-sms", "sms", False, "kasia@firm.example"),
    ]
    assert till.buy(anna, ("bread", 1, 5_000))["earned"] == {"points": 50}, "all refused, all works"


def test_over_http_a_text_that_changed_meanwhile_is_not_agreed_to(
    server: Server, house: House
) -> None:
    till = house.till(server, corner(**WHOLE))
    path = f"/v1/members/{till.join()}/consents"
    old = {"choices": {"news-email": True}, "language": "en", "versions": {"news-email": "2025"}}
    assert till.refused(path, old) == (409, "consent_text_changed")
    unknown = {"choices": {"everything": True}, "language": "en"}
    assert till.refused(path, unknown)[0] == 422
    assert till.get(path)["acts"] == []


def test_the_same_act_sent_twice_is_one_record(office: Office) -> None:
    ada, key = office.joins(), office.key()
    choice = ChoiceIn(f"id:{ada}", {"news-email": True}, "en")
    for _ in range(2):
        office.do(Choose(choice, office.caller, key=key, at=office.now))
    assert len(office.read(history(office.program_id, ada))) == 1


def test_one_wrong_consent_records_none(office: Office) -> None:
    ada = office.joins()
    choice = ChoiceIn(
        f"id:{ada}", {"news-email": True, "news-sms": True}, "en", versions={"news-sms": "1999"}
    )
    with pytest.raises(TextChanged):
        office.do(Choose(choice, office.caller, key=office.key(), at=office.now))
    assert office.read(standing(office.program_id, ada)) == {}


def test_the_log_of_consents_cannot_be_changed(office: Office) -> None:
    ada = office.joins()
    choice = ChoiceIn(f"id:{ada}", {"news-email": False}, "en")
    office.do(Choose(choice, office.caller, key=office.key(), at=office.now))
    with pytest.raises(psycopg.errors.RestrictViolation):
        office.rows("update consent set given = true where member_id = $1", ada)
    office.connection.rollback()
