"""What hosting says: the sentences of ``words.toml``, in the operator's language."""

from regulars.kit import words


def say(code: str, /, **values: object) -> str:
    return words.say("regulars.hosting", "words.toml", code, words.language(), **values)
