"""Giving and withdrawing consents: one record for each purpose and channel (T21)."""

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.consents.wire import ChoiceIn, ChosenOut
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.requests import digest_of, encode, key_of
from regulars.members.known import known
from regulars.programs.document import Document


class TextChanged(Conflict):
    code = "consent_text_changed"
    title = "Another text is in force"


class Choose:
    """A member gives or withdraws consents. The text is that of the revision in force."""

    path = "/consents"
    now: int | None = None

    def __init__(self, request: ChoiceIn, caller: Caller, *, key: str | None, at: int) -> None:
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at
        self.shop = caller.shop
        self.ref = resolve(request.member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.ref)
        number, program = context.revisions.at(unit.now)
        rules = program.rules
        terms = rules.consents if isinstance(rules, Document) else {}
        for name in self.request.choices:
            if name not in terms:
                raise Invalid(f"The program asks for no consent {name!r}.")
            shown = self.request.versions.get(name, terms[name].version)
            if shown != terms[name].version:
                raise TextChanged(
                    f"The text of {name} is now version {terms[name].version}: show that one and "
                    "ask again.",
                    consent=name,
                    version=terms[name].version,
                )
        activity_id = unit.make_id()
        rows = unit.card_rows.setdefault("consent", [])
        for name, given in self.request.choices.items():
            asked = terms[name]
            rows.append((
                member.id, unit.make_id(), name, asked.purpose, asked.channel, given,
                asked.version, number, self.request.language, self.request.actor, activity_id,
                unit.now,
            ))  # fmt: skip
        member.changed = True
        unit.changes += 1
        changed = dict(self.request.choices)
        return Record(
            id=activity_id, member_id=member.id, kind="consent", occurred_at=self.at,
            shop=self.shop, revision=number,
            facts=encode({"choices": changed, "actor": self.request.actor}).decode(),
            answer=encode(ChosenOut(changed)).decode(),
        )  # fmt: skip
