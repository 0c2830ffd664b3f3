"""The rules of a program as a document holds them: assets, collections, lanes, campaigns."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Self, Union

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from regulars.engine.kinds import Condition, Effect, Texts
from regulars.engine.mechanics import Badge, Challenge, Referrals, StampCard, Streak
from regulars.engine.moves import Cause, Corrections, HouseholdRules, Sale, Transfer
from regulars.engine.part import Part, broken
from regulars.engine.scope import Collection, Scope, Sku, Slug
from regulars.engine.tiering import Tiering
from regulars.kit.kinds import scan

CONDITIONS: dict[str, type[Condition]] = scan("regulars.engine.conditions", Condition)
EFFECTS: dict[str, type[Effect]] = scan("regulars.engine.effects", Effect)

if TYPE_CHECKING:
    AnyCondition = Condition
    AnyEffect = Effect
else:
    AnyCondition = Annotated[Union[tuple(CONDITIONS.values())], Field(discriminator="kind")]  # noqa: UP007
    AnyEffect = Annotated[Union[tuple(EFFECTS.values())], Field(discriminator="kind")]  # noqa: UP007

for _condition in CONDITIONS.values():
    _condition.model_rebuild(_types_namespace={"AnyCondition": AnyCondition})


class Validity(Part):
    """When points of one earning expire: ``days`` after, or at the end of a calendar period."""

    days: PositiveInt | None = None
    end_of: Literal["month", "quarter", "year"] | None = None
    periods_later: NonNegativeInt = 0
    """With ``end_of``: 0 = the period of the earning, 1 = the one after it ..."""
    prolonged_by: tuple[Slug, ...] = ()
    """With ``days``: ``purchase`` and other activities, each of which lets all the member has of it
    be good for so many days more."""

    @model_validator(mode="after")
    def _days_to_prolong(self) -> Self:
        if self.prolonged_by and self.days is None:
            raise broken("no_days", "prolonged_by goes with days")
        return self


class Pays(Part):
    """How an asset pays at the till: ``points`` of it pay ``minor``, fractions of a cent left out.
    It is a payment and no discount."""

    points: PositiveInt = 1
    minor: PositiveInt
    least: PositiveInt = 1
    """Fewer than this cannot be used for a basket."""
    most: PositiveInt | None = None
    most_percent: Annotated[int, Field(ge=1, le=100)] = 100
    """Of what the lines cost that it may pay for."""
    step: PositiveInt = 1
    """Only full multiples of this are used."""
    on: Scope = Scope()
    """The lines it may pay for: all goods, or fewer (``exclude``)."""


class Caps(Part):
    """How much of an asset may be given at most; what is more is left out. Days, months and years
    are those of the program's calendar. Exact under concurrency."""

    per_purchase: PositiveInt | None = None
    """Or in one other activity."""
    per_day: PositiveInt | None = None
    """To all members together, each local day."""
    per_member: PositiveInt | None = None
    per_member_per_day: PositiveInt | None = None
    per_member_per_month: PositiveInt | None = None
    per_member_per_year: PositiveInt | None = None
    total: PositiveInt | None = None


class Asset(Part):
    """Something countable on accounts: points of a kind, stamps, tickets, qualifying points."""

    name: Texts = {}
    """By language, its plural forms divided by |: ``punkt|punkty|punktów``, ``point|points``."""
    pending_days: NonNegativeInt = 0
    """Days until what was earned can be used (the return window)."""
    pending_until: Slug | None = None
    """The activity, such as ``delivered``, that makes usable what a purchase earned; it names the
    purchase. ``pending_days`` are counted from it."""
    usable_from: date | None = None
    """What was earned before this local day can be used from then on."""
    expires: Validity | None = None
    worth_minor: NonNegativeInt = 0
    """What one unit is worth to the member; used for liability and in ``best`` lanes."""
    spendable: bool = True
    on_return: Literal["negative", "clamp"] = "negative"
    """When a return takes back more than is there: owe it, or write it off."""
    pays: Pays | None = None
    """Whether a basket can be paid with it, and on what terms."""
    transfer: Transfer | None = None
    """How members may give it to each other; not at all when left out."""
    sale: Sale | None = None
    """How members may buy it for money."""
    caps: Caps | None = None
    """The most that all campaigns together give of it."""


class Lane(Part):
    """An ordered group of campaigns that decides how they combine."""

    id: Slug
    combine: Literal["all", "first", "best"] = "all"


