"""The way in: an e-mail address or a telephone, a code sent there, a session of this device; and
out again.

Known and unknown ones are asked, answered and written to alike (T16). A code counts in the browser
that asked for it only, five tries, ten minutes; a new device cannot take rewards for a day, and the
member is told of it, by mail where there is an address (T17). Messages cost money, so fewer of them
are sent: to a number, for a network address, and for a program altogether.
"""

import hmac
import logging
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from regulars.kit import sms
from regulars.kit.ids import Ids
from regulars.kit.pages import tongue
from regulars.kit.problems import NotFound, Problem
from regulars.kit.seat import run
from regulars.kit.steps import Step, Steps
from regulars.portal.contacts import Contact, is_offered, offered, read, send, short_name
from regulars.portal.visit import (
    COOKIE,
    DEVICE,
    SQL,
    Visit,
    digest,
    page,
    rows,
    sealed,
    show,
    words,
)

log = logging.getLogger("regulars.portal")
CODE_DIGITS = 8
TRIES = 5
CODE_MINUTES = 10
SESSION_DAYS = 60
WAIT_HOURS = 24
"""Until a new device may take rewards."""
PER_CONTACT_HOUR = {"email": 5, "phone": 3}
PER_ADDRESS_HOUR = {"email": 30, "phone": 10}
"""Of one network address."""
_ASKED = "regulars_asked"
_DEVICE_SECONDS = 400 * 86_400


class TooMany(Problem):
    code = "too_many"
    status = 429
    title = "Too many codes were asked for"


