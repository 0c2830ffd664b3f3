"""``regulars demo``: a year of real-looking purchases through a program, then serve it."""

import asyncio
import os
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.cli._options import LOOPBACK, PORT, Data, Port


def command(
    data: Data = None,
    baskets: Annotated[
        int | None, typer.Option(min=1, help="Only the first so many baskets; all when left out.")
    ] = None,
    serve: Annotated[bool, typer.Option(help="Serve the program afterwards.")] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one JSON object on the last line.")
    ] = False,
    port: Port = PORT,
) -> None:
    """Load a supermarket's year through a loyalty program, tell what it gave and cost, serve it.

    Interrupted, it goes on where it was; done, it is not done again. It has a data folder of its
    own, apart from `regulars up`, and another one for each number of baskets.
    """
    from regulars.cli._database import database
    from regulars.cli._demo import show
    from regulars.hosting.folder import default_data

    folder = data or default_data("demo" if baskets is None else f"demo-{baskets}")
    with database(folder, django=False) as url:
        loaded = _load(url, baskets, quiet=as_json)
        show(loaded, as_json=as_json and not serve)
        key = _key(url) if serve else ""
        if serve:
            _invite(url, loaded, key, folder, port)
            _let_in(url, folder, port)
            _show_member(url, loaded.program_id, port)
            _walk(url, loaded.club_id, port)
    if as_json and serve:
        show(loaded, as_json=True)
    if loaded.fault is not None:
        raise typer.Exit(1)
    if serve:
        _serve(folder, port, loaded.closes)


def _load(url: str, baskets: int | None, *, quiet: bool) -> Any:
    """Load with a progress bar; on a terminal it moves, in a log it is a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from regulars.cli._demo import say
    from regulars.demo.load import load

    console = Console(stderr=quiet)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(say("demo_baskets"), total=None, rate="")

        def heard(done: int, total: int) -> None:
            elapsed = progress.tasks[0].elapsed or 1
            progress.update(task, completed=done, total=total, rate=f"{done / elapsed:,.0f}/s")

        return asyncio.run(load(url, baskets=baskets, now=datetime.now(UTC), heard=heard))


def _key(url: str) -> str:
    import psycopg

    from regulars.demo.setup import till_key

    with psycopg.connect(url) as connection:
        return till_key(connection, datetime.now(UTC))


def _invite(url: str, loaded: Any, key: str, folder: Path, port: int) -> None:
    """The commands to try next, ready to be copied."""
    import psycopg

    from regulars.cli._demo import say

    with psycopg.connect(url) as connection:
        purchase, card = connection.execute(
            "select a.id, i.value from activity a"
            " join identifier i on i.program_id = a.program_id and i.member_id = a.member_id"
            " where a.program_id = %s and a.kind = 'purchase' order by md5(a.id::text) limit 1",
            (loaded.program_id,),
        ).fetchall()[0]
    typer.echo(
        say(
            "demo_try",
            port=port,
            key=key,
            card=card,
            purchase=purchase,
            data=folder,
            clock=f"{loaded.closes:%Y-%m-%d %H:%M}",
            regulars=_regulars(),
        )
    )


def _let_in(url: str, folder: Path, port: int) -> None:
    """A link into the console for each role: each works once, for a short time."""
    from regulars.cli._demo import say
    from regulars.demo.setup import ORGANIZATION

    data = shlex.quote(f"REGULARS_DATA={folder.absolute()}")
    typer.echo(say("demo_links", data=data, regulars=_regulars(), port=port))
    links = _staff_links(url, ORGANIZATION, port)
    width = max(map(len, links))
    for role, address in links.items():
        typer.echo(f"  {role:<{width}}  {address}")


def _staff_links(url: str, organization: str, port: int) -> dict[str, str]:
    """By the names of the roles, as the reader calls them."""
    import psycopg

    from regulars.demo.setup import entries
    from regulars.kit.words import language
    from regulars.staff.roles import role_name

    with psycopg.connect(url) as connection:
        tokens = entries(connection, datetime.now(UTC), organization)
    return {
        role_name(role, language()): f"http://{LOOPBACK}:{port}/console/welcome/{token}/"
        for role, token in tokens.items()
    }


def _show_member(url: str, program_id: Any, port: int) -> None:
    """A link into the portal of a member who has been shopping all year."""
    from regulars.cli._demo import say

    most = "select id from member where program_id = %s order by purchases desc, id limit 1"
    typer.echo(say("demo_member", address=_member_link(url, program_id, port, most)))


def _walk(url: str, club_id: Any, port: int) -> None:
    """What to do in the small shop, step by step, with the link for each."""
    from regulars.cli._demo import say
    from regulars.demo.shoes import ORGANIZATION, card
    from regulars.kit.words import language
    from regulars.staff.roles import role_name

    links = _staff_links(url, ORGANIZATION, port)
    staff = {role: links[role_name(role, language())] for role in ("marketer", "owner", "cashier")}
    holder = (
        "select member_id from identifier where program_id = %s and kind = 'card'"  # noqa: S608
        f" and value = '{card(0)}'"
    )
    anna = _member_link(url, club_id, port, holder)
    typer.echo(say("demo_walk", card=card(0), anna=anna, **staff))


def _member_link(url: str, program_id: Any, port: int, which: str) -> str:
    """Lets the member whom a statement finds in once."""
    import psycopg

    from regulars.kit.steps import run_sync
    from regulars.portal.operations import make_link

    where = (
        "select o.slug || '/' || p.slug from program p"
        " join organization o on o.id = p.organization_id where p.id = %s"
    )
    with psycopg.connect(url) as connection:
        ((member,),) = connection.execute(which, (program_id,)).fetchall()
        ((place,),) = connection.execute(where, (program_id,)).fetchall()
        with psycopg.RawCursor(connection) as cursor:
            token = run_sync(cursor, make_link(program_id, member, datetime.now(UTC)))
    return f"http://{LOOPBACK}:{port}/my/{place}/enter/{token}/"


def _regulars() -> Path | str:
    """As it was called here."""
    called = Path(sys.argv[0])
    return called.absolute() if called.name == "regulars" else "regulars"


def _serve(folder: Path, port: int, closes: datetime) -> None:
    """Serve as of the morning after the year, so that its points are still good."""
    from regulars.cli.up import command as up

    os.environ["REGULARS_CLOCK"] = closes.isoformat()
    up(data=folder, host=LOOPBACK, port=port)
