"""``python -m bench``: every figure, or ``--only http demo``; ``--json`` for machines."""

import argparse
import sys
from collections.abc import Iterable

from bench import demo, engine, growth, http, imports, pages, routes
from bench.figures import Figure, json_line, table
from bench.stage import stage
from bench.yardstick import Missing, Yardsticks

ALL = ("http", "routes", "import", "demo", "pages", "engine", "growth")
"""The last one takes long, and is measured only when it is asked for."""


def main() -> None:
    options = _options()
    only = options.only or ALL[:-1]
    if "engine" in only:
        _say("The engine", engine.run(repeats=options.repeats), options.json)
    if not set(only) - {"engine"}:
        return
    with stage() as here:
        if "pages" in only:
            found = pages.run(here, baskets=options.demo_baskets, repeats=options.repeats)
            _say("Pages", found, options.json)
        if not set(only) - {"engine", "pages"}:
            return
        yardsticks = None
        try:
            yardsticks = Yardsticks(here)
        except Missing as missing:
            print(f"no yardstick, so no ratios: {missing}", file=sys.stderr)
        if "http" in only:
            try:
                found = http.run(
                    here, yardsticks, members=options.members, repeats=options.repeats,
                    seconds=options.seconds,
                )  # fmt: skip
                _say("HTTP purchases", found, options.json)
            except Missing as missing:
                print(f"HTTP was not measured: {missing}", file=sys.stderr)
        if "routes" in only:
            found = routes.run(here, yardsticks, repeats=options.repeats, seconds=options.seconds)
            _say("Other requests", found, options.json)
        if "growth" in only:
            found = growth.run(
                here, factor=options.growth, repeats=options.repeats, seconds=options.seconds
            )
            _say("Growth", found, options.json)
        if "import" in only:
            found = imports.run(
                here, yardsticks, baskets=options.baskets, repeats=options.repeats,
                seconds=options.seconds,
            )  # fmt: skip
            _say("Imported baskets", found, options.json)
        if "demo" in only:
            found = demo.run(
                here, yardsticks, baskets=options.demo_baskets, seconds=options.seconds
            )
            _say("The demonstration", found, options.json)


def _say(title: str, figures: Iterable[Figure], as_json: bool) -> None:
    if as_json:
        for figure in figures:
            print(json_line(figure), flush=True)
    else:
        print(f"\n{title}\n{table(list(figures))}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ALL, help="these figures and no others")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--members", type=int, default=200_000, help="who may buy")
    parser.add_argument("--baskets", type=int, default=20_000, help="of one import")
    parser.add_argument(
        "--demo-baskets", type=int, default=30_000, help="of the demonstration; 0: the whole year"
    )
    parser.add_argument(
        "--growth", type=int, default=10, help="how many times as large; 100: 20,000,000 purchases"
    )
    parser.add_argument("--repeats", type=int, default=5, help="of each measurement")
    parser.add_argument("--seconds", type=float, default=4, help="of each measurement")
    return parser.parse_args()


if __name__ == "__main__":
    main()
