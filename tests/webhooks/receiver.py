"""A receiver of webhooks: a real HTTP server on loopback that keeps what it is sent."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Got(NamedTuple):
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> Any:
        return json.loads(self.body)["data"]

    @property
    def member(self) -> str:
        return str(self.data["member"])


class Reply(NamedTuple):
    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    after_seconds: float = 0.0


class Receiver:
    """Keeps all requests; ``answer`` says how each is answered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.got: list[Got] = []
        self.accepted: list[Got] = []
        self.answer: Callable[[Got], Reply] = lambda got: Reply()
        self.lock = threading.Lock()

    def wait_for(self, number: int, seconds: float = 60) -> list[Got]:
        """The first so many that were accepted."""
        deadline = time.monotonic() + seconds
        while len(self.accepted) < number:
            assert time.monotonic() < deadline, f"{len(self.accepted)} of {number} came"
            time.sleep(0.02)
        return self.accepted


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got = Got({k.lower(): v for k, v in self.headers.items()}, body)
            with receiver.lock:
                receiver.got.append(got)
                reply = receiver.answer(got)
            time.sleep(reply.after_seconds)
            if reply.status < 300:
                with receiver.lock:
                    receiver.accepted.append(got)
            self.send_response(reply.status)
            for header in reply.headers:
                self.send_header(*header)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hooks?from=till")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def verified(got: Got, secret: str) -> bool:
    """As a receiver would check it by the words of the specification, with nothing of ours."""
    key = base64.b64decode(secret[len("whsec_") :])
    content = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    wanted = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    versions = [part.split(",", 1) for part in got.headers["webhook-signature"].split(" ")]
    return any(name == "v1" and hmac.compare_digest(s, wanted) for name, s in versions)
