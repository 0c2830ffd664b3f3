"""Two memberships of one person become one: what each has done for challenges, and which tiers each
held, put together. Pure."""

from regulars.engine.progress import Progress
from regulars.engine.standing import Standing


def join_progress(kept: Progress, gone: Progress) -> None:
    """Counts add up; what was taken up or is held as a badge is so from the earlier day; prizes
    are those of both, so that none of them is given again."""
    for name, periods in gone.challenges.items():
        for period, counts in periods.items():
            _add(kept.challenges.setdefault(name, {}).setdefault(period, {}), counts)
    for name, times in gone.streaks.items():
        _add(kept.streaks.setdefault(name, {}), times)
    _add(kept.cards, gone.cards)
    _earlier(kept.taken_up, gone.taken_up)
    _earlier(kept.badges, gone.badges)
    kept.given = sorted([*kept.given, *gone.given], key=lambda given: given.id)


def join_standing(kept: Standing, gone: Standing) -> None:
    """Each level as long as the one held it who held it longer, with what was given to both; a
    membership without end has none afterwards, else the later end counts."""
    for tier, until in gone.held.items():
        kept.held[tier] = max(until, kept.held.get(tier, 0))
    kept.floors = [*kept.floors, *gone.floors]
    kept.ends_at = _later(kept.ends_at, gone.ends_at)
    kept.spend_until_at = None if kept.ends_at is None else _later(
        kept.spend_until_at or 0, gone.spend_until_at or 0
    )  # fmt: skip


def _add[K](counts: dict[K, int], more: dict[K, int]) -> None:
    for key, number in more.items():
        counts[key] = counts.get(key, 0) + number


def _earlier(instants: dict[str, int], others: dict[str, int]) -> None:
    for name, at in others.items():
        instants[name] = min(at, instants.get(name, at))


def _later(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
