"""What a member should know now, on the first screen. Worked out as it is read; nothing is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from regulars.kit.periods import local
from regulars.members.wire import BalancesOut, MemberOut
from regulars.portal.visit import Visit, day, rows

_SOON = timedelta(days=30)
_MOST = 4


class Notice(NamedTuple):
    """A sentence, its picture, and the page where something can be done about it."""

    icon: str
    text: str
    url: str


def notices(visit: Visit, member: MemberOut, has: BalancesOut) -> list[Notice]:
    """What waits for an answer or in the shop, and what ends within 30 days; at most four."""
    soon = visit.now + int(_SOON.total_seconds())
    asked = bool(visit.program.rules.households) and member.household is None
    waiting = rows("waiting", visit.program_id, visit.member, visit.now, soon, asked)
    found = [_waiting(visit, kind, name, at) for kind, name, at in waiting]
    return [*found, *_expiring(visit, has)][:_MOST]


def _waiting(visit: Visit, kind: str, name: str, until: datetime) -> Notice:
    rules, language = visit.program.rules, visit.language
    if kind == "household":
        found = rules.households.get(name)
        called = found.name.get(language, name) if found else name
        return Notice("people", visit.say("household_invited", name=called), visit.url("household"))
    mine = visit.url("rewards") + "#mine"
    if kind == "voucher":
        last = local(int(until.timestamp()) - 1, visit.program.timezone).date()
        text = visit.say("notice_voucher", name=visit.voice.voucher(name), day=day(visit, last))
        return Notice("gift", text, mine)
    reward, at = rules.rewards.get(name), local(int(until.timestamp()), visit.program.timezone)
    text = visit.say(
        "notice_reserved", name=reward.name.get(language, name) if reward else name,
        day=day(visit, at.date()), time=f"{at:%H:%M}",
    )  # fmt: skip
    return Notice("gift", text, mine)


def _expiring(visit: Visit, has: BalancesOut) -> Iterator[Notice]:
    """The next points to expire, of each asset."""
    last = local(visit.now, visit.program.timezone).date() + _SOON
    for asset in has.assets:
        for line in asset.expiring[:1]:
            if asset.asset in visit.program.assets and line.last_day <= last:
                what = visit.voice.asset(line.amount, asset.asset)
                text = visit.say("notice_expires", what=what, day=day(visit, line.last_day))
                yield Notice("clock", text, visit.url("rewards"))
