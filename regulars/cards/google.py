"""Google Wallet: a link with a signed JSON Web Token that saves a loyalty pass.

The form is that of developers.google.com/wallet: ``savetowallet`` tokens signed with RS256 (RFC
7515, RFC 7518) by the key of the user's service account. A card with a secret becomes a rotating
bar code, which Google's own wallet works out from the same keys.
"""

import json
from base64 import b16encode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from regulars.cards.design import Design
from regulars.cards.numbers import grouped
from regulars.cards.queries import Card
from regulars.cards.wallet import NotSetUp, secret_file, setting
from regulars.identifiers.rotation import LENGTH, PERIOD_SECONDS, SECRET_BYTES
from regulars.kit.words import LANGUAGES

_SAVE = "https://pay.google.com/gp/v/save/"


def link(card: Card, serial: UUID, names: dict[str, str], now: int) -> str:
    """The address under which a member saves the pass of a card."""
    account = _account()
    claims = {
        "iss": account["client_email"],
        "aud": "google",
        "typ": "savetowallet",
        "iat": now,
        "payload": _payload(card, serial, names),
    }
    head = {"alg": "RS256", "typ": "JWT"}
    if account.get("private_key_id"):
        head["kid"] = account["private_key_id"]
    signed = f"{_part(head)}.{_part(claims)}"
    return f"{_SAVE}{signed}.{_text(_sign(account['private_key'], signed.encode()))}"


def _payload(card: Card, serial: UUID, names: dict[str, str]) -> dict[str, Any]:
    design = card.design or Design(title=names)
    issuer = setting("GOOGLE_ISSUER")
    kind = f"{issuer}.regulars-{card.batch_id or 'program'}"
    title = design.say(design.title, design.languages[0])
    loyalty_class: dict[str, Any] = {
        "id": kind,
        "issuerName": title,
        "programName": title,
        "localizedProgramName": _localized(design, design.title),
        "hexBackgroundColor": design.color,
        "reviewStatus": "UNDER_REVIEW",
    }
    loyalty_object: dict[str, Any] = {
        "id": f"{issuer}.{serial}",
        "classId": kind,
        "state": "ACTIVE",
        "accountId": card.number,
        "accountName": grouped(card.number),
    }
    loyalty_object |= _barcode(card)
    return {"loyaltyClasses": [loyalty_class], "loyaltyObjects": [loyalty_object]}


def _barcode(card: Card) -> dict[str, Any]:
    if card.secret is None:
        kinds = {"qr": "QR_CODE", "code128": "CODE_128", "ean13": "EAN_13"}
        return {
            "barcode": {
                "type": kinds[card.symbology],
                "value": card.number,
                "alternateText": grouped(card.number),
            }
        }
    half = SECRET_BYTES // 2
    keys = [
        {"key": b16encode(key).decode(), "valueLength": LENGTH // 2}
        for key in (card.secret[:half], card.secret[half:])
    ]
    return {
        "rotatingBarcode": {
            "type": "QR_CODE",
            "valuePattern": f"{card.number}{{totp_value_0}}{{totp_value_1}}",
            "alternateText": grouped(card.number),
            "totpDetails": {
                "algorithm": "TOTP_SHA1",
                "periodMillis": str(PERIOD_SECONDS * 1000),
                "parameters": keys,
            },
        }
    }


def _localized(design: Design, texts: dict[str, str]) -> dict[str, Any]:
    said = [
        {"language": name, "value": design.say(texts, name)} for name in LANGUAGES if name in texts
    ]
    first = design.languages[0]
    return {
        "defaultValue": {"language": first, "value": design.say(texts, first)},
        "translatedValues": said,
    }


def _account() -> dict[str, Any]:
    try:
        account = json.loads(secret_file("GOOGLE_KEY"))
        if account["client_email"] and account["private_key"]:
            return dict(account)
    except (ValueError, KeyError, TypeError):
        pass
    raise NotSetUp("REGULARS_GOOGLE_KEY is no key of a service account (JSON).")


def _sign(pem: str, data: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        raise NotSetUp("The private key in REGULARS_GOOGLE_KEY cannot be read.") from None
    if not isinstance(key, RSAPrivateKey):
        raise NotSetUp("The private key in REGULARS_GOOGLE_KEY is no RSA key.")
    return key.sign(data, PKCS1v15(), hashes.SHA256())


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
