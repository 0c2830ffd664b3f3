"""Whose page this is: the program of the address, the session of the telephone, one transaction.

Nobody here is staff: the cookie is another, holds for one program's addresses only, and its session
names a member. Everything that changes something of a member is an operation like those of a till,
carried out by `Visit.do` under row-level security.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from msgspec import Struct, field

from regulars.activities.batch import Operation, run_batch
from regulars.activities.context import Context
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.pages import tongue
from regulars.kit.problems import Problem
from regulars.kit.seat import enter, now, run, whole
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.kit.words import catalog
from regulars.kit.words import day as in_words
from regulars.portal.colours import colours
from regulars.portal.contacts import Contact, region_of
from regulars.programs.snapshot import load

_PACKAGE = "regulars.portal"
COOKIE, DEVICE = "regulars_member", "regulars_device"
SQL = statements("regulars.portal", "queries.sql")
MOST_MISSES = 5
"""Of one sign-in; another takes another code, of which there are few in an hour."""
_ids = Ids()
_contexts: dict[UUID, tuple[int, Context]] = {}
_POLICY: dict[str, Any] = {
    **settings.SECURE_CSP,
    "form-action": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
}


class Guessing(Problem):
    code = "guessing"
    status = 429
    title = "Too many numbers that fit nothing"


class Visit(Struct):
    """One request to the portal of a program."""

    organization: str
    program_slug: str
    organization_id: UUID
    organization_name: str
    settings: dict[str, Any]
    program_id: UUID
    context: Context
    revision: int
    program: Program
    now: int
    """As the tills have it: a demonstration may be in the past."""
    real_now: datetime
    """As the wall has it: for codes, sessions and devices."""
    language: str
    words: dict[str, str]
    token: bytes = b""
    """The digest of the session."""
    contact: Contact | None = None
    """What was proven by a code; nothing where nobody is signed in."""
    member_id: UUID | None = None
    device: bytes = b""
    misses: int = 0
    may_redeem_at: datetime | None = None
    status: str = ""
    after: list[Callable[[], None]] = field(default_factory=list)
    """Done when everything is written: mail and messages that are sent."""

    @property
    def member(self) -> UUID:
        assert self.member_id is not None
        return self.member_id

    @property
    def proven(self) -> Contact:
        assert self.contact is not None
        return self.contact

    @property
    def ref(self) -> str:
        """How operations name the member."""
        return f"id:{self.member}"

    @property
    def name(self) -> str:
        """Of the program, as people call it."""
        names = getattr(self.program.rules, "name", {})
        return str(names.get(self.language) or self.organization_name)

    @property
    def voice(self) -> Voice:
        return Voice(self.program, self.language, "member")

    @property
    def base(self) -> str:
        return self.url("home")

    def url(self, page: str, **parts: Any) -> str:
        where = {"organization": self.organization, "program": self.program_slug, **parts}
        return reverse(f"portal:{page}", kwargs=where)

    def say(self, code: str, /, **figures: object) -> str:
        return self.words[code].format(**figures)

    def key(self, request: HttpRequest) -> str:
        """Of a form: sent twice, it is done once. Nobody meets another member's."""
        who = self.member_id or self.proven.value
        return f"portal:{who}:{request.POST.get('key') or uuid4().hex}"

    def do(self, *operations: Operation) -> list[Any]:
        """Carry out operations, all of them or none; their answers."""
        with transaction.atomic():
            answers = run(run_batch(self.context, operations, now=self.now, ids=_ids))
            for answer in answers:
                if answer.bug is not None:
                    raise answer.bug
                if answer.problem is not None:
                    raise answer.problem
        return [msgspec.json.decode(answer.text) for answer in answers]

    def caller(self) -> Caller:
        return Caller(region=region_of(self.program.timezone) or "PL")


View = Callable[..., HttpResponse]


def page(who: str = "member") -> Callable[[View], View]:
    """A view of the portal. ``who`` may open it: ``member``, ``proven`` (an address or telephone,
    joined or not), or ``anybody``."""

    def decorate(view: View) -> View:
        @never_cache
        @csp_override(_POLICY)
        @wraps(view)
        def served(
            request: HttpRequest, organization: str, program: str, **parts: Any
        ) -> HttpResponse:
            found = run(_program(organization, program))
            if found is None:
                raise Http404
            visit = None

            def answered() -> HttpResponse:
                nonlocal visit
                visit = _visit(request, organization, program, found)
                return _answer(request, visit, view, who, parts)

            try:
                answer = whole(answered)
                for act in visit.after if visit is not None else ():
                    act()
            except Problem as problem:
                if visit is None:
                    raise Http404 from None
                return trouble(request, visit, problem)
            return answer

        return served

    return decorate


