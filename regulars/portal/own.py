"""What is one's own: data and its export, consents, household, friends, leaving."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from regulars.activities.batch import Operation
from regulars.consents.operations import Choose
from regulars.consents.queries import history as acts
from regulars.consents.queries import standing
from regulars.consents.wire import ChoiceIn
from regulars.households.operations import Decline, Found, Invite
from regulars.households.operations import Join as JoinHousehold
from regulars.households.operations import Leave as LeaveHousehold
from regulars.households.queries import household
from regulars.households.wire import AnswerIn, FoundIn, InviteIn, LeaveIn
from regulars.identifiers.resolve import NotAnIdentifier
from regulars.kit.problems import Invalid, NotFound
from regulars.kit.seat import run
from regulars.members.known import UnknownMember
from regulars.members.operations import IdentifierTaken, Register, ReplaceIdentifier
from regulars.members.queries import balances, find
from regulars.members.wire import IdentifierIn, RegisterIn, ReplaceIn
from regulars.portal.contacts import Contact, is_offered
from regulars.portal.home import day
from regulars.portal.joining import terms
from regulars.portal.operations import Leave
from regulars.portal.visit import COOKIE, Visit, missed, page, refuse_guessing, rows, show
from regulars.privacy.copies import everything
from regulars.referrals.operations import GetCode
from regulars.referrals.queries import referrals_of
from regulars.referrals.wire import CodeIn


@page()
def me(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The way to everything that is one's own."""
    rules = visit.program.rules
    context = {
        "title": visit.words["tab_me"], "households": bool(rules.households),
        "referrals": rules.referrals is not None, "asks": bool(terms(visit)),
    }  # fmt: skip
    return show(request, visit, "me", context, tab="me")


