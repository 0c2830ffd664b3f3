"""What commands say, in the operator's language: ``words.toml``."""

from datetime import datetime

from regulars.kit import words


def say(code: str, /, **figures: object) -> str:
    """A sentence of the command line."""
    return words.say("regulars.cli", "words.toml", code, words.language(), **figures)


def say_of_backups(code: str, /, **figures: object) -> str:
    """A sentence about backups."""
    return words.say("regulars.cli", "backup.toml", code, words.language(), **figures)


def moment(at: datetime, timezone: str | None = None) -> str:
    """An instant for people: in the program's time zone, or in UTC."""
    from regulars.kit.periods import zone

    return at.astimezone(zone(timezone or "UTC")).strftime("%Y-%m-%d %H:%M:%S %Z")
