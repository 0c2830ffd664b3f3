"""Merge: two people's changes to the same thing brought together, part by part."""

from typing import Any

_NOTHING = object()


def merged(base: Any, mine: Any, theirs: Any, path: str = "") -> tuple[Any, list[str]]:
    """What both want, and the places where both changed the same thing (mine is kept there).

    >>> merged({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    ({'a': 2, 'b': 3}, [])
    >>> merged({"a": 1}, {"a": 2}, {"a": 3})
    ({'a': 2}, ['a'])
    """
    if mine == theirs or theirs == base:
        return mine, []
    if mine == base:
        return theirs, []
    if all(isinstance(one, dict) for one in (base, mine, theirs)):
        return _mappings(base, mine, theirs, path)
    if _named(base) and _named(mine) and _named(theirs):
        whole, clashes = _mappings(_by_id(base), _by_id(mine), _by_id(theirs), path)
        return list(whole.values()), clashes
    return mine, [path]


def _mappings(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], path: str
) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {}
    clashes: list[str] = []
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        was, one, other = (side.get(name, _NOTHING) for side in (base, mine, theirs))
        value, some = merged(was, one, other, f"{path}.{name}" if path else str(name))
        clashes += some
        if value is not _NOTHING:
            found[name] = value
    return found, clashes


def _named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(i, dict) and "id" in i for i in value)


def _by_id(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["id"]: item for item in items}
