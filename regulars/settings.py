"""Django settings of the control plane. What differs between installations comes from outside:

DATABASE_URL         where PostgreSQL is (postgresql://...; a folder as ``?host=/dir`` is a socket)
REGULARS_DATA        the data folder; its file ``secret-key`` holds the secret key
REGULARS_SECRET_KEY  the secret key itself, instead of the file
REGULARS_HOSTS       host names the pages answer to, separated by commas
"""

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict


def _database(url: str) -> dict[str, Any]:
    """Django's words for a connection URL; what Django has no word for goes to the driver."""
    options: dict[str, Any] = {k: v for k, v in conninfo_to_dict(url).items() if v is not None}
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    known = {ours: options.pop(theirs, "") for ours, theirs in names.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "PORT": str(options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "OPTIONS": options,
        **known,
    }


def _secret_key() -> str:
    """The secret key, or nothing: Django then refuses whatever would need one. No default."""
    key = os.environ.get("REGULARS_SECRET_KEY", "")
    folder = os.environ.get("REGULARS_DATA")
    if key or folder is None:
        return key
    file = Path(folder, "secret-key")
    if not file.exists():
        return ""
    if file.stat().st_mode & 0o077:
        raise PermissionError(f"{file} can be read by others: chmod 600 {file}")
    return file.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("REGULARS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

# Every room that keeps something has migrations; there is no list to forget a new one in.
NOUNS = sorted(file.parent.name for file in Path(__file__).parent.glob("*/migrations"))
INSTALLED_APPS = [
    *(f"regulars.{noun}" for noun in NOUNS),
    "django.contrib.postgres",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "regulars.urls"

DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": _database(DATABASE_URL)} if DATABASE_URL else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("pl", "Polski"), ("bg", "Български"), ("en", "English")]
