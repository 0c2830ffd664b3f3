"""Members of a shop at their telephones, and the SMTP server their codes are sent to.

anna = shop.somebody()      a telephone
anna.joins()                address, code, card
anna.get("rewards")         the page of that name
"""

import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import randrange
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import msgspec
from aiosmtpd.controller import Controller
from django.test import Client
from django.urls import reverse

from regulars.kit.ids import Ids
from regulars.kit.seat import now
from regulars.kit.steps import Step, Steps
from regulars.programs.queries import programs
from tests.corner import corner
from tests.serving import House

LONG = "Klub Wiernych Przyjaciół Osiedlowego Sklepu Spożywczego"

WHOLE: dict[str, Any] = {
    "name": {"pl": LONG, "bg": "Клуб на верните приятели на кварталния магазин",
             "en": "The Faithful Friends of the Neighbourhood Grocery"},
    "consents": {
        "news-email": {
            "purpose": "marketing", "channel": "email", "version": "2026-01",
            "name": {"pl": "Oferty i nowości", "bg": "Оферти и новини", "en": "Offers and news"},
            "text": {
                "pl": "Zgadzam się na otrzymywanie ofert i nowości sklepu na mój adres e-mail.",
                "bg": "Съгласен съм да получавам оферти и новини от магазина на имейл адреса си.",
                "en": "I agree to receive offers and news of the shop at my e-mail address.",
            },
        },
        "news-sms": {
            "purpose": "marketing", "channel": "sms", "version": "2026-01",
            "name": {"pl": "Oferty SMS-em", "bg": "Оферти със съобщение", "en": "Offers by text"},
            "text": {"pl": "Zgadzam się na SMS-y z ofertami.", "bg": "Съгласен съм със SMS оферти.",
                     "en": "I agree to text messages with offers."},
        },
    },
    "tiers": ["silver", "gold"],
    "tiering": {"by": "spend", "period": {"calendar": "year"},
                "at_least": {"silver": 10_000, "gold": 60_000}},
    "texts": {"tier.silver": {"pl": "Srebrny", "bg": "Сребърно", "en": "Silver"},
              "tier.gold": {"pl": "Złoty", "bg": "Златно", "en": "Gold"}},
    "referrals": {"referrer": {"assets": {"points": 50}}, "friend": {"assets": {"points": 20}}},
    "stamp_cards": {"tenth": {"name": {"pl": "Dziesiąta kawa gratis", "bg": "Десетото кафе",
                                       "en": "Tenth coffee free"},
                              "asset": "stamps", "size": 10, "gives": {"voucher": "coffee"}}},
    "badges": {"regular": {"name": {"pl": "Stały gość", "bg": "Редовен гост",
                                    "en": "A regular"}, "challenge": "three"}},
    "challenges": {
        "three": {
            "name": {"pl": "Trzy wizyty w marcu", "bg": "Три посещения през март",
                     "en": "Three visits in March"},
            "goals": [{"id": "visits", "count": "purchases", "at_least": 3}],
            "gives": {"assets": {"points": 30}},
        },
    },
    "streaks": {"weekly": {"name": {"pl": "Co tydzień", "bg": "Всяка седмица", "en": "Every week"},
                           "each": "week", "gives": [{"length": 4, "assets": {"points": 40}}]}},
}  # fmt: skip


CODE = re.compile(r"^ *(\d{4}) (\d{4})\b", re.MULTILINE)


class Mailbox:
    """What was sent, by address."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.unknown: set[str] = set()
        """Addresses that this server does not know."""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.unknown:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def of(self, email: str) -> list[Any]:
        return [one for one in self.messages if one["To"] == email]

    def code(self, email: str) -> str:
        """The last code sent there."""
        for one in reversed(self.of(email)):
            if found := CODE.search(one.get_content()):
                return "".join(found.groups())
        raise AssertionError(f"no code was sent to {email}")


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server on a free port, named in the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = Mailbox()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    with named(REGULARS_SMTP=f"smtp://127.0.0.1:{port}", REGULARS_MAIL_FROM="club@shop.example"):
        yield kept
    controller.stop()


@contextmanager
def named(**settings: str) -> Iterator[None]:
    """Settings in the environment; another one may be open around this one."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


class Gateway:
    """What an SMS gateway was handed over HTTP: paths, headers and bodies."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any, bytes]] = []
        self.answers = 200
        self.where = ""

    def of(self, number: str) -> list[str]:
        """The texts for a number, in the usual body."""
        bodies = [json.loads(body) for _, _, body in self.taken if body[:1] == b"{"]
        return [str(one["text"]) for one in bodies if one.get("to") == number]

    def code(self, number: str) -> str:
        for text in reversed(self.of(number)):
            if found := CODE.search(text):
                return "".join(found.groups())
        raise AssertionError(f"no code was sent to {number}")


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A real HTTP server on a free port, named in the environment."""
    kept = Gateway()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.taken.append((self.path, self.headers, body))
            self.send_response(kept.answers)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        kept.where = f"http://127.0.0.1:{server.server_port}/send"
        settings = {"URL": kept.where, "SECRET": "of the gateway", "HOURLY": "10000"}
        with named(**{f"REGULARS_SMS_{name}": value for name, value in settings.items()}):
            yield kept
        server.shutdown()


