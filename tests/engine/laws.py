"""What holds for every program and every case it is asked to judge. One random case is held against
all of them: to make a case takes far longer than to judge it."""

import msgspec
from msgspec.structs import replace

from regulars.engine.check import doubts
from regulars.engine.decision import Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.explain import explain, same
from regulars.engine.facts import Facts
from regulars.engine.hints import hints
from regulars.engine.program import Program, compile_rules
from regulars.engine.returns import reevaluate
from regulars.engine.storage import pack, unpack

LANGUAGES = ("en", "pl", "bg")


def the_lines_add_up_and_no_price_falls_too_far(rules: Program, asked: Facts) -> None:
    decision, lines = evaluate(rules, asked), asked.lines
    off = [0] * len(lines)
    for discount in decision.discounts:
        assert discount.amount_minor > 0
        off[discount.line] += discount.amount_minor
    assert decision.list_minor == sum(line.amount_minor for line in lines)
    assert decision.paid_minor == sum(decision.paid)
    for line, less, paid in zip(lines, off, decision.paid, strict=True):
        assert line.amount_minor - less == paid
        assert 0 <= min(line.amount_minor, line.floor_minor) <= paid


def limits_and_budgets_are_never_passed(rules: Program, asked: Facts) -> None:
    decision = evaluate(rules, asked)
    assert len(set(decision.used)) == len(decision.used)
    for campaign in decision.used:
        off = sum(d.amount_minor for d in decision.discounts if d.campaign == campaign)
        points = sum(a.amount for a in decision.awards if a.campaign == campaign)
        for key, name in rules.by_id[campaign].left:
            need = {"budget_minor": off, "budget_points": points}.get(name, 1)
            assert need <= asked.left[key]


def the_index_misses_nothing(rules: Program, asked: Facts) -> None:
    assert same(evaluate(rules, asked), evaluate(rules, asked, full=True))


def asked_again_it_answers_the_same(rules: Program, asked: Facts) -> None:
    stored = msgspec.json.decode(msgspec.json.encode(asked), type=Facts)
    assert evaluate(compile_rules(rules.rules), stored) == evaluate(rules, asked)


def stored_is_kept_to_the_letter(rules: Program, asked: Facts) -> None:
    for full in (False, True):
        decision = evaluate(rules, asked, full=full)
        assert unpack(rules, pack(rules, decision)) == decision


def everything_can_be_said(rules: Program, asked: Facts) -> None:
    decision = evaluate(rules, asked)
    for language in LANGUAGES:
        told = explain(rules, asked, decision, language)
        assert [line.campaign for line in told] == [c.id for c in rules.campaigns]
        for line in told:
            assert line.rule
            assert line.why
            assert not set("{}|#") & set(line.rule + line.why)


def every_reason_can_be_said_in_every_voice(rules: Program, asked: Facts) -> None:
    decision = evaluate(rules, asked)
    for language in LANGUAGES:
        for told in (
            *explain(rules, asked, decision, language, "member"),
            *explain(rules, asked, decision, language, "cashier"),
            *explain(rules, asked, decision, language, "developer"),
        ):
            assert told.why
            assert not set("{}|#") & set(told.why)


def every_hint_can_be_said(rules: Program, asked: Facts) -> None:
    decision = evaluate(rules, asked)
    for language in LANGUAGES:
        for hint in hints(rules, asked, decision, language):
            assert hint.missing_minor > 0 or hint.missing_units > 0
            assert not set("{}|#") & set(hint.text)


def all_returned_is_nothing_bought_and_none_returned_is_what_was(
    rules: Program, asked: Facts
) -> None:
    assert reevaluate(rules, asked, {}) == evaluate(rules, asked)
    if asked.lines:
        everything = {i: line.quantity for i, line in enumerate(asked.lines)}
        assert reevaluate(rules, asked, everything) == Decision(0, 0, [0] * len(asked.lines))


def what_is_called_impossible_never_applies(rules: Program, asked: Facts) -> None:
    contradictory = {
        rules.by_number[doubt.campaign].id
        for doubt in doubts(rules.rules)
        if doubt.code in ("contradiction", "no_basket")
    }
    if asked.trigger != "purchase":
        asked = replace(asked, lines=())  # nothing is bought when something else happens
    assert contradictory.isdisjoint(evaluate(rules, asked).used)


def doubts_are_about_campaigns_there_are(rules: Program, asked: Facts) -> None:
    numbers = range(len(rules.campaigns))
    assert all(doubt.campaign in numbers for doubt in doubts(rules.rules))


LAWS = (
    the_lines_add_up_and_no_price_falls_too_far,
    limits_and_budgets_are_never_passed,
    the_index_misses_nothing,
    asked_again_it_answers_the_same,
    stored_is_kept_to_the_letter,
    everything_can_be_said,
    every_reason_can_be_said_in_every_voice,
    every_hint_can_be_said,
    all_returned_is_nothing_bought_and_none_returned_is_what_was,
    what_is_called_impossible_never_applies,
    doubts_are_about_campaigns_there_are,
)
