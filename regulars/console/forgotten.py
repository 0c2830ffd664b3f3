"""A forgotten password: a link by e-mail that sets a new one, where a mail server is set up.

Whoever asks learns nothing: every address gets the same page, and whom it belongs to is looked up
beside the answer, so that it takes the same time. The link does not sign in; the second factor is
asked for as always (T17).
"""

import logging
import threading
from datetime import UTC, datetime

from allauth.core import ratelimit
from django import forms
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache

from regulars.console.account import record_of
from regulars.console.desk import run, whole
from regulars.kit.mail import NoMail, is_set_up, send
from regulars.kit.pages import labels_of, words_of
from regulars.kit.problems import Problem
from regulars.staff.operations import normalize, password_link

log = logging.getLogger("regulars.console")
_AFTER_SECONDS = 0.2
"""The answer is out by then."""
say = words_of(__package__ or "")
word = labels_of(__package__ or "")


class AddressForm(forms.Form):
    email = forms.EmailField(
        max_length=254, label=word("email"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )  # fmt: skip


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    if not is_set_up():
        raise Http404
    form = AddressForm(request.POST or None)
    sent = form.is_valid()
    if sent:
        _send(request, form.cleaned_data["email"])
    status = 422 if form.is_bound and not sent else 200
    return render(request, "console/forgotten.html", {"form": form, "sent": sent}, status=status)


def _send(request: HttpRequest, email: str) -> None:
    """A link, unless too many were asked for under this address. Whether anybody works here under
    it is looked up beside the answer, which would tell by its time."""
    try:
        address = normalize(email)
    except Problem:
        return
    if ratelimit.consume(request, action="reset_password", key=address):
        beside = (request, address, get_language() or "en")
        threading.Timer(_AFTER_SECONDS, _look_up_and_send, beside).start()


def _look_up_and_send(request: HttpRequest, address: str, language: str) -> None:
    try:
        token = whole(lambda: _token(request, address))
        if token is None:
            return
        with override(language):
            link = request.build_absolute_uri(reverse("welcome", args=[token]))
            subject, text = (
                say("forgotten_subject"),
                say("forgotten_mail", link=link, email=address),
            )
        send(address, subject, text)
    except NoMail:
        log.warning("a password link was not sent")
    finally:
        connection.close()


def _token(request: HttpRequest, address: str) -> str | None:
    """Of a new link; None where nobody works here under the address."""
    staff_id, token = run(password_link(email=address, now=datetime.now(UTC)))
    if staff_id is None:
        return None
    record_of(request, staff_id, address, "password-asked")
    return token
