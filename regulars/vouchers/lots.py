"""Lots: codes made or brought in together, with one validity, one state, and limits of their own.

Making one is an operation like any other. A lot too large for an operation (a hundred thousand
codes) is recorded by the same operation without codes, and they are copied in beside it, in the
same transaction (`files.py`).
"""

from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

from regulars.activities.bearers import VoucherLot
from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit, Voucher
from regulars.activities.wants import Wants
from regulars.engine.program import Program
from regulars.identifiers.resolve import Ref, resolve
from regulars.kit.codes import make, normalize
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict, Invalid, NotFound
from regulars.kit.requests import digest_of, encode, key_of
from regulars.members.known import known
from regulars.vouchers.operations import validity
from regulars.vouchers.usable import UnknownLot
from regulars.vouchers.wire import LotIn, LotStateIn, lot_out

LONGEST_CODE = 64
SHORTEST_CODE = 3


class LotExists(Conflict):
    code = "lot_exists"
    title = "There is a lot of this name with other codes"


class CodesTaken(Conflict):
    code = "codes_taken"
    title = "Some of these codes there are already"


class LotWithdrawn(Conflict):
    code = "lot_withdrawn"
    title = "This lot was withdrawn for good"


class UnknownDefinition(NotFound):
    code = "unknown_voucher_definition"
    title = "The program has no such voucher"


