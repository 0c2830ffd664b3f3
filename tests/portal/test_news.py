"""A member is told by mail that a reward is ready to be fetched, or on its way."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from regulars.kit.http import Caller
from regulars.kit.seat import now
from regulars.portal.tasks import mail_rewards
from regulars.rewards.fulfilment import MakeReady, Send
from regulars.rewards.wire import CloseIn, SendIn


def takes_a_mug(anna: Any) -> UUID:
    anna.shop.give(anna.id, 300)
    assert anna.send("reward", {"key": uuid4().hex}, name="mug").status_code == 302
    sql = "select id from redemption where member_id = $1 order by id desc limit 1"
    return UUID(str(anna.shop.asked(sql, anna.id)[0][0]))


def made_ready(shop: Any, mug: UUID) -> None:
    shop.do(lambda at: MakeReady(mug, CloseIn(), Caller(), key=uuid4().hex, at=at))


def mailed(shop: Any) -> int:
    at = int(now().timestamp())
    sent: int = shop.house.connected(lambda connection: mail_rewards(connection, at))
    return sent


def news(anna: Any, word: str) -> list[Any]:
    return [one for one in anna.shop.post.of(anna.email) if word in one["Subject"]]


def test_of_a_reward_that_became_ready_its_member_is_told_once_in_their_language(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGULARS_URL", "https://club.example/")
    anna, bea = shop.somebody("pl").joins(), shop.somebody("bg").joins()
    mugs = [takes_a_mug(anna), takes_a_mug(bea)]
    mailed(shop)
    assert news(anna, "Kubek") == [], "it is not ready yet"
    for mug in mugs:
        made_ready(shop, mug)
    mailed(shop)
    mailed(shop)
    (told,) = news(anna, "Kubek czeka na odbiór")
    text = told.get_content()
    assert "Twoja nagroda czeka na odbiór: Kubek." in text
    assert "Przechowamy ją do" in text
    assert f"https://club.example{shop.url('rewards')}" in text
    assert len(news(bea, "Чаша Ви очаква")) == 1


def test_of_one_that_was_sent_the_parcel_is_told(shop: Any) -> None:
    anna = shop.somebody().joins()
    mug = takes_a_mug(anna)
    parcel = SendIn(sent_by="Post", tracking="RR 123")
    shop.do(lambda at: Send(mug, parcel, Caller(), key=uuid4().hex, at=at))
    mailed(shop)
    (told,) = news(anna, "Mug is on its way")
    assert "With: Post RR 123" in told.get_content()


def test_a_mail_server_that_is_away_is_asked_again_and_who_left_is_told_nothing(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed(shop)
    anna, gone, phone = shop.somebody().joins(), shop.somebody().joins(), shop.caller().joins()
    for one in (anna, gone, phone):
        made_ready(shop, takes_a_mug(one))
    shop.asked("update member set status = 'closed' where id = $1 returning 1", gone.id)
    with monkeypatch.context() as away:
        away.setenv("REGULARS_SMTP", "smtp://127.0.0.1:9")
        assert mailed(shop) == 0
        away.delenv("REGULARS_SMTP")
        assert mailed(shop) == 0
    assert mailed(shop) == 1
    assert len(news(anna, "Mug is ready")) == 1
    assert news(gone, "Mug") == []
