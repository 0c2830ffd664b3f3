"""What a till may promise while it is alone: a part of the program, signed by the server.

Not the engine. Points per amount spent of the campaigns that ask for nothing are told, and nothing
else: no discounts, no tiers, no limits. So it is an estimate, and the page calls it one.
"""

import base64
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from regulars.engine.effects.points_per_spend import PointsPerSpend
from regulars.engine.program import Program
from regulars.engine.scope import Scope

GOOD_FOR = timedelta(days=7)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (SEC 2, 2.4.2)."""


def rates(program: Program, day: int) -> list[dict[str, Any]]:
    """Points for money of what every member gets on everything; ``day`` counts from 1970."""
    return [
        {
            "asset": effect.asset,
            "points": effect.points,
            "per_minor": effect.per_minor,
            "percent": effect.multiplier_percent,
            "rounding": effect.rounding,
            "cap": effect.cap,
        }
        for compiled in program.campaigns
        for effect in compiled.campaign.then
        if isinstance(effect, PointsPerSpend)
        and effect.on == Scope()
        and not effect.tenders
        and not compiled.campaign.when
        and not compiled.paused
        and compiled.trigger == "purchase"
        and (compiled.first_day is None or compiled.first_day <= day)
        and (compiled.last_day is None or day <= compiled.last_day)
    ]


def signed(
    program: Program, revision: int, slug: str, now: datetime, secret: str
) -> dict[str, str]:
    """The text of a snapshot and its signature (ECDSA, P-256, SHA-256, as WebCrypto checks it)."""
    content = {
        "program": slug,
        "revision": revision,
        "made_at": now.isoformat(),
        "good_until": (now + GOOD_FOR).isoformat(),
        "rates": rates(program, int(now.timestamp()) // 86_400),
    }
    text = msgspec.json.encode(content)
    r, s = decode_dss_signature(_key(secret).sign(text, ec.ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return {"text": text.decode(), "signature": base64.b64encode(signature).decode()}


@cache
def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    """Made from the installation's secret key, so that there is no other secret to keep."""
    derived = HKDF(SHA256(), 48, salt=None, info=b"regulars till snapshot").derive(secret.encode())
    number = int.from_bytes(derived, "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key(secret: str) -> dict[str, str]:
    """The public half as a JSON Web Key."""
    numbers = _key(secret).public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _url64(numbers.x), "y": _url64(numbers.y)}


def _url64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
