"""No text is left untranslated: in words by code, templates, Python, JavaScript and mails.

Each catcher first has to catch a text that was planted; then it goes over everything there is.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from regulars.kit.words import LANGUAGES

HOUSE = Path(__file__).parents[1] / "regulars"
FACES = {"portal", "console", "counter", "drafts", "care"}
VIEWS = {"console.py", "portal.py", "pages.py", "parts.py", "forms.py"}
FORMS = {"en": 2, "pl": 3, "bg": 2}
"""Of a counted word: one|other in English and Bulgarian, one|few|many in Polish (CLDR)."""
WEEK = 7
"""The names of the days stand in one text."""
SAME_EVERYWHERE = {"Regulars", "passkey"}
SPOKEN = re.compile(r'\b(?:title|aria-label|alt|placeholder)="([^"]*)"')
SILENT = re.compile(
    r"<(script|style|svg|code)\b.*?</\1>|material-symbols-outlined[^>]*>[^<]*", re.S
)


def files(pattern: str) -> list[Path]:
    return sorted(HOUSE.rglob(pattern))


def name(file: Path) -> str:
    return str(file.relative_to(HOUSE))


# ---------------------------------------------------------------- words by code


def faults(texts: dict[str, str]) -> list[str]:
    """What is wrong with one text in its languages."""
    if missing := [one for one in LANGUAGES if not str(texts.get(one, "")).strip()]:
        return [f"missing: {missing}"]
    said = {one: texts[one] for one in LANGUAGES}
    found = []
    if len({frozenset(figures(text)) for text in said.values()}) > 1:
        found.append("other figures in another language")
    if any(re.search(r"\w\|\w", text) for text in said.values()):
        found += [f"forms in {one}" for one, text in said.items()
                  if text.count("|") + 1 not in (FORMS[one], WEEK)]  # fmt: skip
    english, polish, bulgarian = (re.sub(r"{.*?}", "", said[one]) for one in ("en", "pl", "bg"))
    if len(english.split()) > 2 and english in (polish, bulgarian):
        found.append("the English text again")
    latin = re.search(r"[a-zA-Z]{3}", bulgarian) and not re.search("[а-яА-Я]", bulgarian)
    if latin and not bulgarian.isupper() and (bulgarian != english or len(english.split()) > 2):
        found.append("no Cyrillic")
    return found


def figures(text: str) -> Iterator[str]:
    try:
        yield from (field for _, field, _, _ in Formatter().parse(text) if field)
    except ValueError:  # braces that are no figures
        return


def spoken(found: object, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of a file of words: a table that has English in it."""
    if isinstance(found, dict):
        if isinstance(found.get("en"), str):
            yield path, found
        else:
            for key, inside in found.items():
                yield from spoken(inside, f"{path}.{key}")
    elif isinstance(found, list):
        for number, inside in enumerate(found):
            yield from spoken(inside, f"{path}[{number}]")


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({"en": "Open", "pl": "Otwórz"}, "missing: ['bg']"),
        ({"en": "Open", "pl": " ", "bg": "Отвори"}, "missing: ['pl']"),
        ({"en": "{n} left", "pl": "zostało {n}", "bg": "остават"}, "other figures"),
        ({"en": "point|points", "pl": "punkt|punkty", "bg": "точка|точки"}, "forms in pl"),
        ({"en": "Take it now", "pl": "Take it now", "bg": "Вземете"}, "the English text again"),
        ({"en": "Take it", "pl": "Weź", "bg": "Vzemi go"}, "no Cyrillic"),
    ],
)
def test_a_text_that_was_not_translated_is_caught(texts: dict[str, str], fault: str) -> None:
    assert any(fault in one for one in faults(texts))


@pytest.mark.parametrize("file", files("*.toml"), ids=name)
def test_every_word_is_said_in_every_language(file: Path) -> None:
    found = {path: faults(texts) for path, texts in spoken(tomllib.loads(file.read_text("utf-8")))}
    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.parametrize(
    "file", [one for one in files("*.yaml") if one.parent.name in ("drafts", "demo")], ids=name
)
def test_what_comes_with_us_is_said_in_every_language(file: Path) -> None:
    documents = yaml.safe_load(file.read_text("utf-8"))
    found = {path: faults(texts) for path, texts in spoken(documents)}
    assert {path: told for path, told in found.items() if told} == {}


# ---------------------------------------------------------------- templates


def left_in_template(text: str) -> list[str]:
    """Letters that stand in the page whatever the language."""
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.S)
    said = [one[1] for one in SPOKEN.finditer(text)]
    said += re.findall(r">([^<>]*)<", SILENT.sub("><", text))
    said = [re.sub(r"&\w+;|·", " ", one).strip() for one in said]
    return [one for one in said
            if re.search(r"[^\W\d_]{2}", one) and one not in SAME_EVERYWHERE]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "<p>Choose a card</p>",
        '<button aria-label="Close">×</button>',
        '<input placeholder="Name" value="{{ name }}">',
        "<p>{{ count }} points</p>",
        "{% if one %}<b>Done</b>{% endif %}",
    ],
)
def test_a_text_in_a_template_is_caught(text: str) -> None:
    assert left_in_template(text) != []


