"""Passes for telephones: what is signed is verified by others' tools, and Apple's telephones are
answered as its documentation says."""

import hashlib
import io
import json
import subprocess
import zipfile
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import NameOID
from PIL import Image

from regulars.cards.operations import LoseCard, MakePass, ShowOnTelephone
from regulars.cards.queries import passes
from regulars.cards.wallet import NotSetUp, address
from regulars.cards.wire import ElectronicIn, PassIn
from regulars.identifiers.rotation import code_at
from regulars.members.wire import BlockIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from tests.cards.conftest import CardDesk
from tests.console.conftest import pages as pages

KIND, TEAM = "pass.example.corner", "TEAM123456"
NAMES = {"en": "Corner"}
BEGAN, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


def name(*parts: tuple[Any, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def certificate(
    subject: x509.Name, key: rsa.RSAPrivateKey, issuer: x509.Name, signer: rsa.RSAPrivateKey,
    *, authority: bool,
) -> x509.Certificate:  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGAN)
        .not_valid_after(ENDS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )


def pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="module")
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    found = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
    return found[0], found[1]


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[Any, Any]) -> Path:
    """A certificate of our own making, set up as a user would set up Apple's and Google's."""
    authority, own = keys
    root = name((NameOID.COMMON_NAME, "Worldwide Relations"))
    subject = name(
        (NameOID.USER_ID, KIND), (NameOID.COMMON_NAME, f"Pass Type ID: {KIND}"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, TEAM),
    )  # fmt: skip
    files = {
        "wwdr.pem": certificate(root, authority, root, authority, authority=True),
        "pass.pem": certificate(subject, own, root, authority, authority=False),
    }
    for file, found in files.items():
        (tmp_path / file).write_bytes(found.public_bytes(Encoding.PEM))
    account = {
        "client_email": "wallet@corner.example", "private_key": pem(own).decode(),
        "private_key_id": "k1",
    }  # fmt: skip
    for file, data in (("key.pem", pem(own)), ("google.json", json.dumps(account).encode())):
        (tmp_path / file).write_bytes(data)
        (tmp_path / file).chmod(0o600)
    for variable, value in {
        "URL": "https://corner.example/", "APPLE_CERTIFICATE": tmp_path / "pass.pem",
        "APPLE_KEY": tmp_path / "key.pem", "APPLE_WWDR": tmp_path / "wwdr.pem",
        "GOOGLE_KEY": tmp_path / "google.json", "GOOGLE_ISSUER": "3388000000022",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"REGULARS_{variable}", str(value))
    return tmp_path


@pytest.fixture
def client(pages: None) -> Any:
    from django.test import Client

    return Client(enforce_csrf_checks=True)


def make(desk: CardDesk, platform: Any, number: str | None = None, **how: Any) -> str:
    """A card with a pass; its number."""
    number = number or desk.numbers(desk.make(activation="first_use", **how))[0]
    desk.do(MakePass(number, PassIn(platform), desk.caller, key=desk.key(), at=desk.now))
    return number


def url(desk: CardDesk, number: str) -> str:
    (found,) = desk.read(passes(desk.program_id, number))
    return address(desk.program_id, desk.card(number), found, NAMES, desk.now)


def path(desk: CardDesk, number: str) -> str:
    parts = urlsplit(url(desk, number))
    assert (parts.scheme, parts.netloc) == ("https", "corner.example")
    return f"{parts.path}?{parts.query}"


def opened(answer: Any) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/vnd.apple.pkpass"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def said(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(opened(answer)["pass.json"])
    return found


class Telephone:
    """One that keeps the pass of a card."""

    def __init__(self, client: Any, found: dict[str, Any], program: Any) -> None:
        self.client = client
        self.base = f"/wallet/{program}/v1"
        self.serial = found["serialNumber"]
        self.head = {"HTTP_AUTHORIZATION": f"ApplePass {found['authenticationToken']}"}
        self.registrations = f"{self.base}/devices/phone-1/registrations/{KIND}"

    def register(self, **head: str) -> Any:
        return self.client.post(
            f"{self.registrations}/{self.serial}", json.dumps({"pushToken": "ab12"}),
            content_type="application/json", **(head or self.head),
        )  # fmt: skip

    def unregister(self) -> Any:
        return self.client.delete(f"{self.registrations}/{self.serial}", **self.head)

    def changes(self, since: str = "") -> Any:
        return self.client.get(self.registrations, {"passesUpdatedSince": since} if since else {})

    def latest(self, **head: str) -> Any:
        return self.client.get(f"{self.base}/passes/{KIND}/{self.serial}", **self.head, **head)


