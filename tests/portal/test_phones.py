"""The way in by a telephone: a code by SMS, handed to a gateway over HTTP."""

import json
import logging
from typing import Any
from uuid import uuid4

import pytest

from regulars.kit import sms
from regulars.kit.addresses import PROXIES
from regulars.portal.door import PER_ADDRESS_HOUR, PER_CONTACT_HOUR
from tests.portal.people import LONG, Shop
from tests.portal.test_door import text_of


def code(sent: Any, to: str) -> dict[str, str]:
    return {"code": sent.code(to), "key": uuid4().hex}


def test_one_joins_and_comes_back_by_telephone_alone(shop: Any) -> None:
    anna = shop.caller().joins(**{"consent-news-sms": "on"})
    shop.give(anna.id, 300)
    again = shop.caller(number=anna.email)
    again.signs_in()
    assert "290 points" in again.reads("home")
    assert again.send("reward", {"key": "k"}, name="coffee").status_code == 403, "T17: it is new"
    assert any("new device" in text for text in shop.gateway.of(anna.email))
    assert anna.send("erase").status_code == 302
    gone = anna.send("erase-code", code(shop.gateway, anna.email))
    assert "You are forgotten" in gone.content.decode()
    left = "select 1 from portal_code where contact = $1 union all"
    left += " select 1 from portal_session where contact = $1"
    assert shop.asked(left, anna.email) == []


@pytest.mark.parametrize("typed", ["601 20{}", "0048 601 20{}", "+48 (601) 20-{}"])
def test_a_number_is_one_however_it_is_written(shop: Any, typed: str) -> None:
    digits = f"{uuid4().int % 10_000:04}"
    anna = shop.caller(number=typed.format(digits))
    assert anna.asks_for_a_code().status_code == 302
    assert shop.gateway.code(f"+4860120{digits}")


@pytest.mark.parametrize(
    "typed", ["", "call me", "22 123 45 67", "+48 700 100 200", "+44 7400 123456", "600100"]
)
def test_no_code_goes_to_what_is_no_mobile_of_a_country_served(shop: Any, typed: str) -> None:
    before = len(shop.gateway.taken)
    anna = shop.caller(number=typed or " ")
    answer = anna.asks_for_a_code()
    assert answer.status_code == 422
    assert "No code can be sent there" in answer.content.decode()
    assert len(shop.gateway.taken) == before


def test_t16_known_and_unknown_numbers_are_answered_and_written_to_alike(shop: Any) -> None:
    known = shop.caller().joins()
    answers, texts = [], []
    for number in (known.email, shop.caller().email):
        visitor = shop.caller(number=number)
        asked = visitor.asks_for_a_code()
        page = text_of(visitor.get("code"))
        answers.append((asked.status_code, asked.url, "".join(c for c in page if not c.isdigit())))
        texts.append("".join(c for c in shop.gateway.of(number)[-1] if not c.isdigit()))
    assert answers[0] == answers[1]
    assert texts[0] == texts[1]
    assert len(shop.gateway.of(known.email)[-1]) <= 140


