"""Passkeys: a member's device signs in by itself, with a finger or the screen lock (WebAuthn).

They are offered to who is signed in and has been for a day (T17), and used at the door. A passkey
is of one host name and of one program; its owner is known to the authenticator by the
member's id, which says nothing of a person. A challenge is good once, for five minutes; a sign-in
by a passkey proves more than one by mail, so that its device need not wait.
"""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from regulars.kit.ids import Ids
from regulars.kit.problems import NotFound, Problem
from regulars.portal.changing import refuse_new_device
from regulars.portal.contacts import Contact
from regulars.portal.door import contacts_of, keep, let_in, tell
from regulars.portal.visit import Visit, day, page, rows, show

if TYPE_CHECKING:  # loaded when somebody has one: half a megabyte of domain names comes with it
    from fido2.server import Fido2Server

MOST = 10
_COOKIE = "regulars_passkey"
_SECONDS = 300
_LONGEST_ANSWER = 20_000


class PasskeyRefused(Problem):
    """Whatever was wrong with it: unknown, of another program, too late, not signed (T16)."""

    code = "passkey_refused"
    status = 422
    title = "This passkey does not fit"


@page()
def passkeys(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Those there are, one more, or one less."""
    if request.method == "POST":
        gone = rows("drop_passkey", visit.program_id, visit.member, _id(request.POST.get("id", "")))
        if not gone:
            raise NotFound("There is no such passkey.")
        return redirect(visit.url("passkeys"))
    held = rows("passkeys_of", visit.program_id, visit.member)
    context = {
        "title": visit.words["passkeys"], "more": len(held) < MOST,
        "held": [{"id": bytes(id_).hex(), "name": name,
                  "added": visit.say("passkey_added", day=day(visit, added.date())),
                  "used": visit.say("passkey_used", day=day(visit, used.date())) if used else ""}
                 for id_, _, name, added, used in held],
    }  # fmt: skip
    return show(request, visit, "passkeys", context, tab="me")


@require_POST
@page()
def begin_adding(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the browser makes a passkey of."""
    from fido2.webauthn import AttestedCredentialData, PublicKeyCredentialUserEntity

    refuse_new_device(visit)
    held = rows("passkeys_of", visit.program_id, visit.member)
    known = [AttestedCredentialData(bytes(data)) for _, data, *_ in held]
    user = PublicKeyCredentialUserEntity(
        id=visit.member.bytes, name=visit.proven.shown, display_name=visit.name
    )
    server = _server(request, visit)
    options, state = server.register_begin(
        user, known, resident_key_requirement=_required(), user_verification=_required()
    )
    return _asked(visit, dict(options), state)


@require_POST
@page()
def add(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the browser made, kept; the member is told."""
    refuse_new_device(visit)
    state, answer = _answered(request, visit)
    try:
        made = _server(request, visit).register_complete(state, answer).credential_data
    except (ValueError, KeyError, TypeError):
        raise PasskeyRefused("Try again.") from None
    assert made is not None
    _use_up(visit, state)
    name = "".join(c for c in str(answer.get("name", "")) if c.isprintable())[:60]
    added = rows(
        "add_passkey", visit.program_id, made.credential_id, visit.member, bytes(made),
        name, visit.real_now, MOST,
    )  # fmt: skip
    if not added:
        raise PasskeyRefused("It is there already, or there are too many.")
    for one in contacts_of(visit, visit.member)[:1]:
        tell(visit, one, "passkey", Ids().make(int(visit.real_now.timestamp() * 1000)))
    return _done(JsonResponse({"to": visit.url("passkeys")}), visit)


@require_POST
@page("anybody")
def begin(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A challenge for whoever stands at the door; whose passkey it will be nobody says."""
    options, state = _server(request, visit).authenticate_begin(user_verification=_required())
    return _asked(visit, dict(options), state)


@require_POST
@page("anybody")
def enter(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Signed by a passkey that is known here: a session."""
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    state, answer = _answered(request, visit)
    try:
        said = AuthenticationResponse.from_dict(answer)
        found = rows("passkey", visit.program_id, said.raw_id)
        known = [AttestedCredentialData(bytes(data)) for _, data in found]
        _server(request, visit).authenticate_complete(state, known, answer)
    except (ValueError, KeyError, TypeError):
        raise PasskeyRefused("Try another way.") from None
    member_id: UUID = found[0][0]
    counter = said.response.authenticator_data.counter
    _use_up(visit, state)
    if not rows("use_passkey", visit.program_id, said.raw_id, counter, visit.real_now):
        raise PasskeyRefused("It counts backwards: there is a copy of it.")
    contact = (contacts_of(visit, member_id) or [Contact("email", "passkey")])[0]
    entered = let_in(request, visit, contact, member_id, trusted=True)
    answered = JsonResponse({"to": entered["Location"]})
    answered.cookies = entered.cookies
    return _done(answered, visit)


def _server(request: HttpRequest, visit: Visit) -> "Fido2Server":
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    host = request.get_host()
    party = PublicKeyCredentialRpEntity(id=host.partition(":")[0], name=visit.name)

    def is_ours(origin: str) -> bool:
        """The page is of this very host; browsers give passkeys to ``https`` and localhost only."""
        said = urlsplit(origin)
        return said.netloc == host and (said.scheme == "https" or said.hostname == "localhost")

    return Fido2Server(party, verify_origin=is_ours)


def _required() -> Any:
    from fido2.webauthn import UserVerificationRequirement

    return UserVerificationRequirement.REQUIRED


def _asked(visit: Visit, options: dict[str, Any], state: dict[str, Any]) -> HttpResponse:
    answer = JsonResponse(options)
    kept = [str(state["challenge"]), str(visit.member_id or "")]
    keep(answer, visit, _COOKIE, signing.dumps(kept, salt=_COOKIE), _SECONDS)
    return answer


def _answered(request: HttpRequest, visit: Visit) -> tuple[dict[str, Any], dict[str, Any]]:
    """The challenge that this browser, for this member, was given, and what it answers."""
    try:
        challenge, member = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_COOKIE, max_age=_SECONDS
        )
        answer = json.loads(request.body[:_LONGEST_ANSWER])
    except (signing.BadSignature, ValueError):
        raise PasskeyRefused("Try again.") from None
    if member != str(visit.member_id or "") or not isinstance(answer, dict):
        raise PasskeyRefused("Try again.")
    return {"challenge": challenge, "user_verification": _required()}, answer


def _use_up(visit: Visit, state: dict[str, Any]) -> None:
    """A challenge that was answered rightly is answered once."""
    if not rows("use_challenge", visit.program_id, state["challenge"], visit.real_now):
        raise PasskeyRefused("Try again.")


def _done(answer: HttpResponse, visit: Visit) -> HttpResponse:
    answer.delete_cookie(_COOKIE, path=visit.base)
    return answer


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise NotFound("There is no such passkey.") from None