class MakeLot:
    """New codes of a voucher definition. The same given codes under the same name: no change."""

    path = "/v1/voucher-lots"
    now: int | None = None

    def __init__(
        self, request: LotIn, caller: Caller, *, key: str | None, at: int,
        copied: tuple[int, bytes] | None = None,
    ) -> None:  # fmt: skip
        """``copied``: how many codes will be copied in beside it, and the digest of given ones."""
        ways = (request.count is not None, bool(request.codes), request.public is not None)
        if sum(ways) != (0 if copied else 1):
            raise Invalid("Give one of count, codes and public.")
        self.request = request
        self.copied = copied
        self.recorded = False
        """Whether the lot was new; then its codes have to be copied in."""
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at
        self.caller = caller
        given = [item.code for item in request.codes if item.code is not None]
        given += [] if request.public is None else [request.public]
        self.given = [plain_code(code) for code in given]
        if len(set(self.given)) < len(self.given):
            raise Invalid("A code is there twice: upper and lower case, dashes and spaces do not "
                          "tell codes apart.")  # fmt: skip
        refs = (item.member for item in request.codes)
        self.refs = [None if ref is None else resolve(ref, caller.region) for ref in refs]

    def wants(self, wants: Wants, context: Context) -> None:
        wants.voucher_lots.add(self.request.lot)
        wants.vouchers.update(self.given)
        for ref in self.refs:
            if ref is not None:
                wants.member(ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        number, program = context.revisions.at(self.at)
        lot = self._lot(program)
        found = unit.voucher_lots.get(lot.name)
        activity_id = unit.make_id()
        if found is not None and (found.source, found.digest) == (lot.source, lot.digest):
            said = encode(lot_out(found)).decode()
            return Record(activity_id, None, "", self.at, said=said)
        if found is not None:
            raise LotExists("Choose another name, or withdraw that lot first.", lot=lot.name)
        members = [None if ref is None else known(unit, ref).id for ref in self.refs]
        there = sorted(set(self.given) & unit.vouchers.keys())
        if there:
            raise CodesTaken("Take them out of the list; nothing was made.", codes=there[:50])
        unit.voucher_lots[lot.name] = lot
        self.recorded = True
        unit.changes += 1
        for code, member_id in self._codes(members):
            unit.add_voucher(
                Voucher(
                    code, lot.definition, member_id, lot.uses, lot.valid_from, lot.valid_until,
                    False, new=True, per_member=lot.per_member, lot=lot.name,
                )
            )  # fmt: skip
        return Record(
            id=activity_id,
            member_id=None,
            kind="make_lot",
            occurred_at=self.at,
            shop=self.caller.shop,
            till=self.caller.till,
            revision=number,
            facts=encode({"lot": lot.name, "issued": lot.issued}).decode(),
            answer=encode(lot_out(lot)).decode(),
        )

    def _lot(self, program: Program) -> VoucherLot:
        """The lot as asked for, its validity worked out."""
        asked = self.request
        definition = program.rules.vouchers.get(asked.voucher)
        if definition is None:
            names = ", ".join(sorted(program.rules.vouchers)) or "none"
            raise UnknownDefinition(f"There is no voucher {asked.voucher!r}; there are: {names}.")
        begins, ends = validity(definition, self.at, program.timezone)
        if asked.valid_from is not None:
            begins = int(asked.valid_from.timestamp())
        if asked.valid_until is not None:
            ends = int(asked.valid_until.timestamp())
        if ends is not None and ends <= begins:
            raise Invalid("valid_until must come after valid_from.")
        public = asked.public is not None
        uses = asked.uses if public or asked.uses is not None else definition.uses
        issued = self.copied[0] if self.copied else asked.count or len(asked.codes) or 1
        generated = asked.count is not None or (self.copied is not None and not self.copied[1])
        source = "public" if public else "generated" if generated else "given"
        return VoucherLot(
            asked.lot, asked.voucher, source, "active", issued, uses, asked.per_member, begins,
            ends, self._contents(source).hex(), new=True,
        )  # fmt: skip

    def _contents(self, source: str) -> bytes:
        """What tells one list of given codes from another; codes that are made are never the same
        twice."""
        if source == "generated":
            return blake2b(make().encode(), digest_size=16).digest()
        if self.copied:
            return self.copied[1]
        if self.request.public is not None:
            return contents([(self.given[0], None)])
        given = ("" if item.code is None else normalize(item.code) for item in self.request.codes)
        return contents(zip(given, self.refs, strict=True))

    def _codes(self, members: list[UUID | None]) -> Iterable[tuple[str, UUID | None]]:
        asked = self.request
        if asked.public is not None:
            return [(self.given[0], None)]
        if asked.count is not None:
            return [(code, None) for code in generate(asked.count, asked.prefix or "")]
        given = iter(self.given)
        return [
            (next(given) if item.code is not None else made(asked.prefix or ""), member_id)
            for item, member_id in zip(asked.codes, members, strict=True)
        ]


class SetLotState:
    """Pause a lot, let it work again, or withdraw it for good."""

    path = "/v1/voucher-lots/{lot}/state"
    now: int | None = None

    def __init__(
        self, lot: str, request: LotStateIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.lot = lot  # one that cannot be a name is no lot there is
        self.state = request.state
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (lot, request))
        self.at = at
        self.caller = caller

    def wants(self, wants: Wants, context: Context) -> None:
        wants.voucher_lots.add(self.lot)

    def decide(self, unit: Unit, context: Context) -> Record:
        lot = unit.voucher_lots.get(self.lot)
        if lot is None:
            raise UnknownLot(f"There is no lot {self.lot!r}: GET /v1/voucher-lots tells them all.")
        if lot.state == "withdrawn" != self.state:
            raise LotWithdrawn("Make a new lot; the codes of this one stay unusable.")
        lot.state, lot.changed = self.state, True
        unit.changes += 1
        return Record(
            id=unit.make_id(),
            member_id=None,
            kind="set_lot_state",
            occurred_at=self.at,
            shop=self.caller.shop,
            till=self.caller.till,
            facts=encode({"lot": lot.name, "state": lot.state}).decode(),
            answer=encode(lot_out(lot)).decode(),
        )


def plain_code(text: str) -> str:
    """A given code as it is stored; too short, too long or unprintable ones are refused."""
    code = normalize(text)
    if not SHORTEST_CODE <= len(code) <= LONGEST_CODE or not code.isprintable():
        raise Invalid(
            f"{text[:70]!r} cannot be a code: {SHORTEST_CODE} to {LONGEST_CODE} printable "
            "characters, without dashes and spaces."
        )
    return code


def made(prefix: str) -> str:
    """A new code with a prefix."""
    return normalize(prefix) + make()


def generate(count: int, prefix: str) -> list[str]:
    """So many different new codes."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[made(prefix)] = None
    return list(codes)


def contents(codes: Iterable[tuple[str, Ref | None]]) -> bytes:
    """A digest of codes with their members, in whatever order they came."""
    lines = sorted(f"{code}\t{member}" for code, member in codes)
    return blake2b("\n".join(lines).encode(), digest_size=16).digest()
