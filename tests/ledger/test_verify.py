"""``verify`` proves the books of a real database, and names what was tampered with.

A program with traffic of every sort; then somebody with all rights, triggers switched off, changes
one row. Everything is rolled back after each.
"""

import subprocess
import sys
from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from regulars.kit.steps import run_sync
from regulars.ledger import seal as seals
from regulars.ledger.verify import verify
from regulars.purchases.tasks import bring_up_to_date, seal_log
from regulars.rewards.operations import Redeem, Void
from regulars.rewards.wire import CloseIn, RedeemIn
from tests.desk import Desk, open_desk
from tests.lengths import length, tried
from tests.purchases.shop import bring_back, buy, campaign, join, off, quoting, shop, spend

PROGRAM = shop(
    campaign("base", {"kind": "points_per_spend", "per_minor": 10}, lane="points"),
    campaign("first-ten", off(10), lane="basket", limits={"total": 10}),
)


def redeem(desk: Desk, member: str, amount: int, hold: bool = False) -> Any:
    request = RedeemIn(member, asset="points", amount=amount, hold=hold)
    return desk.do(Redeem(request, desk.caller, key=desk.key(), at=desk.now))


def traffic(desk: Desk, seed: int = 7, visits: int = 12) -> Iterator[str]:
    """Members who buy, return, redeem, hold and void, over two months; told after each step."""
    chance = Random(seed)
    members = [join(desk) for _ in range(3)]
    bought: list[Any] = []
    for _ in range(visits):
        member = chance.choice(members)
        bought.append(buy(desk, member, ("bread", chance.randint(1, 5), 700)))
        yield "bought"
        desk.wait(days=chance.choice([0, 0, 1, 3, 9]))
        if chance.random() < 0.3:
            bring_back(desk, bought.pop(chance.randrange(len(bought))))
            yield "returned"
        if chance.random() < 0.2:
            desk.do(quoting(desk, member, ("bread", 1, 700)))
        buy(desk, member, ("milk", 1, 2_000))
        yield "bought"
        desk.wait(days=3)
        if chance.random() < 0.5:
            buy(desk, member, ("milk", 1, 100))
            spend(desk, member, chance.randint(1, 9))
            yield "spent"


@pytest.fixture(scope="module")
def desk(database_url: str) -> Iterator[Desk]:
    with open_desk(database_url, PROGRAM) as desk:
        for _ in traffic(desk):
            seal(desk)
        anna = join(desk)
        for _ in range(2):
            buy(desk, anna, ("milk", 1, 5_000))
            desk.wait(days=3)
        buy(desk, anna, ("milk", 1, 100))
        redeem(desk, anna, 30)
        redeem(desk, anna, 20, hold=True)
        voided = redeem(desk, anna, 10, hold=True)
        desk.do(Void(UUID(voided["id"]), CloseIn(), desk.caller, key=desk.key(), at=desk.now))
        seal(desk)
        yield desk


def seal(desk: Desk) -> None:
    with psycopg.connect(desk.database_url, autocommit=True) as connection:
        seal_log(connection, desk.now)


@pytest.fixture
def tampering(desk: Desk) -> Iterator[psycopg.Connection]:
    """Somebody who may do anything, unhindered by triggers; nothing of it stays."""
    with psycopg.connect(make_conninfo(desk.database_url, user="postgres")) as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute("set local search_path = public")
        yield connection
        connection.rollback()


def fault(connection: psycopg.Connection) -> str | None:
    with psycopg.RawCursor(connection) as cursor:
        found: str | None = run_sync(cursor, verify())
    return found


ANY = "program_id = %(program)s"
TWO_LOTS = """
with two as (
    select (array_agg(l.id order by l.id))[1] as one, (array_agg(l.id order by l.id))[2] as other
      from lot l
      join account a on a.program_id = l.program_id and a.holder_id = l.member_id
                    and a.asset = l.asset and l.available_at <= a.as_of
     where l.program_id = %(program)s and l.remaining > 1
     group by l.member_id, l.asset having count(*) > 1 limit 1
), less as (
    update lot set remaining = remaining - 1 from two
     where lot.program_id = %(program)s and id = two.one
)
update lot set amount = lot.amount + 1, remaining = remaining + 1 from two
 where lot.program_id = %(program)s and id = two.other"""
