"""Rewards from a file. What members may take is part of the program, so the catalogue becomes a
draft, which a second person lets through like any other. What came in at a place is a delivery,
counted at once, and once for each file, where the reward is in force; the rest waits until it is,
and comes in with the same file (decision record 0014).
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
from msgspec import Struct

from regulars.activities.batch import run_batch
from regulars.activities.context import Context
from regulars.drafts import operations as drafts
from regulars.drafts import queries
from regulars.drafts.build import under
from regulars.drafts.texts import rewritten
from regulars.imports.faults import Fault, Faults, Refused, say, short
from regulars.imports.fields import FIELDS
from regulars.imports.mapping import Mapping
from regulars.imports.plan import Place, stop
from regulars.imports.rows import Given, Heard, read
from regulars.imports.staging import Staging
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.steps import Steps
from regulars.kit.words import LANGUAGES
from regulars.programs.document import check as check_document
from regulars.programs.queries import last_revision, revision
from regulars.programs.source import Source
from regulars.rewards.stock import ChangeStock
from regulars.rewards.wire import StockIn

_ROWS = """
select line, reward, name_pl, name_bg, name_en, text_pl, text_bg, text_en, cost, asset,
       besides_minor, per_member, place, came_in
  from parts
 order by line
"""
_NAMES = [field.name for field in FIELDS["rewards"]]
_SAYS = [name for name in _NAMES if name not in ("reward", "place", "came_in")]
_PLACE = re.compile(r"[^/\x00-\x1f\x7f]{1,64}")
_OPEN = ("open", "submitted", "approved")
_ids = Ids()


class Author(NamedTuple):
    """Who gave the file; ``at`` as the wall has it, as for all drafts."""

    who: str
    staff_id: UUID | None
    at: datetime


class Delivery(Struct, frozen=True):
    """So many came in at a place of a reward."""

    line: int
    reward: str
    place: str
    came_in: int


class Wanted(Struct):
    """What a file says of each reward: its fields, the places it is handed over at, deliveries."""

    lines: dict[str, int] = {}
    told: dict[str, dict[str, Any]] = {}
    places: dict[str, list[str]] = {}
    deliveries: list[Delivery] = []

    def put_into(self, data: dict[str, Any], asset: str | None) -> dict[str, Any]:
        """A document that says it too; whatever else it says of a reward stays."""
        rewards = dict(data.get("rewards") or {})
        for name, told in self.told.items():
            rewards[name] = _said(dict(rewards.get(name) or {}), told, self.places[name], asset)
        return {**data, "rewards": rewards}


def check(given: Given, place: Place, staging: Staging, *, heard: Heard) -> Wanted:
    """Check the whole file; `Refused` with every fault where there is one."""
    faults = Faults()
    found = read(given, place.terms, staging, faults, _also, heard)
    wanted = _gathered(staging, found.mapping, faults)
    document = place.revisions.document(place.revisions.numbers[-1])
    known = document.rewards
    for name, told in wanted.told.items():
        faults.add(*_missing(name, told, wanted.lines[name], name in known, found.mapping))
    asset = _usual_asset(place)
    label, names = found.mapping.label("rewards", "asset"), ", ".join(document.assets)
    for name, told in wanted.told.items():
        chosen = told.get("asset") or asset
        if "cost" in told and chosen not in document.assets:
            figures = {"value": short(told.get("asset") or ""), "there": names}
            code = "unknown_asset_here" if told.get("asset") else "asset_wanted"
            faults.add(Fault(wanted.lines[name], label, code, figures))
    if faults:
        raise Refused(faults)
    return wanted


def carry_out(
    place: Place, wanted: Wanted, *, source: str, digest: str, author: Author,
    heard: Callable[[float], None],
) -> Steps[tuple[dict[str, int], UUID | None]]:  # fmt: skip
    """Write the draft and count the deliveries; the draft that has it, where there is one."""
    counts, draft_id = yield from _draft(place, wanted, source, author)
    heard(0.5)
    counts |= yield from _deliver(place, wanted.deliveries, digest)
    heard(1.0)
    return counts, draft_id


def _draft(
    place: Place, wanted: Wanted, source: str, author: Author
) -> Steps[tuple[dict[str, int], UUID | None]]:
    """A draft of what is new, unless one that is under way says all of it already."""
    last = yield from last_revision(place.program_id)
    assert last is not None
    shown = yield from revision(place.program_id, last.number)
    data, asset = _data(shown.source), _usual_asset(place)
    there, want = data.get("rewards") or {}, wanted.put_into(data, asset)["rewards"]
    counts = {
        "rewards": len(wanted.told),
        "new": sum(name not in there for name in wanted.told),
        "updated": sum(name in there and there[name] != want[name] for name in wanted.told),
        "unchanged": sum(there.get(name) == want[name] for name in wanted.told),
    }
    if counts["unchanged"] == counts["rewards"]:
        return counts, None
    for one in (yield from queries.drafts(place.program_id)):
        if one.state in _OPEN and _says(one.source, wanted, asset):
            in_draft = counts["rewards"] - counts["unchanged"]
            return counts | {"new": 0, "updated": 0, "in_draft": in_draft}, one.id
    text = rewritten(shown.source, wanted.put_into(data, asset))
    _refuse_faults(text, shown.source, wanted)
    draft_id = yield from drafts.begin(
        program_id=place.program_id, title=say("rewards_of", file=source)[:100], base=last.number,
        source=text, now=author.at, who=author.who, staff_id=author.staff_id,
    )  # fmt: skip
    return counts, draft_id


def _deliver(place: Place, deliveries: list[Delivery], digest: str) -> Steps[dict[str, int]]:
    """Deliveries of rewards in force at their places, each once for this content of a file."""
    now = place.terms.now
    rewards = place.revisions.at(now)[1].rules.rewards
    ready = [
        one for one in deliveries if one.reward in rewards
        and one.place in rewards[one.reward].places
    ]  # fmt: skip
    orders = [
        ChangeStock(
            one.reward, StockIn(one.place, one.came_in, f"file {digest[:8]}"), Caller(),
            key=f"import:{digest[:24]}:{one.reward}:{one.place}", at=now,
        )
        for one in ready
    ]  # fmt: skip
    counts = {"came_in": 0, "delivered_before": 0, "stock_waits": len(deliveries) - len(ready)}
    context = Context(place.program_id, place.revisions)
    answers = yield from run_batch(context, orders, now=now, ids=_ids)
    for one, answer in zip(ready, answers, strict=True):
        if answer.bug is not None:
            raise answer.bug
        if answer.problem is not None:
            raise stop(one.line, answer.problem)
        counts["delivered_before" if answer.replayed else "came_in"] += one.came_in
    return counts


def _also(rows: pl.DataFrame, mapping: Mapping, faults: Faults) -> pl.DataFrame:
    """A delivery has a place, and a place is one."""
    wrong = set()
    for line, where, came_in in rows.select("line", "place", "came_in").iter_rows():
        label = mapping.label("rewards", "place")
        if where is None and came_in is not None:
            faults.add(Fault(line, label, "place_wanted"))
        elif where is not None and not _PLACE.fullmatch(where):
            faults.add(Fault(line, label, "not_a_place", {"value": short(where)}))
        else:
            continue
        wrong.add(line)
    filled = rows.filter(~pl.col("line").is_in(wrong)) if wrong else rows
    return filled.select("line", *_NAMES)


def _gathered(staging: Staging, mapping: Mapping, faults: Faults) -> Wanted:
    """Rows of one reward put together; what they say of it must be the same where they say it."""
    wanted = Wanted()
    for line, *cells in staging.read(_ROWS):
        row = dict(zip(_NAMES, cells, strict=True))
        name, where = row["reward"], row["place"]
        first = wanted.lines.setdefault(name, line)
        told = wanted.told.setdefault(name, {})
        places = wanted.places.setdefault(name, [])
        for field in _SAYS:
            value = row[field]
            if value is not None and told.setdefault(field, value) != value:
                figures = {"value": short(name), "first": first}
                faults.add(Fault(line, mapping.label("rewards", field), "reward_differs", figures))
        if where is None:
            continue
        if where in places:
            label = mapping.label("rewards", "place")
            faults.add(Fault(line, label, "place_twice", {"value": short(where)}))
            continue
        places.append(where)
        if row["came_in"] is not None:
            wanted.deliveries.append(Delivery(line, name, where, row["came_in"]))
    return wanted


def _missing(
    name: str, told: dict[str, Any], line: int, known: bool, mapping: Mapping
) -> Iterator[Fault]:
    """A reward that is not there yet needs a name and a cost."""
    if known:
        return
    if not any(told.get(f"name_{tongue}") for tongue in LANGUAGES):
        label = mapping.label("rewards", "name_en")
        yield Fault(line, label, "reward_without_name", {"value": short(name)})
    if "cost" not in told:
        label = mapping.label("rewards", "cost")
        yield Fault(line, label, "reward_without_cost", {"value": short(name)})


def _said(
    reward: dict[str, Any], told: dict[str, Any], places: list[str], asset: str | None
) -> dict[str, Any]:
    """A reward of a document with what a file tells of it."""
    for field in ("name", "text"):
        texts = {one: told[f"{field}_{one}"] for one in LANGUAGES if f"{field}_{one}" in told}
        if texts:
            reward[field] = {**(reward.get(field) or {}), **texts}
    if "cost" in told:
        reward["cost"] = {**(reward.get("cost") or {}), told.get("asset") or asset: told["cost"]}
    if "besides_minor" in told:
        reward["price_minor"] = told["besides_minor"]
    if "per_member" in told:
        reward["per_member"] = told["per_member"]
    more = [one for one in places if one not in (reward.get("places") or [])]
    if more:
        reward["places"] = [*(reward.get("places") or []), *more]
    return reward


def _says(source: str, wanted: Wanted, asset: str | None) -> bool:
    data = _data(source)
    return bool(wanted.put_into(data, asset) == data)


def _data(source: str) -> dict[str, Any]:
    found = Source(source).data
    return found if isinstance(found, dict) else {}


def _usual_asset(place: Place) -> str | None:
    """The asset that costs are in where the file does not say it: ``points``, or the only one."""
    assets = place.revisions.document(place.revisions.numbers[-1]).assets
    spendable = [name for name, one in assets.items() if one.spendable]
    return "points" if "points" in spendable else spendable[0] if len(spendable) == 1 else None


def _refuse_faults(text: str, before: str, wanted: Wanted) -> None:
    """What the document would be refused for, at the line of the file it comes from."""
    faults, known = Faults(), {(f.path, f.code) for f in check_document(before, "en").findings}
    told = zip(*(check_document(text, tongue).findings for tongue in LANGUAGES), strict=True)
    for finding, *others in told:
        if finding.severity != "error" or (finding.path, finding.code) in known:
            continue
        name = next((one for one in wanted.lines if under(finding.path, f"rewards.{one}")), None)
        said = dict(zip(LANGUAGES, (one.message for one in (finding, *others)), strict=True))
        line = 0 if name is None else wanted.lines[name]
        faults.add(Fault(line, name or "", "document_says", {"message": said}))
    if faults:
        raise Refused(faults)


def content_digest(given: Given) -> str:
    """Of the content alone: a delivery is the same however its columns were read."""
    return Given(given.noun, given.path).digest()
