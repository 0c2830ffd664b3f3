"""The installation's secret key, and what is encrypted with it: a copy of the database alone gives
no secret away."""

import base64
import os
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from regulars.kit.problems import Invalid
from regulars.kit.secrets import private


def installation_key() -> str:
    """``REGULARS_SECRET_KEY``, or the file ``secret-key`` of ``REGULARS_DATA``, or nothing: whoever
    needs one then refuses. No default."""
    key = os.environ.get("REGULARS_SECRET_KEY", "")
    folder = os.environ.get("REGULARS_DATA")
    if key or folder is None:
        return key
    file = Path(folder, "secret-key")
    if not file.exists():
        return ""
    return private(file).decode("ascii").strip()


def box(key: str, purpose: str) -> Fernet:
    """Encrypts for one purpose; what is encrypted for another cannot be opened by it."""
    if not key:
        raise Invalid(
            "There is no secret key to encrypt with: set REGULARS_SECRET_KEY, or REGULARS_DATA to "
            "the data folder that holds it."
        )
    return _box(key, purpose)


@cache
def _box(key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