def test_t16_codes_by_sms_are_few_for_a_number_for_an_address_and_for_a_program(
    shop: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    number = shop.caller().email
    most = PER_CONTACT_HOUR["phone"]
    answers = [shop.caller(number=number).asks_for_a_code() for _ in range(most + 1)]
    assert [one.status_code for one in answers] == [302] * most + [429]
    most = PER_ADDRESS_HOUR["phone"]
    pumped = [shop.caller(address="10.8.8.8").asks_for_a_code() for _ in range(most + 1)]
    assert [one.status_code for one in pumped] == [302] * most + [429]
    assert shop.somebody(address="10.8.8.8").asks_for_a_code().status_code == 302, "mail is apart"
    other = Shop(shop.house, shop.post)
    other.gateway = shop.gateway
    monkeypatch.setenv("REGULARS_SMS_HOURLY", "2")
    caplog.set_level(logging.WARNING, "regulars.portal")
    answers = [other.caller().asks_for_a_code() for _ in range(3)]
    assert [one.status_code for one in answers] == [302, 302, 429]
    assert "no more codes by SMS" in caplog.text
    assert other.somebody().asks_for_a_code().status_code == 302


def test_t16_behind_a_named_proxy_whoever_asks_is_limited_and_nobody_elses_word_counts(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROXIES, "10.7.0.0/16")
    many = range(PER_ADDRESS_HOUR["phone"] + 1)

    def asks(peer: str, said: str) -> int:
        anna = shop.caller(address=peer)
        anna.browser.defaults["HTTP_X_FORWARDED_FOR"] = said
        return int(anna.asks_for_a_code().status_code)

    assert {asks("10.7.0.1", f"203.0.113.{n}, 10.7.0.2") for n in many} == {302}
    assert [asks("10.7.0.1", "1.1.1.1, 203.0.113.200") for _ in many][-1] == 429
    assert [asks("10.6.6.6", f"203.0.113.{n}") for n in many][-1] == 429


def test_a_number_is_added_by_a_code_and_the_address_is_told(shop: Any) -> None:
    anna, number = shop.somebody().joins(), shop.caller().email
    assert "Add a mobile number" in anna.reads("details")
    assert anna.send("phone", {"contact": number}).status_code == 302
    assert anna.send("phone-code", {"code": "00000000", "key": "k"}).status_code == 422
    assert anna.send("phone-code", code(shop.gateway, number)).status_code == 302
    assert any("mobile number was set" in one["Subject"] for one in shop.post.of(anna.email))
    by_phone = shop.caller(number=number)
    by_phone.signs_in()
    shown = by_phone.reads("details")
    assert anna.email in shown
    assert "Change the mobile number" in shown
    assert "new device" in shop.post.of(anna.email)[-1]["Subject"], "by mail, not to the number"
    page = anna.send("details", {"name": "A", "birthday": "", "phone": "+48600999999", "key": "n"})
    assert page.status_code == 302
    assert "999" not in anna.reads("details"), "nobody signs in by a number that was only typed"


def test_an_address_is_added_and_a_number_replaced_by_who_came_by_telephone(shop: Any) -> None:
    anna, new = shop.caller().joins(), shop.caller().email
    email = f"{uuid4().hex[:8]}@new.example"
    id_ = anna.id
    anna.send("email", {"contact": email})
    assert anna.send("email-code", code(shop.post, email)).status_code == 302
    assert "a new e-mail address was set" in shop.gateway.of(anna.email)[-1]
    anna.send("phone", {"contact": new})
    assert anna.send("phone-code", code(shop.gateway, new)).status_code == 302
    assert "replaced by another" in shop.gateway.of(anna.email)[-1]
    assert new[-3:] in anna.reads("me"), "signed in by the new one"
    for contact in (email, new):
        back = shop.somebody(email=contact)
        back.signs_in()
        assert back.id == id_
    stranger = shop.caller(number=anna.email)
    assert stranger.signs_in().url == shop.url("join"), "the old one is nobody's"


def test_t16_a_number_of_somebody_else_looks_the_same_until_its_message_is_read(shop: Any) -> None:
    anna, eve = shop.somebody().joins(), shop.caller().joins()
    assert anna.send("phone", {"contact": eve.email}).status_code == 302
    taken = anna.send("phone-code", code(shop.gateway, eve.email))
    assert taken.status_code == 409
    assert "the shop can join them" in taken.content.decode()


def test_without_a_gateway_nothing_is_said_of_telephones(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = shop.somebody().joins()
    monkeypatch.delenv("REGULARS_SMS_URL")
    page = shop.somebody().reads("door")
    assert "mobile" not in page
    assert 'type="email"' in page
    assert shop.caller().asks_for_a_code().status_code == 422
    assert anna.get("phone").status_code == 404
    assert "text message" not in anna.reads("details")
    monkeypatch.setenv("REGULARS_SMS_URL", shop.gateway.where)
    monkeypatch.delenv("REGULARS_SMTP")
    page = shop.somebody().reads("door")
    assert 'type="tel"' in page
    assert "E-mail address" not in page


@pytest.mark.parametrize("language", ["en", "pl", "bg"])
def test_messages_are_short_and_in_the_language_of_the_browser(shop: Any, language: str) -> None:
    anna = shop.caller(language)
    anna.asks_for_a_code()
    text = shop.gateway.of(anna.email)[-1]
    assert len(text) <= 140, text
    assert LONG not in text
    assert {"en": "your code", "pl": "to kod do", "bg": "кодът Ви"}[language] in text


# ------------------------------------------------------------------ what the gateway gets


def test_the_usual_body_names_number_text_and_id_under_a_bearer(shop: Any) -> None:
    shop.caller().asks_for_a_code()
    path, headers, body = shop.gateway.taken[-1]
    told = json.loads(body)
    assert (path, headers["Authorization"]) == ("/send", "Bearer of the gateway")
    assert headers["Content-Type"] == "application/json"
    assert set(told) == {"to", "text", "from", "id"}


def test_any_body_can_be_made_and_no_text_breaks_out_of_it(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = '{"messages": [{"from": "{from}", "destinations": [{"to": "{digits}"}],'
    monkeypatch.setenv("REGULARS_SMS_BODY", template + ' "text": "{text}", "flash": false}]}')
    monkeypatch.setenv("REGULARS_SMS_FROM", "Klub")
    monkeypatch.setenv("REGULARS_SMS_AUTHORIZATION", "App {secret}")
    sms.send("+48600100200", 'a "quoted" {to} & ж', "1")
    _, headers, body = shop.gateway.taken[-1]
    assert headers["Authorization"] == "App of the gateway"
    assert json.loads(body)["messages"] == [
        {"from": "Klub", "destinations": [{"to": "48600100200"}], "text": 'a "quoted" {to} & ж',
         "flash": False},
    ]  # fmt: skip
    monkeypatch.setenv("REGULARS_SMS_BODY", "To={to}&Body={text}&From=Klub")
    monkeypatch.setenv("REGULARS_SMS_URL", shop.gateway.where.replace("//", "//me:p%40ss@"))
    sms.send("+48600100200", "a&To=b", "1")
    _, headers, body = shop.gateway.taken[-1]
    assert body == b"To=%2B48600100200&Body=a%26To%3Db&From=Klub"
    assert headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert headers["Host"].startswith("127.0.0.1"), "the password stays out of the address"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGULARS_SMS_URL", "ftp://gateway.example/"),
        ("REGULARS_SMS_URL", "http://gateway.example/"),
        ("REGULARS_SMS_URL", "http://127.0.0.1:9/"),
        ("REGULARS_SMS_BODY", "{not json"),
        ("REGULARS_SMS_BODY", "neither"),
    ],
)
def test_what_cannot_be_sent_is_said_to_the_member_and_sends_no_secret(
    shop: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    answer = shop.caller().asks_for_a_code()
    assert answer.status_code == 503
    assert "cannot send text messages" in answer.content.decode()


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_gateway_that_refuses_or_sends_elsewhere_is_no_success(shop: Any, status: int) -> None:
    shop.gateway.answers = status
    try:
        answer = shop.caller().asks_for_a_code()
    finally:
        shop.gateway.answers = 200
    assert answer.status_code == 503
    assert shop.gateway.taken[-1][0] == "/send", "not followed"
