"""Routes: what a member allows, purpose by purpose, and the proof of it (T21)."""

from regulars.consents.operations import Choose
from regulars.consents.queries import history, standing
from regulars.consents.wire import AskedOut, ChoiceIn, ChosenOut, ConsentsIn, ConsentsOut
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.members.queries import identify
from regulars.programs.document import ConsentTerms, Document


def _choose(call: Call) -> Choose:
    body: ConsentsIn = call.body
    choice = ChoiceIn(call.path["id"], body.choices, body.language, body.actor, body.versions)
    return Choose(choice, call.caller, key=call.key, at=call.now)


def _show(call: Call) -> Steps[ConsentsOut]:
    member = yield from identify(call.program_id, resolve(call.path["id"], call.caller.region))
    rules = call.context.revisions.at(call.now)[1].rules
    asked: dict[str, ConsentTerms] = rules.consents if isinstance(rules, Document) else {}
    said = yield from standing(call.program_id, member)
    acts = yield from history(call.program_id, member)
    found = [AskedOut(name, one.purpose, one.channel, version=one.version)
             for name, one in asked.items() if name not in said]  # fmt: skip
    found += [
        AskedOut(
            name, one.purpose, one.channel, one.given,
            asked[name].version if name in asked else "", one.text_version, one.at, one.actor,
        )
        for name, one in said.items()
    ]  # fmt: skip
    return ConsentsOut(member, sorted(found, key=lambda one: one.consent), acts)


ROUTES = (
    Route(
        "GET", "/v1/members/{id}/consents", "members:read",
        "What the member allows, by purpose and channel, and how it came about",
        ConsentsOut, problems=(404, 409, 429), read=_show, guessable=True,
    ),
    Route(
        "POST", "/v1/members/{id}/consents", "members:write",
        "Record what the member allows or refuses, each consent by itself",
        ChosenOut, body=ConsentsIn, problems=(404, 409), operation=_choose,
    ),
)  # fmt: skip