class Shop:
    """An organization with a program that has something of everything."""

    gateway: Gateway

    def __init__(self, house: House, post: Mailbox, **changes: Any) -> None:
        self.house, self.post = house, post
        self.organization = house.organization()
        house.apply(self.organization, corner(**{**WHOLE, **changes}))

    @property
    def program_id(self) -> UUID:
        return next(iter(self.house.run(programs(self.organization.id)).values()))

    def url(self, page: str, **parts: Any) -> str:
        where = {"organization": self.organization.slug, "program": "corner", **parts}
        return reverse(f"portal:{page}", kwargs=where)

    def somebody(self, language: str = "en", email: str = "", address: str = "") -> "Member":
        return Member(self, language, email or f"m{uuid4().hex[:10]}@people.example", address)

    def caller(self, language: str = "en", number: str = "", address: str = "") -> "Member":
        """Somebody who comes by a telephone number."""
        return Member(self, language, number or f"+48600{randrange(10**6):06}", address)

    def asked(self, sql: str, *params: Any) -> list[Any]:
        def steps() -> Steps[list[Any]]:
            return (yield Step(sql, params))

        return self.house.run(steps())

    def do(self, make: Callable[[int], Any]) -> Any:
        """An operation of the till, by the same batch; what it answers."""
        from regulars.activities.batch import run_batch
        from regulars.activities.context import Context
        from regulars.programs.snapshot import load

        at = int(now().timestamp())

        def steps() -> Steps[Any]:
            context = Context(self.program_id, (yield from load(self.program_id)))
            return (yield from run_batch(context, [make(at)], now=at, ids=Ids()))

        (answer,) = self.house.run(steps())
        assert answer.problem is None, answer.problem.detail
        assert answer.bug is None
        return msgspec.json.decode(answer.text)

    def give(self, member: UUID, points: int) -> None:
        """Points, as a purchase would earn them."""
        from regulars.kit.http import Caller
        from regulars.purchases.operations import RecordPurchase
        from regulars.purchases.wire import PurchaseIn

        body = msgspec.convert(
            {"member": f"id:{member}",
             "lines": [{"sku": "bread", "quantity": 1, "unit_price_minor": points * 100}]},
            PurchaseIn,
        )  # fmt: skip
        self.do(lambda at: RecordPurchase(body, Caller(), key=uuid4().hex, at=at))

    def card(self) -> tuple[str, UUID]:
        """The number of a new anonymous card, and the member it makes."""
        from regulars.kit.http import Caller
        from regulars.members.operations import Join
        from regulars.members.wire import JoinIn

        made = self.do(lambda at: Join(JoinIn(issue_card=True), Caller(), key=uuid4().hex, at=at))
        return made["card"], UUID(made["id"])


class Member:
    """Somebody with a telephone."""

    def __init__(self, shop: Shop, language: str, contact: str, address: str) -> None:
        self.shop, self.email = shop, contact
        where = address or f"10.{uuid4().int % 250}.{uuid4().int % 250}.{uuid4().int % 250}"
        self.browser = Client(headers={"accept-language": language}, REMOTE_ADDR=where)

    def get(self, page: str, query: str = "", **parts: Any) -> Any:
        return self.browser.get(self.shop.url(page, **parts) + query)

    def send(self, page: str, body: dict[str, Any] | None = None, **parts: Any) -> Any:
        return self.browser.post(self.shop.url(page, **parts), body or {})

    def asks_for_a_code(self) -> Any:
        return self.send("door", {"contact": self.email})

    def signs_in(self) -> Any:
        answer = self.asks_for_a_code()
        assert answer.status_code == 302, answer.content.decode()
        return self.send("code", {"code": self.code()})

    def code(self) -> str:
        """The last one that was sent."""
        sent = self.shop.gateway if self.email.startswith("+") else self.shop.post
        return sent.code(self.email)

    def joins(self, **body: Any) -> "Member":
        self.signs_in()
        answer = self.send("join", {"card": "new", "key": uuid4().hex, **body})
        assert answer.status_code == 302, answer.content.decode()
        return self

    @property
    def id(self) -> UUID:
        rows = self.shop.asked(
            "select member_id from identifier where program_id = $1 and value = $2",
            self.shop.program_id, self.email,
        )  # fmt: skip
        return UUID(str(rows[0][0]))

    def reads(self, page: str, **parts: Any) -> str:
        answer = self.get(page, **parts)
        assert answer.status_code == 200, (page, answer.status_code)
        return str(answer.content.decode())
