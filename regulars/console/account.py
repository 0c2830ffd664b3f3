"""Signing in: by invitation, with a password and a second factor, a passkey or the firm's account.

Nobody signs up. What allauth asks of a project stands here; its pages are in ``templates/``.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import get_user_model, user_logged_in, user_login_failed
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest

from regulars.console.desk import run, whole
from regulars.kit.secretkey import box
from regulars.staff.operations import record_everywhere

_NOBODY = UUID(int=0)
ENTERED = "entered_by_link"
"""In the session of somebody whom a link from the terminal let in, without second factor."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of second factors are kept encrypted: a copy of the database gives none away."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Not the last one: without a second factor nobody gets in."""
        others = type(authenticator).objects.filter(
            user_id=authenticator.user_id, type__in=("totp", "webauthn")
        )
        return others.exclude(pk=authenticator.pk).exists()


def _box() -> Fernet:
    return box(settings.SECRET_KEY, "regulars second factor")


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    _record(request, user, "signed-in")


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """An unknown name takes the same statement, which finds nobody, and neither waits for the disk:
    else the time of the answer would tell who works here (T17)."""
    email = str(credentials.get("email", "")).lower()
    user = get_user_model().objects.filter(email=email).first()
    if request is not None:
        staff_id = _NOBODY if user is None else user.pk
        whole(lambda: _note_refusal(request, staff_id, email))


def _note_refusal(request: HttpRequest, staff_id: UUID, email: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")
    record_of(request, staff_id, email, "sign-in-refused")


def _record(request: HttpRequest, user: Any, action: str) -> None:
    record_of(request, user.pk, user.email, action)


def record_of(request: HttpRequest, staff_id: UUID, who: str, action: str) -> None:
    """Write down what concerns a person's account, in all organizations they work in."""
    run(
        record_everywhere(
            staff_id=staff_id,
            who=who,
            action=action,
            now=datetime.now(UTC),
            address=address(request),
        )
    )


def address(request: HttpRequest) -> str:
    """Where a request comes from, as the server sees it."""
    return str(request.META.get("REMOTE_ADDR", ""))
