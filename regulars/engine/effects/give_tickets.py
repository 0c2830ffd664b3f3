"""Tickets for a draw."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.earning import Earning, per_spend
from regulars.engine.kinds import Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope, Slug


class GiveTickets(Earning):
    """Chances in a draw, whose tickets are an asset: a fixed number, or so many for every full
    amount spent."""

    sentence: ClassVar[Texts] = {
        "en": "{tickets:asset}{per_minor}{on:with}{cap}{pending_days}{valid_days}",
        "pl": "{tickets:asset}{per_minor}{on:with}{cap}{pending_days}{valid_days}",
        "bg": "{tickets:asset}{per_minor}{on:with}{cap}{pending_days}{valid_days}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        **Earning.terms,
        "per_minor": {
            "en": " for every {per_minor:money} spent",
            "pl": " za każde wydane {per_minor:money}",
            "bg": " за всеки похарчени {per_minor:money}",
        },
        "cap": {
            "en": ", at most {cap} per purchase",
            "pl": ", najwyżej {cap} za jeden zakup",
            "bg": ", най-много {cap} за една покупка",
        },
    }
    kind: Literal["give_tickets"] = "give_tickets"
    asset: Slug = "tickets"
    """The asset of the draw."""
    tickets: PositiveInt = 1
    per_minor: PositiveInt | None = None
    on: Scope = Scope()
    cap: PositiveInt | None = None

    def awards(self, case: Case) -> Iterable[Award]:
        if self.per_minor is not None:
            count = per_spend(
                case, on=self.on, amount=self.tickets, per_minor=self.per_minor, cap=self.cap
            )
        else:
            count = self.tickets if self.on.is_everything or case.quantity(self.on) else 0
        return self.given(case, count)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
