"""`regulars serve`: answer HTTP."""

import os
from typing import Annotated, Any

import typer

from regulars.kit.problems import Problem

HOST = "127.0.0.1"


class NoDatabase(Problem):
    code = "no_database"


def command(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    planes: Annotated[str, typer.Option(help="both, or till without the pages.")] = "both",
) -> None:
    """Answer HTTP: the till API under /v1/ and the pages."""
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.server import Server

    if not os.environ.get("DATABASE_URL"):
        raise NoDatabase(
            "Set DATABASE_URL, or use `regulars up`, which starts a database of its own."
        )
    os.environ["REGULARS_PLANES"] = planes
    os.environ["REGULARS_WORKERS"] = str(workers)
    options: dict[str, Any] = {"log_access": False, "log_level": "warning"}
    Server(
        "regulars.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,  # looking out for HTTP/2 and websockets costs a quarter of a request
        websockets=False,
        workers=workers,
        **options,
    ).serve()
