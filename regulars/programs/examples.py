"""Examples: whole documents to begin with, installed with the package or in the source tree."""

from importlib.resources import files
from pathlib import Path

EXAMPLES = ("shoe-shop", "cafe-stamps", "supermarket")


def example(name: str) -> str:
    """The text of an example document by its file's name."""
    packaged = files("regulars").joinpath("examples", name)
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "examples" / name).read_text(encoding="utf-8")
