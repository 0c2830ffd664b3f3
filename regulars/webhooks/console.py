"""Pages: other systems that are told what happens; what is on its way to them, and what could not
be told."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from regulars.activities.pages import form_page, seconds
from regulars.kit.pages import (
    Desk,
    Done,
    Link,
    Page,
    Place,
    Shown,
    Table,
    badge,
    code,
    labels_of,
    link,
    moment,
    words_of,
)
from regulars.kit.parts import Facts, Filter, Listing, Note, number, sheet
from regulars.kit.problems import Problem
from regulars.webhooks import operations, queries
from regulars.webhooks.wire import DISABLED, DeliveryOut, EndpointOut

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
TOPICS = (
    "purchase",
    "return",
    "join",
    "register",
    "redeem",
    "settle",
    "void",
    "transfer",
    "correct",
)
STATES = ("waiting", "sent", "dead")
_TONES = {"active": "good", "disabled": "bad", "troubled": "busy"}
_TONES |= {"waiting": "busy", "sent": "good", "dead": "bad"}
_AT_ONCE = 50


class EndpointForm(forms.Form):
    url = forms.URLField(
        label=word("url"), help_text=word("url_help"), max_length=2_000, assume_scheme="https"
    )
    description = forms.CharField(required=False, max_length=200, label=word("description"))
    topics = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(topic, word(f"topic_{topic}")) for topic in TOPICS],
        label=word("topics"), help_text=word("topics_help"),
    )  # fmt: skip


class RotateForm(forms.Form):
    overlap_hours = forms.IntegerField(
        min_value=0,
        max_value=168,
        initial=24,
        label=word("overlap"),
        help_text=word("overlap_help"),
    )


class StateForm(forms.Form):
    state = forms.ChoiceField(required=False, label=word("state"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", say("any_state")), *((state, say(f"is_{state}")) for state in STATES)]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]


def webhooks(request: HttpRequest, desk: Desk) -> Shown:
    rows = [
        (
            link(one.description or one.url, "webhook", endpoint_id=one.id),
            code(one.url) if one.description else "",
            _topics(one),
            _standing(one),
            number(one.waiting),
            badge(number(one.dead), "bad") if one.dead else number(0),
        )
        for one in desk.run(queries.endpoints(desk.organization_id))
    ]
    columns = ("endpoint", "url", "topics", "state", "waiting", "dead")
    table = Table(
        [say(name) for name in columns], rows, empty=say("no_endpoints"), intro=say("intro"),
        actions=[Link(say("webhook-new"), "webhook-new", icon="add", primary=True)],
    )  # fmt: skip
    return Shown("console/list.html", {"table": table})


def webhook_new(request: HttpRequest, desk: Desk) -> Shown:
    """The secret is shown in the answer to the form, once, and can be found nowhere afterwards."""
    form = EndpointForm(request.POST or None)
    if not form.is_valid():
        return form_page(form, send=say("add"))
    try:
        made = desk.run(
            operations.add(
                organization_id=desk.organization_id, now=seconds(desk), **form.cleaned_data
            )
        )
    except Problem:
        form.add_error("url", say("url_refused"))
        return form_page(form, send=say("add"))
    done = Done(form.cleaned_data["url"], details=form.cleaned_data)
    return _secret(made.secret, made.id, say("made"), done)


def webhook(request: HttpRequest, desk: Desk, endpoint_id: UUID) -> Shown:
    found = desk.run(queries.endpoint(desk.organization_id, endpoint_id))
    form = StateForm(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    text = request.GET.get("before", "")
    page = desk.run(
        queries.deliveries(
            desk.organization_id, endpoint_id=endpoint_id, state=state or None,
            before=int(text) if text.isdecimal() and len(text) < 19 else None, limit=_AT_ONCE,
        )
    )  # fmt: skip
    here = {"endpoint_id": endpoint_id}
    on = found.state != "disabled"
    replay = [Link(say("webhook-replay"), "webhook-replay", here, "replay", primary=True)]
    actions = [
        Link(say("webhook-secret"), "webhook-secret", here, "key"),
        Link(
            say("pause" if on else "resume"), "webhook-state", here, "pause" if on else "play_arrow"
        ),
    ]
    further = f"?state={state}&before={page.next}" if page.next else ""
    columns = ("what", "state", "attempts", "created", "next", "said", "")
    table = Table(
        [say(name) if name else "" for name in columns],
        [_delivery(one, desk, on) for one in page.deliveries],
        empty=say("nothing_fits" if state else "no_deliveries"),
        further=further, further_label=say("earlier"),
    )  # fmt: skip
    parts = [*_notes(found), Facts(say("endpoint"), _facts(found, desk), wide=True),
             Filter(form, say("narrow")), Listing(say("deliveries"), table)]  # fmt: skip
    title = found.description or found.url
    return sheet(parts, title=title, actions=(replay if on and found.dead else []) + actions)


def webhook_secret(request: HttpRequest, desk: Desk, endpoint_id: UUID) -> Shown:
    found = desk.run(queries.endpoint(desk.organization_id, endpoint_id))
    form = RotateForm(request.POST or None)
    if not form.is_valid():
        return form_page(form, send=say("rotate"), intro=say("rotate_intro", url=found.url))
    hours = form.cleaned_data["overlap_hours"]
    made = desk.run(
        operations.rotate(
            organization_id=desk.organization_id, endpoint_id=endpoint_id,
            overlap_seconds=hours * 3600, now=seconds(desk),
        )
    )  # fmt: skip
    done = Done(found.url, details={"overlap_hours": hours})
    return _secret(made.secret, endpoint_id, say("rotated", hours=hours), done)


def webhook_state(request: HttpRequest, desk: Desk, endpoint_id: UUID) -> Shown | Done:
    found = desk.run(queries.endpoint(desk.organization_id, endpoint_id))
    on = found.state != "disabled"
    if request.method != "POST":
        question = say("pause_sure" if on else "resume_sure", url=found.url)
        context = {"question": question, "yes": say("pause" if on else "resume"), "calm": not on}
        return Shown("console/sure.html", context)
    firm = desk.organization_id
    if on:
        disabling = operations.disable(
            organization_id=firm, endpoint_id=endpoint_id, now=seconds(desk)
        )
        desk.run(disabling)
    else:
        desk.run(operations.enable(organization_id=firm, endpoint_id=endpoint_id))
    message = say("paused" if on else "resumed")
    details = {"state": ["active", "disabled"] if on else ["disabled", "active"]}
    return Done(found.url, "webhook", message, details, {"endpoint_id": endpoint_id})


def webhook_replay(
    request: HttpRequest, desk: Desk, endpoint_id: UUID, delivery_id: UUID | None = None
) -> Shown | Done:
    found = desk.run(queries.endpoint(desk.organization_id, endpoint_id))
    code_ = "replay_sure" if delivery_id is None else "replay_one_sure"
    question, refused = say(code_, count=number(found.dead), url=found.url), ""
    if request.method == "POST":
        try:
            told = desk.run(
                operations.replay(
                    organization_id=desk.organization_id, endpoint_id=endpoint_id,
                    delivery_id=delivery_id, now=seconds(desk),
                )
            )  # fmt: skip
        except operations.Disabled:
            refused = say("resume_first")
        else:
            return Done(
                found.url, "webhook", say("replayed", count=number(told)),
                {"deliveries": told, "delivery": delivery_id}, {"endpoint_id": endpoint_id},
            )  # fmt: skip
    context = {
        "question": question, "yes": say("webhook-replay"), "calm": True, "refused": refused,
    }  # fmt: skip
    return Shown("console/sure.html", context, status=409 if refused else 200)


def _secret(secret: str, endpoint_id: UUID, title: str, done: Done) -> Shown:
    context = {
        "secret": secret,
        "secret_label": say("secret"),
        "warning": say("secret_once"),
        "on": Link(say("on"), "webhook", {"endpoint_id": endpoint_id}),
    }
    return Shown("console/secret.html", context, title=title, done=done)


def _topics(one: EndpointOut) -> str:
    return ", ".join(say(f"topic_{t}") if t in TOPICS else t for t in one.topics) or say("all")


def _standing(one: EndpointOut) -> Any:
    state = "troubled" if one.state == "active" and one.failing_since else one.state
    return badge(say(f"is_{state}"), _TONES[state])


def _notes(one: EndpointOut) -> list[Note]:
    if one.disabled_because:
        return [Note(say(f"because_{one.disabled_because}"), "bad")]
    return [Note(say("failing"), "busy")] if one.failing_since else []


def _facts(one: EndpointOut, desk: Desk) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [
        (say("url"), code(one.url)),
        (say("topics"), _topics(one)),
        (say("state"), _standing(one)),
        (say("waiting"), number(one.waiting)),
        (say("dead"), number(one.dead)),
    ]
    moments = (("made_at", one.created_at), ("failing_since", one.failing_since),
               ("disabled_at", one.disabled_at))  # fmt: skip
    return rows + [(say(name), moment(at, desk.timezone)) for name, at in moments if at]


def _delivery(one: DeliveryOut, desk: Desk, on: bool) -> tuple[Any, ...]:
    again = on and one.state != "waiting" and desk.may("webhooks-change")
    where = {"endpoint_id": one.endpoint, "delivery_id": one.id}
    return (
        badge(say(f"topic_{one.topic}")) if one.topic in TOPICS else code(one.topic),
        badge(say(f"is_{one.state}"), _TONES[one.state]),
        number(one.attempts),
        moment(one.created_at, desk.timezone),
        moment(one.due_at, desk.timezone) if one.due_at else "",
        _answered(one),
        link(say("again"), "webhook-replay-one", **where) if again else "",
    )


def _answered(one: DeliveryOut) -> Any:
    """What came of the last attempt, in words where they are ours; else as the net said it."""
    if one.last_error == DISABLED:
        return say("was_disabled")
    if one.last_error and not one.last_error.startswith("it answered "):
        return code(one.last_error)
    return say("answered", status=one.last_status) if one.last_status else ""


PAGES = [
    Page("webhooks/", "webhooks", webhooks, "webhooks-see",
         place=Place("organization", 35, "webhook")),
    Page("webhooks/new/", "webhook-new", webhook_new, "webhooks-change", "webhook-made",
         below="webhooks"),
    Page("webhooks/<uuid:endpoint_id>/", "webhook", webhook, "webhooks-see", below="webhooks"),
    Page("webhooks/<uuid:endpoint_id>/secret/", "webhook-secret", webhook_secret,
         "webhooks-change", "webhook-rotated", below="webhooks"),
    Page("webhooks/<uuid:endpoint_id>/state/", "webhook-state", webhook_state, "webhooks-change",
         "webhook-changed", below="webhooks"),
    Page("webhooks/<uuid:endpoint_id>/replay/", "webhook-replay", webhook_replay,
         "webhooks-change", "webhook-replayed", below="webhooks"),
    Page("webhooks/<uuid:endpoint_id>/replay/<uuid:delivery_id>/", "webhook-replay-one",
         webhook_replay, "webhooks-change", "webhook-replayed", below="webhooks"),
]  # fmt: skip
