"""A member joins, earns, waits, takes rewards, brings goods back, lets points expire."""

from datetime import timedelta

from tests.corner import corner
from tests.serving import NOW, House, Serve, Server, basket, returned

IN_TWO_WEEKS = NOW + timedelta(days=14)
IN_TWO_MONTHS = NOW + timedelta(days=61)


def test_points_are_earned_then_usable_then_gone(serve: Serve, house: House) -> None:
    till = house.till(serve(), corner(pending_days=14))
    anna = till.join()
    assert till.buy(anna, ("bread", 3, 5_000))["earned"] == {"points": 140}  # 150.00 less 10.00
    points = till.points(anna)
    assert (points["available"], points["pending"]) == (0, 140)
    assert points["maturing"] == [{"first_day": "2026-03-16", "amount": 140}]
    assert points["expiring"] == [{"last_day": "2026-05-01", "amount": 140}]
    too_early = {"member": anna, "reward": "mug"}
    assert till.refused("/v1/redemptions", too_early) == (409, "insufficient_funds")

    till = till.at(serve(IN_TWO_WEEKS).url)
    assert till.available(anna) == 140
    assert till.post("/v1/redemptions", {"member": anna, "reward": "mug"})["state"] == "settled"
    assert till.available(anna) == 40

    till = till.at(serve(IN_TWO_MONTHS).url)
    assert till.available(anna) == 0
    till.buy(anna, ("bread", 1, 700))
    history = till.get(f"/v1/members/{anna}/history")["activities"]
    assert [item["kind"] for item in history] == ["purchase", "redeem", "purchase", "join"]
    assert {"kind": "expire", "asset": "points", "amount": -40} in history[0]["movements"]


def test_a_reward_is_held_and_handed_over_as_a_voucher(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    till.buy(anna, ("bread", 1, 8_000))
    held = till.post("/v1/redemptions", {"member": anna, "reward": "coffee", "hold": True})
    assert till.points(anna)["held"] == 50
    assert till.available(anna) == 30
    settled = till.post(f"/v1/redemptions/{held['id']}/settle", {})
    assert "held" not in till.points(anna)
    voucher = till.get(f"/v1/vouchers/{settled['voucher']['code']}", member=anna)
    assert (voucher["voucher"], voucher["uses_left"]) == ("coffee", 1)
    for way in ("settle", "void"):
        path = f"/v1/redemptions/{held['id']}/{way}"
        assert till.refused(path, {}) == (409, "hold_closed")


def test_a_hold_that_is_voided_gives_everything_back(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    till.buy(anna, ("bread", 1, 8_000))
    before = till.points(anna)
    hold = {"member": anna, "asset": "points", "amount": 80, "hold": True}
    held = till.post("/v1/redemptions", hold)
    assert till.refused("/v1/redemptions", hold) == (409, "insufficient_funds")
    till.post(f"/v1/redemptions/{held['id']}/void", {})
    assert till.points(anna) == before


def test_a_hold_nobody_closes_lapses(serve: Serve, house: House) -> None:
    till = house.till(serve(), corner())
    anna = till.join()
    till.buy(anna, ("bread", 1, 8_000))
    hold = {"member": anna, "asset": "points", "amount": 80, "hold": True}
    held = till.post("/v1/redemptions", hold | {"lapses_in_seconds": 3600})
    assert till.available(anna) == 0

    till = till.at(serve(IN_TWO_WEEKS).url)
    assert till.available(anna) == 80
    assert till.refused(f"/v1/redemptions/{held['id']}/settle", {}) == (409, "hold_closed")
    assert till.available(anna) == 80


def test_goods_are_brought_back_bit_by_bit_and_not_once_more(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    bought = till.buy(anna, ("bread", 3, 2_000))
    assert till.available(anna) == 60
    assert till.bring_back(bought, (1, 1))["refund_minor"] == 2_000
    assert till.available(anna) == 40
    assert till.bring_back(bought, (1, 2))["earned"] == {"points": -40}
    assert till.available(anna) == 0
    for again in (returned(bought, (1, 1)), returned(bought)):
        assert till.refused("/v1/returns", again) == (409, "already_returned")


def test_points_spent_before_the_goods_come_back_are_owed(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    bought = till.buy(anna, ("bread", 1, 8_000))
    till.post("/v1/redemptions", {"member": anna, "asset": "points", "amount": 80})
    till.bring_back(bought)
    assert till.points(anna)["owed"] == 80
    till.buy(anna, ("bread", 1, 9_000))
    assert till.points(anna) | {"expiring": []} == {
        "asset": "points",
        "available": 10,
        "expiring": [],
    }


def test_a_card_is_anonymous_first_then_registered_then_replaced(
    server: Server, house: House
) -> None:
    till = house.till(server, corner())
    card = till.join()
    till.buy(card, ("bread", 1, 1_000))
    who = {"kind": "email", "value": "Anna@Example.com"}
    till.post(f"/v1/members/{card}/registration", {"identifiers": [who]})
    assert till.get("/v1/members", identifier="anna@example.com")["registered"]
    new = till.post(f"/v1/identifiers/{card}/replace", {"issue_card": True, "reason": "lost"})
    assert till.refused("/v1/purchases", basket(card, ("bread", 1, 100)))[1] == "member_blocked"
    assert till.available(f"card:{new['card']}") == 10


def test_a_blocked_member_keeps_everything_and_uses_nothing(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    till.buy(anna, ("bread", 1, 8_000))
    till.post(f"/v1/members/{anna}/block", {"reason": "card found"})
    assert till.refused("/v1/redemptions", {"member": anna, "reward": "coffee"}) == (
        409,
        "member_blocked",
    )
    till.post(f"/v1/members/{anna}/unblock", {})
    assert till.available(anna) == 80


def test_history_tells_why_in_three_languages(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    till.buy(anna, ("bread", 1, 8_760))
    told = {}
    for language in ("en", "pl", "bg"):
        (purchase, _) = till.get(f"/v1/members/{anna}/history", lang=language)["activities"]
        told[language] = {why["campaign"]: why["why"] for why in purchase["reasons"]}
    assert "12.40" in told["en"]["ten-off"]
    assert "12,40" in told["pl"]["ten-off"]
    assert "12,40" in told["bg"]["ten-off"]
    assert "87 punktów" in told["pl"]["base"]


def test_history_comes_in_pages_without_gaps(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    bought = [till.buy(anna, ("bread", 1, 100))["id"] for _ in range(7)]
    seen, before = [], {}
    while True:
        page = till.get(f"/v1/members/{anna}/history", limit=3, **before)
        seen += [item["id"] for item in page["activities"]]
        if "next" not in page:
            break
        before = {"before": page["next"]}
    assert seen[:7] == bought[::-1]
    assert len(seen) == len(set(seen)) == 8
