"""Context: what operations know of the program they run in, besides what the batch loaded."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from regulars.programs.document import Cards, Document
from regulars.programs.snapshot import Revisions

Attributes = tuple[str, str, int, tuple[str, ...], str, int]
"""Category, brand, lowest unit price, labels, role and tax rate of a product."""

_UNKNOWN: Attributes = ("", "", 0, (), "", 0)
_USUAL = Cards()
_MOST_PRODUCTS = 200_000


class Context:
    """A program as one process sees it: its revisions, and the products it has met."""

    def __init__(self, program_id: UUID, revisions: Revisions) -> None:
        self.program_id = program_id
        self.revisions = revisions
        self.products: dict[str, Attributes] = {}

    def cards_at(self, instant: int) -> Cards:
        """What the document in force at an instant says of cards; the usual before the first."""
        if self.revisions.begins_at is None or self.revisions.begins_at > instant:
            return _USUAL
        rules = self.revisions.at(instant)[1].rules
        return rules.cards if isinstance(rules, Document) else _USUAL

    def unknown(self, skus: Iterable[str]) -> Iterable[str]:
        """Those of ``skus`` that have to be looked up."""
        return (sku for sku in skus if sku not in self.products)

    def learn(self, asked: Iterable[str], found: Mapping[str, Attributes]) -> None:
        """Remember products, also that there is none. Forgets all when there are too many."""
        if len(self.products) > _MOST_PRODUCTS:
            self.products.clear()
        for sku in asked:
            self.products[sku] = found.get(sku, _UNKNOWN)

    def product(self, sku: str) -> Attributes:
        return self.products.get(sku, _UNKNOWN)

    def forget_products(self) -> None:
        """The catalogue has changed."""
        self.products.clear()
