"""What other systems' public tests say happens, happens here too; see `make peers`."""

from pathlib import Path

import pytest

from tests.peers.__main__ import SHARED
from tests.peers.cases import Case, Source, load
from tests.peers.report import counts, judge, text

SAMPLE = Path(__file__).with_name("sample.json")
OWN = load(SAMPLE)


@pytest.mark.parametrize("case", OWN, ids=[case.id for case in OWN])
def test_our_own_cases_of_the_same_form_pass(case: Case) -> None:
    result = judge(case)
    assert (result.verdict, result.why) == ("passed", "")


@pytest.mark.skipif(not SHARED.is_file(), reason=f"no file of peers' cases at {SHARED}")
def test_few_of_the_peers_cases_are_not_our_policy() -> None:
    results = [judge(case) for case in load(SHARED)]
    *_, other = counts(results)
    assert other * 10 < len(results), text(results)


def changed(**changes: object) -> Case:
    """A basket of two mugs with a fifth off, and something else about it."""
    fields: dict[str, object] = {
        "setup": {
            "campaigns": [{"id": "sale", "effects": [{"type": "order_percent", "percent": 20}]}]
        },
        "input": {"lines": [{"line": "mug", "sku": "mug", "qty": 2, "unit_price": 1000}]},
        "expected": {"order_total": 1600},
        **changes,
    }
    return Case("own", Source("nobody"), "discount", **fields)  # type: ignore[arg-type]


def test_a_case_is_passed_when_everything_expected_happens() -> None:
    assert judge(changed()).verdict == "passed"


def test_a_wrong_figure_fails() -> None:
    result = judge(changed(expected={"order_total": 1601}))
    assert (result.verdict, result.why) == ("failed", "order_total: 1601 expected, 1600 found")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"expected": {"happiness": 1}}, "expected key happiness"),
        ({"input": {"operation": "juggle"}}, "operation juggle"),
        ({"input": {"lines": [], "weather": "rain"}}, "evaluate with weather"),
        ({"setup": {"campaigns": [{"id": "x", "effects": [{"type": "hug"}]}]}}, "effect hug"),
        ({"setup": {"campaigns": [{"id": "x", "mood": "good"}]}}, "campaign x: unknown field mood"),
    ],
)
def test_an_unknown_word_fails_and_is_named(changes: dict[str, object], what: str) -> None:
    result = judge(changed(**changes))
    assert result.verdict == "failed"
    assert result.why.startswith(f"not translated: {what}")


def test_an_odd_cent_elsewhere_is_policy_and_another_sum_is_not() -> None:
    lines = [{"line": n, "sku": n, "qty": 1, "unit_price": 100} for n in "abc"]
    shared = {"id": "x", "effects": [{"type": "order_fixed", "amount": 100}]}
    case = {"setup": {"campaigns": [shared]}, "input": {"lines": lines}}
    last = judge(changed(**case, expected={"line_discounts": {"a": 33, "b": 33, "c": 34}}))
    wrong = judge(changed(**case, expected={"line_discounts": {"a": 33, "b": 33, "c": 33}}))
    assert (last.verdict, wrong.verdict) == ("not our policy", "failed")


def test_fractions_of_a_cent_are_compared_after_our_rounding() -> None:
    lines = [{"line": n, "sku": n, "qty": 1, "unit_price": 100} for n in "abc"]
    shared = {"id": "x", "effects": [{"type": "order_fixed", "amount": 100}]}
    case = {"setup": {"campaigns": [shared]}, "input": {"lines": lines}}
    third = dict.fromkeys("abc", "33.3333")
    parts = [{"campaign": "x", "target": n, "amount_exact": "33.3333"} for n in "abc"]
    for key, value in (("line_discounts_exact", third), ("adjustments_exact", parts)):
        assert judge(changed(**case, expected={key: value})).verdict == "passed"
    whole = {"line_discounts_exact": {"a": "35.5"}}
    assert judge(changed(**case, expected=whole)).verdict == "failed"


def test_the_report_ends_with_the_sum() -> None:
    results = [judge(changed()), judge(changed(expected={"order_total": 1}))]
    assert text(results).endswith("\n1 passed, 1 failed, 0 not our policy")
