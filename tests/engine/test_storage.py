"""A stored decision is small and comes back to the letter."""

import msgspec

from bench.engine import basket, matching, waiting
from bench.engine import program as benched
from regulars.engine.decision import Award, Decision, Reason
from regulars.engine.evaluate import evaluate
from regulars.engine.storage import WORDS, pack, unpack
from tests.engine.cases import facts, over, points, program


def test_twenty_campaigns_of_which_ten_apply_take_under_four_hundred_bytes() -> None:
    shop = benched(matching() + waiting())
    decision = evaluate(shop, basket())
    assert len(decision.used) == 10
    stored = pack(shop, decision)
    assert len(stored) < 400 < 1_400 < len(msgspec.json.encode(decision))
    assert unpack(shop, stored) == decision


def test_it_is_json_that_a_person_can_read() -> None:
    shop = program({"when": [over(1000)]}, {"then": [points(7)]})
    stored = pack(shop, evaluate(shop, facts(["juice", 1, 600])))
    assert stored == b'[[600],[],[[1,"points",7]],[],[],[],[[0,1,0,24,400],1]]'


def test_ways_within_ways_keep_their_kinds() -> None:
    gold = {"kind": "tier", "one_of": ["gold"]}
    way = {"kind": "any", "of": [gold, {"kind": "any", "of": [gold, over(500)]}]}
    shop = program({"when": [over(1), way]})
    decision = evaluate(shop, facts(["juice", 1, 100]))
    inner = [["tier", {}, 1], ["basket_total", {"missing_minor": 400}, 2]]
    ways = [["tier", {}, 1], ["any", {"ways": inner}, 2]]
    assert decision.trace == [Reason("c0", "unmet", "any", {"ways": ways}, 1)]
    assert unpack(shop, pack(shop, decision)) == decision


def test_terms_of_a_lot_and_unknown_words_are_kept() -> None:
    shop = program({})
    award = Award("c0", "points", 5, valid_days=30)
    decision = Decision(0, 0, [], awards=[award], trace=[Reason("c0", "moon", "full", {"x": [1]})])
    assert unpack(shop, pack(shop, decision)) == decision


def test_the_numbers_of_words_never_change() -> None:
    assert WORDS[:8] == (
        *("applied", "unmet", "schedule", "limit"),
        *("budget", "exclusive", "lane", "nothing"),
    )
    assert WORDS.index("missing_minor") == 24
    assert WORDS.index("ways") == 28
    assert len(set(WORDS)) == len(WORDS)
