"""What every part of a program document is."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A part of the document: frozen, and a misspelt field is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def broken(code: str, english: str, **figures: str) -> PydanticCustomError:
    """What to raise where fields contradict each other. ``programs/rules.toml`` says it in three
    languages under the code; ``names`` are the fields it speaks of."""
    return PydanticCustomError(f"rule_{code}", english, figures)
