"""What every part of a program document is."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of the document: frozen, and a misspelt field is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")
