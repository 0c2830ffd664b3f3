"""What is told and said about consents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from regulars.members.wire import PRINTABLE

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Version = Annotated[str, Meta(min_length=1, max_length=40, pattern=PRINTABLE)]


class ChoiceIn(Struct, frozen=True):
    """What a member chose: consents by name, given or not. What is not named stays as it is."""

    member: str
    choices: Mapping[str, bool]
    language: str
    actor: str = "member"
    versions: Mapping[str, str] = {}
    """The versions of the texts that were shown, where the caller knows them; another one than that
    in force is refused."""


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


class ConsentsIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Consents by name, given or refused; what is not named stays as it is. Tell in `versions`
    which texts were shown: where another one is in force by now, nothing is recorded (409)."""

    choices: Annotated[dict[Name, bool], Meta(min_length=1, max_length=100)]
    language: Annotated[
        str, Meta(pattern="^(pl|bg|en)$", description="The language of the texts shown.")
    ]
    versions: Annotated[dict[Name, Version], Meta(max_length=100)] = {}
    actor: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=200,
            pattern=PRINTABLE,
            description="`member`, or who did it for them.",
        ),
    ] = "member"


class AskedOut(Struct, frozen=True, omit_defaults=True):
    """A consent the program asks for, or once asked for: how it stands, and on which text."""

    consent: str
    purpose: str
    channel: str
    given: bool = False
    version: str = ""
    """Of the text in force now; empty where the program asks for it no more."""
    answered_version: str = ""
    """Of the text that was answered; empty where nobody ever answered."""
    at: datetime | None = None
    actor: str = ""


class ConsentsOut(Struct, frozen=True):
    """What a member allows now, and every act that led to it, the first one first."""

    member: UUID
    consents: list[AskedOut]
    acts: list[ConsentOut]