ONE_MORE = """
insert into posting (program_id, member_id, id, activity_id, kind, at, asset, amount, against)
select program_id, member_id, gen_random_uuid(), activity_id, kind, at, asset, 5, against
  from posting where id = """


def first(table: str, more: str = "true") -> str:
    """The first row of a table."""
    return f"(select min(id::text)::uuid from {table} where {ANY} and {more})"


DAMAGE = {
    "posting amount changed": (
        f"update posting set amount = amount + 1 where id = {first('posting')}",
        "accounts_are_folds",
    ),
    "posting deleted": (
        f"delete from posting where id = {first('posting')}",
        "accounts_are_folds",
    ),
    "posting added": (ONE_MORE + first("posting"), "accounts_are_folds"),
    "posting of another time": (
        f"update posting set at = at + interval '1 day' where id = {first('posting')}",
        "chain_intact",
    ),
    "posting against another account": (
        f"update posting set against = 'redeemed' where id = {first('posting')}",
        "chain_intact",
    ),
    "posting without a cause": (
        "update posting set activity_id = gen_random_uuid()"
        f" where id = {first('posting', "kind = 'earn'")}",
        "postings_have_activities",
    ),
    "account richer": (
        "update account set available = available + 1"
        f" where {ANY} and holder_id = {first('lot').replace('id::text', 'member_id::text')}"
        " and asset = 'points'",
        "accounts_are_folds",
    ),
    "pending made available": (
        "update account set available = available + pending, pending = 0"
        f" where {ANY} and pending > 0",
        "lots_are_balances",
    ),
    "owed forgiven": (
        f"update account set owed = owed + 3, available = available + 3 where {ANY}",
        "lots_are_balances",
    ),
    "account deleted": (f"delete from account where {ANY} and available > 0", "accounts_are_folds"),
    "lot with less left": (
        f"update lot set remaining = remaining - 1"
        f" where {ANY} and id = {first('lot', 'remaining > 0')}",
        "lots_are_balances",
    ),
    "lot deleted": (
        f"delete from lot where {ANY} and id = {first('lot', 'remaining > 0')}",
        "lots_are_balances",
    ),
    "left moved to another lot": (TWO_LOTS, "lots_are_traced"),
    "trace removed": (
        f"delete from lot_use where {ANY} and no = (select min(no) from lot_use where {ANY})",
        "lots_are_traced",
    ),
    "hold opened again": (
        "update hold set closed_at = null, outcome = null"
        f" where {ANY} and outcome = 'voided'",
        "holds_are_held",
    ),
    "hold closed": (
        f"update hold set closed_at = now(), outcome = 'settled' where {ANY} and closed_at is null",
        "holds_are_held",
    ),
    "what is due forgotten": (
        f"update account set next_due_at = null where {ANY} and available > 0",
        "nothing_overdue",
    ),
    "seal changed": (
        f"update seal set hash = sha256(hash) where {ANY} and no = 2",
        "chain_intact",
    ),
    "seal removed": (f"delete from seal where {ANY} and no = 2", "chain_intact"),
    "first seal removed": (f"delete from seal where {ANY} and no = 1", "chain_intact"),
    "limit exceeded": (
        f"update counter set used = used + 11 where {ANY} and campaign = 'first-ten'",
        "budgets_within_limits",
    ),
    "activity deleted": (
        "delete from activity"
        f" where id = (select activity_id from idempotency where {ANY} limit 1)",
        "keys_have_activities",
    ),
}  # fmt: skip


def test_untouched_books_hold(tampering: psycopg.Connection) -> None:
    assert fault(tampering) is None


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_and_named(desk: Desk, tampering: psycopg.Connection, kind: str) -> None:
    statement, check = DAMAGE[kind]
    done = tampering.execute(statement, {"program": desk.program_id})
    assert done.rowcount > 0, "nothing was damaged"
    found = fault(tampering)
    assert found is not None
    assert found.startswith(f"{check}: ")


