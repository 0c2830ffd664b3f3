"""Keys: what is delivered twice counts once. Asked of real requests on a real database, for it is
the idempotency key of a request, or its receipt number, that decides it."""

import atexit
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from tests.peers.cases import Case, Data
from tests.peers.words import Fields, NotTranslated, slug

DOCUMENT = """\
program: peer
currency: {currency}
timezone: UTC
assets:
  points: {{}}
campaigns:
"""
CAMPAIGN = """\
  - id: {id}
    trigger: {trigger}
    then: [{{kind: fixed_points, points: {points}}}]
"""


def repeated(entries: list[Data]) -> bool:
    """Whether something is earned twice by the same key or order."""
    names = [
        (entry["kind"], entry.get("key") or entry.get("order"))
        for entry in entries
        if entry["kind"].startswith("earn_")
    ]
    return len(names) != len(set(names))


def delivered(case: Case, entries: list[Data]) -> dict[str, Any]:
    """Each entry as a request; what it gives stands in the program."""
    from regulars.activities.batch import Operation
    from regulars.members.operations import Join
    from regulars.members.wire import JoinIn
    from regulars.purchases.operations import RecordActivity, RecordPurchase
    from regulars.purchases.wire import ActivityIn, LineIn, PurchaseIn
    from tests.desk import open_desk

    gives: dict[str, int] = {}
    for entry in entries:
        fields = Fields(f"entry {entry['kind']}", entry)
        kind, points = fields.need("kind"), fields.need("points")
        name = slug(fields.take("key", fields.take("order")))
        fields.done()
        if kind not in ("earn_action", "earn_order"):
            raise NotTranslated(f"{kind} beside entries delivered twice")
        trigger = "purchase" if kind == "earn_order" else name
        if gives.setdefault(trigger, points) != points:
            raise NotTranslated("orders that earn differently")
    document = DOCUMENT.format(currency=case.currency) + "".join(
        CAMPAIGN.format(id=f"c{n}", trigger=trigger, points=points)
        for n, (trigger, points) in enumerate(gives.items())
    )
    with open_desk(database(), document) as desk:
        joined = desk.do(Join(JoinIn(issue_card=True), desk.caller, key=None, at=desk.now))
        member = f"card:{joined['card']}"
        answer: Any = {}
        for entry in entries:
            name = slug(entry.get("key") or entry.get("order"))
            request: Operation
            if entry["kind"] == "earn_order":
                order = PurchaseIn((LineIn("goods", 1, 100),), member, receipt_number=name)
                request = RecordPurchase(order, desk.caller, key=None, at=desk.now)
            else:
                activity = ActivityIn(name, member)
                key = f"{desk.program_id.hex}-{name}"
                request = RecordActivity(activity, desk.caller, key=key, at=desk.now)
            answer = desk.do(request)
            desk.wait(seconds=1)
        counted = desk.connection.execute(
            "select count(*) from posting where program_id = %s", (desk.program_id,)
        ).fetchone()
    assert counted is not None
    return {"balance": answer["balances"]["points"]["available"], "entries": counted[0]}


@cache
def database() -> str:
    """A private server with our tables, until the process ends."""
    import django

    from regulars.hosting.folder import DataFolder
    from regulars.hosting.migrate import SETTINGS, migrate
    from regulars.hosting.postgres import Server

    server = Server(
        DataFolder.at(Path(f"/tmp/regulars-peers-{os.getpid()}")), settings={"fsync": "off"}
    )
    server.start()
    atexit.register(shutil.rmtree, server.folder.path, ignore_errors=True)
    atexit.register(server.stop)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    os.environ.setdefault("DATABASE_URL", server.url)
    django.setup()
    migrate(server.url)
    return server.url
