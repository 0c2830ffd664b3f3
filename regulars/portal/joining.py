"""Joining: a new card or one in the hand, and consents one by one, none of them needed (T21)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from regulars.activities.batch import Operation
from regulars.consents.operations import Choose
from regulars.consents.queries import in_order
from regulars.consents.wire import ChoiceIn
from regulars.kit.problems import Problem
from regulars.kit.seat import run
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn, RegisterIn
from regulars.portal.door import WAIT_HOURS, remember_device
from regulars.portal.operations import CardNotFree, ClaimCard, ComeBack
from regulars.portal.visit import MOST_MISSES, Guessing, Visit, page, refuse_guessing, rows, show
from regulars.programs.document import ConsentTerms, Document
from regulars.referrals.operations import Enter, JoinByCode, NoSuchCode
from regulars.referrals.wire import EnterIn, JoinByCodeIn


def terms(visit: Visit) -> dict[str, ConsentTerms]:
    """What the program asks its members for, in its order."""
    rules = visit.program.rules
    if not isinstance(rules, Document):
        return {}
    return run(in_order(visit.program_id, visit.revision, rules.consents))


@page("proven")
def join(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The form, and the membership that comes of it."""
    if visit.member_id is not None:
        return redirect(visit.base)
    said = {name: request.POST.get(name, "").strip() for name in ("card", "number", "friend")}
    said["friend"] = said["friend"] or request.GET.get("by", "")[:40]
    context = {
        "asks": [
            {"name": name, "label": one.name.get(visit.language, name),
             "text": one.text.get(visit.language, ""), "version": one.version,
             "channel": visit.words[f"channel_{one.channel}"],
             "ticked": f"consent-{name}" in request.POST}
            for name, one in terms(visit).items()
        ],
        "said": said, "friends": visit.program.rules.referrals is not None,
    }  # fmt: skip
    if request.method != "POST":
        return show(request, visit, "join", context)
    try:
        return _joined(request, visit, said)
    except Problem as problem:
        if isinstance(problem, CardNotFree | NoSuchCode):
            rows("miss", visit.program_id, visit.token, MOST_MISSES)
        wrong = visit.words.get(f"problem_{problem.code}") or visit.words["problem"]
        status = problem.status if isinstance(problem, Guessing) else 422
        return show(request, visit, "join", {**context, "wrong": wrong}, status=status)


def _joined(request: HttpRequest, visit: Visit, said: dict[str, str]) -> HttpResponse:
    choices = {name: f"consent-{name}" in request.POST for name in terms(visit)}
    claims = said["card"] == "mine"
    if said["friend"]:
        refuse_guessing(visit)
    key = visit.key(request)
    operations: list[Operation] = [_first(visit, said, key, claims=claims)]
    if claims and said["friend"] and visit.program.rules.referrals is not None:
        named = EnterIn(said["friend"])
        operations.append(
            Enter(visit.proven.ref, named, visit.caller(), key=f"{key}:friend", at=visit.now)
        )
    if choices:
        chosen = ChoiceIn(visit.proven.ref, choices, visit.language)
        operations.append(Choose(chosen, visit.caller(), key=f"{key}:consents", at=visit.now))
    visit.do(*operations)
    visit.member_id = rows("member_of", visit.program_id, *visit.proven)[0][0]
    rows("belong", visit.program_id, visit.token, visit.member_id)
    waits = timedelta(hours=WAIT_HOURS if claims else 0)
    remember_device(visit, visit.member, visit.device, visit.real_now + waits)
    return redirect(visit.base)


def _first(visit: Visit, said: dict[str, str], key: str, *, claims: bool) -> Operation:
    proven = (IdentifierIn(*visit.proven),)
    if claims:
        if visit.misses >= MOST_MISSES:
            raise CardNotFree
        number = "".join(said["number"].split())
        return ClaimCard(
            f"card:{number}", RegisterIn(proven), visit.caller(), key=key, at=visit.now
        )
    joins = JoinIn(identifiers=proven, issue_card=True, registered=True)
    if said["friend"] and visit.program.rules.referrals is not None:
        by = JoinByCodeIn(said["friend"], joins)
        return JoinByCode(by, visit.caller(), key=key, at=visit.now)
    return Join(joins, visit.caller(), key=key, at=visit.now)


@page("proven")
def back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who left may come back."""
    if visit.member_id is None or visit.status != "closed":
        return redirect(visit.base)
    if request.method != "POST":
        return show(request, visit, "back")
    visit.do(ComeBack(visit.ref, visit.caller(), key=visit.key(request), at=visit.now))
    return redirect(visit.base)
