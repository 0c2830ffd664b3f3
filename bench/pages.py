"""How long every page takes at the demonstration's size, as a browser on this machine would wait.

The pages come from the console's own list and from the portal's addresses; what an address names is
looked up in the demonstration. A page whose address cannot be filled in is named as not measured.
"""

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django
import httpx
import psycopg

from bench.figures import Figure, figure
from bench.stage import Stage, serving
from regulars.demo.load import Loaded, load
from regulars.demo.setup import entries
from regulars.hosting.migrate import migrate
from regulars.kit.steps import run_sync
from regulars.portal.operations import make_link

AIM_MS = 100
_NAMES = {
    "member_id": "select id from member where program_id = %s order by purchases desc, id limit 1",
    "activity_id": "select id from activity where program_id = %s and kind = 'purchase' limit 1",
    "sku": "select sku from product where program_id = %s order by sku limit 1",
    "campaign": "select 'own-brand' where %s is not null",
    "number": "select 1 where %s is not null",
    "card_number": "select value from identifier where program_id = %s and kind = 'card' limit 1",
    "shop_id": "select s.id from shop s join program p using (organization_id) where p.id = %s",
    "prefix": "select k.prefix from api_key k join program p using (organization_id)"
    " where p.id = %s limit 1",
    "membership_id": "select m.id from staff_membership m join program p using (organization_id)"
    " where p.id = %s limit 1",
    "name": "select 'five-dollars' where %s is not null",
}
"""What the names in addresses stand for, of a program."""
_NO_PAGES = re.compile(r"\.(json|js|svg|webmanifest)$|/(file|export|out|language|back)/?$")


def run(stage: Stage, *, baskets: int, repeats: int) -> Iterator[Figure]:
    """Load the demonstration in a database of its own, and open every page of it ``repeats``
    times after a first one."""
    url = stage.database("pages", owner="regulars")
    migrate(url)
    loaded = asyncio.run(
        load(url, baskets=baskets or None, now=datetime.now(UTC), heard=lambda done, total: None)
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    clock = {"REGULARS_CLOCK": loaded.closes.isoformat()}
    with serving(url, workers=1, planes="both", more=clock) as (address, _):
        opened = httpx.Client(base_url=address, follow_redirects=False, timeout=60)
        paths = _enter(opened, url, loaded)
        for path in sorted(paths):
            yield from _measured(opened, path, paths[path], repeats)


def _measured(opened: httpx.Client, path: str, name: str, repeats: int) -> Iterator[Figure]:
    if opened.get(path).status_code != 200:
        return
    spent = []
    for _ in range(repeats):
        begun = time.perf_counter()
        opened.get(path)
        spent.append((time.perf_counter() - begun) * 1000)
    yield figure(name, spent, "ms", note=f"aim {AIM_MS}" if max(spent) > AIM_MS else "")


def _enter(opened: httpx.Client, url: str, loaded: Loaded) -> dict[str, str]:
    """Sign in as the owner and as a member by their links; every path with its name."""
    pages = _console_pages(url)
    with psycopg.connect(url) as connection:
        token = entries(connection, datetime.now(UTC))["owner"]
        names = {name: _first(connection, sql, loaded.program_id) for name, sql in _NAMES.items()}
        with psycopg.RawCursor(connection) as cursor:
            member = make_link(loaded.program_id, names["member_id"], datetime.now(UTC))
            link = run_sync(cursor, member)
    portal = "/my/demo/supermarket/"
    _press(opened, f"/console/welcome/{token}/")
    _press(opened, f"{portal}enter/{link}/")
    found = {"/till/": "till", "/v1/docs": "description", "/": "front"}
    routes = [("/console/", page.path, f"console {page.name}") for page in pages().values()]
    routes += [(portal, route, f"portal {route or 'home'}") for route in _portal_routes()]
    for base, route, name in routes:
        if path := _filled(route, names):
            found[base + path.removeprefix("-")] = name
    missing = sorted(name for _, route, name in routes
                     if not _NO_PAGES.search(route) and not _filled(route, names))  # fmt: skip
    print(f"not measured, the demonstration has none: {', '.join(missing)}", file=sys.stderr)
    return found


def _console_pages(url: str) -> Callable[[], dict[str, Any]]:
    """The console's list, which is made of Django's forms: it has to know where it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    django.setup()
    if before is None:
        del os.environ["DATABASE_URL"]
    else:
        os.environ["DATABASE_URL"] = before
    from regulars.console.pages import pages

    return pages


def _press(opened: httpx.Client, path: str) -> None:
    """The form of a link: it is used by sending it."""
    page = opened.get(path).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None, path
    sent = opened.post(path, data={"csrfmiddlewaretoken": token[1]})
    assert sent.status_code == 302, path


def _portal_routes() -> list[str]:
    from regulars.portal.urls import of_program

    return [str(one.pattern) for one in of_program]


def _filled(route: str, names: dict[str, Any]) -> str:
    """The path, after a dash; nothing where a name is not known or it is no page."""
    wanted = re.findall(r"<\w+:(\w+)>", route)
    if _NO_PAGES.search(route) or any(names.get(name) is None for name in wanted):
        return ""
    return "-" + re.sub(r"<\w+:(\w+)>", lambda found: str(names[found[1]]), route)


def _first(connection: psycopg.Connection, sql: str, program_id: UUID) -> Any:
    row = connection.execute(sql.encode(), (program_id,)).fetchone()
    return row[0] if row else None
