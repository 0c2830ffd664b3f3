"""Reading: what was filled in, as data of a document.

Fields left empty are left out. What cannot be read stays as it was typed, and the check of the
document says what is wrong with it.
"""

import re
from typing import Any

from regulars.drafts.nodes import (
    is_days,
    is_figure,
    is_money,
    is_optional,
    is_texts,
    is_window,
    values_of,
)
from regulars.drafts.nodes import plain as plain_
from regulars.kit.money import digits_of
from regulars.kit.words import LANGUAGES

_MOST = 200
_NOTHING: tuple[Any, ...] = (None, "", [])


class Reader:
    """Reads forms whose amounts are in a currency."""

    def __init__(self, currency: str) -> None:
        self._digits = digits_of(currency)

    def group(self, node: dict[str, Any], of: str, path: str, post: Any) -> dict[str, Any]:
        """The fields of a group that say something."""
        found = {}
        for name, part in node.get("properties", {}).items():
            here = f"{path}.{name}" if path else name
            value = self._read(part, of, name, here, post) if name != "kind" else None
            if value not in _NOTHING and (value != {} or is_optional(part)):
                found[name] = value
        return found

    def _read(self, node: dict[str, Any], of: str, name: str, path: str, post: Any) -> Any:
        plain, inside = plain_(node)
        if "discriminator" in plain:
            return self._kind(plain, path, post)
        if plain.get("type") == "object" and "properties" in plain:
            if is_optional(node) and f"{path}?" not in post:
                return None
            return self.group(plain, inside, path, post)
        money = is_money(of, name, lambda other: post.get(_beside(path, other), ""))
        if is_texts(plain):
            texts = {one: post.get(f"{path}.{one}", "").strip() for one in LANGUAGES}
            return {one: text for one, text in texts.items() if text}
        if plain.get("type") == "object":
            return self._mapping(plain, name, path, post, money)
        if plain.get("type") == "array":
            return self._list(plain, path, post, money)
        return self._one(plain, path, post, node.get("default"), money)

    def _one(
        self, node: dict[str, Any], path: str, post: Any, default: Any, money: bool
    ) -> Any:  # fmt: skip
        text = post.get(path, "").strip()
        if node.get("type") == "boolean":
            if isinstance(default, bool):
                value = path in post
                return None if value == default else value
            return {"true": True, "false": False}.get(text)
        if is_window(node) and text == "days":
            return f"days:{post.get(f'{path}.days', '').strip() or 30}"
        found = self._scalar(node, text, money)
        return None if found == default and default is not None else found

    def _scalar(self, node: dict[str, Any], text: str, money: bool) -> Any:
        if not text or not is_figure(node):
            return text
        if text in ("true", "false") and any(one.get("type") == "boolean" for one in _forms(node)):
            return text == "true"
        return self.minor(text) if money else _number(text)

    def minor(self, text: str) -> Any:
        """An amount as people write it, in minor units; else as it was typed."""
        match = re.fullmatch(r"(\d{1,13})(?:[.,](\d*))?", re.sub(r"[\s\u00a0]", "", text))
        if match is None or len(match[2] or "") > self._digits:
            return text
        return int(match[1] + (match[2] or "").ljust(self._digits, "0"))

    def _kind(self, node: dict[str, Any], path: str, post: Any) -> Any:
        kind = post.get(f"{path}.kind", "")
        reference = node["discriminator"]["mapping"].get(kind)
        if not reference:
            return {"kind": kind} if kind else None
        chosen, of = plain_({"$ref": reference})
        return {"kind": kind, **self.group(chosen, of, path, post)}

    def _list(self, node: dict[str, Any], path: str, post: Any, money: bool) -> Any:
        item, of = plain_(node.get("items", {}))
        if "discriminator" in item:
            found = [self._kind(item, f"{path}.{n}", post) for n in _count(post, path)]
            return [one for one in found if one]
        if item.get("type") == "object":
            return [
                self._read(item, of, "", f"{path}.{n}", post)
                if is_texts(item)
                else self.group(item, of, f"{path}.{n}", post)
                for n in _count(post, path)
            ]
        if is_days(item):
            return list(post.getlist(path))
        texts = [part for text in post.getlist(path) for part in re.split(r"[,;\n]", text)]
        return [self._scalar(item, text.strip(), money) for text in texts if text.strip()]

    def _mapping(
        self, node: dict[str, Any], name: str, path: str, post: Any, money: bool
    ) -> dict[str, Any]:
        item, of = plain_(values_of(node))
        found: dict[str, Any] = {}
        for n in _count(post, path):
            key, here = post.get(f"{path}.{n}.key", "").strip(), f"{path}.{n}.value"
            if "properties" in item:
                found[key] = self.group(item, of, here, post)
            elif is_figure(item):
                found[key] = self._scalar(item, post.get(here, "").strip(), money)
            else:
                found[key] = self._read(item, of, name, here, post)
        return found


def _forms(node: dict[str, Any]) -> list[dict[str, Any]]:
    return list(node.get("anyOf", [node]))


def _beside(path: str, other: str) -> str:
    above, _, _ = path.rpartition(".")
    return f"{above}.{other}" if above else other


def _count(post: Any, path: str) -> range:
    text = post.get(f"{path}#", "0")
    return range(min(int(text), _MOST) if text.isdecimal() else 0)


def _number(text: str) -> Any:
    plain = text.replace(",", ".")
    if re.fullmatch(r"-?\d{1,15}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"-?\d{1,12}\.\d{1,6}", plain) else text
