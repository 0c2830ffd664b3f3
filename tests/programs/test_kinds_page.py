"""docs/kinds.md is what the kinds say of themselves today."""

from pathlib import Path

from regulars.cli.kinds import page


def test_the_page_of_kinds_is_up_to_date() -> None:
    written = Path("docs/kinds.md").read_text("utf-8")
    assert written == page(), "regulars kinds --markdown > docs/kinds.md"
