"""``regulars organization``: the firms of this installation and their shops."""

from typing import Annotated

import typer

from regulars.cli._session import DatabaseUrl, OrganizationSlug, session
from regulars.cli._words import say

app = typer.Typer(help="The firms of this installation and their shops.", no_args_is_help=True)


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Its short name: small letters, digits, - and _.")],
    name: Annotated[str, typer.Option(help="Its name.")] = "",
    database_url: DatabaseUrl = None,
) -> None:
    """Make an organization; one that is there stays as it is."""
    from regulars.organizations import operations

    with session(database_url) as talk:
        made = talk.run(operations.create_organization(slug=slug, name=name or slug, now=talk.now))
    typer.echo(say("organization_made", slug=made.slug, name=made.name))


@app.command("list")
def list_organizations(database_url: DatabaseUrl = None) -> None:
    """List the organizations."""
    from regulars.organizations import queries

    with session(database_url) as talk:
        for organization in talk.run(queries.organizations()):
            typer.echo(f"{organization.slug}\t{organization.name}")


@app.command()
def shop(
    code: Annotated[str, typer.Argument(help="The shop's own number, as its tills send it.")],
    name: Annotated[str, typer.Option(help="Its name.")] = "",
    timezone: Annotated[str, typer.Option(help="Its time zone.")] = "UTC",
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a shop, or give the one of that code another name and time zone."""
    from regulars.organizations import operations

    with session(database_url) as talk:
        organization_id = talk.organization(organization)
        made = talk.run(
            operations.put_shop(
                organization_id=organization_id,
                code=code,
                name=name or code,
                timezone=timezone,
                now=talk.now,
            )
        )
    typer.echo(say("shop_put", code=made.code, name=made.name))
