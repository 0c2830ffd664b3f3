"""Purchases, transfers, holds and returns by many at the same time, over two processes; whoever
reads meanwhile, at whatever instant, finds every sum right (T13)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from typing import Any

import psycopg

from tests.corner import corner
from tests.lengths import length, tried
from tests.serving import House, Serve, Till, basket

HANDS = 8
EACH = length(15, 1_000)
FEW_MEMBERS = 5
READS = """
-- name: an account shows what its postings add up to
select count(*) from account a
 where program_id = %(p)s and pending + available + held - owed <> (
       select coalesce(sum(amount), 0) from posting
        where program_id = a.program_id and member_id = a.holder_id and asset = a.asset)
-- name: lots are what is pending and available
select count(*) from account a
 where program_id = %(p)s and pending + available <> (
       select coalesce(sum(remaining), 0) from lot
        where program_id = a.program_id and member_id = a.holder_id and asset = a.asset)
-- name: open holds are what is held
select count(*) from account a
 where program_id = %(p)s and held <> (
       select coalesce(sum(amount), 0) from hold
        where program_id = a.program_id and member_id = a.holder_id and asset = a.asset
          and closed_at is null)
-- name: what one sends another has
select count(*) from (select 1 from posting where program_id = %(p)s and against = 'transferred'
                       group by activity_id having sum(amount) <> 0) one_sided
-- name: all is what was issued less what was used
select count(*) from (
       select (select coalesce(sum(pending + available + held - owed), 0) from account
                where program_id = %(p)s) as there,
              (select coalesce(sum(amount), 0) from posting where program_id = %(p)s) as moved) sums
 where there <> moved
"""


def test_t13_whenever_one_reads_every_sum_is_right(
    serve: Serve, house: House, database_url: str
) -> None:
    organization = house.organization()
    house.apply(organization, corner(without=("ten-off",)))
    tills = [
        Till(serve(number=n % 2 + 1).url, house.key(organization, label=f"till {n}"))
        for n in range(HANDS)
    ]
    members = [tills[0].join() for _ in range(FEW_MEMBERS)]
    for member in members:
        tills[0].buy(member, ("bread", 1, 20_000))
    over = Event()
    with ThreadPoolExecutor(HANDS + 1) as pool:
        reading = pool.submit(read_until, over, database_url, organization.id)
        try:
            done = sum(pool.map(lambda n: work(tills[n], members, Random(n)), range(HANDS)))
        finally:
            over.set()
        reads = reading.result(60)
    assert done >= HANDS * EACH / 2, "most of it was possible"
    assert reads >= 3
    tried(transfers_and_the_like_at_once=done, reads_meanwhile=reads)


def read_until(over: Event, database_url: str, organization_id: Any) -> int:
    """Read everything in one snapshot, again and again; how often."""
    reads = 0
    with psycopg.connect(database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        query = "select id from program where organization_id = %s"
        ((program_id,),) = connection.execute(query, [organization_id]).fetchall()
        connection.commit()
        while True:
            last = over.is_set()
            with connection.transaction():
                for name, sums in statements():
                    ((wrong,),) = connection.execute(sums, {"p": program_id}).fetchall()
                    assert not wrong, name
            reads += 1
            if last:
                return reads


def statements() -> Iterator[tuple[str, str]]:
    for part in READS.split("-- name: ")[1:]:
        name, sums = part.split("\n", 1)
        yield name, sums


def work(till: Till, members: list[str], chance: Random) -> int:
    """Whatever members do, as it comes; how much of it was possible."""
    bought: list[Any] = []
    held: list[Any] = []
    done = 0
    for _ in range(EACH):
        one, other = chance.sample(members, 2)
        what = chance.choice(["buy", "transfer", "transfer", "hold", "close", "return"])
        if what == "buy":
            answer = till.send("/v1/purchases", basket(one, ("bread", 2, 3_000)))
        elif what == "transfer":
            body = {"member": one, "to": other, "asset": "points", "amount": chance.randint(1, 30)}
            answer = till.send("/v1/transfers", body)
        elif what == "hold" or (what == "close" and not held):
            body = {"member": one, "asset": "points", "amount": chance.randint(1, 30), "hold": True}
            answer = till.send("/v1/redemptions", body)
        elif what == "close":
            way = chance.choice(["settle", "void"])
            answer = till.send(f"/v1/redemptions/{held.pop()['id']}/{way}", {})
        elif bought:
            answer = till.send("/v1/returns", {"purchase": bought.pop()["id"]})
        else:
            continue
        assert answer.status_code < 500, answer.text
        done += answer.is_success
        if answer.is_success and what == "buy":
            bought.append(answer.json())
        if answer.is_success and answer.json().get("state") == "held":
            held.append(answer.json())
    return done
