"""Open a till: the page of the console that turns somebody who is signed in into a cashier."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from regulars.counter.operations import LASTS, open_till
from regulars.kit.pages import Desk, Done, Page, Place, Shown, labels_of, refused, words_of
from regulars.organizations.queries import Shop
from regulars.organizations.queries import shops as shops_of
from regulars.till.sessions import COOKIE

say = words_of(__package__ or "")
word = labels_of(__package__ or "")


class TillForm(forms.Form):
    shop = forms.ChoiceField(label=word("till_shop"))
    till = forms.RegexField(
        r"^[\w .-]{1,40}$", label=word("till_name"), help_text=word("till_name_help"), initial="1"
    )

    def __init__(self, *args: Any, shops: list[Shop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(shop.id), f"{shop.code} {shop.name}") for shop in shops]
        self.fields["shop"].choices = choices  # type: ignore[attr-defined]


def till(request: HttpRequest, desk: Desk) -> Shown | HttpResponse:
    """For one shop of one's own and the chosen program. The cookie is out of reach of scripts."""
    if desk.program is None:
        raise refused(say("no_program"))
    found = [s for s in desk.run(shops_of(desk.organization_id))
             if not desk.shops or s.id in desk.shops]  # fmt: skip
    if not found:
        raise refused(say("no_shop"))
    form = TillForm(request.POST or None, shops=found)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "send": say("till_open")}
        return Shown("console/form.html", context, status=status)
    data = form.cleaned_data
    secret = desk.run(
        open_till(
            organization_id=desk.organization_id,
            program_id=desk.program.id,
            shop_id=UUID(data["shop"]),
            till=data["till"],
            staff_id=desk.staff_id,
            who=desk.who,
            now=desk.real_now,
        )
    )
    shop = next(one.code for one in found if str(one.id) == data["shop"])
    answer: Any = redirect("/till/")
    answer.done = Done(f"{shop}/{data['till']}", details={"program": desk.program.slug})
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


PAGES = [
    Page("till/", "till", till, "till", writes="till-opened",
         place=Place("", 20, "point_of_sale")),
]  # fmt: skip