def _answer(
    request: HttpRequest, visit: Visit, view: View, who: str, parts: Mapping[str, Any]
) -> HttpResponse:
    if who != "anybody" and visit.contact is None:
        return redirect(visit.url("door"))
    if who == "member" and visit.member_id is None:
        return redirect(visit.url("join"))
    if who == "member" and visit.status == "closed":
        return redirect(visit.url("back"))
    return view(request, visit, **parts)


def _visit(request: HttpRequest, organization: str, program: str, found: tuple[Any, ...]) -> Visit:
    organization_id, name, chosen, program_id, revision = found
    enter(organization_id, [program_id])
    at = int(now().timestamp())
    context = _context(program_id, revision)
    language = tongue()
    visit = Visit(
        organization, program, organization_id, name,
        chosen if isinstance(chosen, dict) else msgspec.json.decode(chosen or "{}"),
        program_id, context, *context.revisions.at(at), at, datetime.now(UTC), language,
        words(language),
    )  # fmt: skip
    token = request.COOKIES.get(COOKIE, "")
    if token:
        rows = run(_rows("session", program_id, digest(token), visit.real_now))
        if rows:
            visit.token = digest(token)
            kind, value, visit.member_id, device, visit.misses, waits, visit.status = rows[0]
            visit.contact, visit.device = Contact(kind, value), bytes(device)
            visit.may_redeem_at = waits
    return visit


def _context(program_id: UUID, revision: int) -> Context:
    """What this process holds of a program, read anew when it has a new revision."""
    held = _contexts.get(program_id)
    if held is None or held[0] != revision:
        revisions = run(load(program_id))
        if held is not None:
            revisions.adopt(held[1].revisions)
        held = _contexts[program_id] = (revision, Context(program_id, revisions))
    return held[1]


def _program(organization: str, program: str) -> Steps[tuple[Any, ...] | None]:
    rows = yield Step(SQL["program"], (organization, program))
    return tuple(rows[0]) if rows and rows[0][4] else None


def _rows(name: str, *params: Any) -> Steps[list[Any]]:
    return (yield Step(SQL[name], params))


def rows(name: str, *params: Any) -> list[Any]:
    """The rows of a statement of the portal's own."""
    return run(_rows(name, *params))


def words(language: str) -> dict[str, str]:
    """Every word of the portal in a language."""
    files = ("portal.toml", "contacts.toml", "more.toml", "rewards.toml")
    found = {code: texts for file in files for code, texts in catalog(_PACKAGE, file).items()}
    return {code: texts[language] for code, texts in found.items()}


def digest(token: str) -> bytes:
    """Of a long random token: it cannot be guessed, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).digest()


def sealed(code: str, about: str) -> bytes:
    """Of a short code: keyed, or a copy of the table could be tried out."""
    text = f"portal {about} {code}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), text, "sha256")


def trouble(request: HttpRequest, visit: Visit, problem: Problem) -> HttpResponse:
    """A problem in the member's language; what has no words of its own gets the general ones."""
    own = problem.extra.get("told")
    told = own[visit.language] if isinstance(own, dict) else ""
    told = told or visit.words.get(f"problem_{problem.code}") or visit.words["problem"]
    context = {"title": visit.words["trouble"], "detail": told}
    return show(request, visit, "trouble", context, status=problem.status)


def refuse_guessing(visit: Visit) -> None:
    """Whose card, number or address something is nobody finds out by trying (T16)."""
    if visit.misses >= MOST_MISSES:
        raise Guessing("Ask in the shop, or sign in anew.")


def missed(request: HttpRequest, visit: Visit, problem: Problem) -> HttpResponse:
    """The page that says so, and the miss is counted: a problem that is raised undoes all."""
    rows("miss", visit.program_id, visit.token, MOST_MISSES)
    return trouble(request, visit, problem)


def day(visit: Visit, when: date) -> str:
    """``31 December 2026`` in the member's language."""
    return in_words(when, visit.language)


TABS = (
    ("home", "card"), ("rewards", "gift"), ("progress", "star"), ("history", "clock"),
    ("me", "person"),
)  # fmt: skip


def show(
    request: HttpRequest, visit: Visit, template: str, context: Mapping[str, Any] = {},
    *, status: int = 200, tab: str = "",
) -> HttpResponse:  # fmt: skip
    """A page in its frame."""
    signed_in = visit.member_id is not None and visit.status != "closed"
    tabs = [
        {
            "name": visit.words[f"tab_{name}"],
            "url": visit.url(name),
            "icon": icon,
            "here": name == tab,
        }
        for name, icon in TABS
    ]
    around = {
        "v": visit, "w": visit.words, "base": visit.base, "tabs": tabs if signed_in else [],
        "colours": colours(str(visit.settings.get("colour") or "")), "key": uuid4().hex,
        "logo": str(visit.settings.get("logo") or ""),
        "languages": settings.LANGUAGES, "here": request.get_full_path(),
    }  # fmt: skip
    answer = render(request, f"portal/{template}.html", {**around, **context}, status=status)
    answer["Content-Language"] = visit.language
    return answer
