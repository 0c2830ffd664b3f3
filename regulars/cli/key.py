"""``regulars key``: make, list and revoke the keys that tills call with."""

from typing import Annotated

import typer

from regulars.cli._session import DatabaseUrl, OrganizationSlug, session
from regulars.cli._words import moment, say

app = typer.Typer(help="Keys that tills and other machines call with.", no_args_is_help=True)


@app.command()
def create(
    scopes: Annotated[
        str, typer.Option(help="What it may do, separated by commas; all = all that tills need.")
    ],
    organization: OrganizationSlug = None,
    shop: Annotated[str | None, typer.Option(help="The code of the shop it belongs to.")] = None,
    label: Annotated[str, typer.Option(help="Which till or machine it is for.")] = "",
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key and print it. It is shown this once: only a hash of it is kept."""
    from regulars.organizations import operations, queries

    names = [name.strip() for name in scopes.split(",") if name.strip()]
    with session(database_url) as talk:
        organization_id = talk.organization(organization)
        shop_id = None if shop is None else talk.run(queries.shop(organization_id, shop)).id
        issued = talk.run(
            operations.create_key(
                organization_id=organization_id,
                shop_id=shop_id,
                label=label,
                scopes=operations.SCOPES if names == ["all"] else names,
                now=talk.now,
            )
        )
    typer.echo(issued.secret)
    typer.echo(say("key_once"), err=True)


@app.command("list")
def list_keys(organization: OrganizationSlug = None, database_url: DatabaseUrl = None) -> None:
    """List the keys of an organization, the revoked ones too."""
    from rich.console import Console
    from rich.table import Table

    from regulars.organizations import queries
    from regulars.organizations.operations import SCOPES

    with session(database_url) as talk:
        keys = talk.run(queries.keys(talk.organization(organization)))
    table = Table(box=None, header_style="bold")
    for column in ("key", "label", "shop", "scopes", "created", "revoked"):
        table.add_column(say(f"column_{column}"))
    for key in keys:
        revoked = moment(key.revoked_at) if key.revoked_at else ""
        scopes = "all" if set(key.scopes) == set(SCOPES) else " ".join(key.scopes)
        name = f"rk_{key.prefix}"
        table.add_row(name, key.label, key.shop, scopes, moment(key.created_at), revoked)
    Console(highlight=False).print(table)


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The key, or its beginning rk_xxxxxxxxxxxx.")],
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key useless, in every till within seconds."""
    from regulars.organizations import operations

    with session(database_url) as talk:
        organization_id = talk.organization(organization)
        label = talk.run(
            operations.revoke_key(organization_id=organization_id, prefix=key, now=talk.now)
        )
    typer.echo(say("key_revoked", label=label))
