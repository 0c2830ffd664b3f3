"""Secrets and signatures after Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over
``id.timestamp.body``, in Base64 behind ``v1,``; a secret is ``whsec_`` and the key in Base64."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.fernet import InvalidToken

from regulars.kit.problems import Invalid
from regulars.kit.secretkey import box, installation_key

_PREFIX = "whsec_"
_BYTES = 32
_PURPOSE = "regulars webhooks"


def make_secret() -> str:
    """A new secret of 256 random bits."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sealed(secret: str) -> str:
    """A secret as it is stored: encrypted with the installation's key."""
    return box(installation_key(), _PURPOSE).encrypt(secret.encode()).decode()


def opened(stored: str) -> str:
    """The secret that was stored."""
    try:
        return box(installation_key(), _PURPOSE).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Invalid(
            "The secret was encrypted with another key: start with the secret key of this "
            "installation, or rotate the endpoint's secret."
        ) from None


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """One signature, as it stands in the header ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    told = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()


def headers(found: Sequence[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What a receiver needs to verify; one signature for each secret that is good now."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(s, id, timestamp, body) for s in found),
    }
