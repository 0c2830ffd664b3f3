"""The way of a draft: from a template to the tills, past a second pair of eyes."""

import re
from typing import Any

import psycopg
import pytest

from regulars.drafts.operations import publish_alone
from regulars.drafts.queries import Draft, drafts
from regulars.organizations.operations import change_settings
from regulars.programs.document import check, parse
from regulars.programs.queries import history, last_revision
from regulars.programs.source import Source
from regulars.staff.queries import events
from tests.console.people import Firm, Person
from tests.serving import NOW, House


@pytest.fixture
def shop(pages: None, house: House) -> Firm:
    return Firm(house)


def begun(shop: Firm, person: Person, pattern: str = "second-for-a-cent") -> Draft:
    answer = person.post("draft-new", {"pattern": pattern})
    assert answer.status_code == 200, answer.content.decode()
    return shop.house.run(drafts(shop.program_id))[0]


def fetched(shop: Firm, draft: Draft) -> Draft:
    return next(one for one in shop.house.run(drafts(shop.program_id)) if one.id == draft.id)


def filled(page: str) -> dict[str, Any]:
    """What a browser would send of the page's form as it stands."""
    from html import unescape

    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attrs = {k: unescape(v) for k, v in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if "name" not in attrs or (attrs.get("type") == "checkbox" and " checked" not in tag):
            continue
        if attrs.get("type") == "checkbox" and "value" in attrs:
            found.setdefault(attrs["name"], []).append(attrs["value"])
        else:
            found[attrs["name"]] = attrs.get("value", "on")
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def test_from_a_template_past_a_second_person_into_force(shop: Firm) -> None:
    anna, boris = shop.person("marketer"), shop.person("marketer")
    draft = begun(shop, anna)
    where = {"draft_id": draft.id}
    page = anna.get("draft-campaign", **where, campaign="second-for-a-cent").content.decode()
    said = dict(re.findall(r'<p lang="(..)"[^>]*>.*?</span>(.*?)</p>', page))
    assert said["en"] == "Of every 2 items (category shoes) the cheapest costs 0.01 PLN"
    assert "0,01 PLN" in said["pl"]
    assert "0,01 PLN" in said["bg"]
    assert "Saved" in page, "the basket shows what is saved"
    assert (
        anna.post("draft-submit", {"starts_on": "", "note": "for spring"}, **where).status_code
        == 200
    )
    assert fetched(shop, draft).state == "submitted"
    told = anna.post("draft-approve", {}, **where)
    assert told.status_code == 409
    assert "cannot approve" in told.content.decode()
    assert fetched(shop, draft).state == "submitted"
    boris.post("draft-approve", {}, **where)
    anna.post("draft-publish", {}, **where)
    done = fetched(shop, draft)
    last = shop.house.run(last_revision(shop.program_id))
    assert last is not None
    assert (done.state, done.revision) == ("published", last.number)
    assert "second-for-a-cent" in last.source


def test_a_form_sent_as_it_stands_changes_nothing(shop: Firm) -> None:
    anna = shop.person("marketer")
    draft = begun(shop, anna)
    for campaign in [one["id"] for one in Source(draft.source).data["campaigns"]]:
        where = {"draft_id": draft.id, "campaign": campaign}
        page = anna.get("draft-campaign", **where).content.decode()
        answer = anna.post("draft-campaign", {**filled(page), "do": "save"}, **where)
        assert answer.status_code == 200, campaign
        now = fetched(shop, draft).source
        assert parse(now).digest() == parse(draft.source).digest(), campaign


def test_pause_at_once_and_go_back(shop: Firm) -> None:
    anna = shop.person("marketer")
    anna.post("campaign-pause", {}, campaign="second-pair")
    last = shop.house.run(last_revision(shop.program_id))
    assert last is not None
    campaign = next(c for c in Source(last.source).data["campaigns"] if c["id"] == "second-pair")
    assert campaign["paused"] is True
    anna.post("revision-back", {}, number=1)
    assert [one.number for one in shop.house.run(history(shop.program_id))] == [3, 2, 1]


def test_two_people_write_at_once_and_nothing_is_lost(shop: Firm) -> None:
    anna, boris = shop.person("marketer"), shop.person("marketer")
    draft = begun(shop, anna)
    mine = {"draft_id": draft.id, "campaign": "second-for-a-cent"}
    other = {"draft_id": draft.id, "campaign": "second-pair"}
    form_of_anna = filled(anna.get("draft-campaign", **mine).content.decode())
    late = filled(boris.get("draft-campaign", **mine).content.decode())
    elsewhere = filled(boris.get("draft-campaign", **other).content.decode())
    anna.post("draft-campaign", {**form_of_anna, "then.0.n": "3", "do": "save"}, **mine)
    boris.post("draft-campaign", {**elsewhere, "priority": "7", "do": "save"}, **other)
    refused = boris.post("draft-campaign", {**late, "then.0.n": "4", "do": "save"}, **mine)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "has changed this campaign" in page
    assert filled(page)["then.0.n"] == "4", "what Boris typed is still there"
    kept = {one["id"]: one for one in Source(fetched(shop, draft).source).data["campaigns"]}
    assert kept["second-for-a-cent"]["then"][0]["n"] == 3
    assert kept["second-pair"]["priority"] == 7
    boris.post("draft-campaign", {**filled(page), "do": "save"}, **mine)
    kept = {one["id"]: one for one in Source(fetched(shop, draft).source).data["campaigns"]}
    assert kept["second-for-a-cent"]["then"][0]["n"] == 4


def test_a_draft_overtaken_is_brought_up_to_date(shop: Firm) -> None:
    anna, boris = shop.person("marketer"), shop.person("marketer")
    draft = begun(shop, anna)
    where = {"draft_id": draft.id}
    boris.post("campaign-pause", {}, campaign="second-pair")
    anna.post("draft-submit", {"starts_on": "", "note": ""}, **where)
    boris.post("draft-approve", {}, **where)
    told = anna.post("draft-publish", {}, **where)
    assert told.status_code == 409
    assert "Another revision came" in told.content.decode()
    anna.post("draft-withdraw", {}, **where)
    anna.post("draft-update", {}, **where)
    anna.post("draft-submit", {"starts_on": "", "note": ""}, **where)
    boris.post("draft-approve", {}, **where)
    anna.post("draft-publish", {}, **where)
    last = shop.house.run(last_revision(shop.program_id))
    assert last is not None
    kept = {one["id"]: one for one in Source(last.source).data["campaigns"]}
    assert kept["second-pair"]["paused"] is True
    assert "second-for-a-cent" in kept


def test_a_pause_keeps_what_is_planned_and_pauses_it_too(shop: Firm) -> None:
    anna, boris = shop.person("marketer"), shop.person("marketer")
    draft = begun(shop, anna)
    where = {"draft_id": draft.id}
    anna.post("draft-submit", {"starts_on": "2099-01-01", "note": ""}, **where)
    boris.post("draft-approve", {}, **where)
    assert "begins on its day" in anna.post("draft-publish", {}, **where).content.decode()
    anna.post("campaign-pause", {}, campaign="second-pair")
    entries = shop.house.run(history(shop.program_id))
    assert entries[0].effective_at.year == 2098  # 1 January in Warsaw
    last = shop.house.run(last_revision(shop.program_id))
    assert last is not None
    kept = {one["id"]: one for one in Source(last.source).data["campaigns"]}
    assert kept["second-pair"]["paused"] is True
    assert "second-for-a-cent" in kept
    assert "paused" in parse(entries and last.source).stored()


def test_the_text_and_the_form_are_views_of_one_draft(shop: Firm) -> None:
    anna, boris = shop.person("marketer"), shop.person("marketer")
    draft = begun(shop, anna)
    where = {"draft_id": draft.id}
    text = draft.source.replace("Drugi za 1 grosz", "Drugi za grosz")
    anna.post("draft-document", {"source": text, "was": draft.source, "do": "save"}, **where)
    page = anna.get("draft-campaign", **where, campaign="second-for-a-cent").content.decode()
    assert "Drugi za grosz" in page
    theirs = draft.source.replace("Вторият за 0,01", "Вторият")
    boris.post("draft-document", {"source": theirs, "was": draft.source, "do": "save"}, **where)
    now = fetched(shop, draft).source
    assert "Drugi za grosz" in now
    assert "Вторият за 0,01" not in now
    clash = draft.source.replace("Drugi za 1 grosz", "Trzeci")
    told = boris.post(
        "draft-document", {"source": clash, "was": draft.source, "do": "save"}, **where
    )
    assert told.status_code == 409
    assert "Trzeci" in told.content.decode()
    broken = anna.post(
        "draft-document", {"source": "program: [", "was": now, "do": "save"}, **where
    )
    assert broken.status_code == 200, "a draft may be unfinished"
    assert anna.get("draft", **where).status_code == 200
    told = anna.post("draft-add", {"pattern": "stamp-card"}, **where)
    assert "cannot be read as it stands" in told.content.decode()
    assert anna.post("draft-submit", {"starts_on": "", "note": ""}, **where).status_code == 422


@pytest.fixture
def one_woman_firm(pages: None, house: House) -> Firm:
    firm = Firm(house)
    house.run(
        change_settings(
            organization_id=firm.id, name="Tea", timezone="Europe/Warsaw", language="pl",
            currency="PLN", colour="", approval="alone",
        )
    )  # fmt: skip
    return firm


def state_of(shop: Firm, draft: Draft) -> str:
    return fetched(shop, draft).state


SURE = {"starts_on": "", "note": "", "sure": "on"}


def test_a_firm_of_one_publishes_alone_where_it_has_declared_so_and_it_is_recorded(
    one_woman_firm: Firm,
) -> None:
    anna = one_woman_firm.person("owner")
    draft = begun(one_woman_firm, anna)
    where = {"draft_id": draft.id}
    assert "Publish" in anna.get("draft", **where).content.decode()
    anna.post("draft-alone", {**SURE, "sure": ""}, **where)
    assert state_of(one_woman_firm, draft) == "open", "nobody does it by accident"
    page = anna.post("draft-alone", SURE, **where).content.decode()
    assert "Published by one person alone" in page
    last = one_woman_firm.house.run(history(one_woman_firm.program_id))[0]
    assert last.author == f"{anna.account.email}, alone"
    done = one_woman_firm.house.run(events(one_woman_firm.id))[0]
    assert (done.action, '"alone":true' in done.details.replace(" ", "")) == (
        "draft-published-alone", True,
    )  # fmt: skip


def test_where_a_second_person_may_approve_nobody_publishes_alone(one_woman_firm: Firm) -> None:
    anna = one_woman_firm.person("owner")
    draft = begun(one_woman_firm, anna)
    one_woman_firm.hire("marketer")
    told = anna.post("draft-alone", SURE, draft_id=draft.id)
    assert "A second person has to approve here" in told.content.decode()
    assert state_of(one_woman_firm, draft) == "open"


def test_without_the_declaration_nobody_publishes_alone_and_the_database_refuses_it_too(
    shop: Firm,
) -> None:
    anna = shop.person("owner")
    draft = begun(shop, anna)
    assert "You are the only one here" in anna.get("draft", draft_id=draft.id).content.decode()
    anna.post("draft-alone", SURE, draft_id=draft.id)
    assert state_of(shop, draft) == "open"
    with pytest.raises(psycopg.errors.RestrictViolation, match="second person"):
        shop.house.run(
            publish_alone(
                program_id=shop.program_id, draft=fetched(shop, draft), now=NOW, real_now=NOW,
                who="x", staff_id=draft.id, approvers=[draft.id], starts_on=None, note="",
                author="x",
            )
        )  # fmt: skip


def unread(person: Person) -> list[str]:
    page = person.get("notices").content.decode()
    return re.findall(r'class="rg-new"><a href="[^"]+">([^<]+)', page)


def test_who_may_approve_is_told_and_the_writers_hear_what_became_of_it(shop: Firm) -> None:
    anna, boris, cyril = shop.person("marketer"), shop.person("owner"), shop.person("cashier")
    draft = begun(shop, anna)
    where = {"draft_id": draft.id}
    anna.post("draft-submit", {"starts_on": "", "note": ""}, **where)
    assert [draft.title in told for told in unread(boris)] == [True]
    assert unread(anna) == unread(cyril) == []
    boris.post("draft-refuse", {"note": "cheaper, please"}, **where)
    anna.post("draft-submit", {"starts_on": "", "note": ""}, **where)
    boris.post("draft-approve", {}, **where)
    boris.post("draft-publish", {}, **where)
    assert [re.sub(r"^\S+ ", "", told).split(" ")[1] for told in unread(anna)] == [
        "published", "approved", "sent",
    ]  # fmt: skip
    assert 'class="rg-count">3<' in anna.get("overview").content.decode()
    anna.post("notices", {})
    assert unread(anna) == []
    assert "rg-count" not in anna.get("overview").content.decode()


def test_a_voucher_in_force_is_renamed_once_one_knows_what_stays_behind(shop: Firm) -> None:
    anna = shop.person("marketer")
    draft = begun(shop, anna)
    where = {"draft_id": draft.id, "section": "vouchers", "thing": "coffee"}
    page = anna.get("draft-part-rename", **where).content.decode()
    assert "does not move to the new one" in page
    assert anna.post("draft-part-rename", {"name": "kawa"}, **where).status_code == 422
    for wrong in ("Kawa!", "coffee"):
        body = {"name": wrong, "known": "on"}
        assert anna.post("draft-part-rename", body, **where).status_code == 422
    told = anna.post("draft-part-rename", {"name": "kawa", "known": "on"}, **where)
    assert "Renamed" in told.content.decode()
    text = fetched(shop, draft).source
    assert "kawa:" in text
    assert "coffee" not in Source(text).data["vouchers"]
    findings = check(text, "en").findings
    assert [one.code for one in findings if one.severity == "error"] == []
