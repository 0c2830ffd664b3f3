"""Referrals: somebody is invited and joins by the code of who invited them."""

from typing import Any
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.referrals import Code
from regulars.activities.unit import MemberState, Unit
from regulars.kit.codes import make
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.problems import Problem
from regulars.ledger.book import Book
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.programs.document import Document
from regulars.programs.snapshot import Kept, Revisions
from regulars.referrals.operations import JoinByCode
from regulars.referrals.wire import JoinByCodeIn
from tests.desk import BEGIN
from tests.peers.cases import Case
from tests.peers.words import Fields, NotTranslated

KINDS = {"sms": "phone", "mobile": "phone", "phone": "phone", "email": "email", "mail": "email"}
PROGRAM = UUID(int=1)
NOW = int(BEGIN.timestamp())


def invite(case: Case) -> dict[str, Any]:
    """An invitation is taken up by who was invited; it counts once for each of them."""
    case.only()
    fields = Fields("invite", {k: v for k, v in case.input.items() if k != "operation"})
    channel, recipient = fields.need("channel"), fields.need("recipient")
    prior = Fields("prior", fields.take("prior") or {})
    invited, members = prior.take("invited") or [], prior.take("members") or []
    prior.done()
    document = Document(
        program="peer", currency=fields.take("currency") or "EUR", timezone="UTC",
        referrals={},  # type: ignore[arg-type]
    )  # fmt: skip
    fields.done()
    if channel not in KINDS:
        raise NotTranslated(f"invitations by {channel}")
    context = Context(PROGRAM, Revisions(PROGRAM, [Kept(1, 0, document.stored())]))
    unit = Unit(PROGRAM, NOW, Ids())
    referrer = MemberState(unit.make_id(), Book(unit.make_id(), unit.make_id), NOW)
    unit.new_member(referrer)
    code = make()
    unit.referrals.codes[code] = Code(code, referrer.id, False)
    for number, one in enumerate([*members, *invited, recipient]):
        joins = JoinIn((IdentifierIn(KINDS[channel], str(one)),))
        operation: Join | JoinByCode = (
            Join(joins, Caller(), key=None, at=NOW)
            if number < len(members)
            else JoinByCode(JoinByCodeIn(code, joins), Caller(), key=None, at=NOW)
        )
        try:
            operation.decide(unit, context)
        except Problem as problem:
            return {"accepted": False, "error": {problem.code}}
    return {"accepted": True, "error": set()}


OPERATIONS = {"invite": invite}
