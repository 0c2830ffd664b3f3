"""Organizations, shops and keys; and that no organization sees another's rows (T24)."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from regulars.kit.problems import Invalid, NotFound
from regulars.kit.rowsecurity import ENTER
from regulars.kit.steps import Steps, run_sync
from regulars.organizations import queries
from regulars.organizations.operations import (
    create_key,
    create_organization,
    put_shop,
    revoke_key,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def connection(fresh_database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(fresh_database_url) as opened:
        yield opened


def run[Answer](connection: psycopg.Connection, steps: Steps[Answer]) -> Answer:
    with psycopg.RawCursor(connection) as cursor:
        return run_sync(cursor, steps)


def firm(connection: psycopg.Connection, slug: str) -> queries.Organization:
    return run(connection, create_organization(slug=slug, name=slug.title(), now=NOW))


def enter(connection: psycopg.Connection, organization: str = "", programs: str = "") -> None:
    psycopg.RawCursor(connection).execute(ENTER, (organization, programs))


def test_making_an_organization_twice_makes_one(connection: psycopg.Connection) -> None:
    assert firm(connection, "acme") == firm(connection, "acme")
    assert len(run(connection, queries.organizations())) == 1


def test_a_single_organization_needs_no_name(connection: psycopg.Connection) -> None:
    with pytest.raises(NotFound, match="no organization yet"):
        run(connection, queries.organization(None))
    acme = firm(connection, "acme")
    assert run(connection, queries.organization(None)) == acme
    firm(connection, "bolt")
    with pytest.raises(NotFound, match="acme, bolt"):
        run(connection, queries.organization(None))


def test_of_a_key_only_the_hash_is_kept(connection: psycopg.Connection) -> None:
    acme = firm(connection, "acme")
    issued = run(
        connection,
        create_key(organization_id=acme.id, label="till", scopes=["quotes:write"], now=NOW),
    )
    name, prefix, secret = issued.secret.split("_")
    assert (name, prefix, len(secret)) == ("rk", issued.prefix, 64)
    (stored,) = connection.execute("select hash from api_key").fetchone() or ()
    assert stored == hashlib.sha256(secret.encode()).digest()
    assert run(connection, queries.keys(acme.id))[0].scopes == ["quotes:write"]


def test_a_misspelt_scope_is_refused_with_the_right_one(connection: psycopg.Connection) -> None:
    acme = firm(connection, "acme")
    steps = create_key(organization_id=acme.id, label="", scopes=["quote:write"], now=NOW)
    with pytest.raises(Invalid, match="quotes:write"):
        run(connection, steps)


def test_a_revoked_key_stays_in_the_list(connection: psycopg.Connection) -> None:
    acme, bolt = firm(connection, "acme"), firm(connection, "bolt")
    issued = run(
        connection,
        create_key(organization_id=acme.id, label="till", scopes=["program:read"], now=NOW),
    )
    with pytest.raises(NotFound):
        run(connection, revoke_key(organization_id=bolt.id, prefix=issued.prefix, now=NOW))
    run(connection, revoke_key(organization_id=acme.id, prefix=issued.secret, now=NOW))
    assert [key.revoked_at for key in run(connection, queries.keys(acme.id))] == [NOW]


@pytest.fixture
def two_firms(connection: psycopg.Connection) -> tuple[str, str]:
    """Each with a shop, a key, a program and a revision; the ids of one and the other."""
    ids = []
    for slug in ("acme", "bolt"):
        one = firm(connection, slug)
        shop = put_shop(
            organization_id=one.id, code="1", name="First", timezone="Europe/Warsaw", now=NOW
        )
        run(connection, shop)
        run(
            connection,
            create_key(organization_id=one.id, label="", scopes=["program:read"], now=NOW),
        )
        connection.execute(
            "insert into program values (%s, 'p', 'P', 'PLN', 'Europe/Warsaw', now(), %s)",
            (one.id, one.id),
        )
        connection.execute(
            "insert into revision (id, program_id, number, document, source, digest, note, author,"
            " created_at, effective_at) values (%s, %s, 1, '{}', '', '', '', '', now(), now())",
            (one.id, one.id),
        )
        ids.append(str(one.id))
    connection.commit()
    return ids[0], ids[1]


TABLES = ("organization", "shop", "api_key", "program", "revision")


def seen(connection: psycopg.Connection) -> dict[str, int]:
    counts = {}
    for table in TABLES:
        row = connection.execute(f"select count(*) from {table}").fetchone()
        counts[table] = row[0] if row else -1
    return counts


def test_who_does_not_say_for_whom_sees_nothing(
    connection: psycopg.Connection, two_firms: tuple[str, str]
) -> None:
    enter(connection)
    assert seen(connection) == dict.fromkeys(TABLES, 0)


def test_an_organization_sees_its_own_and_nothing_else(
    connection: psycopg.Connection, two_firms: tuple[str, str]
) -> None:
    enter(connection, two_firms[0], two_firms[0])
    assert seen(connection) == dict.fromkeys(TABLES, 1)
    found = connection.execute("select organization_id from shop").fetchall()
    assert [str(row[0]) for row in found] == [two_firms[0]]


def test_a_batch_may_serve_several_programs(
    connection: psycopg.Connection, two_firms: tuple[str, str]
) -> None:
    enter(connection, programs=",".join(two_firms))
    assert seen(connection)["revision"] == 2
    assert seen(connection)["program"] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into shop values (gen_random_uuid(), 'x', 'x', 'UTC', %(other)s)",
        "insert into revision (id, program_id, number, document, source, digest, note, author,"
        " created_at, effective_at)"
        " values (gen_random_uuid(), %(other)s, 9, '{}', '', '', '', '', now(), now())",
    ],
)
def test_nothing_can_be_written_for_another(
    connection: psycopg.Connection, two_firms: tuple[str, str], statement: str
) -> None:
    enter(connection, two_firms[0], two_firms[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        connection.execute(statement, {"other": two_firms[1]})


def test_nothing_of_another_can_be_changed(
    connection: psycopg.Connection, two_firms: tuple[str, str]
) -> None:
    enter(connection, two_firms[0], two_firms[0])
    changed = connection.execute(
        "update shop set name = 'Mine' where organization_id = %s", (two_firms[1],)
    )
    assert changed.rowcount == 0


def test_the_role_ends_with_the_transaction(
    connection: psycopg.Connection, two_firms: tuple[str, str]
) -> None:
    enter(connection)
    connection.rollback()
    assert seen(connection)["organization"] == 2


def test_every_table_of_an_organization_or_program_is_secured(
    connection: psycopg.Connection,
) -> None:
    """A table that somebody adds and forgets to secure is named here."""
    rows = connection.execute("""
        select c.relname
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
         where c.relnamespace = 'public'::regnamespace
           and c.relkind in ('r', 'p') and not c.relispartition
           and a.attname in ('organization_id', 'program_id')
           and not (c.relrowsecurity
                    and exists (select from pg_policy p where p.polrelid = c.oid))
    """).fetchall()
    assert rows == []