def test_the_signature_of_a_pass_is_verified_by_openssl(
    desk: CardDesk, papers: Path, client: Any, tmp_path: Path
) -> None:
    files = opened(client.get(path(desk, make(desk, "apple"))))
    manifest = json.loads(files["manifest.json"])
    assert set(manifest) == set(files) - {"manifest.json", "signature"}
    for file, digest in manifest.items():
        assert hashlib.sha1(files[file]).hexdigest() == digest
    (tmp_path / "manifest.json").write_bytes(files["manifest.json"])
    (tmp_path / "signature").write_bytes(files["signature"])
    verify = [
        "openssl", "smime", "-verify", "-binary", "-inform", "DER", "-in", "signature",
        "-content", "manifest.json", "-CAfile", "wwdr.pem", "-purpose", "any",
    ]  # fmt: skip
    run = subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    (tmp_path / "manifest.json").write_bytes(files["manifest.json"] + b" ")
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(
    ("symbology", "kind"),
    [("qr", "QR"), ("code128", "Code128"), ("ean13", "Code128")],
)
def test_a_pass_says_what_the_card_says(
    desk: CardDesk, papers: Path, client: Any, symbology: str, kind: str
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (500, 100), (200, 20, 20)).save(picture, "JPEG")
    number = make(desk, "apple", symbology=symbology, logo=picture.getvalue())
    files = opened(client.get(path(desk, number)))
    told = json.loads(files["pass.json"])
    assert (told["passTypeIdentifier"], told["teamIdentifier"]) == (KIND, TEAM)
    assert told["webServiceURL"] == f"https://corner.example/wallet/{desk.program_id}"
    assert told["barcodes"][0]["message"] == number
    assert told["barcodes"][0]["format"] == f"PKBarcodeFormat{kind}"
    assert (told["backgroundColor"], told["foregroundColor"]) == (
        "rgb(31, 58, 95)", "rgb(255, 255, 255)",
    )  # fmt: skip
    assert len(told["authenticationToken"]) >= 16
    for language, title in (("pl", "Klub Narożny"), ("bg", "Клуб Ъглов"), ("en", "Corner Club")):
        assert f'"text.title" = "{title}";' in files[f"{language}.lproj/pass.strings"].decode(
            "utf-16"
        )
    for file, size in (("icon.png", (29, 29)), ("icon@3x.png", (87, 87)), ("logo.png", (160, 32))):
        with Image.open(io.BytesIO(files[file])) as image:
            assert image.size == size


def test_a_telephone_registers_hears_of_changes_and_leaves(
    desk: CardDesk, papers: Path, client: Any
) -> None:
    number = make(desk, "apple")
    phone = Telephone(client, said(client.get(path(desk, number))), desk.program_id)
    assert phone.changes().status_code == 404
    assert [phone.register().status_code for _ in range(2)] == [201, 200]
    first = phone.changes().json()
    assert first["serialNumbers"] == [phone.serial]
    later = str(int(first["lastUpdated"]) + 120)
    assert phone.changes(later).status_code == 204
    fetched = phone.latest()
    assert fetched.status_code == 200
    assert phone.latest(HTTP_IF_MODIFIED_SINCE=fetched["Last-Modified"]).status_code == 304
    desk.wait(seconds=600)
    basket = PurchaseIn(lines=(LineIn("bread", 1, 500),), member=f"card:{number}")
    desk.do(RecordPurchase(basket, desk.caller, key=desk.key(), at=desk.now))
    assert phone.changes(later).json()["serialNumbers"] == [phone.serial]
    assert phone.latest(HTTP_IF_MODIFIED_SINCE=fetched["Last-Modified"]).status_code == 200
    assert phone.unregister().status_code == 200
    assert phone.changes().status_code == 404


def test_the_pass_of_a_lost_card_is_void(desk: CardDesk, papers: Path, client: Any) -> None:
    number = make(desk, "apple")
    place = path(desk, number)
    phone = Telephone(client, said(client.get(place)), desk.program_id)
    phone.register()
    before = phone.changes().json()["lastUpdated"]
    desk.wait(seconds=600)
    desk.do(LoseCard(number, BlockIn(), desk.caller, key=desk.key(), at=desk.now))
    assert phone.changes(str(int(before) + 120)).json()["serialNumbers"] == [phone.serial]
    told = said(phone.latest())
    assert (told["voided"], told["barcodes"]) == (True, [])


