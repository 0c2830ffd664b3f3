"""Django settings of the control plane. What differs between installations comes from outside:

DATABASE_URL         where PostgreSQL is (postgresql://...; a folder as ``?host=/dir`` is a socket)
REGULARS_DATA        the data folder; its file ``secret-key`` holds the secret key
REGULARS_SECRET_KEY  the secret key itself, instead of the file
REGULARS_HOSTS       host names the pages answer to, separated by commas
REGULARS_ORIGIN      how browsers call it, behind a proxy that speaks TLS: https://loyalty.example
REGULARS_DOMAINS     host names that lead to a portal: club.example=shoes/club, by commas
REGULARS_OIDC        sign-in with a firm's own accounts, off without it: `regulars/kit/issuers.py`
"""

import os
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from psycopg.conninfo import conninfo_to_dict

from regulars.kit.domains import domains
from regulars.kit.issuers import issuers
from regulars.kit.secretkey import installation_key


def _database(url: str) -> dict[str, Any]:
    """Django's words for a connection URL; what Django has no word for goes to the driver."""
    options: dict[str, Any] = {k: v for k, v in conninfo_to_dict(url).items() if v is not None}
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    known = {ours: options.pop(theirs, "") for ours, theirs in names.items()}
    if role := os.environ.get("REGULARS_DATABASE_ROLE"):  # the pages; commands own the tables
        options["options"] = f"{options.get('options', '')} -c role={role}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "PORT": str(options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "OPTIONS": options,
        **known,
    }


SECRET_KEY = installation_key()
DEBUG = False
ORIGIN = os.environ.get("REGULARS_ORIGIN", "").rstrip("/")
_SECURE = ORIGIN.startswith("https://")
ALLOWED_HOSTS = os.environ.get("REGULARS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DOMAINS = domains(os.environ.get("REGULARS_DOMAINS", ""))
ALLOWED_HOSTS += DOMAINS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in DOMAINS]
if ORIGIN:
    ALLOWED_HOSTS.append(ORIGIN.partition("://")[2].partition(":")[0])
    CSRF_TRUSTED_ORIGINS.append(ORIGIN)
if _SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

# Every room that keeps something has migrations; there is no list to forget a new one in.
NOUNS = sorted(file.parent.name for file in Path(__file__).parent.glob("*/migrations"))
INSTALLED_APPS = [
    "regulars.console",  # its templates and translations come before those of the packages
    *(f"regulars.{noun}" for noun in NOUNS),
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "unfold.apps.BasicAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "regulars.kit.forwarded.forwarded",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "regulars.kit.sound.sound",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "regulars.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "regulars.console.frame.everywhere",
            ],
        },
    }
]

DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": _database(DATABASE_URL)} if DATABASE_URL else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("pl", "Polski"), ("bg", "Български"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "regulars_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight from the packages: nothing to collect
WHITENOISE_MAX_AGE = 600

# What a browser may do with our pages: nothing but talk to this server.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_COOKIE_NAME = "regulars_staff"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SECURE
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "regulars_csrf"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# In the database, because several processes count attempts to sign in together (T17).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "page_cache",
    }
}

AUTH_USER_MODEL = "staff.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "console:overview"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "regulars.console.account.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # who is invited has shown the link
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reset_password": "20/h/ip,3/h/key",
}
MFA_ADAPTER = "regulars.console.account.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _SECURE  # browsers themselves allow it on localhost only
MFA_FORMS = {
    "add_webauthn": "regulars.console.forms.AddKeyForm",
    "edit_webauthn": "regulars.console.forms.EditKeyForm",
}
MFA_TOTP_ISSUER = "Regulars"
SOCIALACCOUNT_ADAPTER = "regulars.console.firm.FirmAccountAdapter"
ISSUERS = issuers(os.environ)
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": issuer.slug,
                "name": issuer.name,
                "client_id": issuer.client,
                "secret": issuer.secret,
                "settings": {"server_url": issuer.url},
            }
            for issuer in ISSUERS.values()
        ],
    }
}
