"""Page: a member who is one of the staff. From then on that person cannot act on this account; a
colleague has to (T18)."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from regulars.activities.pages import form_page, program_of
from regulars.care.actions import title_of
from regulars.kit.pages import Desk, Done, Shown, labels_of, words_of
from regulars.members.queries import find
from regulars.staff.operations import mark_own_member
from regulars.staff.queries import Person, people

say = words_of(__package__ or "")
word = labels_of(__package__ or "")


class WhoForm(forms.Form):
    person = forms.ChoiceField(label=word("staff_person"), help_text=word("staff_person_help"))

    def __init__(self, data: Any, found: list[Person]) -> None:
        super().__init__(data)
        choices = [(str(one.staff_id), f"{one.name} {one.email}".strip()) for one in found]
        self.fields["person"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]


def own(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown | Done:
    program_of(desk)
    member = desk.run(find(desk.program.id, member_id))
    found = desk.run(people(desk.organization_id))
    form = WhoForm(request.POST or None, found)
    if not form.is_valid():
        return form_page(form, title=title_of(member), intro=say("own_intro"))
    chosen = next(one for one in found if str(one.staff_id) == form.cleaned_data["person"])
    desk.run(
        mark_own_member(
            staff_id=chosen.staff_id, program_id=desk.program.id, member_id=member_id,
            now=desk.real_now,
        )
    )  # fmt: skip
    parts = {"member_id": member_id}
    return Done(
        str(member_id), "member", say("own_marked", who=chosen.email),
        {"who": chosen.email}, parts,
    )  # fmt: skip
