"""The page on which a program begins: its first document from an example, as a draft."""

from typing import Any

from django import forms
from django.http import HttpRequest

from regulars.drafts import operations
from regulars.drafts.build import id_from
from regulars.drafts.keeping import say
from regulars.drafts.texts import rewritten
from regulars.kit.fields import LongSelect
from regulars.kit.pages import Desk, Done, Shown, currencies, labels_of, timezones, tongue
from regulars.kit.rowsecurity import ENTER
from regulars.kit.steps import Step, Steps
from regulars.organizations.queries import settings
from regulars.programs.document import Document
from regulars.programs.examples import EXAMPLES, example
from regulars.programs.operations import ensure_program
from regulars.programs.source import Source

_ICONS = {"shoe-shop": "storefront", "cafe-stamps": "local_cafe", "supermarket": "shopping_cart"}

_USUAL = {"pl": "PLN"}

word = labels_of(__package__ or "")


class ProgramForm(forms.Form):
    name = forms.CharField(max_length=100, label=word("program_name"))
    currency = forms.ChoiceField(
        choices=currencies,
        widget=LongSelect,
        label=word("program_currency"),
        help_text=word("program_currency_help"),
    )
    timezone = forms.ChoiceField(
        choices=timezones, widget=LongSelect, label=word("program_timezone")
    )


def first(request: HttpRequest, desk: Desk) -> Shown | Done:
    """A new program: nothing of it is in force before its draft is let through and published."""
    known = desk.run(settings(desk.organization_id))
    currency = known.currency or _USUAL.get(tongue(), "EUR")
    initial = {"name": known.name, "currency": currency, "timezone": known.timezone}
    form = ProgramForm(request.POST or None, initial=initial)
    chosen = request.POST.get("example", "")
    if form.is_valid() and chosen in EXAMPLES:
        draft_id = desk.run(_begun(desk, chosen, form.cleaned_data))
        parts = {"draft_id": draft_id}
        return Done(
            form.cleaned_data["name"], to="draft", message=say("program_begun"), parts=parts
        )
    examples = [
        {
            "id": one,
            "icon": _ICONS[one],
            "name": say(f"example_{one}"),
            "about": say(f"example_{one}_about"),
        }
        for one in EXAMPLES
    ]
    status = 422 if request.method == "POST" else 200
    return Shown("drafts/first.html", {"form": form, "examples": examples}, status=status)


def _begun(desk: Desk, chosen: str, said: dict[str, Any]) -> Steps[Any]:
    """The program, and the example in it as a draft under its own name."""
    source = example(f"{chosen}.yaml")
    slug = id_from(said["name"], [one.slug for one in desk.programs])
    about = {"program": slug, "name": {tongue(): said["name"]}, "currency": said["currency"]}
    data: Any = {**Source(source).data, **about, "timezone": said["timezone"]}
    document = Document(**about, timezone=said["timezone"])
    program_id = yield from ensure_program(
        organization_id=desk.organization_id, document=document, now=desk.real_now
    )
    mine = ",".join(str(one) for one in (*(one.id for one in desk.programs), program_id))
    yield Step(ENTER, (str(desk.organization_id), mine))
    return (
        yield from operations.begin(
            program_id=program_id, title=said["name"], base=0, source=rewritten(source, data),
            now=desk.real_now, who=desk.who, staff_id=desk.staff_id,
        )
    )  # fmt: skip
