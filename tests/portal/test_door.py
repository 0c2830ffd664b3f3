"""The way in (T16, T17), consents (T21), taking a reward, leaving; nobody else's rows (T24)."""

import json
import re
from secrets import randbits
from typing import Any
from uuid import uuid4

import pytest

from regulars.identifiers.kinds.card import make
from regulars.portal.door import PER_CONTACT_HOUR, TRIES


def text_of(answer: Any) -> str:
    """A page without what differs by request: tokens and the address typed."""
    page = answer.content.decode()
    page = re.sub(r'(nonce|value)="[^"]*"', "", page)
    return re.sub(r"m[0-9a-f]{10}@people\.example", "", page)


def test_t16_known_and_unknown_addresses_are_answered_and_written_to_alike(shop: Any) -> None:
    known = shop.somebody().joins()
    answers, mails = [], []
    for email in (known.email, f"m{uuid4().hex[:10]}@people.example"):
        visitor = shop.somebody(email=email)
        asked = visitor.asks_for_a_code()
        page = visitor.get("code")
        answers.append((asked.status_code, asked.url, page.status_code, text_of(page)))
        sent = shop.post.of(email)[-1]
        mails.append((sent["Subject"], re.sub(r"\d", "0", sent.get_content())))
    assert answers[0] == answers[1]
    assert mails[0] == mails[1]


def test_t16_a_code_has_five_tries_and_counts_once_and_here_only(shop: Any) -> None:
    anna = shop.somebody()
    anna.asks_for_a_code()
    code = shop.post.code(anna.email)
    stranger = shop.somebody(email=anna.email)
    assert stranger.send("code", {"code": code}).url == shop.url("door"), "not in this browser"
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for _ in range(TRIES):
        assert anna.send("code", {"code": wrong}).status_code == 422
    assert anna.send("code", {"code": code}).status_code == 422, "one try too many"
    bea = shop.somebody()
    assert bea.signs_in().status_code == 302
    bea.browser.cookies.pop("regulars_member")
    assert bea.send("code", {"code": shop.post.code(bea.email)}).status_code in (302, 422)
    assert bea.get("home").url == shop.url("door")


def test_t16_codes_are_limited_by_address_known_or_not(shop: Any) -> None:
    for email in (shop.somebody().joins().email, f"m{uuid4().hex[:10]}@people.example"):
        answers = [
            shop.somebody(email=email).asks_for_a_code()
            for _ in range(PER_CONTACT_HOUR["email"] + 1)
        ]
        assert answers[-1].status_code == 429
    spammer = [shop.somebody(address="10.9.9.9").asks_for_a_code() for _ in range(31)]
    assert (spammer[29].status_code, spammer[30].status_code) == (302, 429)


def test_t17_a_new_device_cannot_redeem_at_once_and_the_member_is_told(shop: Any) -> None:
    anna = shop.somebody().joins()
    shop.give(anna.id, 400)
    thief = shop.somebody(email=anna.email)
    thief.signs_in()
    assert "points" in thief.reads("home"), "the card can be shown"
    assert "for your safety" in thief.reads("reward", name="coffee").lower()
    refused = thief.send("reward", {"key": "k"}, name="coffee")
    assert refused.status_code == 403
    assert any("new device" in one["Subject"] for one in shop.post.of(anna.email))
    assert anna.send("reward", {"key": "k"}, name="coffee").status_code == 302, "her own can"
    shop.asked(
        "update portal_device set may_redeem_at = now() - interval '1 hour'"
        " where program_id = $1 and member_id = $2 returning 1", shop.program_id, anna.id,
    )  # fmt: skip
    assert thief.send("reward", {"key": "l"}, name="coffee").status_code == 302, "after a day"


