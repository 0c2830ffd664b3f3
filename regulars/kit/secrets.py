"""Secrets come from the environment, or from a file that it names and only its owner can read.

For each of `NAMES` there may be ``NAME_FILE`` instead, as container runtimes and systemd hand
secrets over. None has a default.
"""

import os
import stat
from collections.abc import MutableMapping
from pathlib import Path

from regulars.kit import issuers, words
from regulars.kit.problems import Problem

NAMES = (
    "DATABASE_URL",
    "REGULARS_SECRET_KEY",
    "REGULARS_SMTP",
    "REGULARS_SMS_URL",
    "REGULARS_SMS_SECRET",
    *issuers.SECRETS,
    "REGULARS_APPLE_KEY_PASSWORD",
)


class SecretRefused(Problem):
    code = "secret_refused"
    status = 503
    title = "A secret is not kept as one"


def take_files(environment: MutableMapping[str, str] = os.environ) -> None:
    """Put what the files hold into the environment, for us and the processes we start."""
    for name in NAMES:
        file = environment.pop(f"{name}_FILE", "")
        if not file:
            continue
        if environment.get(name):
            raise SecretRefused(_say("secret_twice", name=name))
        environment[name] = private(Path(file)).decode().strip()


def private(file: Path) -> bytes:
    """What is in a file that only its owner can read; another one is refused."""
    try:
        with file.open("rb") as found:
            if stat.S_IMODE(os.fstat(found.fileno()).st_mode) & 0o077:
                raise SecretRefused(_say("secret_open", file=file))
            return found.read()
    except OSError as error:
        raise SecretRefused(_say("secret_unreadable", file=file, error=error.strerror)) from error


def _say(code: str, **values: object) -> str:
    return words.say("regulars.kit", "secrets.toml", code, words.language(), **values)
