"""``python -m tests.peers [FILE]``: cases of other systems, run through the engine and ledger."""

import sys
from pathlib import Path

from tests.peers.cases import load
from tests.peers.report import counts, judge, text

SHARED = Path(__file__).parents[2].parent / "shared" / "cases" / "peer-cases.json"


def main(arguments: list[str]) -> int:
    """1 where a case failed, 2 where there is no file of cases."""
    path = Path(arguments[0]) if arguments else SHARED
    if not path.is_file():
        print(f"There is no file of cases at {path}; name one: make peers FILE=PATH")
        return 2
    results = [judge(case) for case in load(path)]
    print(text(results))
    return 1 if counts(results)[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
