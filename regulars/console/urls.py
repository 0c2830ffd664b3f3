"""Addresses under ``/console/``: signing in, the console's own switches, and all pages."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from regulars.console import firm, forgotten, pages, switch, welcome

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
    path("oidc/<str:issuer>/login/", firm.leave, name="firm_leave"),
    path("oidc/<str:provider_id>/login/callback/", firm.back, name="openid_connect_callback"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(_account)),
    path("language/", set_language, name="set_language"),
    path("welcome/<str:token>/", welcome.page, name="welcome"),
    path("switch/", switch.to, name="switch"),
    path("", include((pages.urls(), "console"))),
]
