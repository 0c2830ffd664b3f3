"""Translations: every name people see is wanted in every language. A missing one is a warning."""

from collections.abc import Iterator
from typing import Any

from regulars.kit.words import LANGUAGES
from regulars.programs.faults import Fault, Hint, Path, nearest


def translation_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Names and texts that some language lacks, and languages nobody knows."""
    for path, texts in _texts(data):
        if texts is None:
            yield Fault(path, "no_name", {}, _all(), severity="warning")
            continue
        for language in LANGUAGES:
            if not str(texts.get(language) or "").strip():
                yield Fault(
                    path, "no_translation", {"language": language},
                    Hint("add", {"name": language}), severity="warning",
                )  # fmt: skip
        for language in texts:
            if language not in LANGUAGES:
                hint = nearest(language, LANGUAGES)
                yield Fault(
                    (*path, language), "unknown_language", {"name": language}, hint, "warning"
                )


_NAMED = (
    "assets", "vouchers", "rewards", "causes", "households", "stamp_cards", "challenges",
    "streaks", "badges", "gift_cards",
)  # fmt: skip


def _all() -> Hint:
    return Hint("add", {"name": "name: {" + ", ".join(f"{tag}: ..." for tag in LANGUAGES) + "}"})


def _texts(data: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """Every place where texts belong: (place, texts), or None for a name that is not there."""
    yield from _name((), data)
    for field in _NAMED:
        found = data.get(field)
        for key, part in found.items() if isinstance(found, dict) else ():
            yield from _name((field, key), part)
            if field == "rewards" and isinstance(part, dict) and isinstance(part.get("text"), dict):
                yield (field, key, "text"), part["text"]
    corrections = data.get("corrections")
    reasons = corrections.get("reasons") if isinstance(corrections, dict) else None
    for key, part in reasons.items() if isinstance(reasons, dict) else ():
        yield from _name(("corrections", "reasons", key), part)
    campaigns = data.get("campaigns")
    for n, campaign in enumerate(campaigns if isinstance(campaigns, list) else ()):
        yield from _name(("campaigns", n), campaign)
        effects = campaign.get("then") if isinstance(campaign, dict) else None
        for m, effect in enumerate(effects if isinstance(effects, list) else ()):
            if isinstance(effect, dict) and isinstance(effect.get("text"), dict):
                yield ("campaigns", n, "then", m, "text"), effect["text"]
    benefits = data.get("benefits")
    for key, several in benefits.items() if isinstance(benefits, dict) else ():
        for n, text in enumerate(several if isinstance(several, list) else ()):
            if isinstance(text, dict):
                yield ("benefits", key, n), text
    texts = data.get("texts")
    for key, value in texts.items() if isinstance(texts, dict) else ():
        if isinstance(value, dict):
            yield ("texts", key), value


def _name(path: Path, part: Any) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    if isinstance(part, dict):
        name = part.get("name")
        if name is None:
            yield path, None
        elif isinstance(name, dict):
            yield (*path, "name"), name
