"""Cards from files: with or without a member, in use or not, and again every night (T23)."""

import pytest

from regulars.imports import chunks

from .conftest import BEGAN, CARD, NOBODY, OTHER, Office

MORE = ("2900000000000122", "2900000000000130", "2900000000000148")
COLUMNS = "card,member,state,batch"
STANDING = """
select coalesce(c.number, i.value), coalesce(i.status, c.ended, ''), coalesce(b.name, ''),
       i.member_id is not null
  from (select * from public.card where program_id = (select program_id from member limit 1)) c
  full join (select * from identifier where kind = 'card') i on i.value = c.number
  left join public.card_batch b on b.id = c.batch_id
 order by 1
"""


def test_cards_come_with_and_without_a_member(office: Office) -> None:
    office.member(CARD)
    file = office.file(
        COLUMNS,
        f"{OTHER},{CARD},,",
        f"{MORE[0]},,,Seria 7",
        f"{MORE[1]},,lost,",
        f"{NOBODY},{CARD},zablokowana,",
        name="karty.csv",
    )
    counts = office.bring("cards", file, chunk=2).counts
    assert (counts["rows"], counts["new"]) == (4, 4)
    assert office.all(STANDING) == [
        (CARD, "active", "", True),
        (MORE[0], "", "Seria 7", False),
        (MORE[1], "lost", "karty", False),
        (NOBODY, "blocked", "", True),
        (OTHER, "active", "", True),
    ]
    kinds = office.all("select kind, count(*) from activity group by 1 order by 1")
    assert kinds == [("block_card", 1), ("join", 1), ("register", 1)]
    assert office.one("select count(*) from member where registered_at is not null") == 0
    size, active = office.all(
        "select sum(size), bool_and(activated_at is not null) from public.card_batch"
        " where program_id = (select program_id from member limit 1)"
    )[0]
    assert (size, active) == (2, True)
    office.verify()


def test_t23_the_same_cards_again_change_nothing(office: Office) -> None:
    office.member(CARD)
    lines = (f"{OTHER},{CARD},,", f"{MORE[0]},,,A", f"{MORE[1]},,,A")
    file = office.file(COLUMNS, *lines)
    office.bring("cards", file)
    before = office.all(STANDING)
    again = office.bring("cards", file)
    assert again.earlier_at is not None
    assert again.counts["unchanged"] == 3
    more = office.file(COLUMNS, *lines, f"{MORE[2]},,blocked,A", name="more.csv")
    counts = office.bring("cards", more).counts
    assert (counts["new"], counts["unchanged"]) == (1, 3)
    assert [row for row in office.all(STANDING) if row[0] != MORE[2]] == before
    lost = office.file(COLUMNS, f"{MORE[0]},,lost,", f"{OTHER},,lost,", name="lost.csv")
    assert office.bring("cards", lost).counts["updated"] == 2
    assert office.bring("cards", file).counts["ended"] == 2, "what was lost stays lost"
    sizes = "select size from public.card_batch where name = 'A' and program_id = (select "
    assert office.one(sizes + "program_id from member limit 1)") == 3
    positions = "select array_agg(position order by position) from public.card where program_id = "
    assert office.one(positions + "(select program_id from member limit 1)") == [1, 2, 3]


def test_every_fault_of_cards_is_told(office: Office) -> None:
    office.member(CARD)
    office.member(OTHER)
    office.connection.execute(
        "insert into card_batch (program_id, id, name, symbology, numbering, activation, size,"
        " design, made_at) values (%s, gen_random_uuid(), 'Ours', 'qr', 'range', 'batch', 1,"
        ' \'{"title": {"en": "x"}}\', %s)',
        (office.program_id, BEGAN),
    )
    office.connection.execute(
        "insert into card select program_id, %s, id, 1 from card_batch where program_id = %s",
        (MORE[2], office.program_id),
    )
    file = office.file(
        COLUMNS,
        "2900000000000008,,,",
        ",,,",
        f"{MORE[0]},{NOBODY},,",
        f"{CARD},{OTHER},,",
        f"{MORE[1]},,,Ours",
        f"{MORE[1]},,,",
        f"{NOBODY},,sold,",
        f"{MORE[2]},{CARD},,",
        f"{OTHER},what,,",
        f"{MORE[0][:-1]}9,,,",
    )
    assert office.faults("cards", file) == [
        "2: card: mistyped",
        "4: member: card_of_nobody",
        "5: card: card_of_another",
        "6: batch: batch_made_here",
        "7: card: card_twice_here",
        "8: state: not_a_state",
        "9: card: card_not_active",
        "10: member: names_nobody",
        "11: card: mistyped",
    ]


def test_cut_off_it_goes_on_with_the_next_card(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.member(CARD)
    file = office.file(COLUMNS, *(f"{number},,,A" for number in MORE), f"{OTHER},{CARD},,")
    whole = chunks.Work.carry_out
    calls = []

    async def dies(*args: object) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        await whole(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(chunks.Work, "carry_out", dies)
    with pytest.raises(KeyboardInterrupt):
        office.bring("cards", file, chunk=1)
    monkeypatch.undo()
    outcome = office.bring("cards", file, chunk=1)
    assert (outcome.resumed, outcome.counts["new"]) == (2, 4)
    batches = "select count(*), sum(size) from public.card_batch where program_id = (select "
    assert office.all(batches + "program_id from member limit 1)") == [(1, 3)]
