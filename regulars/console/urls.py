"""Addresses under ``/console/``: signing in, the console's own switches, and all pages."""

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from regulars.console import forgotten, pages, switch, welcome

# Only what staff need; nobody signs up.
_account: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("forgotten/", forgotten.page, name="forgotten"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
if settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
    _account += [
        path("firm/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
        path("firm/error/", social.login_error, name="socialaccount_login_error"),
        path("firm/signup/", social.signup, name="socialaccount_signup"),
        path("firm/connections/", social.connections, name="socialaccount_connections"),
        path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    ]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(_account)),
    path("language/", set_language, name="set_language"),
    path("welcome/<str:token>/", welcome.page, name="welcome"),
    path("switch/", switch.to, name="switch"),
    path("", include((pages.urls(), "console"))),
]
