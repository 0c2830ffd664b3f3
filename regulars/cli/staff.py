"""``regulars staff``: let people into the console."""

from typing import Annotated

import typer

from regulars.cli._options import LOOPBACK
from regulars.cli._session import DatabaseUrl, OrganizationSlug, session
from regulars.cli._words import say

app = typer.Typer(help="The people who work in the console.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="Their e-mail address.")]
Origin = Annotated[
    str,
    typer.Option(envvar="REGULARS_ORIGIN", help="How browsers call this server."),
]
ORIGIN = f"http://{LOOPBACK}:8000"


@app.command()
def invite(
    email: Email,
    role: Annotated[str, typer.Option(help="Their role: owner, marketer, cashier ...")],
    organization: OrganizationSlug = None,
    agency: Annotated[bool, typer.Option(help="May make organizations here.")] = False,
    origin: Origin = ORIGIN,
    database_url: DatabaseUrl = None,
) -> None:
    """Make somebody one of the staff; print the link that sets their password. It works once."""
    from regulars.staff import operations

    with session(database_url) as talk:
        invited = talk.run(
            operations.invite(
                email=email,
                organization_id=talk.organization(organization),
                role=role,
                now=talk.now,
            )
        )
        if agency:
            talk.run(operations.make_agency(staff_id=invited.staff_id))
    if invited.token is None:
        typer.echo(say("staff_joined", email=email))
        return
    typer.echo(f"{origin.rstrip('/')}/console/welcome/{invited.token}/")
    typer.echo(say("staff_invited", hours=24), err=True)


@app.command()
def link(email: Email, origin: Origin = ORIGIN, database_url: DatabaseUrl = None) -> None:
    """Print a link that lets a person in once, without password and second factor.

    For somebody who lost both: inside, they can set up new ones.
    """
    from regulars.staff import operations

    with session(database_url) as talk:
        token = talk.run(operations.entry_link_for(email=email, now=talk.now))
    typer.echo(f"{origin.rstrip('/')}/console/welcome/{token}/")
    typer.echo(say("staff_link", minutes=30), err=True)
