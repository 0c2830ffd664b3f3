"""Group commit: many operations in one transaction of two statements, one answer each.

The batch is a generator of steps (`regulars.kit.steps`), so that the till runs it on asyncpg and an
import or a job on psycopg. The caller owns the transaction: it commits before it tells anybody, and
rolls back and tries smaller batches when a statement fails.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from msgspec import Struct

from regulars.activities.cards import load_cards
from regulars.activities.context import Context
from regulars.activities.loads import fill
from regulars.activities.repeats import load_put_away, load_repeated, still_there
from regulars.activities.unit import Record, Stored, Unit
from regulars.activities.wants import Wants
from regulars.activities.writes import flush
from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, Problem
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_ENSURE = statements("regulars.activities", "load.sql")["ensure_counters"]
_BELONGING = statements("regulars.activities", "load.sql")["belonging"]
REGROUPS = "regroups"
"""True of an operation that changes who belongs together: a household, or who sent whom. Others
need not have the attribute."""
_MAX_LOADS = 10
_NOTED = "It was noted. Try again later with the same key."


class KeyReused(Problem):
    """Same key, other content (T11)."""

    code = "idempotency_key_reused"
    status = 422
    title = "This Idempotency-Key belongs to another request"


class ReceiptTaken(Conflict):
    """Same receipt number, other content (T10)."""

    code = "receipt_taken"
    title = "A different purchase has this receipt number"


class InternalError(Problem):
    """A bug, not the caller's doing; the request left no trace."""

    code = "internal_error"
    status = 500
    title = "Something is broken here"


class Operation(Protocol):
    """One request to record something. Written once, used by till, imports and jobs. One that
    changes who belongs together says so with `REGROUPS`."""

    @property
    def keys(self) -> Sequence[str]:
        """Idempotency keys: the caller's, and that of the receipt number if it has one."""

    @property
    def digest(self) -> bytes:
        """Hash of the content, so that a reused key is noticed."""

    @property
    def now(self) -> int | None:
        """The instant as of which it is carried out; None = as of the batch. An import of the past
        says it, so that points mature and expire in step with the purchases."""

    def wants(self, wants: Wants, context: Context) -> None:
        """Say what must be loaded and locked."""

    def decide(self, unit: Unit, context: Context) -> Record:
        """Do it in memory. Raise a `Problem` before changing anything, or not at all."""


@runtime_checkable
class Retelling(Protocol):
    """An operation whose answer is not kept whole and has to be put together again."""

    def tell(self, stored: Stored, context: Context) -> str:
        """Say again what was answered when it was recorded."""


class Answer(Struct):
    """What became of one operation: the JSON text to say, or the problem."""

    text: str = ""
    activity_id: UUID | None = None
    replayed: bool = False
    problem: Problem | None = None
    bug: Exception | None = None


class Gathered(Struct):
    """What a batch wants loaded, and whom it refuses without a look: found out beforehand."""

    wants: Wants
    refused: dict[int, Answer]


def gather(
    context: Context,
    operations: Sequence[Operation],
    *,
    now: int,
    dry: bool = False,
    refused: dict[int, Answer] | None = None,
) -> Gathered:
    """Ask the operations what they need, but those that were ``refused``. An import does it while
    the batch before is written."""
    wants, refused = Wants(now, locks=not dry), {} if refused is None else refused
    for number, operation in enumerate(operations):
        if number not in refused:
            wants.keys.update(operation.keys)
            if operation.now is not None:
                wants.now = max(wants.now, operation.now)
            try:
                operation.wants(wants, context)
            except Problem as problem:
                refused[number] = _refusal(problem)
    return Gathered(wants, refused)


def run_batch(
    context: Context,
    operations: Sequence[Operation],
    *,
    now: int,
    ids: Ids,
    dry: bool = False,
    judged: Callable[[], object] = lambda: None,
    gathered: Gathered | None = None,
) -> Steps[list[Answer]]:
    """Carry out ``operations`` in order; one bad request never fails its neighbours.

    With ``dry`` nothing is written or locked: a quote is the same path without the last statement,
    and needs no transaction. Its operations must leave the unit as they find it.
    ``judged`` is called when all is decided and only the writing is left.
    """
    parts = [operations] if dry else list(_parts(operations))
    answers: list[Answer] = []
    for part in parts:
        first = gathered if len(parts) == 1 else None
        last = judged if part is parts[-1] else _not_yet
        answers += yield from _carry_out(context, part, now, ids, dry, last, first)
    return answers


