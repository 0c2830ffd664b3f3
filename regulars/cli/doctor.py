"""``regulars doctor``: what is wrong with this machine, and what to do about it."""

import typer

from regulars.cli._options import LOOPBACK, PORT, Data, Host, Port


def command(data: Data = None, host: Host = LOOPBACK, port: Port = PORT) -> None:
    """Look this machine over and say in words what is wrong. Ends with code 1 if anything is."""
    from regulars.hosting.doctor import examine
    from regulars.hosting.words import say

    findings = examine(data=data, host=host, port=port)
    for finding in findings:
        typer.echo(f"{'  ok ' if finding.well else '  !! '} {finding.sentence}")
    wrong = sum(not finding.well for finding in findings)
    typer.echo(say("not_well", count=wrong) if wrong else say("all_well"))
    if wrong:
        raise typer.Exit(1)
