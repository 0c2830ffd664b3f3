"""Pages about rewards: pictures, stock, partners' codes, and the way into hands."""

import io
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from tests.console.conftest import firm as firm
from tests.console.conftest import pages as pages
from tests.serving import house as house


def drawn(width: int = 800, height: int = 600, kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    picture = Image.new("RGB", (width, height), (200, 80, 40))
    exif = picture.getexif()
    exif[0x010E] = "a secret note of the camera"
    picture.save(written, kind, exif=exif)
    return written.getvalue()


def file(content: bytes, name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


@pytest.fixture(scope="module")
def ewa(firm: Any) -> Any:
    return firm.person("marketer")


def says(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_picture_is_encoded_anew_and_served_from_here(firm: Any, ewa: Any) -> None:
    sent = file(drawn(2_000, 1_500, "JPEG"), "towel.gif")
    page = says(ewa.post("reward-picture", {"picture": sent, "once": "p"}, reward="towel"))
    (address,) = set(re.findall(r'src="(/pictures/[^"]+)"', page))
    answer = ewa.browser.get(address)
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert b"secret note" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (960, 720))
    wrong = address.replace(address.split("/")[-1], "0" * 40 + ".webp")
    assert ewa.browser.get(wrong).status_code == 404
    assert address in says(ewa.get("rewards"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no JPEG, PNG or WebP"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "no JPEG, PNG or WebP"),
        (drawn(150, 400), "too small"),
        (b"GIF89a" + b"\0" * 40, "no JPEG, PNG or WebP"),
        (b"", "empty"),
        (b"\x89PNG" + b"x" * 8_000_001, "too large"),
    ],
    ids=["script", "broken", "small", "gif", "empty", "large"],
)
def test_what_is_no_picture_is_refused_with_a_reason(ewa: Any, content: bytes, said: str) -> None:
    body = {"picture": file(content, "picture.png"), "once": "w"}
    answer = ewa.post("reward-picture", body, reward="coffee")
    assert answer.status_code == 422
    assert said in says(answer)
    assert "/pictures/" not in says(ewa.get("reward", reward="coffee"))


def test_codes_come_in_once_and_are_shown_to_nobody(firm: Any, ewa: Any) -> None:
    codes = b"\xef\xbb\xbfSECRET-1\r\nSECRET-2\r\n\r\nSECRET-3\r\n"
    for told in ("Brought in: 3", "Brought in: 0; known before: 3"):
        body = {"file": file(codes, "codes.csv"), "named": "Spring", "last_on": "2099-01-31"}
        page = says(ewa.post("reward-codes", body | {"once": uuid4().hex}, reward="film"))
        assert told in page
    assert "Spring" in page
    for who in ("owner", "marketer", "cashier", "auditor"):
        person = firm.person(who)
        for name in ("rewards", "reward"):
            where = {"reward": "film"} if name == "reward" else {}
            assert "SECRET" not in says(person.get(name, **where)), (who, name)


def test_t23_a_list_with_a_fault_is_refused_whole(ewa: Any) -> None:
    body = {"file": file(b"GOOD-1\nA;B\n" + b"x" * 201, "codes.txt"), "named": "Bad", "once": "b"}
    answer = ewa.post("reward-codes", body, reward="film")
    assert answer.status_code == 422
    assert "Lines 2, 3" in says(answer)
    assert "Bad" not in says(ewa.get("reward", reward="film"))


def test_stock_is_changed_with_a_reason(ewa: Any) -> None:
    body = {"place": "warehouse", "change": "7", "reason": "delivery", "once": "s"}
    assert "The stock was changed." in says(ewa.post("reward-stock", body, reward="towel"))
    ewa.post("reward-stock", body, reward="towel")
    body |= {"change": "-8", "once": "t"}
    answer = ewa.post("reward-stock", body, reward="towel")
    assert (answer.status_code, "7" in says(answer)) == (422, True), "sent twice, done once"


def test_who_may_not_change_rewards_does_not(firm: Any) -> None:
    jan = firm.person("cashier")
    body = {"place": "warehouse", "change": "7", "once": "j"}
    assert jan.post("reward-stock", body, reward="towel").status_code == 403
    assert "reward-stock" not in says(jan.get("reward", reward="towel"))


def test_it_is_prepared_sent_followed_and_taken_back(firm: Any, ewa: Any) -> None:
    from regulars.kit.http import Caller
    from regulars.rewards.operations import Redeem
    from regulars.rewards.wire import RedeemIn

    stocked = {"place": "warehouse", "change": "3", "once": uuid4().hex}
    ewa.post("reward-stock", stocked, reward="towel")
    asked = RedeemIn(
        f"id:{firm.regular().id}", "towel", hold=True, deliver_to="Żak, Długa 1 <b>Warszawa</b>"
    )
    at = int(datetime.now(UTC).timestamp())
    held = firm.do(Redeem(asked, Caller(), key=uuid4().hex, at=at))
    jan, where = firm.person("cashier"), {"redemption_id": UUID(held["id"])}
    assert "Towel" in says(jan.get("redemptions"))
    page = says(jan.get("redemption", **where))
    assert "Długa 1 &lt;b&gt;" in page
    page = says(jan.post("redemption-ready", {"once": "r"}, **where))
    assert "It is ready." in page
    refused = jan.post("redemption-send", {"once": "s", "tracking": "PL1"}, **where)
    assert refused.status_code == 422, "the money has to be there"
    body = {"once": "s2", "tracking": "PL1", "sent_by": "Post", "paid": "on"}
    page = says(jan.post("redemption-send", body, **where))
    assert "PL1" in page
    assert "sent" in page
    body = {"once": "b", "restock": "on", "reason": "wrong size"}
    page = says(jan.post("redemption-return", body, **where))
    assert "wrong size" in page
    assert "brought back" in page
    lately = jan.browser.get("/console/redemptions/?state=returned")
    assert "Towel" in says(lately)


def test_the_first_page_warns_of_what_runs_out(firm: Any) -> None:
    page = says(firm.person("owner").get("overview"))
    assert "runs out at 1: 0 left" in page
    assert re.search(r"codes of the reward “Cinema ticket” run out: \d left", page)