@pytest.mark.parametrize("file", files("templates/**/*.html"), ids=name)
def test_no_template_says_anything_by_itself(file: Path) -> None:
    assert left_in_template(file.read_text("utf-8")) == []


WORDS_OF = {"portal": r"\bw\.(\w+)", "counter": r"\bwords\.(\w+)"}


@pytest.mark.parametrize("face", WORDS_OF)
def test_every_word_that_a_template_asks_for_is_there(face: str) -> None:
    """Django would show nothing in its place."""
    tomls = (HOUSE / face).glob("*.toml")
    known = {code for one in tomls for code in tomllib.loads(one.read_text("utf-8"))}
    asked = {
        code
        for file in files(f"{face}/templates/**/*.html")
        for tag in re.findall(r"{[{%].*?[%}]}", file.read_text("utf-8"), flags=re.S)
        for code in re.findall(WORDS_OF[face], tag)
    }
    assert len(asked) > 30
    assert asked - known == set()


# ---------------------------------------------------------------- Python and JavaScript

FOR_PROGRAMS = {"api.py", "wire.py"}
"""What they say stands in the document of the API."""
SENTENCE = re.compile(r"[A-Z][a-z]+,? [a-z]+|^[A-Z][a-z]+[.:!?]$")


def left_in_python(source: str) -> list[str]:
    """Sentences in code, but for documentation and what a `Problem` says to other programs: people
    are told its code in their own words."""
    tree = ast.parse(source)
    apart: set[ast.AST] = set()
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        problem = isinstance(node, ast.ClassDef) and any(map(_is_problem, node.bases))
        if docstring or problem or isinstance(node, ast.Raise | ast.Assert):
            apart.update(ast.walk(node))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and node not in apart and SENTENCE.search(node.value) and "<" not in node.value
    ]  # fmt: skip


def _is_problem(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id in {"Problem", "Conflict", "NotFound", "Invalid"}


@pytest.mark.parametrize(
    "source",
    [
        'title = "Your card"',
        'messages.success(request, "The draft was saved.")',
        'def page():\n    return Shown("x.html", {"intro": "Choose what you like."})',
        'label = forms.CharField(label="Name of it")',
    ],
)
def test_a_sentence_in_python_is_caught(source: str) -> None:
    assert left_in_python(source) != []


@pytest.mark.parametrize(
    "file",
    [one for one in files("*.py")
     if (one.relative_to(HOUSE).parts[0] in FACES and one.name not in FOR_PROGRAMS)
     or one.name in VIEWS],
    ids=name,
)  # fmt: skip
def test_no_page_says_anything_in_python(file: Path) -> None:
    assert left_in_python(file.read_text("utf-8")) == []


SEVERAL = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|^[А-Я]")
QUOTED = re.compile(r"""(["'`])((?:\\.|(?!\1).)*)\1""")
NO_WORDS = re.compile(r"^use strict$|^[A-Z][\w-]*-[\w-]+$|[<>{}#=\[\]]|^\.|^[a-z-]+( [a-z-]+)*$")


def left_in_javascript(source: str) -> list[str]:
    """Quoted texts with capital letters or several words; names of classes, headers and keys are
    in lower case or written together."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    said = []
    for line in source.splitlines():
        line = re.sub(r"(^|[\s;])//.*", "", line)
        said += [found[2] for found in QUOTED.finditer(line)]
    return [one for one in said if SEVERAL.search(one) and not NO_WORDS.search(one)]


@pytest.mark.parametrize(
    "source",
    [
        'place.textContent = "No member yet";',
        "complain('Try again later.');",
        "make(`p`, `hint`, `Nothing was found here`);",
        'title = "Каса";',
    ],
)
def test_a_text_in_javascript_is_caught(source: str) -> None:
    assert left_in_javascript(source) != []


@pytest.mark.parametrize("file", files("static/**/*.js"), ids=name)
def test_no_script_says_anything_by_itself(file: Path) -> None:
    assert left_in_javascript(file.read_text("utf-8")) == []


def test_every_word_that_the_till_page_asks_for_is_there() -> None:
    """It would show the code in its place."""
    known = tomllib.loads((HOUSE / "counter" / "words.toml").read_text("utf-8"))
    source = "".join(one.read_text("utf-8") for one in files("counter/static/**/*.js"))
    asked = set(re.findall(r'\bsay\("(\w+)"', source))
    assert len(asked) > 40
    assert asked - set(known) == set()
    for start in re.findall(r"\bsay\(`(\w+_)\$", source):
        assert any(code.startswith(start) for code in known), start
