"""A table that keeps something about members is in the catalogue, or this fails (P4)."""

import psycopg

from regulars.privacy.catalogue import copying, erasing, tables
from tests.privacy.office import Office
from tests.test_house import OF_STAFF_ONLY

KEYS = {
    *("member_id", "holder_id", "friend_id", "referrer_id", "taken_by", "invited_by", "party_id"),
    *("who", "email", "phone"),
}
OF_OTHERS = OF_STAFF_ONLY | {"account_emailaddress"}


def naming(connection: psycopg.Connection) -> set[str]:
    """Tables with a column that names a member. Partitions are their parents."""
    found = connection.execute(
        "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0"
        " and c.relnamespace = current_schema()::regnamespace"
    ).fetchall()
    return {table for table, column in found if column in KEYS}


def test_every_table_with_a_members_key_is_exported_erased_and_merged(office: Office) -> None:
    forgotten = naming(office.connection) - set(tables()) - OF_OTHERS
    assert forgotten == set(), "say in regulars/privacy/catalogue.toml what becomes of it"


def test_a_new_table_is_missed_until_the_catalogue_knows_it(office: Office) -> None:
    with office.connection.transaction(force_rollback=True):
        office.connection.execute("create table diary (program_id uuid, member_id uuid, said text)")
        assert naming(office.connection) - set(tables()) - OF_OTHERS == {"diary"}


def test_the_statements_made_from_it_are_good_sql(office: Office) -> None:
    nobody = office.ids.make(0)
    copied = [name for name, table in tables().items() if table.copied]
    assert len(office.rows(copying(), office.program_id, nobody)) == len(copied)
    for sql in erasing().values():
        more = (office.now,) if "$3" in sql else ()
        office.rows(sql, office.program_id, nobody, *more)


def test_every_rule_is_written_down() -> None:
    for name, table in tables().items():
        assert table.fate in ("delete", "set", "keep", "owner"), name
        assert table.merge, name
        assert set(table.what) == {"en", "pl", "bg"}, name
