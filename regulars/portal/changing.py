"""What wants a new code: another e-mail address or telephone, proven by a code sent there; and
being forgotten.

Neither works on a new device for a day (T17), like taking rewards: whoever reads another's mail
could take the account away otherwise.
"""

from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from regulars.activities.batch import Operation
from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, Problem
from regulars.kit.seat import run
from regulars.members.operations import IdentifierTaken, Register, ReplaceIdentifier
from regulars.members.queries import balances
from regulars.members.wire import IdentifierIn, RegisterIn, ReplaceIn
from regulars.portal.contacts import Contact, is_offered, read
from regulars.portal.door import CODE_MINUTES, contacts_of, keep, new_code, right_code, tell
from regulars.portal.visit import COOKIE, Visit, page, rows, show
from regulars.privacy.operations import Erase

_COOKIE = "regulars_changing"


class TooNew(Problem):
    """A device that is new to the member (T17)."""

    code = "device_too_new"
    status = 403
    title = "This device is too new for this"


class ContactTaken(Conflict):
    code = "contact_taken"
    title = "This belongs to another membership"


@page()
def contact(request: HttpRequest, visit: Visit, kind: str) -> HttpResponse:
    """Where the new address or number is asked for. Whether somebody has it already, only who gets
    its messages is told (T16)."""
    _require(kind)
    old = _known(visit, kind)
    context = {"title": visit.words[f"new_{kind}" if old else f"add_{kind}"], "kind": kind,
               "old": old, "label": visit.words[f"new_{kind}_field"]}  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "contact", context, tab="me")
    refuse_new_device(visit)
    said = request.POST.get("contact", "")
    new = read(said, visit.program.timezone, (kind,))
    if new is None or new == old:
        context |= {"wrong": visit.words[f"wrong_{kind}"], "said": said.strip()}
        return show(request, visit, "contact", context, status=422, tab="me")
    return _ask(request, visit, kind, new, "new_contact")


@page()
def contact_code(request: HttpRequest, visit: Visit, kind: str) -> HttpResponse:
    """The code that came to the new one; the others are told, too."""
    _require(kind)
    new = _asked(request, visit, kind)
    if new is None:
        return redirect(visit.url(kind))
    context = {"title": visit.words["code_title"], "contact": new,
               "again": visit.url(kind),
               "go_on": visit.words[f"new_{kind}_yes"]}  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "again", context, tab="me")
    if not _right(request, visit, kind):
        context["wrong"] = visit.words["wrong_code"]
        return show(request, visit, "again", context, status=422, tab="me")
    before, old = contacts_of(visit, visit.member), _known(visit, kind)
    try:
        visit.do(_reached(visit, old, new, visit.key(request)))
    except IdentifierTaken:
        raise ContactTaken("The shop can join the two, if both are the same person's.") from None
    rows("new_contact", visit.program_id, visit.member, *new)
    for one in before:
        tell(visit, one, f"other_{kind}", _message_id(visit))
    answer = redirect(visit.url("details") + "?saved=1")
    answer.delete_cookie(_COOKIE, path=visit.base)
    return answer


def _require(kind: str) -> None:
    if not is_offered(kind):
        raise Http404


def _known(visit: Visit, kind: str) -> Contact | None:
    found = rows("contacts_of", visit.program_id, visit.member)
    return next((Contact(*row) for row in found if row[0] == kind), None)


def _reached(visit: Visit, old: Contact | None, new: Contact, key: str) -> Operation:
    """The new one in place of the old one, or beside nothing."""
    if old is None:
        told = RegisterIn((IdentifierIn(*new),))
        return Register(visit.ref, told, visit.caller(), key=key, at=visit.now)
    told_anew = ReplaceIn(value=new.value)
    return ReplaceIdentifier(old.ref, told_anew, visit.caller(), key=key, at=visit.now)


def _message_id(visit: Visit) -> UUID:
    return Ids().make(int(visit.real_now.timestamp() * 1000))


@page()
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What being forgotten means; a code to the member's address is the way on."""
    if request.method == "POST":
        refuse_new_device(visit)
        return _ask(request, visit, "erase", visit.proven, "erase")
    has = run(balances(visit.program_id, visit.member, visit.now, visit.program.timezone)).assets
    lost = [visit.voice.asset(one.available + one.pending + one.held, one.asset) for one in has
            if one.available + one.pending + one.held
            and one.asset in visit.program.assets]  # fmt: skip
    context = {"title": visit.words["erase"], "lost": lost}
    return show(request, visit, "erase", context, tab="me")


@page()
def erase_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The code, and with it the end."""
    reached = _asked(request, visit, "erase")
    if reached is None:
        return redirect(visit.url("erase"))
    context = {"title": visit.words["code_title"], "contact": reached, "again": visit.url("erase"),
               "go_on": visit.words["erase_yes"], "danger": True}  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "again", context, tab="me")
    if not _right(request, visit, "erase"):
        context["wrong"] = visit.words["wrong_code"]
        return show(request, visit, "again", context, status=422, tab="me")
    key = visit.key(request)
    visit.do(Erase(visit.ref, visit.caller(), key=key, at=visit.now, asked_by="member"))
    visit.member_id, visit.contact = None, None
    context = {"title": visit.words["erased"], "text": visit.words["erased_text"]}
    answer = show(request, visit, "left", context)
    for cookie in (COOKIE, _COOKIE):
        answer.delete_cookie(cookie, path=visit.base)
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def refuse_new_device(visit: Visit) -> None:
    """What could take the membership away waits a day."""
    if visit.may_redeem_at is None or visit.may_redeem_at > visit.real_now:
        raise TooNew("Try again when the device has been signed in for a day.")


def _ask(
    request: HttpRequest, visit: Visit, what: str, to: Contact, word: str
) -> HttpResponse:  # fmt: skip
    """Send a code and wait for it in this browser."""
    asked = new_code(request, visit, to, word)
    answer = redirect(visit.url(f"{what}-code"))
    waiting = signing.dumps([what, str(visit.member), str(asked), *to], salt=_COOKIE)
    keep(answer, visit, _COOKIE, waiting, CODE_MINUTES * 60)
    return answer


def _waiting(request: HttpRequest, visit: Visit, what: str) -> tuple[UUID, Contact] | None:
    """The code this browser waits for, of this member and for this; and where it was sent."""
    try:
        said, member, asked, *to = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_COOKIE, max_age=CODE_MINUTES * 60
        )
    except signing.BadSignature:
        return None
    return (UUID(asked), Contact(*to)) if (said, member) == (what, str(visit.member)) else None


def _asked(request: HttpRequest, visit: Visit, what: str) -> Contact | None:
    found = _waiting(request, visit, what)
    return None if found is None else found[1]


def _right(request: HttpRequest, visit: Visit, what: str) -> bool:
    found = _waiting(request, visit, what)
    return found is not None and right_code(visit, found[0], request.POST.get("code", ""))