def test_t17_a_session_is_of_one_program_and_no_account_of_the_staff(
    shop: Any, firm: Any, house: Any
) -> None:
    anna = shop.somebody().joins()
    assert anna.browser.get("/console/").url.startswith("/console/account/login/")
    other = shop.__class__(house, shop.post)
    anna.browser.cookies["regulars_member"]["path"] = "/"
    assert anna.browser.get(other.url("home")).url == other.url("door")
    owner = firm.person("owner")
    assert owner.browser.get(shop.url("home")).url == shop.url("door")


def test_t21_consents_are_asked_one_by_one_and_none_is_ticked(shop: Any) -> None:
    anna = shop.somebody()
    anna.signs_in()
    page = anna.reads("join")
    boxes = re.findall(r'<input type="checkbox"[^>]*>', page)
    assert len(boxes) == 2
    assert not [box for box in boxes if "checked" in box]
    assert "I agree to receive offers" in page
    anna.send("join", {"card": "new", "key": "k", "consent-news-email": "on"})
    kept = shop.asked(
        "select consent, purpose, channel, given, text_version, actor, revision from consent"
        " where program_id = $1 and member_id = $2 order by consent", shop.program_id, anna.id,
    )  # fmt: skip
    assert [tuple(row) for row in kept] == [
        ("news-email", "marketing", "email", True, "2026-01", "member", 1),
        ("news-sms", "marketing", "sms", False, "2026-01", "member", 1),
    ]
    anna.send("consents", {"consent": "news-email", "give": "no", "key": "a"})
    acts = shop.asked(
        "select given from consent where member_id = $1 and consent = 'news-email' order by number",
        anna.id,
    )  # fmt: skip
    assert [row[0] for row in acts] == [True, False], "both acts stay"


def test_t21_membership_works_with_all_refused(shop: Any) -> None:
    anna = shop.somebody().joins()
    shop.give(anna.id, 300)
    assert "290 points" in anna.reads("home")
    assert anna.send("reward", {"key": "k"}, name="mug").status_code == 302


def test_a_form_sent_twice_is_done_once(shop: Any) -> None:
    anna = shop.somebody().joins()
    shop.give(anna.id, 300)
    for _ in range(2):
        assert anna.send("reward", {"key": "same"}, name="coffee").status_code == 302
    assert "240 points" in anna.reads("home")
    page = anna.reads("rewards")
    assert len(re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}</p>", page)) == 1


def test_what_is_reserved_is_shown_and_can_be_given_back(shop: Any) -> None:
    anna = shop.somebody().joins()
    shop.give(anna.id, 300)
    anna.send("reward", {"key": "k"}, name="mug")
    page = anna.reads("rewards")
    (back,) = re.findall(r'action="([^"]*/reserved/[^"]*)"', page)
    assert "190 points" in anna.reads("home")
    bea = shop.somebody().joins()
    assert bea.browser.post(back).status_code == 404, "not somebody else's"
    assert anna.browser.post(back).status_code == 302
    assert "290 points" in anna.reads("home")


def test_t16_a_card_in_the_hand_is_linked_and_a_registered_one_never(shop: Any) -> None:
    bea = shop.somebody().joins()
    (taken,) = shop.asked(
        "select value from identifier where member_id = $1 and kind = 'card'", bea.id
    )[0]
    anna = shop.somebody()
    anna.signs_in()
    said = []
    for number in (taken, make("29", randbits), "12", ""):
        answer = anna.send("join", {"card": "mine", "number": number, "key": uuid4().hex})
        assert answer.status_code == 422, number
        said.append(re.sub(r'value="[^"]*"', "", answer.content.decode()).count("cannot be linked"))
    assert said[:2] == [1, 1]


def test_an_anonymous_card_keeps_its_points_and_waits_a_day(shop: Any) -> None:
    card, member = shop.card()
    shop.give(member, 300)
    anna = shop.somebody()
    anna.signs_in()
    body = {"card": "mine", "number": card, "key": "k", "consent-news-sms": "on"}
    assert anna.send("join", body).status_code == 302
    assert "290 points" in anna.reads("home")
    assert anna.send("reward", {"key": "k"}, name="coffee").status_code == 403
    assert anna.id == member