def _parts(operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    """After an operation that `REGROUPS` the rest of the batch is loaded anew: who belongs together
    decides whose rows are needed."""
    begin = 0
    for number, operation in enumerate(operations, 1):
        if getattr(operation, REGROUPS, False) and number < len(operations):
            yield operations[begin:number]
            begin = number
    yield operations[begin:]


def _not_yet() -> None:
    """There is more to judge."""


def _carry_out(
    context: Context,
    operations: Sequence[Operation],
    now: int,
    ids: Ids,
    dry: bool,
    judged: Callable[[], object],
    gathered: Gathered | None,
) -> Steps[list[Answer]]:
    found = gathered or gather(context, operations, now=now, dry=dry)
    while True:
        unit = yield from _load(context, found.wants, now, ids, dry)
        answers = _decide(context, operations, unit, found.refused)
        if answers is not None:
            break
        found = gather(context, operations, now=now, dry=dry, refused=found.refused)
    judged()
    if not dry:
        for step in flush(unit):  # noqa: UP028 (a list cannot be sent the rows)
            yield step
    return answers


def _load(context: Context, wants: Wants, now: int, ids: Ids, dry: bool) -> Steps[Unit]:
    """Load and lock until nothing read is older than the locks."""
    if wants.may_grow:
        yield Step("savepoint unlocked")
    for _ in range(_MAX_LOADS):
        rows = yield wants.step(context.program_id)
        unit = Unit(context.program_id, now, ids)
        fresh = fill(unit, rows[0])
        missing = sorted(wants.counters - unit.counters.keys())
        if dry:
            unit.counters.update(dict.fromkeys(missing, 0))  # nothing is counted yet
            missing = []
        if wants.may_grow and not fresh and (yield from _grown(context, wants, unit)):
            yield Step("rollback to savepoint unlocked")
        elif missing:
            columns: list[list[Any]] = [list(column) for column in zip(*missing, strict=True)]
            yield Step(_ENSURE, (context.program_id, *columns))
        elif fresh:
            context.learn(wants.skus, unit.products)
            yield from load_cards(context, wants, unit)
            yield from load_repeated(context, unit)
            yield from load_put_away(wants, unit)
            return unit
    raise RuntimeError("the rows of this batch would not hold still")


def _grown(context: Context, wants: Wants, unit: Unit) -> Steps[bool]:
    """Whether members have to be locked that are not: somebody joined one of the households before
    its members were locked. To lock them now would be out of order, and could wait for ever; so all
    locks are given up, and taken anew."""
    params = (context.program_id, list(unit.members), list(wants.households))
    rows = yield Step(_BELONGING, params)
    return any(row[0] not in unit.members for row in rows)


def _decide(
    context: Context, operations: Sequence[Operation], unit: Unit, refused: dict[int, Answer]
) -> list[Answer] | None:
    """Every answer, or None when a failed operation left changes behind: then all begin anew
    without it."""
    answers: list[Answer] = []
    now = unit.now
    for number, operation in enumerate(operations):
        if number in refused:
            answers.append(refused[number])
            continue
        unit.now = now if operation.now is None else operation.now
        before = unit.changes
        try:
            answers.append(_one(context, operation, unit))
        except Problem as problem:
            answers.append(_refusal(problem))
        except Exception as bug:
            refused[number] = Answer(problem=InternalError(_NOTED), bug=bug)
            return None
        if answers[-1].problem is not None and unit.changes != before:
            refused[number] = answers[-1]
            return None
    return answers


def _refusal(problem: Problem) -> Answer:
    """Without its traceback: that holds the frames here, and with them all of the batch, in a
    circle that only the collector would find."""
    return Answer(problem=problem.with_traceback(None))


def _one(context: Context, operation: Operation, unit: Unit) -> Answer:
    for key in operation.keys:
        known = unit.known.get(key)
        if known is not None:
            return _replay(context, operation, key, known, unit)
    record = operation.decide(unit, context)
    if record.kind:
        unit.record(record)
        if operation.keys:
            stored = Stored(
                operation.digest.hex(), record.id, record.member_id, record.revision,
                record.facts, record.decision, record.answer,
            )  # fmt: skip
            for key in operation.keys:
                unit.known[key] = stored
                unit.new_keys.append((key, operation.digest, record.id))
    return Answer(record.said or record.answer, record.id)


def _replay(context: Context, operation: Operation, key: str, known: Stored, unit: Unit) -> Answer:
    if known.digest != operation.digest.hex():
        if key.startswith("receipt:"):
            raise ReceiptTaken(
                "Another purchase was recorded under this receipt number; look it up, or send this "
                "one with its own number.",
                activity=str(known.id),
            )
        raise KeyReused("A new request needs a new Idempotency-Key; repeat a request unchanged.")
    kept = still_there(known)
    for other in operation.keys:
        if other not in unit.known:
            unit.known[other] = known
            unit.new_keys.append((other, operation.digest, known.id))
    told = operation.tell(kept, context) if isinstance(operation, Retelling) else kept.answer
    return Answer(told, known.id, replayed=True)
