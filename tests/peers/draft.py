"""Draft: a program document while a case is being translated into it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from regulars.engine.program import Program, compile_rules
from regulars.programs.document import Checked, Document, check_data
from tests.peers.cases import Case, Data
from tests.peers.words import TODAY, NotTranslated, moment, slug


@dataclass
class Draft:
    """What a document will hold, and which of its campaigns stands for which of the case's."""

    case: Case
    now: datetime = TODAY
    prices: str = "gross"
    assets: dict[str, Data] = field(default_factory=lambda: {"points": {}})
    lanes: dict[str, str] = field(default_factory=dict)
    """Lane to how it combines."""
    vouchers: dict[str, Data] = field(default_factory=dict)
    rewards: dict[str, Data] = field(default_factory=dict)
    gift_cards: dict[str, Data] = field(default_factory=dict)
    collections: dict[str, Data] = field(default_factory=dict)
    campaigns: list[Data] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    tiering: Data | None = None
    names: dict[str, str] = field(default_factory=dict)
    """Campaign of the document to campaign of the case."""
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Code to the voucher definition it is of and the member whose it is."""
    shelf: set[str] = field(default_factory=set)
    """Campaigns of the document that lower the shelf price."""

    @classmethod
    def of(cls, case: Case) -> "Draft":
        mode = (case.input.get("tax") or {}).get("mode", "inclusive")
        if mode not in ("inclusive", "exclusive"):
            raise NotTranslated(f"tax mode {mode!r}")
        return cls(
            case,
            now=moment(case.input.get("now")),
            prices="net" if mode == "exclusive" else "gross",
        )

    def lane(self, name: str, combine: str = "all") -> str:
        """A lane by its name, opened when first needed."""
        self.lanes.setdefault(slug(name), combine)
        return slug(name)

    def collection(self, labels: list[str]) -> str:
        """A collection of what has any of some labels."""
        name = slug("-".join(labels))
        while self.collections.setdefault(name, {"labels": labels}) != {"labels": labels}:
            name += "x"
        return name

    def add(self, name: Any, campaign: Data) -> str:
        """A campaign that stands for one of the case."""
        identity = f"c{len(self.campaigns)}-{slug(name)}"
        self.names[identity] = str(name)
        self.campaigns.append({"id": identity, **campaign})
        return identity

    def accepted(self) -> bool:
        """Whether the document is right."""
        return self._checked().document is not None

    def document(self) -> Document:
        """The document, checked like any other."""
        checked = self._checked()
        if checked.document is None:
            first = checked.errors[0]
            raise NotTranslated(f"the document is refused: {first.path}: {first.message}")
        return checked.document

    def _checked(self) -> Checked:
        data: Data = {
            "program": "peer",
            "currency": self.case.currency,
            "timezone": "UTC",
            "prices": self.prices,
            "assets": self.assets,
            "vouchers": self.vouchers,
            "rewards": self.rewards,
            "gift_cards": self.gift_cards,
            "collections": self.collections,
            "lanes": [{"id": i, "combine": how} for i, how in self.lanes.items()],
            "campaigns": self.campaigns,
        }
        if not self.lanes:
            del data["lanes"]
        if self.tiering:
            data |= {"tiers": self.tiers, "tiering": self.tiering}
        return check_data(data, "en")

    def program(self) -> Program:
        return compile_rules(self.document())
