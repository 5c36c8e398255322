"""Which session on which day: the roles of a week on the runner's weekdays. Weekdays count from Monday = 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from milebook.content.vocabulary import HARD, Kind

PRIORITY: tuple[Kind, ...] = ("race", "test", "speed", "long", "strength", "tempo", "easy", "cross", "own", "rest")
TAPER_DAYS = 2  # nothing hard and no long run in the days before the race
SHARPENER_OFFSETS = (-4, -3, -5, -6)  # days before the race on which race week may hold its hard session, best first

Listed = Sequence[tuple[Kind, str]]  # the sessions of a week as (kind, workout), in the order written


@dataclass(frozen=True)
class Slots:
    """The weekdays of the long run and of the hard sessions, most important first; the same in every week.

    `speed` is the weekday that the runner has for the speed session; it is the first of `hard`.
    """

    long: int | None
    hard: tuple[int, ...]
    speed: int | None = None


def most_hard(days: int) -> int:
    """How many hard sessions a week so many training days may hold: half of them, but one where there is one day."""
    return max(1, days // 2)


def has_room_for_one(days: Sequence[int], slots: Slots) -> bool:
    """Whether the days hold one hard session beside others: weeks then take turns in what it is."""
    return len(days) > 1 and len(slots.hard) == 1


def find_slots(days: Sequence[int], long_day: int | None, wanted: int, speed_day: int | None = None) -> Slots:
    """Choose weekdays for `wanted` hard sessions, never two side by side, also not from Sunday to Monday.

    Fewer where the days do not allow it. Best: not on the day before the long run, not on the day after it, wide
    apart, early. `speed_day` is one of them in any case, and the first. The first after the long run is the most
    important, unless that is the day after it and others are free; a week of seven training days is Elmore's as it is.
    """
    count = count_slots(days, long_day, wanted, speed_day)
    if not count:
        return Slots(long_day, ())
    sets = [chosen for chosen in combinations(sorted(set(days) - {long_day}), count) if _gap(chosen) >= 2]
    if speed_day is not None:
        sets = [chosen for chosen in sets if speed_day in chosen]
    best = min(sets, key=lambda chosen: (_beside_long(chosen, long_day), -_gap(chosen), chosen))
    start = 0 if long_day is None else long_day + 1

    def importance(day: int) -> tuple[bool, bool, int]:
        is_on_tired_legs = long_day is not None and day == start % 7 and len(set(days)) < 7
        return day != speed_day, is_on_tired_legs, (day - start) % 7

    return Slots(long_day, tuple(sorted(best, key=importance)), speed_day)


def count_slots(days: Sequence[int], long_day: int | None, wanted: int, speed_day: int | None = None) -> int:
    """How many of `wanted` hard sessions the days have room for; one of them is on `speed_day`, if there is one."""
    free = {day for day in days if day != long_day}
    if speed_day is None:
        room = _most_apart(free)
    else:
        room = 1 + _most_apart(free - {speed_day, (speed_day + 1) % 7, (speed_day - 1) % 7})
    return min(wanted, most_hard(len(days)), room)


def _most_apart(days: Set[int]) -> int:
    """How many of the days can be chosen with no two side by side, around the week: every second of each run."""
    if len(days) == 7:
        return 3
    runs = [next(n for n in range(1, 8) if (day + n) % 7 not in days) for day in days if (day - 1) % 7 not in days]
    return sum((run + 1) // 2 for run in runs)


@cache
def _gap(chosen: tuple[int, ...]) -> int:
    """Days between the two closest, around the week."""
    ordered = sorted(chosen)
    if len(ordered) < 2:
        return 7
    return min((after - before) % 7 for before, after in zip(ordered, [*ordered[1:], ordered[0]], strict=True))


def _beside_long(chosen: Iterable[int], long_day: int | None) -> int:
    if long_day is None:
        return 0
    return sum(2 * ((day + 1) % 7 == long_day) + ((day - 1) % 7 == long_day) for day in chosen)


def keep_most_important(listed: Listed, days: int, hard: int) -> Listed:
    """The sessions that survive on so many days with so many hard slots: speed, long, strength, tempo, easy, cross."""
    ranked = sorted(enumerate(listed), key=lambda item: (PRIORITY.index(item[1][0]), item[0]))
    kept: list[tuple[int, tuple[Kind, str]]] = []
    used = {"hard": 0, "long": 0}
    for index, (kind, key) in ranked:
        group = "hard" if kind in HARD else kind
        limit = {"hard": hard, "long": 1}.get(group, 7)
        if len(kept) < days and used.get(group, 0) < limit:
            kept.append((index, (kind, key)))
            used[group] = used.get(group, 0) + 1
    return [session for _, session in sorted(kept)]


def arrange_week(listed: Listed, days: Sequence[int], slots: Slots, first: int) -> dict[int, tuple[Kind, str]]:
    """A week of training: weekday -> session. `first` is the weekday the plan's weeks begin on."""
    kept = keep_most_important(listed, len(days), len(slots.hard))
    hard = sorted((s for s in kept if s[0] in HARD), key=lambda s: _rank(s, slots))
    long = [s for s in kept if s[0] == "long"]
    cross = [s for s in kept if s[0] == "cross"]
    week: dict[int, tuple[Kind, str]] = dict(zip(_hard_days(hard, slots), hard, strict=False))
    free = sorted((day for day in days if day not in week), key=lambda day: (day - first) % 7)
    if long:  # where there is no day for long runs, the only day there is
        day = free[-1] if slots.long is None else slots.long
        week[day] = long[0]
        free.remove(day)
    for session in cross:
        before_long = (slots.long - 1) % 7 if slots.long is not None else -1
        day = before_long if before_long in free else free[-1]
        week[day] = session
        free.remove(day)
    easy = [s for s in kept if s[0] not in HARD and s[0] not in ("long", "cross")]
    week.update(zip(free, easy, strict=False))
    return week


