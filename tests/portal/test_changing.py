"""Another e-mail address, proven by a code sent there; and being forgotten, with one more code."""

from typing import Any
from uuid import uuid4

from regulars.kit.problems import Problem
from regulars.members.queries import find


def code(shop: Any, address: str) -> dict[str, str]:
    return {"code": shop.post.code(address), "key": uuid4().hex}


def test_an_address_is_changed_by_whoever_reads_the_mail_of_the_new_one(shop: Any) -> None:
    anna = shop.somebody().joins()
    old, id_, new = anna.email, anna.id, f"{uuid4().hex[:8]}@new.example"
    assert anna.send("email", {"contact": new}).status_code == 302
    wrong = anna.send("email-code", {"code": "00000000", "key": "k"})
    assert wrong.status_code == 422
    assert old in anna.reads("me"), "nothing is changed before"
    assert anna.send("email-code", code(shop, new)).status_code == 302
    assert new in anna.reads("me")
    assert any("address was changed" in one["Subject"] for one in shop.post.of(old))
    found = shop.house.run(find(shop.program_id, ("email", new.lower())))
    assert found.id == id_
    assert [one.status for one in found.identifiers if one.value == old] == ["replaced"]
    again = shop.somebody(email=new)
    again.signs_in()
    assert again.reads("home")


def test_an_address_of_somebody_else_looks_the_same_until_its_mail_is_read_t16(shop: Any) -> None:
    anna, eve = shop.somebody().joins(), shop.somebody().joins()
    assert anna.send("email", {"contact": eve.email}).status_code == 302
    taken = anna.send("email-code", code(shop, eve.email))
    assert taken.status_code == 409
    assert "the shop can join them" in taken.content.decode()
    assert anna.email in anna.reads("me")
    for nonsense in ("", "no address", anna.email, "x" * 300 + "@people.example"):
        assert anna.send("email", {"contact": nonsense}).status_code == 422


def test_a_code_for_one_thing_is_none_for_another(shop: Any) -> None:
    anna = shop.somebody().joins()
    new = f"{uuid4().hex[:8]}@new.example"
    anna.send("email", {"contact": new})
    answer = anna.send("erase-code", code(shop, new))
    assert answer.url == shop.url("erase")
    assert anna.id


def test_t17_a_new_device_changes_no_address_and_erases_nobody(shop: Any) -> None:
    anna = shop.somebody().joins()
    thief = shop.somebody(email=anna.email)
    thief.signs_in()
    assert thief.send("email", {"contact": "thief@people.example"}).status_code == 403
    refused = thief.send("erase", {})
    assert refused.status_code == 403
    assert "less than a day ago" in refused.content.decode()


def test_a_member_is_forgotten_with_a_new_code_and_may_begin_anew(shop: Any) -> None:
    anna = shop.somebody().joins()
    id_ = anna.id
    shop.give(id_, 120)
    page = anna.reads("erase")
    assert "110 points" in page
    assert "nobody can bring them back" in page
    assert anna.send("erase", {}).status_code == 302
    assert anna.send("erase-code", {"code": "00000000", "key": "k"}).status_code == 422
    gone = anna.send("erase-code", code(shop, anna.email))
    assert "You are forgotten" in gone.content.decode()
    assert shop.house.run(find(shop.program_id, id_)).status == "erased"
    rows = shop.asked(
        "select asked_by from erasure where program_id = $1 and member_id = $2",
        shop.program_id, id_,
    )  # fmt: skip
    assert rows == [("member",)]
    assert anna.get("home").url == shop.url("door"), "signed out everywhere"
    try:
        shop.house.run(find(shop.program_id, ("email", anna.email)))
        raise AssertionError("the address is known")
    except Problem:
        pass
    assert shop.somebody(email=anna.email).joins().id != id_
