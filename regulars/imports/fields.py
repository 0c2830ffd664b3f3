"""Fields: what a row of a file can say, for each noun that can be imported. Everything else (the
mapping's models, the checks, the template, the guide's tables) follows from these lists.
"""

from typing import Literal, NamedTuple

from regulars.identifiers.resolve import KINDS

Noun = Literal["purchases", "members", "products", "cards", "rewards"]
Form = Literal[
    "text", "codes", "labels", "role", "quantity", "money", "rate", "time", "yes_no", "integer",
    "number", "count", "state", "slug",
]  # fmt: skip


class Field(NamedTuple):
    """One thing a row can say, and how it is written."""

    name: str
    about: str
    form: Form = "text"
    required: bool = False
    longest: int = 64
    example: str = ""
    wants: str = ""
    """The permission it takes to bring it in on a page, besides that of the page."""


_PURCHASES = (
    Field("receipt_number", "Unique in its shop and till; rows with the same one are one purchase",
          required=True, example="1042"),
    Field("shop", "Code of the shop", example="12"),
    Field("till", "Number of the till", example="1"),
    Field("occurred_at", "When it was bought", "time", required=True,
          example="2026-03-02T12:30:00+01:00"),
    Field("member", "Card number, phone:+48..., email:... or id:...; empty for none",
          longest=120, example="card:2900000000000007"),
    Field("sku", "Article number", required=True, example="bread-500"),
    Field("quantity", "Whole units; 1 where left out", "quantity", example="2"),
    Field("unit_price_minor", "Price of one unit before our discounts", "money"),
    Field("amount_minor", "Price of the whole line before our discounts", "money", example="1240"),
    Field("category", "Category path; taken from the product list when left out", longest=200),
    Field("brand", "Taken from the product list when left out", longest=100),
    Field("labels", "Marks for campaigns, separated by spaces, beside those of the product list",
          "labels"),
    Field("role", "shipping, deposit ... or goods; taken from the product list when left out",
          "role"),
    Field("tax_bp", "Rate of the tax in basis points, 2300 = 23 %; of the product list when "
          "left out", "rate"),
    Field("codes", "Voucher codes shown, separated by spaces", "codes", longest=1300),
)  # fmt: skip

_EXAMPLES = {"card": "2900000000000007", "phone": "+48600100200", "email": "ania@example.com"}
_MEMBERS = (
    *(
        Field(kind, f"{found.label['en']}: {found.sentence['en']}", longest=300,
              example=_EXAMPLES.get(kind, ""))
        for kind, found in KINDS.items()
    ),
    Field("joined_at", "When they joined; now where left out", "time",
          example="2025-11-20T09:00:00+01:00"),
    Field("registered", "Whether the person is known and agreed to the terms; where left out, yes "
          "for a row with more than a card", "yes_no", example="yes"),
    Field("shop", "Code of the shop where they joined", example="12"),
)  # fmt: skip

_PRODUCTS = (
    Field("sku", "Article number", required=True, example="bread-500"),
    Field("ean", "GTIN (EAN, UPC) with its check digit", example="5901234123457"),
    Field("name", "What people call it", longest=200, example="Bread, 500 g"),
    Field("category", "Category path, parts separated by /", longest=200, example="food/bakery"),
    Field("brand", "Brand", longest=100, example="Dobry"),
    Field("producer", "Producer", longest=100, example="Piekarnia"),
    Field("labels", "Marks for campaigns, separated by spaces", "labels", example="bio"),
    Field("role", "Empty for goods; shipping, deposit, gift-card ...", "role"),
    Field("tax_bp", "Rate of the tax in basis points", "rate", example="2300"),
    Field("minimum_price_minor", "No discount brings a unit below this", "money", example="100"),
    Field("cost_minor", "What a unit costs the shop; for checks of the program", "money"),
    Field(
        "price_minor",
        "List price of a unit from now on, in every shop; kept as its history",
        "money",
        example="449",
    ),
)

_CARDS = (
    Field("card", "Number of the card", required=True, longest=40, example="2900000000000007"),
    Field("member", "Who holds it: another card, phone:+48..., email:... or id:...; empty for "
          "nobody", longest=120, example="email:ania@example.com", wants="members-change"),
    Field("state", "active where left out; blocked or lost", "state", example="active",
          wants="cards-change"),
    Field("batch", "The batch that takes up cards nobody holds; of the name of the file where left "
          "out", longest=100, example="Print run 7"),
)  # fmt: skip

_REWARDS = (
    Field("reward", "Short name in the document; of any other text one is made. Rows with the same "
          "one are one reward at several places", "slug", required=True, longest=60,
          example="mug"),
    *(
        Field(f"name_{tongue}", f"What members see it called, in {language}", longest=100,
              example=example)
        for tongue, language, example in (
            ("pl", "Polish", "Kubek"), ("bg", "Bulgarian", "Чаша"), ("en", "English", "Mug"))
    ),
    *(
        Field(f"text_{tongue}", f"What members read of it, in {language}", longest=2_000)
        for tongue, language in (("pl", "Polish"), ("bg", "Bulgarian"), ("en", "English"))
    ),
    Field("cost", "How much of the asset it takes", "count", example="300"),
    Field("asset", "Which asset; points, or the only one that can be spent, where left out"),
    Field("besides_minor", "Money that is paid besides the asset", "money"),
    Field("per_member", "How often each member may take it", "count"),
    Field("place", "Where it is handed over: the code of a shop, or another name", example="12"),
    Field("came_in", "How many came in at the place; counted once, however often the file comes",
          "count", example="40", wants="rewards-change"),
)  # fmt: skip

FIELDS: dict[Noun, tuple[Field, ...]] = {
    "purchases": _PURCHASES,
    "members": _MEMBERS,
    "products": _PRODUCTS,
    "cards": _CARDS,
    "rewards": _REWARDS,
}
