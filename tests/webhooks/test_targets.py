"""What the server may be made to call, and what not: addresses are looked at when connecting."""

import asyncio
import datetime
import socket
import ssl
import threading
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from regulars.webhooks.post import Answered, NoAnswer, post
from regulars.webhooks.targets import Refused, allowed, target

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200",
    "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fec0::1", "fd00:ec2::254",
    "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "::127.0.0.1",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8",
]  # fmt: skip
REFUSED = [
    "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com",
    "https://", "https:///x", "//example.com/", "example.com", "https://user:pw@example.com/",
    "https://user@example.com/", "https://example.com/#part", "https://example.com:99999/",
    "https://exa mple.com/", "https://example.com/\r\nX: y", "https://example.com\\@10.0.0.1/",
    "https://localhost/", "https://LOCALHOST./", "https://127.0.0.1/", "https://[::1]/",
    "https://169.254.169.254/latest/meta-data/", "https://[::ffff:169.254.169.254]/",
    "https://[fe80::1%25eth0]/", "https://10.0.0.1:8443/", "https://żabka.example/", "http://[::1",
    "https://example.com/" + "x" * 2_000,
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_only_public_addresses_are_called(address: str) -> None:
    assert not allowed(ip_address(address), loopback=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str) -> None:
    assert allowed(ip_address(address), loopback=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_the_setting_opens_loopback_and_no_more(address: str) -> None:
    inner = ip_address(address)
    inner = getattr(inner, "ipv4_mapped", None) or getattr(inner, "sixtofour", None) or inner
    here = inner.is_loopback or address == "64:ff9b::7f00:1"
    assert allowed(ip_address(address), loopback=True) == here


@pytest.mark.parametrize("url", REFUSED)
def test_urls_that_are_refused_at_once(url: str) -> None:
    with pytest.raises(Refused):
        target(url, loopback=False)


def test_a_url_taken_apart() -> None:
    found = target("https://hooks.example:8443/a/b?c=d", loopback=False)
    assert (found.secure, found.host, found.port, found.path) == (
        True, "hooks.example", 8443, "/a/b?c=d",
    )  # fmt: skip
    assert found.authority == "hooks.example:8443"
    assert target("http://127.0.0.1:80", loopback=True).authority == "127.0.0.1"
    with pytest.raises(Refused):
        target("http://example.com/", loopback=True)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001"])
def test_other_spellings_of_loopback_are_found_out_when_connecting(host: str) -> None:
    with pytest.raises((Refused, NoAnswer)):
        sent(f"https://{host}/", loopback=False)


def test_a_name_that_stands_for_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where a public address stands beside it, and whatever it stood for a moment ago."""
    asked = []

    def answers(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.216.34", "169.254.169.254")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    with pytest.raises(Refused, match=r"169\.254\.169\.254"):
        sent("https://rebinding.example/", loopback=False)
    assert asked == ["rebinding.example"]


def test_the_connection_goes_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Looked up once: the second answer of a name that changes is never asked for."""
    asked = []
    original = socket.getaddrinfo

    def answers(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if host == "localhost":
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return original(host, port, *more, **named)

    with raw(b"HTTP/1.1 200 OK\r\n\r\n") as port:
        monkeypatch.setattr(socket, "getaddrinfo", answers)
        assert sent(f"http://localhost:{port}/").status == 200
    assert asked == ["localhost"]


def test_a_certificate_must_be_that_of_the_name(tmp_path: Path) -> None:
    trust, context = certified(tmp_path, "hooks.example")
    with raw(b"HTTP/1.1 200 OK\r\n\r\n", context) as port, pytest.raises(NoAnswer, match="CERT"):
        sent(f"https://localhost:{port}/", trust=trust)
    trust, context = certified(tmp_path, "localhost")
    with raw(b"HTTP/1.1 202 OK\r\n\r\n", context) as port:
        assert sent(f"https://localhost:{port}/", trust=trust).status == 202
    with raw(b"HTTP/1.1 202 OK\r\n\r\n", context) as port, pytest.raises(NoAnswer, match="CERT"):
        sent(f"https://localhost:{port}/")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 90_000,
    ],
)
def test_what_is_not_http_or_too_much_of_it_is_no_answer(answer: bytes) -> None:
    with raw(answer) as port, pytest.raises(NoAnswer):
        sent(f"http://127.0.0.1:{port}/")


def test_interim_answers_are_passed_over_and_retry_after_is_read() -> None:
    said = b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 7\r\n\r\n"
    with raw(said) as port:
        assert sent(f"http://127.0.0.1:{port}/") == Answered(503, "7")


def test_who_answers_drop_by_drop_is_not_waited_for() -> None:
    drops = b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200
    with raw(drops, slowly=True) as port, pytest.raises(NoAnswer, match="within"):
        sent(f"http://127.0.0.1:{port}/", seconds=0.5)


def sent(url: str, *, loopback: bool = True, **more: Any) -> Answered:
    return asyncio.run(post(url, {"webhook-id": "1"}, b"{}", loopback=loopback, **more))


class raw:
    """A server that says just this to the first that comes."""

    def __init__(
        self, answer: bytes, context: ssl.SSLContext | None = None, slowly: bool = False
    ) -> None:
        self.answer, self.context, self.slowly = answer, context, slowly

    def __enter__(self) -> int:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return int(self.socket.getsockname()[1])

    def _serve(self) -> None:
        try:
            connection, _ = self.socket.accept()
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                connection.recv(65_536)
                for part in (
                    [self.answer[i : i + 8] for i in range(0, len(self.answer), 8)]
                    if (self.slowly)
                    else [self.answer]
                ):
                    connection.sendall(part)
                    if self.slowly and self.stop.wait(0.05):
                        break
        except OSError:
            return

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(10)
        self.socket.close()


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Who trusts a certificate of its own for that name, and who shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return ssl.create_default_context(cafile=str(file)), context
