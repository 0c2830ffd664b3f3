"""Members from files: who joins, who is told more of, and who stays as they are."""

from .conftest import CARD, NOBODY, OTHER, Office

MAPPING = """
fields: {card: Karta, email: Mail, phone: Telefon, joined_at: Od}
times: {format: "%d.%m.%Y"}
attributes:
  city: Miasto
  born: {column: Rok, type: integer}
"""
COLUMNS = "Karta;Mail;Telefon;Od;Miasto;Rok"


def test_members_join_with_what_is_known_of_them(office: Office) -> None:
    file = office.file(
        COLUMNS,
        f"{CARD};ania@example.com;600 100 200;02.03.2024;Łódź;1980",
        f"{OTHER};;;;;",
        ";Пешо@пример.бг;;;Пловдив;",
    )
    counts = office.bring("members", file, MAPPING, chunk=2).counts
    assert (counts["rows"], counts["joined"]) == (3, 3)
    rows = office.all(
        "select m.attributes, m.registered_at is not null, to_char(joined_at, 'YYYY-MM-DD HH24'),"
        " (select string_agg(kind || ':' || value, ' ' order by kind) from identifier i"
        "   where i.member_id = m.id) from member m order by 4 nulls first"
    )
    assert sorted(rows, key=lambda row: row[3]) == [
        ({"city": "Łódź", "born": 1980}, True, "2024-03-01 23",
         f"card:{CARD} email:ania@example.com phone:+48600100200"),
        ({}, False, "2024-06-01 00", f"card:{OTHER}"),
        ({"city": "Пловдив"}, True, "2024-06-01 00", "email:пешо@xn--e1afmkfd.xn--90ae"),
    ]  # fmt: skip


def test_the_list_can_come_every_night(office: Office) -> None:
    lines = (f"{CARD};;;;Łódź;1980", f"{OTHER};;;;Sopot;")
    file = office.file(COLUMNS, *lines)
    office.bring("members", file, MAPPING)
    again = office.bring("members", file, MAPPING)
    assert again.earlier_at is not None
    assert again.counts["unchanged"] == 2
    assert office.one("select count(*) from activity") == 2

    tomorrow = office.file(
        COLUMNS, f"{CARD};ania@example.com;;;Łódź;1980", f"{OTHER};;;;Gdynia;", f"{NOBODY};;;;;"
    )
    counts = office.bring("members", tomorrow, MAPPING).counts
    assert (counts["updated"], counts["joined"]) == (2, 1)
    registered = "select count(*) from member where registered_at is not null"
    assert office.one(registered) == 1, "only who is more than a card"
    assert office.one("select count(*) from member where attributes->>'city' = 'Gdynia'") == 1
    back = office.bring("members", office.file(COLUMNS, *lines), MAPPING)
    assert back.earlier_at is not None
    assert (back.counts["updated"], back.counts["unchanged"]) == (1, 1)


def test_a_row_that_says_yes_registers(office: Office) -> None:
    office.member()
    file = office.file("card,registered,attributes.level", f"{CARD},Tak,gold")
    assert office.bring("members", file).counts["updated"] == 1
    row = office.all("select attributes, registered_at is not null from member")
    assert row == [({"level": "gold"}, True)]


def test_every_fault_of_members_is_told(office: Office) -> None:
    office.member(CARD)
    office.member(OTHER)
    office.connection.execute(
        "update identifier set status = 'replaced' where program_id = %s and value = %s",
        (office.program_id, OTHER),
    )
    office.member(NOBODY)
    office.connection.execute(
        "insert into identifier (program_id, kind, value, member_id, since_at)"
        " select program_id, 'phone', '+48600100200', member_id, now() from identifier"
        " where program_id = %s and value = %s",
        (office.program_id, NOBODY),
    )
    file = office.file(
        COLUMNS,
        "2900000000000008;;;;;",
        ";nobody;;;;",
        ";;12;;;",
        ";;;;Łódź;",
        ";a@example.com;;;;x",
        ";b@example.com;;;;",
        ";B@example.com;;;;",
        f"{OTHER};;;;;",
        f"{CARD};;600100200;;;",
        ";c@example.com;;31.02.2024;;",
    )
    assert office.faults("members", file, MAPPING) == [
        "2: Karta: mistyped",
        "3: Mail: not_this_kind",
        "4: Telefon: not_this_kind",
        "5: : no_identifier",
        "6: Rok: not_integer",
        "8: Mail: identifier_twice",
        "9: Karta: blocked_member",
        "10: : two_members",
        "11: Od: not_this_format",
    ]


def test_a_dry_run_of_members_keeps_nothing(office: Office) -> None:
    file = office.file("card", CARD, OTHER)
    assert office.bring("members", file, dry=True, chunk=1).counts["joined"] == 2
    assert office.one("select count(*) from member") == 0