def test_a_forged_past_shows_though_every_sum_agrees(
    desk: Desk, tampering: psycopg.Connection
) -> None:
    """A posting, its lot and the balance are all changed alike: only the chain tells."""
    one = {"program": desk.program_id}
    row = tampering.execute(
        "select id, member_id, asset from lot where program_id = %(program)s and remaining > 0"
        " and available_at < (select as_of from account a where a.program_id = lot.program_id"
        "                        and holder_id = member_id and a.asset = lot.asset) limit 1", one,
    ).fetchone()  # fmt: skip
    assert row is not None
    one |= {"id": row[0], "member": row[1], "asset": row[2]}
    tampering.execute("update posting set amount = amount + 7 where id = %(id)s", one)
    tampering.execute(
        "update lot set amount = amount + 7, remaining = remaining + 7"
        " where program_id = %(program)s and id = %(id)s", one,
    )  # fmt: skip
    tampering.execute(
        "update account set available = available + 7"
        " where program_id = %(program)s and holder_id = %(member)s and asset = %(asset)s", one,
    )  # fmt: skip
    found = fault(tampering)
    assert found is not None
    assert found.startswith("chain_intact: ")


@pytest.mark.parametrize("role", ["regulars", "regulars_app"])
@pytest.mark.parametrize("table", ["posting", "lot_use", "seal"])
@pytest.mark.parametrize("change", ["update {} set program_id = program_id", "delete from {}",
                                    "truncate {}"])  # fmt: skip
def test_the_log_is_only_added_to(desk: Desk, role: str, table: str, change: str) -> None:
    refusals = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(desk.database_url) as connection:
        connection.execute(f"set role {role}")
        with pytest.raises(refusals):
            connection.execute(change.format(table))


@pytest.mark.parametrize("seed", range(length(2, 50)))
def test_any_beginning_of_the_log_rebuilds_every_balance(database_url: str, seed: int) -> None:
    with open_desk(database_url, PROGRAM) as desk:
        told: list[tuple[int, dict[Any, int]]] = []
        for _ in traffic(desk, seed=seed + 100, visits=8):
            told.append((_last(desk), _balances(desk)))
        bring_up_to_date(desk.connection, desk.now)
        told.append((_last(desk), _balances(desk)))
        assert told[-1][0] > told[0][0]
        for last, balances in told:
            folded = desk.connection.execute(
                "select member_id, asset, sum(amount)::bigint from posting"
                " where program_id = %s and seq <= %s group by 1, 2", (desk.program_id, last),
            ).fetchall()  # fmt: skip
            assert {(member, asset): n for member, asset, n in folded if n} == balances
    tried(beginnings_of_the_log_rebuilt=len(told))


def _last(desk: Desk) -> int:
    row = desk.connection.execute("select max(seq) from posting").fetchone()
    assert row is not None
    return int(row[0])


def _balances(desk: Desk) -> dict[Any, int]:
    rows = desk.connection.execute(
        "select holder_id, asset, pending + available + held - owed from account"
        " where program_id = %s", (desk.program_id,),
    ).fetchall()  # fmt: skip
    return {(holder, asset): balance for holder, asset, balance in rows if balance}


def test_what_is_slipped_in_between_two_seals_is_found(
    desk: Desk, tampering: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seals leave numbers out where a program had nothing to seal; nothing may be there later."""
    one = {"program": desk.program_id}
    last = _last(desk)
    monkeypatch.setattr(seals, "_MOST_POSTINGS", 50)
    with psycopg.RawCursor(tampering) as cursor:
        tampering.execute(POSTING_AT, one | {"seq": last + 1_000})
        run_sync(cursor, seals.seal(last + 1_000, now=desk.now))
        assert run_sync(cursor, seals.check(desk.program_id)) is None
        tampering.execute(POSTING_AT, one | {"seq": last + 500})
        assert run_sync(cursor, seals.check(desk.program_id)) is not None


POSTING_AT = f"""
insert into posting (program_id, member_id, id, seq, activity_id, kind, at, asset, amount, against)
select program_id, member_id, gen_random_uuid(), %(seq)s, activity_id, kind, at, asset, 5, against
  from posting where id = {first("posting")}"""


def verify_command(database_url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "regulars", "verify", "--database-url", database_url]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_says_clean_and_then_what_is_broken(fresh_database_url: str) -> None:
    with open_desk(fresh_database_url, PROGRAM) as desk:
        for _ in traffic(desk, visits=3):
            pass
        clean = verify_command(fresh_database_url)
        assert (clean.returncode, clean.stdout.splitlines()[-1]) == (0, "verify: clean")
        with psycopg.connect(make_conninfo(fresh_database_url, user="postgres")) as connection:
            connection.execute("update account set available = available + 1, as_of = as_of")
        broken = verify_command(fresh_database_url)
    assert broken.returncode == 1
    assert "FAIL accounts_are_folds" in broken.stdout
