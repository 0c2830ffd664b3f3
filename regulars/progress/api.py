"""Progress on the wire: how far a member is, challenges to take up, leaderboards."""

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from regulars.engine.progress import local_day
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.periods import day_of
from regulars.kit.problems import Invalid
from regulars.kit.steps import Steps
from regulars.progress.operations import Play, TakeUp
from regulars.progress.queries import leaderboard, progress_of
from regulars.progress.wire import (
    LeaderboardOut,
    PlayerIn,
    PlayerOut,
    ProgressOut,
    TakenUpOut,
    TakeUpIn,
)


class LanguageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Annotated[str, Meta(pattern="^(pl|bg|en)$", description="The language of words.")] = "en"


class BoardQuery(Struct, frozen=True, forbid_unknown_fields=True):
    asset: Annotated[str, Meta(min_length=1, max_length=63)] = "points"
    first_day: date | None = None
    """The first local day that counts; thirty days ago when left out."""
    last_day: date | None = None
    """The last local day that counts; today when left out."""
    limit: Annotated[int, Meta(ge=1, le=100)] = 10


def _progress(call: Call) -> Steps[ProgressOut]:
    _, program = call.context.revisions.at(call.now)
    ref = resolve(call.path["id"], call.caller.region)
    return progress_of(call.program_id, ref, program, call.now, call.query.lang)


def _board(call: Call) -> Steps[LeaderboardOut]:
    query: BoardQuery = call.query
    _, program = call.context.revisions.at(call.now)
    last = query.last_day or day_of(local_day(call.now, program.timezone))
    first = query.first_day or last - timedelta(days=29)
    if last < first:
        raise Invalid("last_day lies before first_day.")
    return leaderboard(call.program_id, program, query.asset, first, last, query.limit)


ROUTES = (
    Route(
        "GET", "/v1/members/{id}/progress", "members:read",
        "How far the member is with stamp cards, challenges, streaks and badges",
        ProgressOut, query=LanguageQuery, problems=(404, 409, 429), read=_progress, guessable=True,
    ),
    Route(
        "POST", "/v1/members/{id}/challenges/{challenge}", "members:write",
        "Take up a challenge that counts from then on",
        TakenUpOut, status=201, body=TakeUpIn, problems=(404, 409),
        operation=lambda call: TakeUp(
            call.path["id"], call.path["challenge"], call.body, call.caller,
            key=call.key, at=call.now,
        ),
    ),
    Route(
        "POST", "/v1/members/{id}/player", "members:write",
        "Be seen on leaderboards by a name of one's choice, or no longer",
        PlayerOut, body=PlayerIn, problems=(404, 409),
        operation=lambda call: Play(
            call.path["id"], call.body, call.caller, key=call.key, at=call.now
        ),
    ),
    Route(
        "GET", "/v1/leaderboard", "members:read",
        "Who earned most of an asset in some days, of those who wish to be seen",
        LeaderboardOut, query=BoardQuery, read=_board,
    ),
)  # fmt: skip