def _rank(session: tuple[Kind, str], slots: Slots) -> tuple[bool, int]:
    """The order in which hard sessions take their days: a day for speed goes to a speed session, if there is one."""
    return slots.speed is None or session[0] != "speed", PRIORITY.index(session[0])


def _hard_days(hard: Listed, slots: Slots) -> Sequence[int]:
    """The slots in order of importance; a trial to the last one not beside the long run, else not after it.

    Where there is a day for speed, the first session has it, whichever it is.
    """
    if slots.speed is not None:
        return (slots.speed, *_hard_days(hard[1:], Slots(slots.long, slots.hard[1:]))) if hard else slots.hard
    if not hard or hard[0][0] != "test" or not slots.hard:
        return slots.hard
    rested = [day for day in slots.hard if slots.long is None or (day - 1) % 7 != slots.long]
    before_rest = [day for day in rested if slots.long is None or (day + 1) % 7 != slots.long]
    trial = (before_rest or rested or slots.hard)[-1]
    return (trial, *(day for day in slots.hard if day != trial))


def days_of_race_week(days: Sequence[int], race_day: int, most: int) -> Sequence[int]:
    """The days to train on in the week of the race, itself one of at most so many; the second before it rests first."""
    too_many = len({*days, race_day}) - most
    resting = [(race_day + offset) % 7 for offset in (-2, -6, -5, -1)]
    resting = [day for day in resting if day in days][: max(0, too_many)]
    return [day for day in days if day not in resting]


def arrange_race_week(listed: Listed, days: Sequence[int], slots: Slots, race_day: int) -> dict[int, tuple[Kind, str]]:
    """The last week: weekday -> session. The race on its day, nothing hard in the two days before it.

    The first easy session listed is for the day before the race, the others for the days before that. The hard
    session comes three to six days before the race, and not on the day after the week before ended hard; on the day
    for speed, if that is one of those.
    """
    race = [s for s in listed if s[0] == "race"]
    hard = sorted((s for s in listed if s[0] in HARD and s[0] != "race"), key=lambda s: PRIORITY.index(s[0]))
    easy = [s for s in listed if s[0] not in HARD and s[0] != "long"]
    week: dict[int, tuple[Kind, str]] = {race_day: race[0]} if race else {}
    free = [offset for offset in range(-6, 0) if (race_day + offset) % 7 in days]
    allowed = [o for o in SHARPENER_OFFSETS if o in free and not (o == -6 and race_day in slots.hard)]
    if hard and allowed:
        best = next((o for o in allowed if (race_day + o) % 7 == slots.speed), allowed[0])
        week[(race_day + best) % 7] = hard[0]
        free.remove(best)
    if easy and -1 in free:
        week[(race_day - 1) % 7] = easy[0]
        free.remove(-1)
    week.update(zip(((race_day + offset) % 7 for offset in free), easy[1:], strict=False))
    return week