class Limits(Part):
    """How often, and up to what cost, a campaign applies. Exact under concurrency."""

    total: PositiveInt | None = None
    per_member: PositiveInt | None = None
    per_day: PositiveInt | None = None
    """In the whole program, each local day."""
    per_member_per_day: PositiveInt | None = None
    per_member_per_month: PositiveInt | None = None
    per_member_per_year: PositiveInt | None = None
    """In a year of the calendar."""
    budget_minor: PositiveInt | None = None
    budget_points: PositiveInt | None = None


class Campaign(Part):
    """Trigger, conditions, effects, limits, schedule and lane."""

    id: Slug
    name: Texts = {}
    trigger: Slug = "purchase"
    """``purchase`` or the type of an activity."""
    lane: Slug | None = None
    """The lane it belongs to; the first one of the document when left out."""
    priority: int = 0
    exclusive: bool = False
    members_only: bool = True
    """False: it also applies to a basket without a member."""
    starts: date | None = None
    ends: date | None = None
    """The last local day on which it runs."""
    paused: bool = False
    announced: bool = False
    """True: its reductions are advertised. Lines it makes cheaper then tell the lowest price of the
    30 days before it began (Directive 98/6/EC, article 6a)."""
    when: tuple[AnyCondition, ...] = ()
    then: Annotated[tuple[AnyEffect, ...], Field(min_length=1)]
    max_minor: PositiveInt | None = None
    """The most money off that all its effects give one basket; shared exactly."""
    limits: Limits = Limits()
    caps: dict[Slug, Caps] = {}
    """The most it gives of an asset; what is more is left out."""


class VoucherDefinition(Part):
    """What an issued voucher is: its validity. What it does, a campaign with ``coupon`` says."""

    name: Texts = {}
    usable_after_days: NonNegativeInt = 0
    valid_days: PositiveInt | None = None
    uses: PositiveInt = 1
    automatic: bool = False
    """True: the member need not show it, the next basket that can use it does."""
    reusable_after_return: bool = True


Place = Annotated[str, Field(pattern=r"^[^/\x00-\x1f\x7f]{1,64}$")]


class Reward(Part):
    """Something a member can take for assets. It is goods, unless ``voucher``, ``codes``,
    ``gift_card``, ``cause`` or ``gives`` says what is handed over instead; one of them at most."""

    name: Texts = {}
    text: Texts = {}
    """What members read of it."""
    cost: Annotated[dict[Slug, PositiveInt], Field(min_length=1)]
    price_minor: NonNegativeInt = 0
    """Money that is paid besides, when it is handed over."""
    voucher: Slug | None = None
    """Handed over as a voucher of this definition when the redemption is settled."""
    codes: bool = False
    """Handed over as one of the codes that were brought in for it: tickets of a cinema, a benefit
    of a partner. There are as many as there are codes."""
    gift_card: Slug | None = None
    """Handed over as a new gift card of this kind, with ``worth_minor`` on it."""
    worth_minor: PositiveInt | None = None
    cause: Slug | None = None
    """What it costs is given to this cause."""
    gives: dict[Slug, PositiveInt] = {}
    """Handed over as so much of these assets: tickets, each a chance in a draw."""
    partner: Annotated[str, Field(max_length=120)] = ""
    """Whose benefit it is."""
    who: tuple[AnyCondition, ...] = ()
    """What must hold of whoever takes it: tier, segment, age ... All of these, and only such as
    need neither basket nor past."""
    hold_minutes: PositiveInt = 60
    stock: PositiveInt | None = None
    """How many there are in all; what is held counts. Exact under concurrency."""
    per_member: PositiveInt | None = None
    """How often each member may take it."""
    places: tuple[Place, ...] = ()
    """Where it is handed over: codes of shops, or other names (``online``, ``warehouse``). Each has
    a stock of its own, which staff brings in and which runs out."""
    sent_from: Place | None = None
    """The place from which it is sent to members who wish so."""
    low: PositiveInt = 5
    """Staff is warned when so many are left, in a place or of its codes."""
    starts: date | None = None
    ends: date | None = None
    """The last local day on which it can be taken."""

    @property
    def kind(self) -> str:
        """What it is, in one of the words for it."""
        if self.voucher is not None:
            return "voucher"
        if self.gift_card is not None:
            return "gift_card"
        if self.cause is not None:
            return "donation"
        if self.gives:
            return "chance"
        if self.partner:
            return "benefit"
        return "ticket" if self.codes else "goods"

    @property
    def is_goods(self) -> bool:
        """Whether somebody has to put something into a hand or a parcel."""
        return self.kind == "goods"

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = [self.voucher, self.codes, self.gift_card, self.cause, self.gives]
        if sum(map(bool, given)) > 1:
            raise broken(
                "one_at_most",
                "give one of voucher, codes, gift_card, cause and gives",
                names="voucher codes gift_card cause gives",
            )
        if (self.gift_card is None) != (self.worth_minor is None):
            raise broken(
                "together",
                "gift_card and worth_minor go together",
                names="gift_card worth_minor",
            )
        if (self.places or self.sent_from) and not self.is_goods:
            raise broken(
                "for_goods", "places and sent_from are for goods", names="places sent_from"
            )
        if self.sent_from and self.places and self.sent_from not in self.places:
            raise broken("not_a_place", "sent_from has to be one of the places")
        if self.cause is not None and (len(self.cost) > 1 or self.price_minor):
            raise broken("cause_costs", "what goes to a cause costs one asset and no money")
        if any(condition.needs() for condition in self.who):
            raise broken(
                "no_past", "who may ask about the member only, not about a time of the past"
            )
        return self


