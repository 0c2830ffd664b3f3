"""What is told and said about consents."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct


class ChoiceIn(Struct, frozen=True):
    """What a member chose: consents by name, given or not. What is not named stays as it is."""

    member: str
    choices: Mapping[str, bool]
    language: str
    actor: str = "member"


class ConsentOut(Struct, frozen=True):
    """A consent as it stands; ``given`` is False where nobody ever said yes."""

    consent: str
    purpose: str
    channel: str
    given: bool
    text_version: str = ""
    """Of the text that was agreed to, or refused."""
    at: datetime | None = None
    actor: str = ""


class ChosenOut(Struct, frozen=True):
    """What was changed: consents by name."""

    changed: dict[str, bool]
