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
        if any("amount_exact" in entry for entry in wanted):
            return _near(wanted, got)
        return all(a == b for a, b in _pairs(wanted, got))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, (int, float)) and isinstance(got, (int, Fraction)):
        return Fraction(str(wanted)) == got
    return wanted == got


def _near(wanted: Any, got: Any) -> bool:
    """A fraction of a minor unit, kept by the peer, against a whole one of ours: less than one off,
    up or down as the sharing of the rest has it."""
    pairs = _pairs(wanted, got)
    return all(abs(Fraction(str(a)) - Fraction(b)) < 1 for a, b in pairs)


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


SHARED = ("line_discounts", "unit_discounts", "line_totals", "adjustments", "parts")


def _odd_cent(case: Case, actual: Actual) -> str | None:
    """The same sums, shared with odd cents elsewhere, and nothing else that differs."""
    for key, wanted in case.expected.items():
        got = actual.get(key.removesuffix("_exact"))
        if (
            key in UNITS_USED
            or same(wanted, got)
            or (key.endswith("_exact") and _near(wanted, got))
        ):
            continue
        if key not in SHARED:
            return None
        pairs = [(int(a), int(b)) for a, b in _pairs(wanted, got)]
        if sum(a - b for a, b in pairs) or any(abs(a - b) > 1 for a, b in pairs):
            return None
    return "odd cent when sharing: largest remainder, ties to the earlier line"


def _pairs(wanted: Any, got: Any) -> list[tuple[Any, Any]]:
    """The amounts that stand for the same thing."""
    if isinstance(wanted, dict):
        return [pair for name in wanted for pair in _pairs(wanted[name], got.get(name, 0))]
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        amounts = {(campaign, target): amount for campaign, target, amount in got}
        named = {(e["campaign"], e["target"]): _amount(e) for e in wanted}
        return [(named.get(at, 0), amounts.get(at, 0)) for at in sorted({*named, *amounts})]
    if isinstance(wanted, list):
        longest = max(len(wanted), len(got))
        padded = [[*values, *[0] * (longest - len(values))] for values in (wanted, got)]
        return list(zip(*padded, strict=True))
    return [(wanted, got)]


def _amount(entry: dict[str, Any]) -> Any:
    """What one adjustment takes off, whole or as a fraction of a minor unit."""
    return Fraction(str(entry["amount_exact"])) if "amount_exact" in entry else entry["amount"]


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
