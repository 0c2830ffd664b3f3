"""Walks along the links of the OpenAPI document: what an answer names is put into other requests.

A random request rarely gets through, and what is refused leads nowhere. So a walk sends what the
document's example sends, made fresh: a member who has points, a new receipt, a new lot; and into it
goes what a link brings from an answer before. It takes the links first that it has followed least.
Links are those of the document and those that schemathesis infers from names.
"""

from collections import Counter, defaultdict, deque
from itertools import cycle
from random import Random
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.generation.stateful.state_machine import StepOutput
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.expressions import MultiMatch

from regulars.till.openapi import examples
from tests.serving import Till
from tests.till.told import CAFE

CARD = "4539148803436467"
"""Of the member of the examples."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""What every answer is held against."""
_KEPT = 4
"""So many of the last good answers of each operation are gone on from."""
_DEEPEST = 4
"""So many answers are made, one for another, to get at what a link starts from."""
_OF_THE_INVITED = ("join", "decline", "roles", "leave")
_FRESH = ("receipt_number", "lot", "public")
_SENT = {"reward": "towel", "hold": True, "deliver_to": "Anna, Main Street 1"}
_BOUGHT = {"sku": "gift-card", "quantity": 1, "unit_price_minor": 10_000}
Said = dict[str, dict[str, Any]]
"""By place (``path_parameters``, ``query``, ``body``) and name."""


class Walk:
    """Through one program, with keys of its organization; ``chance`` decides between equals."""

    def __init__(self, url: str, keys: list[str], chance: Random) -> None:
        tills = [Till(url, key) for key in keys]
        for till in tills:
            till.http.headers["Regulars-Program"] = "corner"  # walks make others beside it
        self._tills, self._chance = cycle(tills), chance
        self._rich: deque[str] = deque(maxlen=8)
        self._in_use = {key.split("_")[1] for key in keys}
        schema = schemathesis.openapi.from_url(f"{url}/v1/openapi.json")
        paths = schema.as_state_machine()._transitions.operations  # type: ignore[attr-defined]
        self._operations = {one.ok().label: one.ok() for one in schema.get_all_operations()}
        self._answers: dict[str, deque[Any]] = defaultdict(lambda: deque(maxlen=_KEPT))
        self.links = {link.full_name: link for ways in paths.values() for link in ways.outgoing}
        self.of_the_document = {n for n, link in self.links.items() if not link.is_inferred}
        """By name; the others are inferred."""
        self.followed: Counter[str] = Counter()
        """Links whose values were found and sent, by name, and how often."""
        self.carried: Counter[str] = Counter()
        """Those that led to an answer of 2xx."""
        self.answered: Counter[str] = Counter()

    def go(self, rounds: int, tries: int) -> None:
        """Follow every link, from what was answered last; then, from new answers, those that had
        nothing to start from, and those of the document that were refused. So many rounds of it."""
        self._send("PUT /api/shops/{code}", {}, 0)
        for _ in range(rounds):
            for number in range(tries):
                names = sorted(self.links)
                self._chance.shuffle(names)
                for name in names:
                    known = self.carried if name in self.of_the_document else self.followed
                    if not (number and known[name]):
                        self._follow(self.links[name], fresh=number > 0)

    def _follow(self, link: Any, *, fresh: bool) -> None:
        fresh = fresh or link.source.label == "POST /v1/members"
        output = self._made(link.source.label, 0, fresh=fresh)
        said = {} if output is None else self._extracted(link, output)
        if not any(said.values()):
            return
        if link.source.label == "POST /v1/members" and not link.target.path.endswith("/referral"):
            who = f"id:{output.response.json()['id']}"
            next(self._tills).buy(who, ("bread", 1, 90_000))
        answer = self._send(link.target.label, said, 0, fresh=fresh)
        self.followed[link.full_name] += 1
        self.carried[link.full_name] += answer.response.status_code < 300

    def _made(self, label: str, depth: int, *, fresh: bool = False) -> Any:
        """A good answer of an operation: one of the last, or a new one."""
        known = self._answers[label]
        if depth < _DEEPEST and (fresh or not known):
            self._send(label, {}, depth, fresh=fresh)
        return self._chance.choice(known) if known and not fresh else (known or [None])[-1]

    def _send(self, label: str, said: Said, depth: int, *, fresh: bool = False) -> Any:
        shown, operation, till = examples()[label], self._operations[label], next(self._tills)
        said = self._completed(label, said, depth, fresh=fresh)
        parts = self._fresh(shown.get("path", {}), new=True) | said.get("path_parameters", {})
        if parts.get("prefix") in self._in_use:
            parts["prefix"] = "0" * 12
        headers = {name: till.http.headers[name] for name in ("Authorization", "Regulars-Program")}
        if label.startswith("POST"):
            headers["Idempotency-Key"] = uuid4().hex
        more: Any = {}
        if "body" in shown:
            body = self._body(label, shown["body"], parts, said.get("body", {}))
            more = {"body": body, "media_type": "application/json"}
        case = operation.Case(
            path_parameters=parts, headers=headers,
            query=self._fresh(shown.get("query", {})) | said.get("query", {}), **more,
        )  # fmt: skip
        response = case.call()
        case.validate_response(response, checks=CHECKS)
        self.answered[f"{response.status_code} {label}"] += 1
        output = StepOutput(response, case)
        if response.status_code < 300:
            self._answers[label].append(output)
        return output

    def _completed(self, label: str, said: Said, depth: int, *, fresh: bool) -> Said:
        """What is still missing in a request and another link of the document brings: for what the
        path names already, from an answer about the same; else from a new one."""
        if label == "PUT /api/programs/{program}":
            return said  # another one each time
        shown, parts = examples()[label], said.get("path_parameters", {})
        fields = {"purchase", "code", *(("by",) if "{" in label else ())}
        fields |= {"member"} if label.rpartition("/")[2] in _OF_THE_INVITED else set()
        wanted = set(shown.get("path", {})) | (fields & set(shown.get("body", {})))
        wanted -= {name for values in said.values() for name in values}
        ways = [
            link
            for link in self.links.values()
            if link.target.label == label and not link.is_inferred and wanted & _brings(link)
        ]
        self._chance.shuffle(ways)
        ways.sort(key=lambda link: (-len(wanted & _brings(link)), link.source.path.count("{")))
        for link in ways:
            outputs = self._answers[link.source.label]
            if not parts:
                outputs = [self._made(link.source.label, depth + 1, fresh=fresh)]
            for output in reversed(outputs):
                found = {} if output is None else self._extracted(link, output)
                if (
                    any(found.values())
                    and found.get("path_parameters", {}).items() >= parts.items()
                ):
                    return {
                        where: found.get(where, {}) | said.get(where, {})
                        for where in {*found, *said}
                    }
        return said

    def _extracted(self, link: Any, output: Any) -> Said:
        """What a link really finds in an answer."""
        found = link.extract(output)
        places = {**found.parameters}
        said = {
            where: {name: _value(one) for name, one in values.items()}
            for where, values in places.items()
        }
        if found.request_body is not None:
            body = _value(found.request_body)
            said["body"] = body if isinstance(body, dict) else {}
        return {
            where: {
                name: self._chance.choice(value.values) if isinstance(value, MultiMatch) else value
                for name, value in values.items()
                if isinstance(value, str | int | list | dict | MultiMatch)
            }
            for where, values in said.items()
        }

    def _body(
        self, label: str, shown: Any, parts: dict[str, Any], said: dict[str, Any]
    ) -> dict[str, Any]:
        body: dict[str, Any] = self._fresh(shown, new="household" in label)
        match label:
            case "POST /v1/members":
                named = {"kind": "email", "value": f"{uuid4().hex}@example.com"}
                body = {"identifiers": [named], "issue_card": True}
            case "POST /v1/voucher-lots":
                body = {"lot": body["lot"], "voucher": "five-off", "count": 3}
            case "POST /v1/redemptions":
                body |= self._chance.choice([{}, {"reward": "mug"}, _SENT])
            case "POST /v1/quotes":
                body["hold"] = True
            case "POST /v1/purchases" if "quote" not in said:
                body["lines"] = [*body["lines"], _BOUGHT]
            case "PUT /api/programs/{program}" | "POST /api/programs/{program}/drafts":
                now = self._chance.randint(2, 10**6)
                document = CAFE.replace("program: cafe", f"program: {parts['program']}")
                body["document"] = document.replace("stamps: 9", f"stamps: {now}")
                body["expect"] = 0
        return body | said

    def _fresh(self, shown: Any, name: str = "", *, new: bool = False) -> Any:
        """What an example names, as it is here and now."""
        if isinstance(shown, dict):
            return {key: self._fresh(value, key, new=new) for key, value in shown.items()}
        if isinstance(shown, list):
            return [self._fresh(one, new=new) for one in shown]
        if name in _FRESH:
            return f"n{uuid4().hex[:12]}"
        if name == "program":
            return f"cafe-{uuid4().hex[:8]}"
        if name == "value":
            return f"{uuid4().hex}@example.com"
        if isinstance(shown, str) and (CARD in shown or shown.endswith("@example.com")):
            return self._somebody(new=new).removeprefix("" if shown != CARD else "card:")
        return shown

    def _somebody(self, *, new: bool) -> str:
        """A member who has nothing yet; or one of a few who have many points."""
        till = next(self._tills)
        if new:
            return till.join()
        if len(self._rich) < 8 or self._chance.random() < 0.1:
            self._rich.append(till.join())
            till.buy(self._rich[-1], ("bread", 1, 300_000))
        return self._chance.choice(self._rich)


def _brings(link: Any) -> set[str]:
    """The names of what a link gives a value."""
    fields = set(link.body) if isinstance(link.body, dict) else set()
    return {one.name for one in link.parameters} | fields


def _value(extracted: Any) -> Any:
    """What was found; None where nothing was."""
    return extracted.value.ok() if hasattr(extracted.value, "ok") else None