@page()
def details(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What is known, and putting it right."""
    member = run(find(visit.program_id, visit.member))
    reached = {
        one.kind: one.value for one in reversed(member.identifiers) if one.status == "active"
    }
    said = {name: str(member.attributes.get(name, "")) for name in ("name", "birthday")}
    if not is_offered("phone"):  # else it is proven by a code, since one signs in by it
        said["phone"] = reached.get("phone", "")
    context = {
        "title": visit.words["my_data"], "said": said, "typed": "phone" in said,
        "contacts": [_contact(visit, kind, reached.get(kind)) for kind in ("email", "phone")
                     if is_offered(kind)],
        "joined_on": visit.say("joined_on", day=day(visit, member.joined_at.date())),
    }  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "details", context, tab="me")
    told = {name: request.POST.get(name, "").strip()[:200] for name in said}
    changed = {name: told[name] for name in ("name", "birthday") if told[name] != said[name]}
    key, operations = visit.key(request), list[Operation]()
    try:
        if changed:
            attributes = RegisterIn(attributes=dict(changed))
            operations.append(
                Register(visit.ref, attributes, visit.caller(), key=key, at=visit.now)
            )
        if told.get("phone") and told["phone"] != said["phone"]:
            refuse_guessing(visit)
            operations.append(_phone(visit, said["phone"], told["phone"], f"{key}:phone"))
        if operations:
            visit.do(*operations)
    except IdentifierTaken as problem:
        return missed(request, visit, problem)
    except (Invalid, NotAnIdentifier) as problem:
        wrong = visit.words.get(f"problem_{problem.code}") or visit.words["wrong_details"]
        return show(
            request,
            visit,
            "details",
            {**context, "said": told, "wrong": wrong},
            status=422,
            tab="me",
        )
    return redirect(visit.url("details") + "?saved=1")


def _contact(visit: Visit, kind: str, value: str | None) -> dict[str, str]:
    """Where codes are sent, and the way to another one."""
    return {
        "label": visit.words[f"my_{kind}" if value else f"no_{kind}"],
        "shown": Contact(kind, value).shown if value else "",
        "change": visit.words[f"new_{kind}" if value else f"add_{kind}"],
        "url": visit.url(kind),
    }  # fmt: skip


def _phone(visit: Visit, old: str, new: str, key: str) -> Operation:
    if old:
        return ReplaceIdentifier(
            f"phone:{old}", ReplaceIn(value=new), visit.caller(), key=key, at=visit.now
        )
    told = RegisterIn((IdentifierIn("phone", new),))
    return Register(visit.ref, told, visit.caller(), key=key, at=visit.now)


@page()
def consents(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One by one; taking one back is as easy as giving it."""
    held = run(standing(visit.program_id, visit.member))
    asked = terms(visit)
    if request.method == "POST":
        name = request.POST.get("consent", "")
        if name not in asked:
            raise NotFound("There is no such consent.")
        choice = ChoiceIn(visit.ref, {name: request.POST.get("give") == "yes"}, visit.language)
        visit.do(Choose(choice, visit.caller(), key=visit.key(request), at=visit.now))
        return redirect(visit.url("consents"))
    context = {
        "title": visit.words["my_consents"],
        "asks": [
            {"name": name, "label": one.name.get(visit.language, name),
             "text": one.text.get(visit.language, ""), "version": one.version,
             "channel": visit.words[f"channel_{one.channel}"],
             "given": bool(held.get(name) and held[name].given),
             "since": _since(visit, held.get(name))}
            for name, one in asked.items()
        ],
    }  # fmt: skip
    return show(request, visit, "consents", context, tab="me")


def _since(visit: Visit, one: Any) -> str:
    if one is None or one.at is None:
        return ""
    return visit.say("given_on" if one.given else "refused_on", day=day(visit, one.at.date()))


@page()
def family(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The household or team: found one, ask somebody, answer, leave."""
    member = run(find(visit.program_id, visit.member))
    if request.method == "POST":
        try:
            visit.do(_family(request, visit, member.household))
        except UnknownMember as problem:
            return missed(request, visit, problem)
        return redirect(visit.url("household"))
    kinds = visit.program.rules.households
    context: dict[str, Any] = {
        "title": visit.words["my_household"],
        "kinds": [(name, visit.say("household_found", kind=one.name.get(visit.language, name)))
                  for name, one in kinds.items()],
        "invitations": [
            {"id": row[0], "said": visit.say("household_invited", name=_kind(visit, row[1])),
             "until": visit.say("until", day=day(visit, row[3].date()))}
            for row in rows("invitations", visit.program_id, visit.member, visit.now)
        ],
    }  # fmt: skip
    if member.household is not None:
        found = run(household(visit.program_id, visit.program, member.household, visit.now))
        theirs = [one.member for one in found.members]
        names = {one: name for one, name in rows("first_names", visit.program_id, theirs) if name}
        context |= {
            "shows_name": member.attributes.get("household_name") is True,
            "name": _kind(visit, found.kind), "heads": member.household_role == "head",
            "members": [{"role": visit.words[f"role_{one.role}"],
                         "first_name": names.get(one.member, ""),
                         "me": one.member == member.id,
                         "since": visit.say("since", day=day(visit, one.since_at.date()))}
                        for one in found.members],
            "waiting": visit.say("household_waiting", number=len(found.invited))
            if found.invited else "",
            "pool": [visit.voice.asset(amount, asset) for asset, amount in found.pool.items()],
        }  # fmt: skip
    return show(request, visit, "household", context, tab="me")


def _kind(visit: Visit, kind: str) -> str:
    rules = visit.program.rules.households.get(kind)
    return rules.name.get(visit.language, kind) if rules else kind


def _family(request: HttpRequest, visit: Visit, mine: UUID | None) -> Operation:
    act, key, at = request.POST.get("act", ""), visit.key(request), visit.now
    if act == "found":
        asked = FoundIn(visit.ref, request.POST.get("kind", ""))
        return Found(asked, visit.caller(), key=key, at=at)
    if act in ("join", "decline"):
        kind = JoinHousehold if act == "join" else Decline
        return kind(_uuid(request.POST.get("household", "")), AnswerIn(visit.ref),
                    visit.caller(), key=key, at=at)  # fmt: skip
    if mine is None:
        raise NotFound("There is no household.")
    if act == "name":
        shown = RegisterIn(attributes={"household_name": "shown" in request.POST})
        return Register(visit.ref, shown, visit.caller(), key=key, at=at)
    if act == "leave":
        return LeaveHousehold(mine, LeaveIn(visit.ref), visit.caller(), key=key, at=at)
    refuse_guessing(visit)
    number = "".join(request.POST.get("card", "").split())
    if not number.isdigit():
        raise UnknownMember
    return Invite(mine, InviteIn(visit.ref, f"card:{number}"), visit.caller(), key=key, at=at)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such household.") from None


@page()
def friends(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One's code, its address, and what became of those who came by it."""
    if request.method == "POST":
        key = f"portal:{visit.member}:referral-code"
        visit.do(GetCode(visit.ref, CodeIn(), visit.caller(), key=key, at=visit.now))
        return redirect(visit.url("friends"))
    found = run(referrals_of(visit.program_id, visit.member, visit.program, visit.now))
    code = found.codes[0] if found.codes else None
    context = {
        "title": visit.words["my_friends"], "code": code,
        "address": "" if code is None else request.build_absolute_uri(
            f"{visit.url('door')}?by={code.code}"
        ),
        "friends": [{"day": day(visit, one.entered_at.date()),
                     "status": visit.words[f"friend_{one.status}"]} for one in found.friends],
        "rewarded": visit.say("friends_rewarded", number=found.rewarded),
    }  # fmt: skip
    return show(request, visit, "friends", context, tab="me")


@page()
def export(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything about the member, as JSON: what is known now, and every row that names them."""
    data = {
        "program": visit.name,
        "organization": visit.organization_name,
        "exported_at": visit.real_now,
        "member": run(find(visit.program_id, visit.member)),
        "balances": run(
            balances(visit.program_id, visit.member, visit.now, visit.program.timezone)
        ),
        "consents": run(acts(visit.program_id, visit.member)),
        "records": run(everything(visit.program_id, visit.member)),
    }
    text = msgspec.json.format(msgspec.json.encode(data), indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@page()
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Asked once more; then the membership is closed and every telephone is signed out."""
    has = run(balances(visit.program_id, visit.member, visit.now, visit.program.timezone))
    if request.method != "POST":
        kept = [visit.voice.asset(one.available + one.pending, one.asset) for one in has.assets
                if one.available + one.pending and one.asset in visit.program.assets]  # fmt: skip
        return show(
            request, visit, "leave", {"lost": kept, "title": visit.words["leave"]}, tab="me"
        )
    member = run(find(visit.program_id, visit.member))
    key, operations = visit.key(request), list[Operation]()
    if member.household is not None:
        operations.append(
            LeaveHousehold(
                member.household, LeaveIn(visit.ref), visit.caller(), key=f"{key}:household",
                at=visit.now,
            )
        )  # fmt: skip
    held = run(standing(visit.program_id, visit.member))
    given = {name: False for name, one in held.items() if one.given and name in terms(visit)}
    if given:
        choice = ChoiceIn(visit.ref, given, visit.language)
        operations.append(Choose(choice, visit.caller(), key=f"{key}:consents", at=visit.now))
    operations.append(Leave(visit.ref, visit.caller(), key=key, at=visit.now))
    visit.do(*operations)
    rows("block_vouchers", visit.program_id, visit.member, visit.now)
    rows("end_sessions", visit.program_id, visit.member, visit.real_now)
    answer = show(request, visit, "left", {"title": visit.words["left"]})
    answer.delete_cookie(COOKIE, path=visit.base)
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer
