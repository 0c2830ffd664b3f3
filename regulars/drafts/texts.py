"""Texts: a document changed in its parts, while the rest of the text stays as somebody wrote it.

Comments, spacing and order of what did not change are kept. Where that cannot be done safely (flow
style, anchors that others lean on) the whole is written anew; what is read from it is always
exactly what was wanted.
"""

import json
from typing import Any

import yaml

from regulars.programs.source import Source


def rewritten(source: str, wanted: dict[str, Any]) -> str:
    """The text of a document that says ``wanted``, as near to ``source`` as can be."""
    if Source(source).data == wanted:
        return source
    for text in (_spliced(source, wanted), _whole(wanted)):
        if text is not None and _says(text, wanted):
            return text
    return json.dumps(wanted, ensure_ascii=False, indent=2) + "\n"


def _says(text: str, wanted: dict[str, Any]) -> bool:
    read = Source(text)
    return not read.faults and bool(read.data == wanted)


class _Dumper(yaml.SafeDumper):
    """No anchors; lists stand inside their keys."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _whole(data: Any) -> str:
    return yaml.dump(
        data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )  # fmt: skip


def _spliced(source: str, wanted: dict[str, Any]) -> str | None:
    """Only what is different written anew; None where the text is not of the usual form."""
    now: Any = Source(source).data
    if not isinstance(now, dict) or source.lstrip()[:1] in ("{", "["):
        return None
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    lines = source.splitlines()
    edits: list[tuple[int, int, list[str]]] = []  # from line, to line, what stands there instead
    for key, value in root.value:
        name = key.value
        if name not in wanted:
            edits.append((key.start_mark.line, _end(lines, value), []))
        elif wanted[name] != now.get(name):
            some = _listed(lines, value, now[name], wanted[name])
            block = _whole({name: wanted[name]}).splitlines()
            edits += some or [(key.start_mark.line, _end(lines, value), block)]
    more = {name: value for name, value in wanted.items() if name not in now}
    if more:
        edits.append((len(lines), len(lines), ["", *_whole(more).splitlines()]))
    for start, end, block in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        lines[start:end] = block
    return "\n".join(lines) + "\n"


def _listed(
    lines: list[str], node: Any, now: Any, wanted: Any
) -> list[tuple[int, int, list[str]]] | None:
    """The edits of a list of things with ids; None where it is to be written as a whole."""
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or not now:
        return None
    if not all(isinstance(item, dict) and "id" in item for item in (*now, *wanted)):
        return None
    old = [item["id"] for item in now]
    new = {item["id"]: item for item in wanted}
    if len(set(old)) != len(old) or len(new) != len(wanted):
        return None
    kept = [name for name in old if name in new]
    if list(new)[: len(kept)] != kept:
        return _moved(lines, node, now, new)
    column = node.value[0].start_mark.column - 2
    edits: list[tuple[int, int, list[str]]] = []
    for item, part, name in zip(now, node.value, old, strict=True):
        start, end = part.start_mark.line, _end(lines, part)
        if part.start_mark.column != column + 2:
            return None
        if name not in new:
            edits.append((start, end, []))
        elif new[name] != item:
            edits.append((start, end, _item(new[name], column)))
    end = _end(lines, node.value[-1])
    added = [["", *_item(item, column)] for name, item in new.items() if name not in set(old)]
    if added:
        edits.append((end, end, [line for block in added for line in block]))
    return edits


def _moved(
    lines: list[str], node: Any, now: Any, new: dict[str, Any]
) -> list[tuple[int, int, list[str]]] | None:
    """The one edit that puts things in another order: each moves with the comments above it."""
    column = node.value[0].start_mark.column - 2
    first = node.start_mark.line
    while first and lines[first - 1].strip()[:1] in ("", "#"):
        first -= 1
    blocks: dict[str, list[str]] = {}
    above = first
    for item, part in zip(now, node.value, strict=True):
        start, end = part.start_mark.line, _end(lines, part)
        if part.start_mark.column != column + 2:
            return None
        same = item == new.get(item["id"])
        text = lines[start:end] if same else _item(new.get(item["id"], item), column)
        blocks[item["id"]] = [*lines[above:start], *text]
        above = end
    order = [blocks.get(name) or ["", *_item(item, column)] for name, item in new.items()]
    return [(first, above, [line for block in order for line in block])]


def _item(data: Any, column: int) -> list[str]:
    inner = _whole(data).splitlines()
    return [f"{' ' * column}{'- ' if n == 0 else '  '}{line}" for n, line in enumerate(inner)]


def _end(lines: list[str], node: Any) -> int:
    """The line after a part: comments and empty lines behind it belong to what follows."""
    mark = node.end_mark
    end = mark.line + (1 if mark.column else 0)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        end = mark.line
    end = min(max(end, node.start_mark.line + 1), len(lines))
    while end > node.start_mark.line + 1 and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return end
