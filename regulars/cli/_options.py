"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(envvar="REGULARS_DATA", help="The data folder, with the private database."),
]
Host = Annotated[str, typer.Option(help="The address to serve on; this machine only by default.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")]
PORT = 8000
LOOPBACK = "127.0.0.1"
