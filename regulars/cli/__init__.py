"""The command line. One file a command: it defines ``command``, a function, or ``app``, a group.

The files are found by scanning this folder; the command is named like its file, less the underscore
behind a word that Python keeps for itself (``import_.py``). Heavy imports stand inside the
functions, so that ``regulars --help`` answers at once.
"""

import importlib
import pkgutil
import sys

import typer

from regulars.kit.problems import Problem
from regulars.kit.secrets import take_files


def build() -> typer.Typer:
    """The application, with a command for each file here that has no leading underscore."""
    cli = typer.Typer(
        name="regulars",
        help="Relationship programs: points, discounts, cards, prizes, tiers.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        name = info.name.rstrip("_").replace("_", "-")
        if hasattr(module, "app"):
            cli.add_typer(module.app, name=name)
        else:
            cli.command(name)(module.command)
    return cli


def main() -> None:
    """The console script. Expected trouble is one clear line and exit code 2."""
    try:
        take_files()
        build()()
    except Problem as problem:
        print(f"regulars: {problem.detail}", file=sys.stderr)
        sys.exit(2)
