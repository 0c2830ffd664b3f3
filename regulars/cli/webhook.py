"""``regulars webhook``: where other systems are told what happens, and what could not be told."""

from typing import Annotated
from uuid import UUID

import typer

from regulars.cli._session import DatabaseUrl, OrganizationSlug, Session, session
from regulars.cli._words import moment
from regulars.kit import words

app = typer.Typer(help="Other systems that are told what happens.", no_args_is_help=True)

EndpointId = Annotated[UUID, typer.Argument(help="The endpoint's id: regulars webhook list.")]


def say(code: str, /, **figures: object) -> str:
    return words.say("regulars.cli", "webhook.toml", code, words.language(), **figures)


def _seconds(talk: Session) -> int:
    return int(talk.now.timestamp())


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where to send to: https://...")],
    topics: Annotated[
        str, typer.Option(help="Kinds of activities, separated by commas; all when left out.")
    ] = "",
    description: Annotated[str, typer.Option(help="What listens there.")] = "",
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an endpoint and print its id and its secret. The secret is shown this once."""
    from regulars.webhooks import operations

    wanted = [name.strip() for name in topics.split(",") if name.strip()]
    with session(database_url) as talk:
        made = talk.run(
            operations.add(
                organization_id=talk.organization(organization),
                url=url,
                topics=wanted,
                description=description,
                now=_seconds(talk),
            )
        )
    typer.echo(f"{made.id} {made.secret}")
    typer.echo(say("once"), err=True)


@app.command("list")
def list_endpoints(organization: OrganizationSlug = None, database_url: DatabaseUrl = None) -> None:
    """List the endpoints of an organization, the disabled ones too."""
    from regulars.webhooks import queries

    with session(database_url) as talk:
        found = talk.run(queries.endpoints(talk.organization(organization)))
    _table(
        ("id", "url", "topics", "state", "waiting", "dead", "description"),
        [
            (
                str(e.id),
                e.url,
                ", ".join(e.topics) or say("all"),
                say(e.disabled_because or ("troubled" if e.failing_since else "active")),
                str(e.waiting),
                str(e.dead),
                e.description,
            )
            for e in found
        ],
    )


@app.command()
def rotate(
    endpoint: EndpointId,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=168, help="So long the old secret is good too.")
    ] = 24,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a new secret and print it; until the overlap ends, deliveries are signed with both."""
    from regulars.webhooks import operations

    with session(database_url) as talk:
        made = talk.run(
            operations.rotate(
                organization_id=talk.organization(organization),
                endpoint_id=endpoint,
                overlap_seconds=overlap_hours * 3600,
                now=_seconds(talk),
            )
        )
    typer.echo(made.secret)
    typer.echo(say("once"), err=True)


@app.command()
def disable(
    endpoint: EndpointId, organization: OrganizationSlug = None, database_url: DatabaseUrl = None
) -> None:
    """Send nothing any more; what waited is kept and can be replayed."""
    from regulars.webhooks import operations

    with session(database_url) as talk:
        talk.run(
            operations.disable(
                organization_id=talk.organization(organization),
                endpoint_id=endpoint,
                now=_seconds(talk),
            )
        )
    typer.echo(say("disabled"))


@app.command()
def enable(
    endpoint: EndpointId, organization: OrganizationSlug = None, database_url: DatabaseUrl = None
) -> None:
    """Send again, from now on; replay what was missed."""
    from regulars.webhooks import operations

    with session(database_url) as talk:
        organization_id = talk.organization(organization)
        talk.run(operations.enable(organization_id=organization_id, endpoint_id=endpoint))
    typer.echo(say("enabled"))


@app.command()
def replay(
    endpoint: EndpointId,
    delivery: Annotated[
        UUID | None, typer.Argument(help="One delivery; else all that could not be delivered.")
    ] = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Send again what could not be delivered, with the webhook-id it had."""
    from regulars.webhooks import operations

    with session(database_url) as talk:
        number = talk.run(
            operations.replay(
                organization_id=talk.organization(organization),
                endpoint_id=endpoint,
                delivery_id=delivery,
                now=_seconds(talk),
            )
        )
    typer.echo(say("replayed", number=number))


@app.command()
def deliveries(
    endpoint: Annotated[UUID | None, typer.Option(help="Of this endpoint only.")] = None,
    state: Annotated[str | None, typer.Option(help="waiting, sent or dead.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many.")] = 50,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List deliveries, the newest first: what waits, what arrived, what could not be delivered."""
    from regulars.webhooks import queries

    if state not in (None, "waiting", "sent", "dead"):
        raise typer.BadParameter(say("state_bad"))
    with session(database_url) as talk:
        found = talk.run(
            queries.deliveries(
                talk.organization(organization), endpoint_id=endpoint, state=state, limit=limit
            )
        ).deliveries
    _table(
        ("id", "topic", "state", "attempts", "created", "next", "error"),
        [
            (
                str(d.id),
                d.topic,
                say(d.state),
                str(d.attempts),
                moment(d.created_at),
                moment(d.due_at) if d.due_at else "",
                d.last_error,
            )
            for d in found
        ],
    )


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for column in columns:
        table.add_column(say(f"column_{column}"), overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)