def test_t24_the_export_has_everything_of_the_member_and_of_nobody_else(shop: Any) -> None:
    anna, bea = shop.somebody().joins(), shop.somebody().joins()
    shop.give(anna.id, 300)
    data = json.loads(anna.get("export").content)
    assert data["member"]["id"] == str(anna.id)
    assert {"activity", "consent", "posting", "identifier", "lot"} <= set(data["records"])
    assert data["records"]["posting"]
    whole = json.dumps(data)
    assert anna.email in whole
    assert str(bea.id) not in whole
    assert bea.email not in whole


def test_leaving_closes_the_card_forgets_and_signs_out_everywhere(shop: Any, house: Any) -> None:
    from regulars.ledger.verify import verify

    anna = shop.somebody().joins(**{"consent-news-email": "on"})
    shop.give(anna.id, 300)
    anna.send("details", {"name": "Anna Nowak", "birthday": "1990-05-01"})
    assert "Anna Nowak" in anna.reads("details")
    other = shop.somebody(email=anna.email)
    other.signs_in()
    assert "290 points" in anna.reads("leave")
    assert "You have left" in anna.send("leave", {"key": "k"}).content.decode()
    for one in (anna, other):
        assert one.get("home").url == shop.url("door")
    status, attributes, given = shop.asked(
        "select m.status, m.attributes::text, (select given from consent c where c.member_id = m.id"
        " and consent = 'news-email' order by number desc limit 1) from member m where m.id = $1",
        anna.id,
    )[0]  # fmt: skip
    assert (status, attributes, given) == ("closed", "{}", False)
    assert house.run(verify()) is None, "the books add up"
    back = shop.somebody(email=anna.email)
    back.signs_in()
    assert back.get("home").url == shop.url("back")
    back.send("back", {"key": "b"})
    assert "Nothing yet" in back.reads("home") or "0 points" in back.reads("home")


def test_t17_a_link_of_the_operator_lets_in_once_and_looking_uses_nothing_up(shop: Any) -> None:
    from datetime import UTC, datetime

    from regulars.portal.operations import make_link

    anna = shop.somebody().joins()
    token = shop.house.run(make_link(shop.program_id, anna.id, datetime.now(UTC)))
    visitor = shop.somebody()
    for _ in range(2):
        assert visitor.get("link", token=token).status_code == 200
    assert visitor.send("link", token=token).url == shop.url("home")
    assert "Show it at the till" in visitor.reads("home")
    assert shop.somebody().get("link", token=token).status_code == 404
    assert shop.somebody().send("link", token=token).status_code == 404


@pytest.mark.parametrize("page", ["home", "rewards", "history", "details", "export", "leave"])
def test_who_is_not_signed_in_is_sent_to_the_door(shop: Any, page: str) -> None:
    answer = shop.somebody().get(page)
    assert (answer.status_code, answer.url) == (302, shop.url("door"))


def test_friends_and_household(shop: Any) -> None:
    anna = shop.somebody().joins()
    anna.send("friends")
    code = re.search(r'class="number">([^<]+)<', anna.reads("friends"))
    assert code
    bea = shop.somebody().joins(friend=code[1])
    assert "has joined" in anna.reads("friends")
    anna.send("household", {"act": "found", "kind": "family", "key": "k"})
    (card,) = shop.asked(
        "select value from identifier where member_id = $1 and kind = 'card'", bea.id
    )[0]
    answer = anna.send("household", {"act": "invite", "card": card, "key": "l"})
    assert answer.status_code == 302, answer.content.decode()
    page = bea.reads("household")
    (household,) = set(re.findall(r'name="household" value="([^"]+)"', page))
    assert (
        bea.send("household", {"act": "join", "household": household, "key": "m"}).status_code
        == 302
    )
    assert "Founder" in bea.reads("household")
