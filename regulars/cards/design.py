"""Design: what a card says and looks like. A YAML or JSON file, or what the program itself gives.

color: "#7a1f3d"                     # of the brand; the letters on it follow by their contrast
languages: [pl, bg]                  # which texts are printed; a pass has all of them
title: {pl: Klub Narożny, bg: Клуб Ъглов, en: Corner Club}
line: {pl: Karta stałego klienta}    # under the title
about: {pl: Pokaż kartę przy kasie.} # on the back
contact: corner.example · 600 100 200
"""

import io
from typing import Annotated, Any

import msgspec
import yaml
from msgspec import Meta, Struct, field

from regulars.kit.problems import Invalid
from regulars.kit.words import LANGUAGES

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
INK: Rgb = (28, 30, 34)
MOST_LOGO_BYTES = 2_000_000
_MOST_LOGO_PIXELS = 16_000_000
_PREFERRED_RATIO = 4.5
"""WCAG 2.2, 1.4.3: what small letters need."""

_Text = Annotated[str, Meta(min_length=1, max_length=400)]
_Texts = dict[Annotated[str, Meta(pattern="^(en|pl|bg)$")], _Text]


class Design(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is printed. A text that a language lacks is taken from the first one that has it."""

    title: _Texts
    line: _Texts = field(default_factory=dict)
    about: _Texts = field(default_factory=dict)
    contact: Annotated[str, Meta(max_length=80)] = ""
    color: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")] = "#1f3a5f"
    languages: Annotated[
        tuple[Annotated[str, Meta(pattern="^(en|pl|bg)$")], ...], Meta(min_length=1, max_length=3)
    ] = ("en",)

    @property
    def brand(self) -> Rgb:
        return (int(self.color[1:3], 16), int(self.color[3:5], 16), int(self.color[5:7], 16))

    def say(self, texts: dict[str, str], language: str) -> str:
        """A text in a language, or in the first language that has it."""
        for wanted in (language, *self.languages, *LANGUAGES):
            if wanted in texts:
                return texts[wanted]
        return ""

    def printed(self, texts: dict[str, str]) -> list[str]:
        """A text in every language of the card, the same words once."""
        said = [texts[language] for language in self.languages if language in texts]
        return list(dict.fromkeys(said)) or ([self.say(texts, self.languages[0])] if texts else [])


def read(text: str, names: dict[str, str]) -> Design:
    """A design from its file; ``names`` (of the program) are the title where it has none.

    Raises `Invalid`, which says what is wrong and where.
    """
    try:
        data: Any = yaml.safe_load(text) if text.strip() else {}
    except yaml.YAMLError as error:
        raise Invalid(f"The design is not YAML: {error}.") from None
    if not isinstance(data, dict):
        raise Invalid("The design consists of lines such as 'color: \"#7a1f3d\"'.")
    titles = data.get("title") or {name: said for name, said in names.items() if said}
    data["title"] = titles or {"en": "Card"}
    if "languages" not in data and isinstance(data["title"], dict):
        data["languages"] = [name for name in LANGUAGES if name in data["title"]][:1] or ["en"]
    try:
        return msgspec.convert(data, Design)
    except msgspec.ValidationError as error:
        raise Invalid(f"The design is not right: {error}.") from None


def sound_logo(data: bytes) -> bytes:
    """The logo, if it is a PNG or JPEG of a sane size; else `Invalid`."""
    from PIL import Image

    if len(data) > MOST_LOGO_BYTES:
        raise Invalid(f"The logo has more than {MOST_LOGO_BYTES:,} bytes: make it smaller.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _MOST_LOGO_PIXELS:
                raise Invalid("The logo has more than 16 million pixels: make it smaller.")
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Invalid("The logo is neither a PNG nor a JPEG picture.") from None
    return data


def luminance(color: Rgb) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (component / 255 for component in color)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """The ratio of WCAG 2.2, from 1 to 21.

    >>> round(contrast((0, 0, 0), (255, 255, 255)))
    21
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def letters_on(background: Rgb) -> Rgb:
    """White where it can be read, else the dark one; black where neither is enough."""
    if contrast(WHITE, background) >= _PREFERRED_RATIO:
        return WHITE
    return INK if contrast(INK, background) >= _PREFERRED_RATIO else (0, 0, 0)


def mixed(one: Rgb, other: Rgb, part: float) -> Rgb:
    """``part`` of the other colour in the one."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def readable_on_white(color: Rgb) -> Rgb:
    """The colour itself, darkened until small letters of it can be read on white."""
    for step in range(21):
        found = mixed(color, INK, step / 20)
        if contrast(found, WHITE) >= _PREFERRED_RATIO:
            return found
    return INK
