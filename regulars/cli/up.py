"""``regulars up``: everything on one machine, in one window, until Ctrl-C."""

import os
import sys

from regulars.cli._options import LOOPBACK, PORT, Data, Host, Port


def command(data: Data = None, host: Host = LOOPBACK, port: Port = PORT) -> None:
    """Start the database, bring its tables up to date, serve, and run the worker.

    Ctrl-C ends all of it in order. With DATABASE_URL set, that database is used and none started.
    """
    from regulars.hosting.folder import DataFolder
    from regulars.hosting.migrate import environment, migrate
    from regulars.hosting.ports import answers, check_port
    from regulars.hosting.postgres import Server
    from regulars.hosting.supervise import Child, Once, Service, supervise, tell
    from regulars.hosting.words import say

    check_port(host, port)
    services: list[Service] = []
    database_url = os.environ.get("DATABASE_URL", "")
    where = say("own_database")
    if not database_url:
        server = Server(DataFolder.at(data))
        services.append(server)
        database_url, where = server.url, str(server.folder.path)
        os.environ["REGULARS_DATA"] = where

    me = [sys.executable, "-m", "regulars"]
    env = environment(database_url)
    services += [  # what starts first ends last
        Once("migrate", lambda: migrate(database_url)),
        Child("work", [*me, "work"], env),
        Child("serve", [*me, "serve", "--host", host, "--port", str(port)], env),
    ]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    supervise(
        services,
        ready=lambda: answers(host, port),
        when_ready=lambda: tell(say("up", address=address, where=where)),
    )