@page("anybody")
def door(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where the address is asked for."""
    if visit.contact is not None:
        return redirect(visit.base)
    by = re.sub(r"[^A-Za-z0-9-]", "", request.GET.get("by", ""))[:40]
    said, ways = request.POST.get("contact", ""), offered()
    context = {"by": by, "ways": ways, "text": visit.words[f"door_text_{ways}"],
               "label": visit.words[f"field_{ways}"]}  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "door", context)
    contact = read(said, visit.program.timezone)
    if contact is None:
        context |= {"wrong": visit.words[f"wrong_{ways}"], "said": said.strip()}
        return show(request, visit, "door", context, status=422)
    asked = new_code(request, visit, contact, "code")
    answer = redirect(visit.url("code"))
    waiting = signing.dumps([str(asked), *contact, by], salt=_ASKED)
    keep(answer, visit, _ASKED, waiting, CODE_MINUTES * 60)
    return answer


def new_code(request: HttpRequest, visit: Visit, contact: Contact, what: str) -> UUID:
    """A code, and the message that tells it on its way; `TooMany` where enough were asked for."""
    now, address = visit.real_now, str(request.META.get("REMOTE_ADDR", ""))
    _require_few(visit, contact, address)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    new = Ids().make(int(now.timestamp() * 1000))
    rows(
        "add_code", visit.program_id, new, "code", *contact, None, sealed(code, str(new)), address,
        now, now + timedelta(minutes=CODE_MINUTES),
    )  # fmt: skip
    tell(visit, contact, what, new, code=f"{code[:4]} {code[4:]}", minutes=CODE_MINUTES)
    return new


def _require_few(visit: Visit, contact: Contact, address: str) -> None:
    """Known or not, a contact has so many codes in an hour, and so have a network address and, of
    messages, the whole program: one who has codes sent to ever new numbers costs that much."""
    phone = contact.kind == "phone"
    rows("alone", f"portal {visit.program_id} {contact.kind if phone else contact.value}")
    since = visit.real_now - timedelta(hours=1)
    of_contact, of_address, of_phones = rows(
        "asked", visit.program_id, *contact, address, since
    )[0]  # fmt: skip
    if phone and of_phones >= sms.hourly():
        log.warning("a program sends no more codes by SMS in this hour",
                    extra={"program_id": str(visit.program_id)})  # fmt: skip
        raise TooMany("Try again in an hour.")
    if of_contact >= PER_CONTACT_HOUR[contact.kind] or of_address >= PER_ADDRESS_HOUR[contact.kind]:
        raise TooMany("Try again in an hour.")


def tell(visit: Visit, to: Contact, what: str, message_id: UUID, **figures: object) -> None:
    """A message, sent when everything is written: ``mail_...`` or, to a telephone, ``sms_...``."""
    if to.kind == "phone":
        short = visit.say(f"sms_{what}", name=short_name(visit.name), **figures)
        visit.after.append(lambda: send(to, "", "", short, message_id))
        return
    subject = f"mail_{what}_subject"
    title = visit.say(subject if subject in visit.words else "mail_subject", name=visit.name)
    text = visit.say(f"mail_{what}", name=visit.name, **figures)
    visit.after.append(lambda: send(to, title, text, "", message_id))


def contacts_of(visit: Visit, member_id: UUID) -> list[Contact]:
    """Where a member is reached, addresses of e-mail first."""
    found = [Contact(*row) for row in rows("contacts_of", visit.program_id, member_id)]
    return [one for one in found if is_offered(one.kind)]


@page("anybody")
def code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where the code is entered, in the browser that asked for it."""
    try:
        asked, kind, value, by = signing.loads(
            request.COOKIES.get(_ASKED, ""), salt=_ASKED, max_age=CODE_MINUTES * 60
        )
    except signing.BadSignature:
        return redirect(visit.url("door"))
    contact = Contact(kind, value)
    if request.method != "POST":
        return show(request, visit, "code", {"contact": contact})
    if not right_code(visit, UUID(asked), request.POST.get("code", "")):
        wrong = {"contact": contact, "wrong": visit.words["wrong_code"]}
        return show(request, visit, "code", wrong, status=422)
    member = rows("member_of", visit.program_id, *contact)
    answer = let_in(request, visit, contact, member[0][0] if member else None)
    answer.delete_cookie(_ASKED, path=visit.base)
    if by:
        answer["Location"] += f"?by={by}"
    return answer


def right_code(visit: Visit, asked: UUID, said: str) -> bool:
    """Whether it is the code that was sent; it is used up then. A wrong one counts as a try."""
    digits = re.sub(r"\D", "", said)
    found = rows("try_code", visit.program_id, asked, visit.real_now, TRIES)
    right = found and hmac.compare_digest(bytes(found[0][0]), sealed(digits, str(asked)))
    return bool(right and rows("use_code", visit.program_id, asked, visit.real_now))


def let_in(
    request: HttpRequest, visit: Visit, contact: Contact, member_id: UUID | None,
    *, trusted: bool = False,
) -> HttpResponseRedirect:  # fmt: skip
    """Begin a session on this device. A device that is new to the member waits, unless trusted."""
    token, now = secrets.token_urlsafe(32), visit.real_now
    known = request.COOKIES.get(DEVICE, "")
    device = known if len(known) == 43 else secrets.token_urlsafe(32)
    rows(
        "add_session", visit.program_id, digest(token), *contact, member_id, digest(device), now,
        now + timedelta(days=SESSION_DAYS),
    )  # fmt: skip
    if member_id is not None:
        waits = timedelta(0) if trusted else timedelta(hours=WAIT_HOURS)
        new = remember_device(visit, member_id, digest(device), now + waits)
        if new and not trusted:
            told = (contacts_of(visit, member_id) or [contact])[0]
            tell(visit, told, "device", Ids().make(int(now.timestamp() * 1000)), hours=WAIT_HOURS)
    answer = redirect(visit.base if member_id else visit.url("join"))
    keep(answer, visit, COOKIE, token, SESSION_DAYS * 86_400)
    keep(answer, visit, DEVICE, device, _DEVICE_SECONDS)
    assert isinstance(answer, HttpResponseRedirect)
    return answer


def remember_device(visit: Visit, member_id: UUID, device: bytes, may_redeem_at: datetime) -> bool:
    """Whether it was new to this member."""
    now = visit.real_now
    return bool(rows("add_device", visit.program_id, member_id, device, now, may_redeem_at))


@page("anybody")
def link(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """A one-time link from the operator. Looking at it uses nothing up."""
    known = (visit.program_id, digest(token), visit.real_now)
    if not rows("link", *known):
        raise NotFound("This link was used or is too old.")
    if request.method != "POST":
        return show(request, visit, "link")
    kind, value, member_id = rows("use_link", *known)[0]
    contact = (contacts_of(visit, member_id) or [Contact(kind, value)])[0]
    return let_in(request, visit, contact, member_id, trusted=True)


@require_POST
@page("anybody")
def out(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The session ends, and what the telephone kept for times without net is thrown away."""
    if visit.token:
        rows("end_session", visit.program_id, visit.token, visit.real_now)
    answer = redirect(visit.url("door"))
    answer.delete_cookie(COOKIE, path=visit.base)
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@require_POST
@page("anybody")
def language(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Another language, for this browser."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "")
    answer = redirect(back if back.startswith(visit.base) else visit.base)
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE,
        )  # fmt: skip
    return answer


def front(request: HttpRequest) -> HttpResponse:
    """``/my/``: the only program there is, or which one is asked."""
    found = run(_only())
    if found:
        where = {"organization": found[0][0], "program": found[0][1]}
        return redirect(reverse("portal:home", kwargs=where))
    return render(request, "portal/front.html", {"w": words(tongue())}, status=404)


def _only() -> Steps[list[tuple[str, str]]]:
    return (yield Step(SQL["only"]))


def keep(answer: HttpResponse, visit: Visit, name: str, value: str, seconds: int) -> None:
    """A cookie for the addresses of this program only, out of reach of scripts."""
    answer.set_cookie(
        name, value, max_age=seconds, path=visit.base, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
