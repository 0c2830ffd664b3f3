"""Give a command its database, and Django over it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database(data: Path | None = None, *, django: bool = True) -> Iterator[str]:
    """The URL of the database, with the tables of this version; set up for the ORM too.

    with database(data) as url:
        ...
    """
    from regulars.hosting.database import database as hosted
    from regulars.hosting.folder import DataFolder
    from regulars.hosting.migrate import environment

    if not os.environ.get("DATABASE_URL"):
        os.environ["REGULARS_DATA"] = str(DataFolder.at(data).path)
    before = dict(os.environ)
    with hosted(data) as url:
        os.environ.update(environment(url))
        if django:
            import django as framework

            framework.setup()
        try:
            yield url
        finally:  # what was started for the block ends with it, and nobody is to look for it there
            os.environ.clear()
            os.environ.update(before)
