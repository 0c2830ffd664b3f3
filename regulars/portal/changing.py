"""What wants a new code: another e-mail address, proven by a code sent there; and being forgotten.

Neither works on a new device for a day (T17), like taking rewards: whoever reads another's mail
could take the account away otherwise.
"""

from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from regulars.activities.batch import Operation
from regulars.identifiers.resolve import KINDS
from regulars.kit import mail
from regulars.kit.problems import Conflict, Problem
from regulars.kit.seat import run
from regulars.members.operations import IdentifierTaken, Register, ReplaceIdentifier
from regulars.members.queries import balances
from regulars.members.wire import IdentifierIn, RegisterIn, ReplaceIn
from regulars.portal.door import CODE_MINUTES, keep, new_code, right_code
from regulars.portal.visit import COOKIE, Visit, page, rows, show
from regulars.privacy.operations import Erase

_COOKIE = "regulars_changing"


class TooNew(Problem):
    """A device that is new to the member (T17)."""

    code = "device_too_new"
    status = 403
    title = "This device is too new for this"


class EmailTaken(Conflict):
    code = "email_taken"
    title = "This address belongs to another membership"


@page()
def email(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where the new address is asked for. Whether somebody has it already, only who can read its
    mail is told (T16)."""
    context = {"title": visit.words["new_email"]}
    if request.method != "POST":
        return show(request, visit, "email", context, tab="me")
    _refuse_new_device(visit)
    said = request.POST.get("email", "").strip()
    new = KINDS["email"].normalize(said, "PL") if len(said) <= 254 else None
    if new is None or new == visit.email:
        context |= {"wrong": visit.words["wrong_email"], "said": said}
        return show(request, visit, "email", context, status=422, tab="me")
    return _ask(request, visit, "email", new, "mail_new_email")


@page()
def email_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The code that came to the new address; the old one is told, too."""
    new = _asked(request, visit, "email")
    if new is None:
        return redirect(visit.url("email"))
    context = {"title": visit.words["code_title"], "email": new, "again": visit.url("email"),
               "go_on": visit.words["new_email_yes"]}  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "again", context, tab="me")
    if not _right(request, visit, "email"):
        context["wrong"] = visit.words["wrong_code"]
        return show(request, visit, "again", context, status=422, tab="me")
    old, key = visit.email, visit.key(request)
    try:
        visit.do(_readdressed(visit, new, key))
    except IdentifierTaken:
        raise EmailTaken("The shop can join the two, if both are the same person's.") from None
    rows("new_address", visit.program_id, visit.member, new)
    subject = visit.say("mail_old_email_subject", name=visit.name)
    text = visit.say("mail_old_email", name=visit.name)
    visit.after.append(lambda: mail.send(old, subject, text))
    answer = redirect(visit.url("details") + "?saved=1")
    answer.delete_cookie(_COOKIE, path=visit.base)
    return answer


def _readdressed(visit: Visit, new: str, key: str) -> Operation:
    """The new address in place of the old one, or beside nothing."""
    known = rows("emails_of", visit.program_id, visit.member)
    if not known:
        told = RegisterIn((IdentifierIn("email", new),))
        return Register(visit.ref, told, visit.caller(), key=key, at=visit.now)
    old = f"email:{known[0][0]}"
    return ReplaceIdentifier(old, ReplaceIn(value=new), visit.caller(), key=key, at=visit.now)


@page()
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What being forgotten means; a code to the member's address is the way on."""
    if request.method == "POST":
        _refuse_new_device(visit)
        return _ask(request, visit, "erase", visit.email, "mail_erase")
    has = run(balances(visit.program_id, visit.member, visit.now, visit.program.timezone)).assets
    lost = [visit.voice.asset(one.available + one.pending + one.held, one.asset) for one in has
            if one.available + one.pending + one.held
            and one.asset in visit.program.assets]  # fmt: skip
    context = {"title": visit.words["erase"], "lost": lost}
    return show(request, visit, "erase", context, tab="me")


@page()
def erase_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The code, and with it the end."""
    address = _asked(request, visit, "erase")
    if address is None:
        return redirect(visit.url("erase"))
    context = {"title": visit.words["code_title"], "email": address, "again": visit.url("erase"),
               "go_on": visit.words["erase_yes"], "danger": True}  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "again", context, tab="me")
    if not _right(request, visit, "erase"):
        context["wrong"] = visit.words["wrong_code"]
        return show(request, visit, "again", context, status=422, tab="me")
    key = visit.key(request)
    visit.do(Erase(visit.ref, visit.caller(), key=key, at=visit.now, asked_by="member"))
    visit.member_id, visit.email = None, ""
    context = {"title": visit.words["erased"], "text": visit.words["erased_text"]}
    answer = show(request, visit, "left", context)
    for cookie in (COOKIE, _COOKIE):
        answer.delete_cookie(cookie, path=visit.base)
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _refuse_new_device(visit: Visit) -> None:
    if visit.may_redeem_at is None or visit.may_redeem_at > visit.real_now:
        raise TooNew("Try again when the device has been signed in for a day.")


def _ask(request: HttpRequest, visit: Visit, what: str, to: str, word: str) -> HttpResponse:
    """Send a code and wait for it in this browser."""
    asked, text = new_code(visit, to, str(request.META.get("REMOTE_ADDR", "")), word)
    subject = visit.say("mail_subject", name=visit.name)
    visit.after.append(lambda: mail.send(to, subject, text))
    answer = redirect(visit.url(f"{what}-code"))
    waiting = signing.dumps([what, str(visit.member), str(asked), to], salt=_COOKIE)
    keep(answer, visit, _COOKIE, waiting, CODE_MINUTES * 60)
    return answer


def _waiting(request: HttpRequest, visit: Visit, what: str) -> tuple[UUID, str] | None:
    """The code this browser waits for, of this member and for this; and where it was sent."""
    try:
        said, member, asked, to = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_COOKIE, max_age=CODE_MINUTES * 60
        )
    except signing.BadSignature:
        return None
    return (UUID(asked), to) if (said, member) == (what, str(visit.member)) else None


def _asked(request: HttpRequest, visit: Visit, what: str) -> str | None:
    found = _waiting(request, visit, what)
    return None if found is None else found[1]


def _right(request: HttpRequest, visit: Visit, what: str) -> bool:
    found = _waiting(request, visit, what)
    return found is not None and right_code(visit, found[0], request.POST.get("code", ""))
