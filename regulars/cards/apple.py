"""Apple Wallet: the pass as a signed bundle (``.pkpass``).

The form is that of Apple's "Wallet Passes": a ZIP archive of ``pass.json``, pictures and
translations, with a manifest of SHA-1 digests and a detached PKCS #7 signature (RFC 5652) over it,
made with the user's own pass type certificate. What the pass is called and to which team it belongs
stands in the certificate.
"""

import hashlib
import io
import json
import os
import zipfile
from typing import TYPE_CHECKING, Any
from uuid import UUID

from regulars.cards.design import Design, Rgb, letters_on, mixed
from regulars.cards.numbers import grouped
from regulars.cards.passes import Kept
from regulars.cards.wallet import NotSetUp, public_file, secret_file, service_url
from regulars.kit.typeface import path as typeface
from regulars.kit.words import LANGUAGES, catalog

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from PIL import Image

MEDIA_TYPE = "application/vnd.apple.pkpass"
_FORMATS = {"qr": "PKBarcodeFormatQR", "code128": "PKBarcodeFormatCode128"}
_FORMATS["ean13"] = "PKBarcodeFormatCode128"
"""Apple knows no EAN-13; scanners read the same digits from Code 128."""
_STAMP = (2020, 1, 1, 0, 0, 0)


def pkpass(program_id: UUID, found: Kept, names: dict[str, str]) -> bytes:
    """The bundle of a pass. Raises `NotSetUp` where certificate or key are not there."""
    design = found.card.design or Design(title=names)
    certificate = _certificate("APPLE_CERTIFICATE")
    kind, team = _identity(certificate)
    files = _pictures(design, found.card.logo)
    files["pass.json"] = _json(_pass(program_id, found, design, kind, team))
    for language in LANGUAGES:
        files[f"{language}.lproj/pass.strings"] = _strings(design, language)
    digests = {
        name: hashlib.sha1(data, usedforsecurity=False).hexdigest() for name, data in files.items()
    }
    files["manifest.json"] = _json(digests)
    files["signature"] = _signed(files["manifest.json"], certificate)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in sorted(files.items()):
            bundle.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pass_type() -> str:
    """What passes are called here, as the certificate says."""
    return _identity(_certificate("APPLE_CERTIFICATE"))[0]


def _pass(program_id: UUID, found: Kept, design: Design, kind: str, team: str) -> dict[str, Any]:
    brand, card = design.brand, found.card
    letters = letters_on(brand)
    code = {
        "format": _FORMATS[card.symbology],
        "message": card.number,
        "messageEncoding": "iso-8859-1",
        "altText": grouped(card.number),
    }
    fields = [{"key": "number", "label": "number", "value": grouped(card.number)}]
    tier = [{"key": "tier", "label": "tier", "value": found.tier}] if found.tier else []
    return {
        "formatVersion": 1,
        "passTypeIdentifier": kind,
        "teamIdentifier": team,
        "serialNumber": str(found.serial),
        "authenticationToken": found.token,
        "webServiceURL": service_url(program_id),
        "organizationName": design.say(design.title, design.languages[0]),
        "description": "text.title",
        "logoText": "text.title",
        "foregroundColor": _color(letters),
        "labelColor": _color(mixed(letters, brand, 0.14)),
        "backgroundColor": _color(brand),
        "barcodes": [] if found.voided else [code],
        "voided": found.voided,
        "storeCard": {
            "headerFields": tier,
            "secondaryFields": fields,
            "backFields": _back(design),
        },
    }


def _back(design: Design) -> list[dict[str, str]]:
    """What stands on the other side: the design's texts, by the keys of their translations."""
    fields = [
        {"key": name, "label": name, "value": f"text.{name}"}
        for name in ("line", "about")
        if getattr(design, name)
    ]
    if design.contact:
        fields.append({"key": "contact", "label": "contact", "value": design.contact})
    return fields


def _strings(design: Design, language: str) -> bytes:
    """A translation: our labels and the design's texts, by their keys in ``pass.json``."""
    words = {code: said[language] for code, said in catalog("regulars.cards", "pass.toml").items()}
    for name in ("title", "line", "about"):
        texts = getattr(design, name)
        if texts:
            words[f"text.{name}"] = design.say(texts, language)
    lines = [
        f"{json.dumps(key)} = {json.dumps(said, ensure_ascii=False)};"
        for key, said in words.items()
    ]
    return ("\n".join(lines) + "\n").encode("utf-16")


def _pictures(design: Design, logo: bytes | None) -> dict[str, bytes]:
    """The icon, and the logo where there is one, each in three sizes."""
    files = {}
    for scale in (1, 2, 3):
        end = "" if scale == 1 else f"@{scale}x"
        files[f"icon{end}.png"] = _png(_icon(design, 29 * scale))
        if logo is not None:
            files[f"logo{end}.png"] = _png(_scaled(logo, 160 * scale, 50 * scale))
    return files


def _icon(design: Design, size: int) -> "Image.Image":
    """The first letter of the title on the brand's colour."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (size, size), design.brand)
    letter = design.say(design.title, design.languages[0])[:1].upper()
    font = ImageFont.truetype(str(typeface("SemiBold")), size * 0.62)
    pen = ImageDraw.Draw(image)
    pen.text((size / 2, size / 2), letter, letters_on(design.brand), font, anchor="mm")
    return image


def _scaled(logo: bytes, width: int, height: int) -> "Image.Image":
    from PIL import Image

    with Image.open(io.BytesIO(logo)) as image:
        found = image.convert("RGBA")
    found.thumbnail((width, height))
    return found


def _png(image: "Image.Image") -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _signed(manifest: bytes, certificate: "Certificate") -> bytes:
    """A detached signature in DER, with the certificate's chain."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
    from cryptography.hazmat.primitives.serialization.pkcs7 import (
        PKCS7Options,
        PKCS7SignatureBuilder,
    )

    password = os.environ.get("REGULARS_APPLE_KEY_PASSWORD", "").encode() or None
    try:
        key = load_pem_private_key(secret_file("APPLE_KEY"), password)
    except (ValueError, TypeError):
        raise NotSetUp(
            "The key in REGULARS_APPLE_KEY cannot be read: is its password right?"
        ) from None
    if not isinstance(key, RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise NotSetUp("The key in REGULARS_APPLE_KEY does not belong to the certificate.")
    return (
        PKCS7SignatureBuilder()
        .set_data(manifest)
        .add_signer(certificate, key, hashes.SHA256())
        .add_certificate(_certificate("APPLE_WWDR"))
        .sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    )


def _certificate(name: str) -> "Certificate":
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(public_file(name))
    except ValueError:
        raise NotSetUp(f"REGULARS_{name} is no certificate (PEM).") from None


def _identity(certificate: "Certificate") -> tuple[str, str]:
    """The pass type and the team, from the certificate's subject (UID and OU)."""
    from cryptography.x509 import NameOID

    subject = certificate.subject
    kind = subject.get_attributes_for_oid(NameOID.USER_ID)
    team = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    if not kind or not team:
        raise NotSetUp("REGULARS_APPLE_CERTIFICATE is no pass type certificate.")
    return str(kind[0].value), str(team[0].value)


def _color(color: Rgb) -> str:
    return "rgb({}, {}, {})".format(*color)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
