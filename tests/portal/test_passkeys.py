"""Passkeys: made by who is signed in, used at the door; by a software key here, and in Chromium."""

import hashlib
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

from regulars.portal.passkeys import MOST

HOST = "testserver"


def coded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """An authenticator as the standard describes it: WebAuthn level 2, chapter 6."""

    def __init__(self, origin: str = f"https://{HOST}", host: str = HOST) -> None:
        self.origin, self.host, self.id, self.counter = origin, host, token_bytes(16), 0
        self.secret = ec.generate_private_key(ec.SECP256R1())

    def made(self, challenge: str) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.secret.public_key())
        described = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(public)
        kept = {"fmt": "none", "attStmt": {}, "authData": self._data(0x45) + described}
        told = {"clientDataJSON": self._client("webauthn.create", challenge),
                "attestationObject": cbor.encode(kept)}  # fmt: skip
        return self._answer(told)

    def signed(self, challenge: str) -> dict[str, Any]:
        client, data = self._client("webauthn.get", challenge), self._data(0x05)
        signature = self.secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer(told)

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + struct.pack(">I", self.counter)

    def _client(self, what: str, challenge: str) -> bytes:
        return json.dumps({"type": what, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, told: dict[str, bytes]) -> dict[str, Any]:
        response = {name: coded(value) for name, value in told.items()}
        return {"id": coded(self.id), "rawId": coded(self.id), "type": "public-key",
                "response": response, "clientExtensionResults": {}, "name": "Phone"}  # fmt: skip


def sends(person: Any, page: str, body: Any) -> Any:
    return person.browser.post(
        person.shop.url(page), json.dumps(body), content_type="application/json"
    )


def adds(person: Any, key: Key) -> Any:
    asked = person.send("passkey-begin-adding")
    assert asked.status_code == 200, asked.content.decode()
    return sends(person, "passkey-add", key.made(asked.json()["publicKey"]["challenge"]))


def enters(person: Any, key: Key) -> Any:
    challenge = person.send("passkey-begin").json()["publicKey"]["challenge"]
    return sends(person, "passkey-enter", key.signed(challenge))


@pytest.fixture
def anna(shop: Any) -> Any:
    return shop.somebody().joins()


@pytest.fixture
def key(anna: Any) -> Key:
    made = Key()
    assert adds(anna, made).status_code == 200
    return made


def test_who_has_a_passkey_signs_in_without_a_code_and_need_not_wait(
    shop: Any, anna: Any, key: Key
) -> None:
    assert any("passkey was made" in one["Subject"] for one in shop.post.of(anna.email))
    shop.give(anna.id, 300)
    sent = len(shop.post.of(anna.email))
    other = shop.somebody(email=anna.email)
    assert enters(other, key).json() == {"to": shop.url("home")}
    assert "290 points" in other.reads("home")
    assert other.send("reward", {"key": "k"}, name="coffee").status_code == 302
    assert len(shop.post.of(anna.email)) == sent, "no code, and no new device to be told of"
    page = anna.reads("passkeys")
    assert "last used on" in page
    assert "Phone" in page


def test_t17_a_new_device_makes_no_passkey(shop: Any, anna: Any) -> None:
    thief = shop.somebody(email=anna.email)
    thief.signs_in()
    assert thief.send("passkey-begin-adding").status_code == 403
    assert sends(thief, "passkey-add", {}).status_code == 403


def test_a_challenge_is_answered_once(shop: Any, anna: Any, key: Key) -> None:
    other = shop.somebody()
    challenge = other.send("passkey-begin").json()["publicKey"]["challenge"]
    waiting = other.browser.cookies["regulars_passkey"].value
    answer = key.signed(challenge)
    assert sends(other, "passkey-enter", answer).status_code == 200
    again = shop.somebody()
    assert sends(again, "passkey-enter", answer).status_code == 422, "without the browser's cookie"
    again.browser.cookies["regulars_passkey"] = waiting
    assert sends(again, "passkey-enter", answer).status_code == 422
    assert again.get("home").url == shop.url("door")


def test_no_other_key_origin_program_or_signature_enters(shop: Any, anna: Any, key: Key) -> None:
    other = shop.__class__(shop.house, shop.post)
    assert enters(other.somebody(), key).status_code == 422, "another program on the same host"
    assert enters(shop.somebody(), Key()).status_code == 422, "nobody's"
    for change in ({"origin": "https://evil.example"}, {"origin": f"http://{HOST}"},
                   {"host": "evil.example"}, {"secret": Key().secret}):  # fmt: skip
        wrong = Key()
        wrong.__dict__ |= key.__dict__ | change
        assert enters(shop.somebody(), wrong).status_code == 422, change
    for body in ({}, [], {"id": "x"}, "text"):
        visitor = shop.somebody()
        visitor.send("passkey-begin")
        assert sends(visitor, "passkey-enter", body).status_code == 422
    assert enters(shop.somebody(), key).status_code == 200


def test_a_key_that_counts_backwards_was_copied(shop: Any, anna: Any, key: Key) -> None:
    key.counter = 7
    assert enters(shop.somebody(), key).status_code == 200
    assert enters(shop.somebody(), key).status_code == 422
    key.counter = 8
    assert enters(shop.somebody(), key).status_code == 200


def test_a_passkey_is_removed_by_its_member_alone_and_there_are_few(
    shop: Any, anna: Any, key: Key
) -> None:
    bea = shop.somebody().joins()
    assert bea.send("passkeys", {"id": key.id.hex()}).status_code == 404
    assert bea.send("passkeys", {"id": "no hex"}).status_code == 404
    assert adds(bea, key).status_code == 422, "it is another member's"
    for _ in range(MOST - 1):
        assert adds(anna, Key()).status_code == 200
    assert adds(anna, Key()).status_code == 422
    assert anna.send("passkeys", {"id": key.id.hex()}).status_code == 302
    assert enters(shop.somebody(), key).status_code == 422


def test_the_challenge_of_one_member_makes_none_for_another(shop: Any, anna: Any) -> None:
    bea = shop.somebody().joins()
    asked = anna.send("passkey-begin-adding").json()["publicKey"]
    bea.browser.cookies["regulars_passkey"] = anna.browser.cookies["regulars_passkey"].value
    assert sends(bea, "passkey-add", Key().made(asked["challenge"])).status_code == 422
    user = urlsafe_b64decode(asked["user"]["id"] + "==")
    assert user == anna.id.bytes, "no address is told to the authenticator's maker as an id"
