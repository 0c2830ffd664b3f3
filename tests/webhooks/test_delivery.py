"""Webhooks reach a real receiver: signed, in order for each member, and at least once."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from datetime import UTC, datetime
from uuid import UUID

from regulars.webhooks import operations
from tests.webhooks.conftest import Firm
from tests.webhooks.receiver import Got, Receiver, Reply, receiving, verified


def test_a_purchase_is_told_signed_and_without_secrets(firm: Firm, receiver: Receiver) -> None:
    endpoint = firm.add(receiver.url, "purchase")
    anna = firm.join()
    purchase = firm.buy(anna, 1_250)
    firm.relay()
    with firm.couriers():
        (got,) = receiver.wait_for(1)
    assert verified(got, endpoint.secret)
    assert not verified(got, operations.make_secret())
    assert not verified(got._replace(body=got.body + b" "), endpoint.secret)
    assert got.id == str(purchase)
    data = got.data
    assert data["kind"] == "purchase"
    assert data["program"] == "shop"
    assert data["id"] == str(purchase)
    assert data["paid_minor"] == 1_250
    assert data["movements"] == [{"kind": "earn", "asset": "points", "amount": 12}]
    assert anna.removeprefix("card:") not in got.body.decode()
    assert [d.state for d in firm.deliveries()] == ["sent"]
    assert firm.deliveries()[0].last_status == 204


def test_only_what_is_wanted_and_what_happens_from_now_on_is_told(
    firm: Firm, receiver: Receiver
) -> None:
    anna = firm.join()
    firm.buy(anna)
    firm.desk.wait(seconds=10)
    firm.add(receiver.url, "purchase")
    firm.join()
    wanted = firm.buy(anna)
    firm.relay()
    assert [d.id for d in firm.deliveries()] == [wanted]
    with receiving() as other:
        everything = firm.add(other.url)
        firm.relay()
        assert len(firm.deliveries()) == 1
        joined = firm.join()
        firm.relay()
        (found,) = [d for d in firm.deliveries() if d.endpoint == everything.id]
        assert found.topic == "join"
        assert joined


def test_nobody_is_told_of_another_organization(firm: Firm, receiver: Receiver) -> None:
    from tests.desk import Desk
    from tests.purchases.shop import BASE, shop

    other = Desk(firm.desk.database_url, shop(BASE))
    theirs = Firm(other)
    theirs.add(receiver.url)
    firm.buy(firm.join())
    firm.relay()
    assert theirs.deliveries() == firm.deliveries() == []
    other.connection.close()


def test_the_order_of_a_member_holds_through_retries_and_several_workers(
    firm: Firm, receiver: Receiver
) -> None:
    refusals: Counter[str] = Counter()

    def now_and_then(got: Got) -> Reply:
        """Every third is refused twice before it is taken."""
        refusals[got.id] += 1
        stubborn = int(UUID(got.id)) % 3 == 0 and refusals[got.id] <= 2
        return Reply(503 if stubborn else 200)

    receiver.answer = now_and_then
    endpoint = firm.add(receiver.url, "purchase")
    members = [firm.join() for _ in range(6)]
    bought: dict[str, list[UUID]] = defaultdict(list)
    with firm.couriers(3):
        for _ in range(8):
            for member in members:
                bought[member].append(firm.buy(member))
            firm.relay()
        firm.until(lambda: len({got.id for got in receiver.accepted}) == 48)
        firm.until(lambda: not firm.deliveries("waiting"))
    assert all(verified(got, endpoint.secret) for got in receiver.got)
    came: dict[str, list[str]] = defaultdict(list)
    for got in receiver.accepted:
        if got.id not in came[got.member]:
            came[got.member].append(got.id)
    assert sorted(came.values()) == sorted([list(map(str, ids)) for ids in bought.values()])
    assert max(refusals.values()) == 3


def test_a_worker_killed_in_mid_delivery_leaves_it_to_another(
    firm: Firm, receiver: Receiver
) -> None:
    arrived = threading.Event()

    def hang(got: Got) -> Reply:
        arrived.set()
        return Reply(after_seconds=3)

    receiver.answer = hang
    firm.add(receiver.url, "purchase")
    purchases = [firm.buy(firm.join()) for _ in range(3)]
    worker = subprocess.Popen(
        [sys.executable, "-m", "regulars", "work"],
        env={
            **os.environ,
            "DATABASE_URL": firm.desk.database_url,
            "REGULARS_CLOCK": datetime.fromtimestamp(firm.desk.now, UTC).isoformat(),
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        assert arrived.wait(60)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    first = len(receiver.got)
    assert first
    assert {d.state for d in firm.deliveries()} == {"waiting"}
    receiver.answer = lambda got: Reply()
    firm.desk.wait(seconds=120)
    with firm.couriers():
        firm.until(lambda: not firm.deliveries("waiting"))
    assert {got.id for got in receiver.got} == set(map(str, purchases))
    assert len(receiver.got) > 3, "at least once: a repeat bears the id it had"


def test_while_a_secret_is_rotated_both_verify(firm: Firm, receiver: Receiver) -> None:
    old = firm.add(receiver.url, "purchase")
    new = firm.does(operations.rotate, old, now=firm.now(), overlap_seconds=3_600)
    anna = firm.join()
    firm.buy(anna)
    firm.relay()
    with firm.couriers():
        (got,) = receiver.wait_for(1)
        assert verified(got, old.secret)
        assert verified(got, new.secret)
        firm.desk.wait(seconds=3_601)
        firm.buy(anna)
        firm.relay()
        got = receiver.wait_for(2)[1]
    assert not verified(got, old.secret)
    assert verified(got, new.secret)


def test_secrets_are_encrypted_at_rest(firm: Firm, receiver: Receiver) -> None:
    endpoint = firm.add(receiver.url)
    firm.does(operations.rotate, endpoint, now=firm.now())
    with firm.desk.connection.transaction():
        (row,) = firm.desk.connection.execute("select * from webhook_endpoint").fetchall()
    assert endpoint.secret.removeprefix("whsec_") not in str(row)
    assert "whsec_" not in str(row)


def test_what_cannot_be_delivered_is_kept_and_can_be_replayed(
    firm: Firm, receiver: Receiver
) -> None:
    anna, eve = firm.join(), firm.join()
    poison = ""

    def choosy(got: Got) -> Reply:
        return Reply(500 if got.id == poison else 200)

    receiver.answer = choosy
    endpoint = firm.add(receiver.url, "purchase")
    poison = str(firm.buy(anna))
    behind, other = firm.buy(anna), firm.buy(eve)
    firm.relay()
    with firm.couriers():
        receiver.wait_for(1)
        assert [got.id for got in receiver.accepted] == [str(other)], "others are not held up"
        firm.desk.connection.execute("update webhook_delivery set give_up_at = 'epoch'")
        firm.desk.connection.commit()
        firm.until(lambda: bool(firm.deliveries("dead")))
        assert receiver.wait_for(2)[1].id == str(behind)
        (dead,) = firm.deliveries("dead")
        assert (str(dead.id), dead.last_status, dead.attempts >= 4) == (poison, 500, True)
        assert firm.shown(endpoint).dead == 1
        receiver.answer = lambda got: Reply()
        assert firm.does(operations.replay, endpoint, now=firm.now()) == 1
        assert receiver.wait_for(3)[2].id == poison
        firm.until(lambda: not firm.deliveries("dead"))


def test_gone_disables_the_endpoint_and_keeps_what_waited(firm: Firm, receiver: Receiver) -> None:
    receiver.answer = lambda got: Reply(410)
    endpoint = firm.add(receiver.url, "purchase")
    anna = firm.join()
    for _ in range(3):
        firm.buy(anna)
    firm.relay()
    with firm.couriers():
        firm.until(lambda: firm.shown(endpoint).state == "disabled")
        assert firm.shown(endpoint).disabled_because == "gone"
        assert len(firm.deliveries("dead")) == 3
        assert len(receiver.got) == 1
        firm.buy(anna)
        firm.relay()
        assert len(firm.deliveries()) == 3, "nothing new is queued"
        firm.does(operations.enable, endpoint)
        receiver.answer = lambda got: Reply()
        firm.does(operations.replay, endpoint, now=firm.now())
        ids = [got.id for got in receiver.wait_for(3)]
    assert ids == sorted(ids)


def test_retry_after_is_honoured(firm: Firm, receiver: Receiver) -> None:
    at: list[int] = []

    def later(got: Got) -> Reply:
        at.append(firm.now())
        return Reply(429, (("Retry-After", "600"),)) if len(at) == 1 else Reply()

    receiver.answer = later
    firm.add(receiver.url, "purchase")
    firm.buy(firm.join())
    firm.relay()
    with firm.couriers():
        receiver.wait_for(1)
    assert at[1] - at[0] >= 600


def test_a_slow_or_dead_endpoint_holds_up_no_other(firm: Firm, receiver: Receiver) -> None:
    with receiving() as slow:
        slow.answer = lambda got: Reply(after_seconds=8)
        firm.add(slow.url, "purchase")
        firm.add("http://127.0.0.1:9/dead", "purchase")
        firm.add(receiver.url, "purchase")
        for _ in range(30):
            firm.buy(None)
        firm.relay()
        with firm.couriers():
            assert len(receiver.wait_for(30, seconds=6)) == 30
            assert len(slow.got) <= 8 * 2


def test_an_endpoint_that_fails_for_three_days_is_disabled(firm: Firm) -> None:
    endpoint = firm.add("http://127.0.0.1:9/dead", "purchase")
    firm.buy(firm.join())
    firm.relay()
    with firm.couriers():
        firm.until(lambda: firm.shown(endpoint).failing_since is not None)
        firm.desk.wait(days=4)
        firm.until(lambda: firm.shown(endpoint).state == "disabled")
    assert firm.shown(endpoint).disabled_because == "failing"
    assert len(firm.deliveries("dead")) == 1


def test_a_redirect_is_not_followed(firm: Firm, receiver: Receiver) -> None:
    with receiving() as inside:
        receiver.answer = lambda got: Reply(307, (("Location", inside.url),))
        firm.add(receiver.url, "purchase")
        firm.buy(firm.join())
        firm.relay()
        with firm.couriers():
            firm.until(lambda: len(receiver.got) >= 2)
        assert inside.got == []
        assert firm.deliveries()[0].last_status == 307
