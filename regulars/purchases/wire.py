"""What callers send and are told about purchases, returns, quotes and activities.

Amounts are integer minor units of the program's currency; instants are ISO 8601 with an offset.
The OpenAPI document is generated from these types, limits included.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from regulars.engine.phrases import Audience
from regulars.engine.progress import Step
from regulars.engine.scope import SLUG
from regulars.giftcards.wire import CardMoveOut, CardPayIn
from regulars.members.wire import PRINTABLE, BalanceOut, MemberRef, Place
from regulars.progress.wire import StepOut
from regulars.vouchers.wire import Code, VoucherOut

Amount = Annotated[int, Meta(ge=0, le=1_000_000_000_000)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
Path = Annotated[str, Meta(max_length=200, pattern=PRINTABLE)]
Moment = Annotated[datetime, Meta(tz=True)]
Label = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Role = Annotated[str, Meta(pattern=SLUG)]
Gifts = Annotated[dict[Role, Place], Meta(max_length=20)]
Hints = Annotated[int, Meta(ge=0, le=10)]
Language = Annotated[str, Meta(pattern="^(pl|bg|en)$")]
Detail = Annotated[dict[str, Any], Meta(max_length=50)]


class LineIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One article. Give `unit_price_minor`, or `amount_minor` for the whole line."""

    sku: Place
    quantity: Quantity = 1
    unit_price_minor: Amount | None = None
    amount_minor: Amount | None = None
    category: Path | None = None
    """Category path, `food/dairy/milk`; taken from the product list when left out."""
    brand: Annotated[str, Meta(max_length=100, pattern=PRINTABLE)] | None = None
    labels: Annotated[tuple[Label, ...], Meta(max_length=20)] = ()
    """Marks that campaigns may ask for (`sale`, `size=xl`), beside those of the product list."""
    role: Role | None = None
    """What the line is: `goods`, or `shipping`, `deposit`, `gift-card` ..., which campaigns leave
    alone unless they name it; as the product list says when left out."""
    tax_bp: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    """Rate of the tax in basis points (2300 = 23 %); as the product list says when left out."""


Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""As the program document names things: an asset, a way of paying."""
PayWith = dict[Name, Annotated[int, Meta(ge=1, le=1_000_000_000_000)] | Literal["most"]]
Tenders = Annotated[dict[Name, Amount], Meta(max_length=20)]

Lines = Annotated[tuple[LineIn, ...], Meta(min_length=1, max_length=1000)]
Codes = Annotated[tuple[Code, ...], Meta(max_length=20)]
CardsPay = Annotated[tuple[CardPayIn, ...], Meta(max_length=10)]
TopUps = Annotated[dict[Annotated[int, Meta(ge=1, le=1000)], Code], Meta(max_length=20)]


class PurchaseIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A basket that was bought. Without `member` it earns nothing but is kept."""

    lines: Lines
    member: MemberRef | None = None
    receipt_number: Place | None = None
    """Unique in its till; the same receipt again is answered, not recorded twice."""
    occurred_at: Moment | None = None
    """When it happened, if the till was offline; judged by the program of that time."""
    codes: Codes = ()
    detail: Detail = {}
    """Anything else about the basket that campaigns ask for (`activity_field`)."""
    referral_code: Code | None = None
    """By whose code the member came: with the first purchase, if it was not told before. A code
    that cannot be accepted stops the purchase."""
    gifts: Gifts = {}
    """What the member took of the choices a quote offered: article by campaign."""
    hints: Hints = 0
    """So many lines at most that say what is missing for the next campaign or tier."""
    lang: Language | None = None
    """Of the hints; the member's attribute `language`, else English, when left out."""
    quote: UUID | None = None
    """A holding quote whose promises this purchase uses."""
    pay_with: PayWith = {}
    """Points to pay with, by asset: how many, or `most` for as many as possible."""
    tenders: Tenders = {}
    """How the rest was paid, in minor units: `cash`, `card`, `gift_card` ... as far as the till
    tells it."""
    gift_cards: CardsPay = ()
    """Gift cards of this program to pay with, in this order, after points."""
    top_ups: TopUps = {}
    """Codes of gift cards to be topped up, by the position (from 1) of the line that does it."""
    shop: Place | None = None
    """Only for keys that are not bound to a shop."""
    till: Place | None = None


class QuoteIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A basket about to be bought. With `hold` what is promised is kept for it until it lapses."""

    lines: Lines
    member: MemberRef | None = None
    codes: Codes = ()
    detail: Detail = {}
    """Anything else about the basket that campaigns ask for (`activity_field`)."""
    gifts: Gifts = {}
    """What the member took of the choices a quote offered: article by campaign."""
    hints: Hints = 3
    """So many lines at most that say what is missing for the next campaign or tier."""
    lang: Language | None = None
    """Of the hints; the member's attribute `language`, else English, when left out."""
    shop: Place | None = None
    till: Place | None = None
    pay_with: PayWith = {}
    """Points to pay with, by asset: how many, or `most` for as many as possible."""
    tenders: Tenders = {}
    """How the rest was paid, in minor units: `cash`, `card`, `gift_card` ... as far as the till
    tells it."""
    gift_cards: CardsPay = ()
    """Gift cards of this program to pay with, in this order, after points."""
    top_ups: TopUps = {}
    """Codes of gift cards to be topped up, by the position (from 1) of the line that does it."""
    voice: Audience | None = None
    """For whom the reasons are put into words, in `told`; left out, they are codes and figures."""
    hold: bool = False
    hold_seconds: Annotated[int, Meta(ge=10, le=86_400)] = 900


class QuoteVoidIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where an order is called off."""

    shop: Place | None = None
    till: Place | None = None


class QuoteVoidOut(Struct, frozen=True):
    """The quote that keeps nothing any more."""

    quote: UUID


class ReturnLineIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Units brought back from one line of the purchase, by its position (from 1)."""

    line: Annotated[int, Meta(ge=1, le=1000)]
    quantity: Quantity


class GoodsIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Units of an article brought back without a receipt."""

    sku: Place
    quantity: Quantity = 1


class ReturnIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Goods brought back. Without `lines`, everything that is left of the purchase. Without a
    receipt, where the program allows it: `member` and `goods` instead of `purchase`; they are
    looked for among what the member bought, in one purchase."""

    purchase: UUID | None = None
    lines: Annotated[tuple[ReturnLineIn, ...], Meta(max_length=1000)] = ()
    member: MemberRef | None = None
    goods: Annotated[tuple[GoodsIn, ...], Meta(max_length=100)] = ()
    receipt_number: Place | None = None
    occurred_at: Moment | None = None
    shop: Place | None = None
    till: Place | None = None


class ActivityIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something else that happened: a visit, a review, a training... as the program names it."""

    type: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    member: MemberRef
    detail: Detail = {}
    occurred_at: Moment | None = None
    purchase: UUID | None = None
    """The purchase it is about, such as the one that was delivered."""
    codes: Codes = ()
    shop: Place | None = None
    till: Place | None = None


class LineOut(Struct, frozen=True, omit_defaults=True):
    """What one line costs. The reasons of its discounts name campaigns."""

    line: int
    sku: str
    quantity: int
    amount_minor: int
    discount_minor: int = 0
    paid_minor: int = 0
    discounts: dict[str, int] = field(default_factory=dict)
    lowest_price_30_days_minor: int | None = None
    """Where an announced campaign made it cheaper: the lowest list price of a unit in the 30 days
    before that began. To be shown beside the reduced one."""
    single_price_minor: int | None = None
    """Where an announced offer is for several units: what a single one costs, to be shown as
    prominently."""


class CodeOut(Struct, frozen=True):
    """What became of a code that was shown: `used`, `not_used` or `not_usable`."""

    code: str
    status: str


class ReasonOut(Struct, frozen=True, omit_defaults=True):
    """Why a campaign applied or did not; words come with the explanation."""

    campaign: str
    code: str
    kind: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


class ToldOut(Struct, frozen=True, omit_defaults=True):
    """One campaign: what it is, and why it applied or did not."""

    campaign: str
    name: str
    applied: bool
    code: str
    rule: str
    why: str


class GiftOut(Struct, frozen=True, omit_defaults=True):
    """A product to hand over for nothing."""

    campaign: str
    sku: str
    quantity: int = 1
    choices: list[str] = field(default_factory=list)
    """What may be taken instead: say it in the purchase's `gifts`."""


class HintOut(Struct, frozen=True, omit_defaults=True):
    """What is missing for the next campaign, or for more of one."""

    text: str
    campaign: str = ""
    missing_minor: int = 0
    missing_units: int = 0
    tier: str = ""
    """The tier it would reach or keep, where it is about no campaign."""


class PaymentOut(Struct, frozen=True, omit_defaults=True):
    """A part of what was paid, by its means. Paid with points: of which asset, and how many."""

    tender: str
    amount_minor: int
    asset: str = ""
    units: int = 0


class PayableOut(Struct, frozen=True):
    """The most points this basket can be paid with, and what they pay."""

    units: int
    amount_minor: int


