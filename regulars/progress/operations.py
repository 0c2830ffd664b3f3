"""Taking up a challenge, and being seen on leaderboards."""

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.progress import local_day, span
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Caller
from regulars.kit.periods import instant
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.requests import digest_of, encode, key_of
from regulars.ledger.records import NEVER
from regulars.members.about import AboutMember
from regulars.members.known import welcome
from regulars.progress.wire import PlayerIn, PlayerOut, TakenUpOut, TakeUpIn


class UnknownChallenge(NotFound):
    code = "unknown_challenge"
    title = "No such challenge"


class NotNow(Conflict):
    code = "challenge_not_open"
    title = "This challenge cannot be taken up now"


class TakeUp:
    """A member takes up a challenge that counts from then on."""

    path = "/v1/members/{member}/challenges/{challenge}"
    now: int | None = None

    def __init__(
        self,
        member: str,
        challenge: str,
        request: TakeUpIn,
        caller: Caller,
        *,
        key: str | None,
        at: int,
    ) -> None:
        self.challenge = challenge
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (member, challenge, request))
        self.at = at
        self.shop = request.shop or caller.shop
        self.ref = resolve(member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)
        wants.progress = True

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.ref)
        _, program = context.revisions.at(unit.now)
        challenge = program.rules.challenges.get(self.challenge)
        if challenge is None or challenge.counts_from != "opt_in":
            raise UnknownChallenge("No challenge of this name is there to be taken up.")
        if self.challenge in member.progress.taken_up:
            raise NotNow("It was taken up before and counts.")
        _, ends = span(challenge, None)
        if ends is not None and local_day(unit.now, program.timezone) >= ends:
            raise NotNow("Its time is over.")
        # Later than any purchase known: what is counted can be told from the times alone.
        last_at = 0 if member.last_at == NEVER else member.last_at
        since = max(unit.now, last_at + 1)
        member.progress.taken_up[self.challenge] = since
        member.changed = member.progress_changed = True
        unit.changes += 1
        answer = TakenUpOut(self.challenge, instant(since))
        return Record(
            id=unit.make_id(),
            member_id=member.id,
            kind="take_up_challenge",
            occurred_at=self.at,
            shop=self.shop,
            facts=encode({"challenge": self.challenge}).decode(),
            answer=encode(answer).decode(),
        )


class Play(AboutMember[PlayerIn]):
    """A member wishes to be seen on leaderboards, by a name of their choice, or no longer."""

    path = "/v1/members/{member}/player"

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.ref)
        name = self.request.display_name
        unit.players[member.id] = None if name is None else name.strip()
        member.changed = True
        unit.changes += 1
        return Record(
            id=unit.make_id(),
            member_id=member.id,
            kind="play" if name else "stop_playing",
            occurred_at=self.at,
            shop=self.shop,
            facts="{}",
            answer=encode(PlayerOut(name)).decode(),
        )
