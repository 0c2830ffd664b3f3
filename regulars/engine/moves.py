"""What a document says of points that move outside a basket: transfers, points for money,
donations, corrections by staff, and households that use their points together."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from regulars.engine.kinds import Texts
from regulars.engine.part import Part
from regulars.engine.scope import Slug


class Moved(Part):
    """How much of an asset may move: at once, and by one member in a local period."""

    minimum: PositiveInt = 1
    maximum: PositiveInt | None = None
    per_day: PositiveInt | None = None
    per_month: PositiveInt | None = None
    per_year: PositiveInt | None = None


class Transfer(Moved):
    """Members may give it to each other; the limits are the sender's, the fee not counted."""

    to: Literal["anybody", "household"] = "anybody"
    fee: NonNegativeInt = 0
    """Taken from the sender besides what is sent, in units of the asset."""
    fee_percent: Annotated[int, Field(ge=0, le=100)] = 0
    """Of what is sent, rounded up; added to ``fee``."""
    keep_expiry: bool = True
    """False: what is received expires as if it had been earned now."""


class Sale(Moved):
    """Members may buy it for money: ``price_minor`` for every ``units``."""

    price_minor: PositiveInt
    units: PositiveInt = 1
    """Only whole multiples are sold."""


class Cause(Part):
    """Something members may donate to; what they gave in all is counted exactly."""

    name: Texts = {}
    asset: Slug = "points"
    minimum: PositiveInt = 1
    most: PositiveInt | None = None
    """So much in all is taken; then it is closed."""
    closed: bool = False


class Reason(Part):
    """Why staff may correct an account."""

    name: Texts = {}
    direction: Literal["credit", "debit", "both"] = "both"
    maximum: PositiveInt | None = None
    """At once."""
    text_required: bool = False


class Corrections(Part):
    """Goodwill and corrections by staff. Limits count what is credited and what is debited alike,
    by asset."""

    reasons: Annotated[dict[Slug, Reason], Field(min_length=1)]
    per_staff_per_day: PositiveInt | None = None
    per_member_per_month: PositiveInt | None = None
    on_short: Literal["refuse", "owe", "clamp"] = "refuse"
    """A debit of more than is there: refused, owed, or what is there is taken."""


class Pool(Part):
    """Assets that a household uses together: its own member's first, then the others'."""

    assets: Annotated[tuple[Slug, ...], Field(min_length=1)] = ("points",)
    usable_by: Literal["anybody", "adults", "head"] = "anybody"
    """Who may use what the others have; everybody may always use their own."""
    per_member_per_month: PositiveInt | None = None
    """The most of an asset that one member uses of the others' in a local month."""
    after_days: NonNegativeInt = 0
    """Days a new member waits until they may use what the others have."""


class HouseholdRules(Part):
    """A kind of household or team."""

    name: Texts = {}
    size: Annotated[int, Field(ge=2, le=50)] = 6
    children: Annotated[int, Field(ge=0, le=50)] | None = None
    """How many of them may be children; any number when left out."""
    wait_days: NonNegativeInt = 0
    """Days between leaving one and joining or founding the next."""
    invitation_days: PositiveInt = 14
    pool: Pool | None = None
    on_leaving: Literal["keep", "stay"] = "keep"
    """What becomes of the pooled assets on the account of a member who leaves: they stay that
    member's, or the head receives what is available. Whom the head removes keeps them always."""
