"""The race "merge while buying": whoever is served meanwhile loses nothing and doubles nothing."""

from typing import Any
from uuid import UUID

from regulars.activities.batch import Operation
from regulars.members.queries import find
from regulars.merges.operations import Merge
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from tests.privacy.office import Office

ROUNDS, TILLS = 3, 14


def buying(office: Office, card: str) -> RecordPurchase:
    body = PurchaseIn(lines=(LineIn("bread", 1, 1_000),), member=f"card:{card}")
    return RecordPurchase(body, office.caller, key=office.key(), at=office.now)


def counted(office: Office, members: list[UUID]) -> Any:
    return office.rows(
        "select (select count(*) from activity where program_id = $1 and kind = 'purchase'"
        "         and member_id = any ($2)),"
        " (select sum(purchases) from member where program_id = $1 and id = any ($2)),"
        " (select sum(visits) from member_day where program_id = $1 and member_id = any ($2)),"
        " (select sum(amount) from posting where program_id = $1 and member_id = any ($2)"
        "         and against = 'issued' and kind = 'earn' and asset = 'points')",
        office.program_id, members,
    )[0]  # fmt: skip


def test_t_race_merge_while_buying_loses_nothing_and_doubles_nothing(office: Office) -> None:
    ada = office.joins()
    cards, members, bought = [office.card], [ada], 0
    for _ in range(ROUNDS):
        old = office.joins()
        cards.append(office.card)
        members.append(old)
        operations: list[Operation] = [
            buying(office, cards[n % 2 - 2] if n % 3 else cards[-1]) for n in range(TILLS)
        ]
        at = TILLS // 2
        key = office.key()
        merges = [Merge(ada, old, key=key, at=office.now, actor="x") for _ in range(2)]
        operations[at:at] = merges
        answers = office.at_once(operations)
        assert [one.problem or one.bug for one in answers if one.problem or one.bug] == []
        bought += TILLS
    activities, purchases, visits, earned = counted(office, members)
    assert (activities, purchases, visits) == (bought, bought, bought)
    extra = 30  # the challenge of three visits, once for each card that got so far by itself
    assert (int(earned) - bought * 10) % extra == 0
    for card in cards:
        assert office.read(find(office.program_id, ("card", card))).id == ada
    assert office.points(ada) == sum_of_postings(office, ada)
    office.verify()


def sum_of_postings(office: Office, member: UUID) -> int:
    rows = office.rows("select sum(amount) from posting where program_id = $1 and member_id = $2"
                       " and asset = 'points'", office.program_id, member)  # fmt: skip
    return int(rows[0][0])
