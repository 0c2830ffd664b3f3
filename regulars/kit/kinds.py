"""Kinds are found by scanning their folder: one file, one kind, no list kept by hand."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def scan(package: str, base: type) -> dict[str, type]:
    """The subclass of ``base`` that each module of ``package`` defines, by the module's name."""
    found: dict[str, type] = {}
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        module = importlib.import_module(f"{package}.{info.name}")
        found[info.name] = _only(module, base)
    return found


def _only(module: ModuleType, base: type) -> type:
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, base)
        and value is not base
        and value.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise TypeError(f"{module.__name__} must define exactly one kind, it defines {len(own)}")
    return own[0]
