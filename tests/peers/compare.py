"""Compare what is expected with what happened, word by word; and tell when the difference is one
of policy: a question on which peers disagree and docs/policies.md says what we do."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.peers.cases import Case
from tests.peers.words import NotTranslated, moment

Actual = Mapping[str, Any]

UNITS_USED = ("units_consumed", "units_left")


def differences(case: Case, actual: Actual) -> list[str]:
    """What differs, in words; nothing where all that is listed holds."""
    found = []
    for key, wanted in case.expected.items():
        if key in UNITS_USED:
            continue
        exact = key.endswith("_exact")
        name = key.removesuffix("_exact")
        if name not in actual:
            raise NotTranslated(f"expected key {key}")
        got = actual[name]
        if not (_near(wanted, got) if exact else same(wanted, got)):
            found.append(f"{key}: {_said(wanted)} expected, {_said(got)} found")
    return found


def same(wanted: Any, got: Any) -> bool:
    """Whether it is the value, or one of the words that stand for it; of lines those listed."""
    if isinstance(got, (set, frozenset)):
        return wanted in got or (wanted is None and not got)
    if isinstance(wanted, dict) and isinstance(got, dict):
        return all(same(value, got.get(key, 0)) for key, value in wanted.items())
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return sorted(map(_adjustment, wanted)) == list(got)
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, (int, float)) and isinstance(got, (int, Fraction)):
        return Fraction(str(wanted)) == got
    return wanted == got


def _adjustment(entry: dict[str, Any]) -> tuple[str, str, int]:
    return str(entry["campaign"]), str(entry["target"]), int(entry["amount"])


def _near(wanted: Any, got: Any) -> bool:
    """A fraction of a minor unit, kept by the peer, against a whole one of ours: less than one off,
    up or down as the sharing of the rest has it."""
    if isinstance(wanted, dict):
        return all(_near(value, got.get(key, 0)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return len(wanted) == len(got) and all(map(_near, wanted, got))
    return abs(Fraction(str(wanted)) - Fraction(got)) < 1


def _said(value: Any) -> str:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return " or ".join(sorted(value)) or "no refusal"
    return repr(value)


def policy(case: Case, actual: Actual) -> str | None:
    """The row of docs/policies.md by which a difference is meant, or None where it is none."""
    for rule in (_odd_cent, _half_a_cent, _fractional_points, _case_of_codes, _half_open, _empty):
        if reason := rule(case, actual):
            return reason
    return None


def _odd_cent(case: Case, actual: Actual) -> str | None:
    """The same sum, shared with an odd cent elsewhere."""
    for key in ("line_discounts", "parts"):
        wanted, got = case.expected.get(key), actual.get(key)
        if isinstance(wanted, dict) and isinstance(got, dict):
            wanted, got = list(wanted.values()), [got.get(name, 0) for name in wanted]
        if not isinstance(wanted, list) or not isinstance(got, list) or wanted == got:
            continue
        others = {k: v for k, v in case.expected.items() if k != key and k not in UNITS_USED}
        if (
            sum(wanted) == sum(got)
            and all(abs(a - b) <= 1 for a, b in zip(wanted, got, strict=True))
            and all(same(v, actual.get(k)) for k, v in others.items())
        ):
            return "odd cent when sharing: largest remainder, ties to the earlier line"
    return None


def _half_a_cent(case: Case, actual: Actual) -> str | None:
    """Half a cent off a shelf price: we round the discount up, the peer the price."""
    key = "unit_price"
    campaigns = [c for c in case.setup.get("campaigns") or () if c.get("trigger") == "catalogue"]
    lines = case.input.get("lines") or ()
    if key not in case.expected or len(campaigns) != 1 or len(lines) != 1:
        return None
    percents = [e["percent"] for e in campaigns[0]["effects"] if "percent" in e]
    exact = lines[0]["unit_price"] * (1 - Fraction(str(sum(percents))) / 100)
    off = Fraction(actual[key]) - case.expected[key]
    if exact.denominator == 2 and abs(off) == 1:
        return "half a cent: the discount is rounded half up, not the price that is left"
    return None


def _fractional_points(case: Case, actual: Actual) -> str | None:
    wanted = case.expected.get("points")
    if isinstance(wanted, float) and wanted % 1 and abs(wanted - actual.get("points", 0)) < 1:
        return "fractional points: never"
    return None


def _case_of_codes(case: Case, actual: Actual) -> str | None:
    """A code told apart by upper and lower case alone."""
    shown = set(case.input.get("codes") or ())
    for campaign in case.setup.get("campaigns") or ():
        own = set(campaign.get("codes") or ())
        alike = {code.casefold() for code in own} & {code.casefold() for code in shown}
        if campaign.get("codes_case_sensitive") and alike and not own & shown:
            return "upper and lower case in codes: ignored"
    return None


def _half_open(case: Case, actual: Actual) -> str | None:
    """The very instant at which something ends."""
    campaigns = case.setup.get("campaigns") or ()
    ends = [end for c in campaigns for end in (c.get("ends_at"), c.get("ends_on")) if end]
    ends += [(case.setup.get("condition") or {}).get("to")]
    ends += [condition.get("to") for c in campaigns for condition in c.get("conditions") or ()]
    now = case.input.get("now")
    closed = actual.get("applied") == []
    if closed and now and any(end and moment(end) == moment(now) for end in ends):
        return "end dates: half-open"
    return None


def _empty(case: Case, actual: Actual) -> str | None:
    """An entry of nothing, where a lot that was used up falls due."""
    key = "last_entry_points"
    others = {k: v for k, v in case.expected.items() if k != key}
    if case.expected.get(key) == 0 and all(same(v, actual.get(k)) for k, v in others.items()):
        return "an emptied lot has nothing to expire: no posting without an amount"
    return None


def units_policy(case: Case) -> str | None:
    """A campaign uses no units up; lanes say what combines."""
    if any(key in case.expected for key in UNITS_USED):
        return "combining inside a lane: a campaign takes no units away from others, lanes decide"
    return None
