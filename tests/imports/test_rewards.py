"""Rewards from files: a draft that somebody else lets through, deliveries counted once (T23)."""

from datetime import UTC, datetime
from typing import Any

import yaml

from regulars.drafts import operations as drafts
from regulars.drafts import queries
from regulars.programs import operations as programs
from regulars.programs.document import parse

from .conftest import DOCUMENT, NOW, Office

COLUMNS = "reward,name_pl,name_bg,name_en,text_pl,cost,place,came_in"
MUG = "Kubek,Kubek,Чаша,Mug,Duży,300,12,40"
AT_13 = "Kubek,,,,,,13,2"


def drafted(office: Office) -> list[Any]:
    return list(office.run(queries.drafts(office.program_id)))


def publish(office: Office) -> None:
    """What the last draft says is in force."""
    one = drafted(office)[0]
    program_id, now = office.program_id, datetime.fromtimestamp(NOW - 1, UTC)
    text = one.source
    office.run(
        programs.apply(program_id=program_id, document=parse(text), source=text, now=now, note="")
    )
    office.run(drafts.drop(program_id=program_id, draft=one, version=one.version))


def stock(office: Office) -> list[Any]:
    return office.connection.execute(
        "select campaign, scope, used from counter where program_id = %s and campaign like"
        " 'reward:%%' and used <> 0 order by 1, 2", (office.program_id,)
    ).fetchall()  # fmt: skip


def test_a_catalogue_becomes_a_draft_and_its_stock_waits_for_it(office: Office) -> None:
    file = office.file(COLUMNS, MUG, AT_13, "bag,Torba,Чанта,Bag,,500,,")
    counts = office.bring("rewards", file).counts
    assert (counts["rewards"], counts["new"], counts["stock_waits"]) == (2, 2, 2)
    assert stock(office) == []
    one = drafted(office)[0]
    assert (one.state, one.author, one.writers) == ("open", "operator", [])
    assert yaml.safe_load(one.source)["rewards"] == {
        "kubek": {
            "name": {"en": "Mug", "pl": "Kubek", "bg": "Чаша"}, "text": {"pl": "Duży"},
            "cost": {"points": 300}, "places": ["12", "13"],
        },
        "bag": {
            "name": {"en": "Bag", "pl": "Torba", "bg": "Чанта"}, "cost": {"points": 500},
        },
    }  # fmt: skip
    again = office.bring("rewards", file)
    assert again.counts["in_draft"] == 2
    assert again.draft_id == one.id
    assert len(drafted(office)) == 1, "the same file makes no other draft"
    publish(office)
    after = office.bring("rewards", file)
    assert (after.counts["unchanged"], after.counts["came_in"]) == (2, 42)
    assert after.draft_id is None
    once = [("reward:kubek", "in:12", 40), ("reward:kubek", "in:13", 2)]
    assert stock(office) == once
    last = office.bring("rewards", file)
    assert (last.counts["came_in"], last.counts["delivered_before"]) == (0, 42)
    assert stock(office) == once, "a delivery is counted once"


def test_what_a_file_does_not_say_of_a_reward_stays(office: Office) -> None:
    office.bring("rewards", office.file(COLUMNS, MUG))
    publish(office)
    told = office.bring("rewards", office.file("reward,cost,place", "kubek,250,13"))
    assert told.counts["updated"] == 1
    reward = yaml.safe_load(drafted(office)[0].source)["rewards"]["kubek"]
    assert reward["cost"] == {"points": 250}
    assert reward["places"] == ["12", "13"]
    assert reward["name"]["bg"] == "Чаша"
    dry = office.bring("rewards", office.file(COLUMNS, MUG.replace("40", "7")), dry=True)
    assert dry.counts["came_in"] == 7
    assert stock(office) == []


def test_every_fault_of_rewards_is_told(office: Office) -> None:
    file = office.file(
        COLUMNS + ",asset",
        MUG + ",",
        "kubek,Kubeczek,,,,,12,1,",
        "?,,,,,,,,",
        "new,,,,,,,,",
        "hat,Czapka,,,,0,,,",
        "cap,Czapka,,,,5,,3,",
        "pen,Pióro,,,,5,,,miles",
        "pin,Pin,,,,5,a/b,,",
    )
    assert office.faults("rewards", file) == [
        "3: name_pl: reward_differs",
        "3: place: place_twice",
        "4: reward: no_slug",
        "5: cost: reward_without_cost",
        "5: name_en: reward_without_name",
        "6: cost: not_a_count",
        "7: place: place_wanted",
        "8: asset: unknown_asset_here",
        "9: place: not_a_place",
    ]
    assert drafted(office) == []


def test_what_the_document_refuses_is_told_at_its_row(office: Office) -> None:
    now = datetime.fromtimestamp(NOW - 1, UTC)
    text = DOCUMENT.replace("campaigns:", "  status: {spendable: false}\ncampaigns:")
    office.run(
        programs.apply(
            program_id=office.program_id, document=parse(text), source=text, now=now, note=""
        )
    )
    file = office.file("reward,name_en,cost,asset", "mug,Mug,300,points", "n,N,1,status")
    assert office.faults("rewards", file) == ["3: n: document_says"]
