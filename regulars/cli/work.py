"""``regulars work``: what happens by time or after the fact, in a process of its own."""

from regulars.cli._options import Data


def command(data: Data = None) -> None:
    """Expire points, mature what is pending, lapse holds, seal the log, feed projections.

    Several workers may run; they do not do the same thing twice.
    """
    from regulars.cli._database import database
    from regulars.cli._worker import run

    with database(data) as url:
        run(url)
