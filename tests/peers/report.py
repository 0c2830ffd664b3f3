"""Report: what became of each case, area by area."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from tests.peers import compare
from tests.peers.cases import Case
from tests.peers.operations import run
from tests.peers.words import NotTranslated, OtherPolicy

Verdict = Literal["passed", "failed", "not our policy"]


class Result(Struct, frozen=True):
    """A case and what became of it; ``why`` says what failed, or whose policy it is."""

    case: Case
    verdict: Verdict
    why: str = ""


def judge(case: Case) -> Result:
    """Run a case. Whatever goes wrong in it is a failure of this case, never of the run."""
    try:
        actual = run(case)
        wrong = compare.differences(case, actual)
        if wrong and (reason := compare.policy(case, actual)):
            return Result(case, "not our policy", reason)
        if wrong:
            return Result(case, "failed", "; ".join(wrong))
    except OtherPolicy as ours:
        return Result(case, "not our policy", str(ours))
    except NotTranslated as what:
        return Result(case, "failed", f"not translated: {what}")
    except Exception as bug:
        return Result(case, "failed", f"{type(bug).__name__}: {bug}")
    if reason := compare.units_policy(case):
        return Result(case, "not our policy", reason)
    return Result(case, "passed")


def text(results: Iterable[Result]) -> str:
    """Figures by area, everything that did not pass with its reason, and the sum of all."""
    results = list(results)
    width = max((len(result.case.area) for result in results), default=4)
    lines = [f"{'area':{width}}  passed  failed  not our policy"]
    for area in sorted({result.case.area for result in results}):
        here = [result for result in results if result.case.area == area]
        passed, failed, other = counts(here)
        lines.append(f"{area:{width}}  {passed:6}  {failed:6}  {other:6}")
    for verdict in ("failed", "not our policy"):
        chosen = [result for result in results if result.verdict == verdict]
        if chosen:
            lines += ["", f"{verdict}:"]
            lines += [f"  {r.case.id} ({r.case.area}): {r.why}" for r in chosen]
    passed, failed, other = counts(results)
    lines += ["", f"{passed} passed, {failed} failed, {other} not our policy"]
    return "\n".join(lines)


def counts(results: Iterable[Result]) -> tuple[int, int, int]:
    """How many passed, failed, and are not our policy."""
    verdicts = [result.verdict for result in results]
    return verdicts.count("passed"), verdicts.count("failed"), verdicts.count("not our policy")