class GiftCard(Part):
    """A kind of gift card: money for the bearer of a code, spent in parts."""

    name: Texts = {}
    skus: tuple[Sku, ...] = ()
    """Articles that are such a card. A line with the role ``gift-card`` is one too, where the
    program has one kind only."""
    amounts_minor: tuple[PositiveInt, ...] = ()
    """The amounts it is sold for; any, when left out."""
    least_minor: PositiveInt = 1
    most_minor: PositiveInt | None = None
    """The most one card may hold."""
    expires: Validity | None = None
    """From the sale; topping up sets it anew."""
    top_up: bool = False
    """Whether money can be put on a card once more."""
    pin: bool = False
    """Whether a card has a PIN, asked for with every use."""


class Membership(Part):
    """Who may join, how long a membership lasts, and what renews it."""

    who: tuple[AnyCondition, ...] = ()
    """What must hold of whoever joins; looked at when they join."""
    refusal: Texts = {}
    """What is said to whom it does not hold of."""
    days: PositiveInt | None = None
    months: PositiveInt | None = None
    """It ends so many days or months after joining or renewal; without both it does not."""
    child_below_months: PositiveInt | None = None
    """It ends when the youngest child is so many months old."""
    renewed_by: tuple[Slug, ...] = ()
    """``purchase``, or types of activities; an activity also opens a membership that has ended."""
    spend_days: NonNegativeInt = 0
    """So many days what is left may be spent after the end."""


class Unreceipted(Part):
    """Goods brought back without a receipt: looked for among what the member bought."""

    within_days: Annotated[int, Field(gt=0, le=3660)] = 90
    take: Literal["latest", "cheapest"] = "latest"
    """Of several purchases that have the goods: the last one, or the one where they cost least."""


class Returns(Part):
    """What may be brought back, and how."""

    without_receipt: Unreceipted | None = None
    """Not at all when left out."""


class Rules(Part):
    """Everything the engine reads of a program document."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    timezone: str
    prices: Literal["gross", "net"] = "gross"
    """Whether the prices of baskets contain the tax whose rate their lines tell."""
    price_history: Literal["told", "purchases"] = "told"
    """Where the list prices of the last 30 days come from: only what is told (import, API), or also
    the unit prices of the purchases that are recorded."""
    assets: dict[Slug, Asset] = {}
    collections: dict[Slug, Collection] = {}
    lanes: tuple[Lane, ...] = (Lane(id="main"),)
    vouchers: dict[Slug, VoucherDefinition] = {}
    rewards: dict[Slug, Reward] = {}
    gift_cards: dict[Slug, GiftCard] = {}
    """Kinds of gift cards this program sells and keeps the money of."""
    tiers: tuple[Slug, ...] = ()
    """Names of the levels a member may hold, lowest first."""
    tiering: Tiering | None = None
    causes: dict[Slug, Cause] = {}
    """What members may donate to."""
    corrections: Corrections | None = None
    """What staff may credit and debit by hand; nothing when left out."""
    households: dict[Slug, HouseholdRules] = {}
    """Kinds of groups members may form: ``family``, ``team`` ..."""
    membership: Membership | None = None
    returns: Returns = Returns()
    benefits: dict[Slug, tuple[Texts, ...]] = {}
    """What each tier brings, in words for people."""
    texts: dict[str, Texts] = {}
    """Further words for people, such as ``tier.gold``: the name of a tier."""
    campaigns: tuple[Campaign, ...] = ()
    stamp_cards: dict[Slug, StampCard] = {}
    challenges: dict[Slug, Challenge] = {}
    streaks: dict[Slug, Streak] = {}
    badges: dict[Slug, Badge] = {}
    referrals: Referrals | None = None
