"""What pages of the console share: the program as it stands, an operation carried out, a problem
in the reader's words.

    program_of(desk)            the program in force now
    carry_out(desk, Operation)  what it answered; a `Problem` where it was refused
"""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest

from regulars.activities.batch import Answer, Operation, run_batch
from regulars.activities.context import Context
from regulars.engine.program import Program
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.pages import Desk, Link, Shown, tongue, words_of
from regulars.kit.problems import Conflict, Problem
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.kit.words import catalog
from regulars.programs.snapshot import Revisions, load

SQL = statements(__package__ or "", "queries.sql")
_FILE = "pages.toml"
say = words_of(__package__ or "", _FILE)
_revisions: dict[UUID, Revisions] = {}
_MOST_PROGRAMS = 50
_ids = Ids()


class NoProgram(Conflict):
    code = "no_program"


class Once(forms.Form):
    """A form whose action happens once, however often it is sent."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request.POST if request.method == "POST" else None, *args, **kwargs)
        self.fields["once"].initial = uuid4().hex

    @property
    def key(self) -> str:
        """The Idempotency-Key of what the form asks for."""
        return f"page:{self.cleaned_data['once'] or uuid4().hex}"


def context_of(desk: Desk) -> Context:
    """The program of the desk as it stands; `NoProgram` before its first revision."""
    if desk.program is None:
        raise NoProgram(say("no_program"))
    return Context(desk.program.id, desk.run(_current(desk.program.id)))


def _current(program_id: UUID) -> Steps[Revisions]:
    rows = yield Step(SQL["newest_revision"], (program_id,))
    kept = _revisions.get(program_id)
    if kept is not None and kept.numbers and kept.numbers[-1] == rows[0][0]:
        return kept
    found = yield from load(program_id)
    if not found.numbers:
        raise NoProgram(say("no_program"))
    if len(_revisions) >= _MOST_PROGRAMS:
        _revisions.clear()
    _revisions[program_id] = found if kept is None else found.adopt(kept)
    return found


def seconds(desk: Desk) -> int:
    """Now, in seconds since 1970."""
    return int(desk.now.timestamp())


def program_of(desk: Desk) -> Program:
    """The program in force now."""
    return context_of(desk).revisions.at(seconds(desk))[1]


def caller_of(desk: Desk) -> Caller:
    """Who asks, as operations want it: no till, no shop."""
    return Caller()


def carry_out(desk: Desk, operation: Operation) -> Answer:
    """Let an operation happen in the page's transaction; its `Problem` where it is refused."""
    answers = desk.run(run_batch(context_of(desk), [operation], now=seconds(desk), ids=_ids))
    answer = answers[0]
    if answer.bug is not None:
        raise answer.bug
    if answer.problem is not None:
        raise answer.problem
    return answer


def told(problem: Problem) -> str:
    """A refusal in the reader's language: its own words, or those we have for its code."""
    own = problem.extra.get("told")
    if own:
        return str(own[tongue()])
    words = catalog(__package__ or "", _FILE)
    if problem.code in words:
        return say(problem.code)
    return problem.detail if tongue() == "en" else say("refused", code=problem.code)


def file_links(noun: str, *ways: str, of: str = "") -> list[Link]:
    """Ways into a list and out of it, as files: ``import`` and ``export``. ``of`` is what the file
    has, where that is not the list itself."""
    icons = {"import": "upload", "export": "download"}
    return [Link(say(f"file_{of or way}"), f"{noun}-{way}", icon=icons[way]) for way in ways]


def form_page(
    form: forms.Form, *, title: str = "", send: str = "", intro: str = "",
    status: int | None = None, **context: Any,
) -> Shown:  # fmt: skip
    """A form as a page; 422 where it was sent and is wrong."""
    if status is None:
        status = 422 if form.is_bound else 200
    context = {"form": form, "actions": [], "send": send, "intro": intro, **context}
    return Shown("console/form.html", context, status=status, title=title)