class MessageOut(Struct, frozen=True):
    """A text for the member, by language (pl, bg, en), and the campaign that gave it."""

    campaign: str
    text: dict[str, str]


class DecisionOut(Struct, frozen=True, omit_defaults=True):
    """What a basket or an activity got, and why."""

    id: UUID
    revision: int
    list_minor: int
    discount_minor: int
    paid_minor: int
    member: UUID | None = None
    lines: list[LineOut] = field(default_factory=list)
    earned: dict[str, int] = field(default_factory=dict)
    balances: dict[str, BalanceOut] = field(default_factory=dict)
    vouchers: list[VoucherOut] = field(default_factory=list)
    gifts: list[GiftOut] = field(default_factory=list)
    codes: list[CodeOut] = field(default_factory=list)
    reasons: list[ReasonOut] = field(default_factory=list)
    hints: list[HintOut] = field(default_factory=list)
    lapses_at: datetime | None = None
    told: list[ToldOut] = field(default_factory=list)
    """In a quote that asks for it with `voice`: the same reasons in words. A hold that is asked for
    again with the same key does not say them again."""
    payments: list[PaymentOut] = field(default_factory=list)
    to_pay_minor: int | None = None
    """Where there are payments: what is left to be paid after them."""
    payable: dict[str, PayableOut] = field(default_factory=dict)
    """In a quote: by asset, what the member could pay with it."""
    gift_cards: list[CardMoveOut] = field(default_factory=list)
    """Cards that were sold, topped up, or paid."""
    progress: list[StepOut] = field(default_factory=list)
    """What moved on: challenges, streaks, stamp cards and badges, and what they gave."""
    messages: list[MessageOut] = field(default_factory=list)
    """For the receipt or the screen."""


class Extras(Struct, frozen=True, array_like=True):
    """What an answer says beyond facts and decision, as it was then."""

    balances: dict[str, tuple[int, int, int, int]]
    vouchers: list[VoucherOut] = field(default_factory=list)
    codes: list[CodeOut] = field(default_factory=list)
    lapses_at: datetime | None = None


class ShownPrices(Struct, frozen=True, array_like=True):
    """What has to be shown beside a reduced line."""

    lowest_minor: int | None
    single_minor: int | None


class MoreExtras(Extras, frozen=True, array_like=True):
    """The same with what few answers have; others are not to grow by it."""

    hints: list[HintOut] = field(default_factory=list)
    prices: dict[int, ShownPrices] = field(default_factory=dict)
    payable: dict[str, PayableOut] = field(default_factory=dict)
    progress: list[Step] = field(default_factory=list)
    gift_cards: list[CardMoveOut] = field(default_factory=list)


class ReturnedOut(Struct, frozen=True):
    """One line brought back: what was paid for its units, and its part of the refund. The parts of
    all lines add up to the refund."""

    line: int
    sku: str
    quantity: int
    paid_minor: int
    refund_minor: int


class ChangeOut(Struct, frozen=True):
    """Discounts of a campaign before a return and after it."""

    before_minor: int
    after_minor: int


class ReturnOut(Struct, frozen=True, omit_defaults=True):
    """What goes back to the customer, and what the program takes back."""

    id: UUID
    purchase: UUID
    refund_minor: int
    withheld_minor: int = 0
    """What was paid for them less what is refunded: discounts the kept goods no longer earn."""
    lines: list[ReturnedOut] = field(default_factory=list)
    discounts: dict[str, ChangeOut] = field(default_factory=dict)
    """By campaign, where the return changes what it gives; `reasons` say why it no longer does."""
    kept: list[LineOut] = field(default_factory=list)
    """The lines that stay with the customer, priced anew."""
    earned: dict[str, int] = field(default_factory=dict)
    balances: dict[str, BalanceOut] = field(default_factory=dict)
    vouchers_withdrawn: int = 0
    vouchers_kept: int = 0
    """Vouchers of this purchase that were used already and cannot be withdrawn."""
    vouchers_given_back: int = 0
    progress: list[StepOut] = field(default_factory=list)
    """Stamp cards reopened, prizes and badges taken back."""
    reasons: list[ReasonOut] = field(default_factory=list)
    payments: list[PaymentOut] = field(default_factory=list)
    """The part of the refund that goes back as points."""
    gift_cards: list[CardMoveOut] = field(default_factory=list)
    """Cards that money went back to, and those taken back with the goods (negative)."""
    to_refund_minor: int | None = None
    """Where a part goes back as points or to cards: what is left to be refunded in money."""
    money: list[PaymentOut] = field(default_factory=list)
    """How the part in money goes back, as far as the till told how it was paid: what was paid by
    card and the like comes before cash."""
