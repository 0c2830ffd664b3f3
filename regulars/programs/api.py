"""The program on the wire: what it counts and gives, in words, by the revision in force."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct, field

from regulars.engine.explain import sentence
from regulars.engine.program import Program
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.programs.managing import MANAGED


class LanguageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Annotated[str, Meta(pattern="^(pl|bg|en)$", description="The language of the words.")] = (
        "en"
    )


class ProgramAssetOut(Struct, frozen=True, omit_defaults=True):
    """Something countable: points, stamps, tickets, qualifying points."""

    id: str
    name: str
    spendable: bool
    pending_days: int = 0
    worth_minor: int = 0


class ProgramRewardOut(Struct, frozen=True, omit_defaults=True):
    """Something a member can take for assets."""

    id: str
    name: str
    cost: dict[str, int]
    voucher: str | None = None
    hold_minutes: int = 60


class ProgramVoucherOut(Struct, frozen=True, omit_defaults=True):
    """A kind of voucher the program issues."""

    id: str
    name: str
    uses: int = 1
    valid_days: int | None = None
    automatic: bool = False


class ProgramCampaignOut(Struct, frozen=True, omit_defaults=True):
    """A rule of the program. ``sentence`` says what it gives and when."""

    id: str
    name: str
    sentence: str
    trigger: str
    lane: str
    members_only: bool
    starts: date | None = None
    ends: date | None = None
    """The last local day on which it runs."""
    paused: bool = False


class ProgramOut(Struct, frozen=True, omit_defaults=True):
    """The program as it is in force now."""

    program: str
    name: str
    revision: int
    currency: str
    timezone: str
    assets: list[ProgramAssetOut] = field(default_factory=list)
    rewards: list[ProgramRewardOut] = field(default_factory=list)
    vouchers: list[ProgramVoucherOut] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    campaigns: list[ProgramCampaignOut] = field(default_factory=list)


def _show(call: Call) -> Steps[ProgramOut]:
    """Nothing is read: the process holds the program."""
    yield from ()
    revisions, language = call.context.revisions, call.query.lang
    number, program = revisions.at(call.now)
    document = revisions.document(number)
    return ProgramOut(
        program=document.program,
        name=document.name.get(language, document.program),
        revision=number,
        currency=document.currency,
        timezone=document.timezone,
        assets=[
            ProgramAssetOut(
                id_, _name(asset.name, language, id_), asset.spendable, asset.pending_days,
                asset.worth_minor,
            )
            for id_, asset in document.assets.items()
        ],
        rewards=[
            ProgramRewardOut(
                id_, _name(reward.name, language, id_), dict(reward.cost), reward.voucher,
                reward.hold_minutes,
            )
            for id_, reward in document.rewards.items()
        ],
        vouchers=[
            ProgramVoucherOut(
                id_, _name(voucher.name, language, id_), voucher.uses, voucher.valid_days,
                voucher.automatic,
            )
            for id_, voucher in document.vouchers.items()
        ],
        tiers=list(document.tiers),
        campaigns=_campaigns(program, language),
    )  # fmt: skip


def _campaigns(program: Program, language: str) -> list[ProgramCampaignOut]:
    """In the order of judging."""
    return [
        ProgramCampaignOut(
            id=compiled.id,
            name=_name(compiled.campaign.name, language, compiled.id),
            sentence=sentence(program, compiled.id, language),
            trigger=compiled.trigger,
            lane=compiled.campaign.lane or program.rules.lanes[0].id,
            members_only=compiled.campaign.members_only,
            starts=compiled.campaign.starts,
            ends=compiled.campaign.ends,
            paused=compiled.campaign.paused,
        )
        for compiled in program.campaigns
    ]


def _name(texts: dict[str, str], language: str, otherwise: str) -> str:
    """In that language, else in English, else the id."""
    return texts.get(language) or texts.get("en") or otherwise


ROUTES = (
    *MANAGED,
    Route(
        "GET", "/v1/program", "program:read", "Show the program in force, in words",
        ProgramOut, query=LanguageQuery, problems=(409,), read=_show,
    ),
)  # fmt: skip