def test_a_pass_without_its_token_is_nobodys(desk: CardDesk, papers: Path, client: Any) -> None:
    number = make(desk, "apple")
    place = path(desk, number)
    phone = Telephone(client, said(client.get(place)), desk.program_id)
    other = place.replace(phone.serial, "019acafe-0000-7000-8000-000000000001")
    answers = [
        client.get(place.partition("?")[0]), client.get(f"{place}x"), client.get(other),
        phone.register(HTTP_AUTHORIZATION="ApplePass wrong"), phone.register(HTTP_X="none"),
        client.get(f"{phone.base}/passes/{KIND}/{phone.serial}"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [401] * 6
    assert len({answer.content for answer in answers}) == 1
    wrong = f"{phone.base}/passes/pass.other/{phone.serial}"
    assert client.get(wrong, **phone.head).status_code == 404


def test_t24_another_programs_passes_are_not_found(
    desk: CardDesk, papers: Path, client: Any, database_url: str
) -> None:
    place = path(desk, make(desk, "apple"))
    other = CardDesk(database_url)
    try:
        elsewhere = place.replace(str(desk.program_id), str(other.program_id))
        assert client.get(elsewhere).status_code == 401
    finally:
        other.connection.close()


def test_what_a_telephone_logs_is_bounded(
    desk: CardDesk, papers: Path, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    place = f"/wallet/{desk.program_id}/v1/log"
    logs = ["no\nsuch pass" * 100] * 50
    answer = client.post(place, json.dumps({"logs": logs[:5]}), content_type="application/json")
    assert answer.status_code == 200
    assert len(caplog.records) == 5
    assert all("\n" not in record.said and len(record.said) < 700 for record in caplog.records)
    huge = client.post(place, json.dumps({"logs": logs}), content_type="application/json")
    assert huge.status_code == 422
    for body in ("[]", "nonsense", '{"logs": 3}'):
        assert client.post(place, body, content_type="application/json").status_code == 200


def test_a_key_that_others_can_read_is_refused(desk: CardDesk, papers: Path, client: Any) -> None:
    place = path(desk, make(desk, "apple"))
    (papers / "key.pem").chmod(0o644)
    answer = client.get(place)
    assert (answer.status_code, answer.json()["code"]) == (409, "wallet_not_set_up")
    assert "chmod 600" in answer.json()["detail"]


def test_without_settings_nothing_is_made_up(
    desk: CardDesk, papers: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = make(desk, "google")
    monkeypatch.delenv("REGULARS_GOOGLE_KEY")
    with pytest.raises(NotSetUp, match="REGULARS_GOOGLE_KEY"):
        url(desk, number)
    monkeypatch.setenv("REGULARS_APPLE_KEY", str(papers / "none.pem"))
    other = make(desk, "apple", name="summer")
    answer = client.get(path(desk, other))
    assert "none.pem cannot be read" in answer.json()["detail"]


def claims(link: str, keys: Any) -> dict[str, Any]:
    """What a link to Google says, if its signature is right."""
    assert link.startswith("https://pay.google.com/gp/v/save/")
    head, body, signature = link.rpartition("/")[2].split(".")
    keys[1].public_key().verify(
        part(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert json.loads(part(head)) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    found: dict[str, Any] = json.loads(part(body))
    return found


def part(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_link_to_google_is_signed_and_says_what_the_card_says(
    desk: CardDesk, papers: Path, keys: Any
) -> None:
    number = make(desk, "google", symbology="ean13")
    told = claims(url(desk, number), keys)
    assert (told["iss"], told["aud"], told["typ"]) == (
        "wallet@corner.example", "google", "savetowallet",
    )  # fmt: skip
    (kind,), (found,) = told["payload"]["loyaltyClasses"], told["payload"]["loyaltyObjects"]
    assert found["classId"] == kind["id"]
    assert found["id"].startswith("3388000000022.")
    assert kind["localizedProgramName"]["defaultValue"] == {
        "language": "pl",
        "value": "Klub Narożny",
    }
    assert found["barcode"]["type"] == "EAN_13"
    assert found["barcode"]["value"] == number


def test_google_works_out_the_same_rotating_codes(desk: CardDesk, papers: Path, keys: Any) -> None:
    number = make(desk, "google")
    desk.do(ShowOnTelephone(number, ElectronicIn(), desk.caller, key=desk.key(), at=desk.now))
    told = claims(url(desk, number), keys)
    code = told["payload"]["loyaltyObjects"][0]["rotatingBarcode"]
    details = code["totpDetails"]
    assert (details["algorithm"], details["periodMillis"]) == ("TOTP_SHA1", "30000")
    secret = b"".join(bytes.fromhex(one["key"]) for one in details["parameters"])
    shown = code["valuePattern"]
    for place, half in enumerate((slice(0, 6), slice(6, 12))):
        shown = shown.replace(f"{{totp_value_{place}}}", code_at(secret, desk.now)[half])
    basket = PurchaseIn(lines=(LineIn("bread", 1, 500),), member=shown)
    desk.do(RecordPurchase(basket, desk.caller, key=desk.key(), at=desk.now))


def test_a_second_pass_of_a_card_is_the_first_one(desk: CardDesk, papers: Path) -> None:
    number = make(desk, "apple")
    first = url(desk, number)
    make(desk, "apple", number)
    assert url(desk, number) == first
