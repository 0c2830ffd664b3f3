"""Signing in with an account of the firm's own service (OpenID Connect).

The protocol is allauth's; who is let in is said here. A service vouches for an e-mail address, and
whoever was invited under that address comes in; nothing of its account is kept, so that one that is
set up anew, or another service in its place, changes nothing. The second factor is asked for as
with a password.
"""

import logging
import secrets
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from regulars.kit.issuers import Issuer
from regulars.kit.problems import Problem
from regulars.staff.operations import normalize

log = logging.getLogger("regulars.console")
_SILENT, _STRANGE = 502, 403


class Refused(Exception):
    """Why somebody is not let in: ``firm_...`` in ``console.toml``."""

    def __init__(self, reason: str, status: int = _STRANGE, **words: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.words = words


class Service(OpenIDConnectOAuth2Adapter):
    """The firm's service, as far as it is the one that was named."""

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        if str(found["issuer"]).rstrip("/") != settings.ISSUERS[self.provider_id].url:
            raise OAuth2Error(f"its discovery document says it is {found['issuer']}")
        return found

    @property
    def basic_auth(self) -> bool:
        """Where a service does not say how it wants our secret, the standard does: like this."""
        methods = self.openid_config.get("token_endpoint_auth_methods_supported")
        return methods is None or bool(super().basic_auth)


class FirmAccountAdapter(DefaultSocialAccountAdapter):
    """Where allauth would look for an account connected before, we look for the address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        told = sociallogin.account.extra_data
        issuer = settings.ISSUERS[sociallogin.account.provider]
        nonce = sociallogin.state.get("nonce")
        claims, more = told["id_token"], told["userinfo"]
        if claims["sub"] != more["sub"] or not nonce or claims.get("nonce") != nonce:
            raise OAuth2Error("what it says belongs to another sign-in")
        user = _staff({**claims, **more}, issuer)
        raise ImmediateHttpResponse(_enter(request, user, sociallogin.get_redirect_url(request)))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if error == AuthError.CANCELLED:
            raise Refused("firm_cancelled", 200)
        if isinstance(exception, Exception):
            raise exception
        if "state" not in (extra_context or {}):
            raise Refused("firm_stale")
        raise OAuth2Error(request.GET.get("error", "it sent no code"))


@never_cache
@require_POST
def leave(request: HttpRequest, issuer: str) -> HttpResponse:
    """Over to the service. By a page that goes on by itself: after a form the browser would follow
    to the addresses of our policy alone, and a service may lead on to others still."""
    if not ratelimit.consume(request, action="login"):
        return _sorry(request, _issuer(issuer), Refused("firm_busy", 429))
    provider = get_adapter().get_provider(request, _issuer(issuer).slug)
    provider.oauth2_adapter_class = Service
    nonce = secrets.token_urlsafe(16)

    def ask() -> HttpResponse:
        there = provider.redirect(
            request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request),
            auth_params={"nonce": nonce}, nonce=nonce,
        )  # fmt: skip
        return render(request, "console/leaving.html", {"there": there.url, "name": provider.name})

    return _patiently(request, _issuer(issuer), ask)


@never_cache
@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the service."""
    issuer = _issuer(provider_id)
    view = OAuth2CallbackView.adapter_view(Service(request, issuer.slug))
    return _patiently(request, issuer, lambda: view(request))


def _issuer(slug: str) -> Issuer:
    if slug not in settings.ISSUERS:
        raise Http404
    found: Issuer = settings.ISSUERS[slug]
    return found


def _patiently(request: HttpRequest, issuer: Issuer, ask: Any) -> HttpResponse:
    """Somebody else's service may be silent, say nonsense or refuse us: each is said in words, and
    what exactly it was, to the operator."""
    try:
        return ask()
    except Refused as refused:
        log.info("%s: not let in: %s", issuer.slug, refused.reason)
        return _sorry(request, issuer, refused)
    except RequestException as silence:
        log.warning("%s does not answer as it should: %s", issuer.url, silence)
        return _sorry(request, issuer, Refused("firm_silent", _SILENT))
    except (OAuth2Error, KeyError, ValueError, TypeError) as strange:
        log.warning("%s was not understood: %r", issuer.url, strange)
        return _sorry(request, issuer, Refused("firm_strange", _SILENT))


def _sorry(request: HttpRequest, issuer: Issuer, refused: Refused) -> HttpResponse:
    words = {"reason": refused.reason, "name": issuer.name, **refused.words}
    return render(request, "console/firm.html", words, status=refused.status)


def _staff(told: dict[str, Any], issuer: Issuer) -> Any:
    """Whoever was invited under the address that the service vouches for."""
    try:
        email = normalize(str(told.get("email") or ""))
    except Problem:
        raise Refused("firm_no_address") from None
    if not issuer.may_vouch_for(email):
        raise Refused("firm_foreign", email=email)
    verified = told.get("email_verified", bool(issuer.domains))  # some never say it of their own
    if verified not in (True, "true"):
        raise Refused("firm_unverified", email=email)
    user = get_user_model().objects.filter(email=email).first()
    if user is None:
        raise Refused("firm_stranger", email=email)
    return user


def _enter(request: HttpRequest, user: Any, there: str | None) -> HttpResponse:
    if request.user.is_authenticated:
        get_account_adapter().logout(request)
    # Who has a password shows it before a second factor is set up; others have shown all there is.
    record_authentication(request, user, "firm", reauthenticated=not user.has_usable_password())
    return perform_login(request, user, redirect_url=there)
