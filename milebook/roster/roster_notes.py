"""What is told of a roster that is read and right: things to look at, which only who runs it can say are meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from milebook.assembly.request import Request
from milebook.booklet.fields import NBSP, full_day
from milebook.booklet.plan_notes import has_bold_goal
from milebook.content.library import Library
from milebook.content.vocabulary import WEEKDAY_NAMES
from milebook.core.errors import counted, rows_of
from milebook.roster.collected_files import NEAR
from milebook.roster.givers import Givers
from milebook.roster.reader import Roster
from milebook.running.courses import RaceName
from milebook.running.fitness import MUCH_FASTER, OLD_AFTER_DAYS
from milebook.running.race_names import other_distance, speaks_of_another
from milebook.running.race_readings import says_road
from milebook.training.planning import assess_profile
from milebook.training.schedule import UNDATED_RACE, extent_of, has_race_on_no_day
from milebook.training.trials import EXPECTED, share_of_expected

MOST_TOLD = 20  # hidden rows in a note
FEW_TOLD = 5  # rows in a note of rows that may be as they should be


def notes_of(found: Roster, library: Library, request: Request, givers: Givers) -> Iterator[str]:
    """Every note on a roster; `givers` say whose stands for what rows leave out."""
    yield from hidden(found)
    yield from remarks(found)
    yield from undated(found)
    yield from old_results(found, request.today)
    yield from bold_goals(found, request.today)
    yield from odd_trials(found)
    yield from on_the_road(found)
    yield from other_races(found)
    yield from cut_short(found, library, request.today)
    yield from one_race(found, givers)
    yield from taken(found, givers)
    yield from twins(found)


def hidden(found: Roster) -> Iterator[str]:
    """Rows that a filter hides, say: who looks at the sheet does not see that they are in it."""
    if found.hidden:
        rows, more = ", ".join(map(str, found.hidden[:MOST_TOLD])), len(found.hidden) - MOST_TOLD
        told = f"{counted(len(found.hidden), 'hidden row')} {_were(found.hidden)} read: {rows}"
        yield f"{told} and {more} more" if more > 0 else told
    if found.hidden_columns:
        count = counted(len(found.hidden_columns), "hidden column")
        yield f"{count} {_were(found.hidden_columns)} read: {', '.join(found.hidden_columns)}"


def _were(several: tuple[object, ...]) -> str:
    return "was" if len(several) == 1 else "were"


def remarks(found: Roster) -> Iterator[str]:
    """Rows that are read past: a name that stands there by mistake has no booklet."""
    if found.remarks:
        count, rows = counted(len(found.remarks), "remark"), rows_of(found.remarks)
        yield f"{count} {_were(found.remarks)} read past, as a line that begins with # is no athlete: {rows}"


def undated(found: Roster) -> Iterator[str]:
    """Athletes without a race date among others that have one, and those whose race is on none of their days."""
    rows = [athlete.row for athlete in found.athletes if athlete.profile.race.day is None]
    if rows and len(rows) < len(found.athletes):
        yield f"no race date, and so a plan without dates: {rows_of(rows)}"
    away = [athlete.row for athlete in found.athletes if has_race_on_no_day(athlete.profile)]
    if away:
        told = f"a plan without dates has its race on a {WEEKDAY_NAMES[UNDATED_RACE]}, which is none of the days"
        yield f"{told} of {rows_of(away)}; a race date puts it on its own weekday"


def old_results(found: Roster, today: date) -> Iterator[str]:
    """Results of so long ago that they say little of today."""
    days = ((athlete.row, athlete.profile.result.day) for athlete in found.athletes)
    rows = [row for row, day in days if day and (today - day).days > OLD_AFTER_DAYS]
    if rows:
        told = f"{counted(len(rows), 'athlete')} with a result that is older than three months"
        yield f"{told}, and may say little of today: {rows_of(rows)}"


def bold_goals(found: Roster, today: date) -> Iterator[str]:
    """Goals that are much faster than the results say."""
    with_goal = [one for one in found.athletes if one.profile.race.goal]
    bold = [one.row for one in with_goal if has_bold_goal(one.profile, assess_profile(one.profile, today))]
    if bold:
        told = f"{counted(len(bold), 'athlete')} with a goal {MUCH_FASTER} than the race that the result means"
        yield f"{told}: {rows_of(bold)}"


def odd_trials(found: Roster) -> Iterator[str]:
    """Trials that are much slower or faster than the results say."""
    shares = {one.row: share_of_expected(one.profile) for one in found.athletes}
    slow = "slower", [row for row, share in shares.items() if share > EXPECTED.high]
    fast = "faster", [row for row, share in shares.items() if share < EXPECTED.low]
    for word, rows in (slow, fast):
        if rows:
            told = f"{counted(len(rows), 'athlete')} with a trial more than 10 % {word} than the mile of the result"
            yield f"{told}: {rows_of(rows)}"


def other_races(found: Roster) -> Iterator[str]:
    """Races that are called by another distance than the one that the plan is for."""
    called: dict[str, list[int]] = {}
    races = set[RaceName]()
    for athlete in found.athletes:
        race = athlete.profile.race
        if other_distance(race.name, race.course.metres):
            called.setdefault(race.name, []).append(athlete.row)
            races.add(race.distance)
    if called:
        named = [f'"{name}" ({rows_of(rows, FEW_TOLD)})' for name, rows in called.items()]
        more = [f"{counted(len(named) - FEW_TOLD, 'other name')}"] if len(named) > FEW_TOLD else []
        told = f"{counted(sum(map(len, called.values())), 'athlete')} with a race whose name {speaks_of_another(races)}"
        yield f"{told}: {', '.join([*named[:FEW_TOLD], *more])}"


def on_the_road(found: Roster) -> Iterator[str]:
    """Races whose name says road, and that are on a track."""
    rows = [
        one.row for one in found.athletes if one.profile.race.surface == "track" and says_road(one.profile.race.name)
    ]
    if rows:
        told = f"{counted(len(rows), 'athlete')} with a race whose name says road, and which is on a track"
        yield f"{told}: {rows_of(rows)}; write road as the surface if it is so"


def cut_short(found: Roster, library: Library, today: date) -> Iterator[str]:
    """Plans that have fewer weeks than there are, as the race is near."""
    extents = Counter(extent_of(library.plans[one.profile.plan], one.profile, today) for one in found.athletes)
    for extent, count in sorted(extents.items(), key=lambda item: (item[0].weeks, item[0].days, item[0].length)):
        if extent.is_cut_short:
            yield f"{counted(count, 'athlete')} {'has' if count == 1 else 'have'} {extent}: {NEAR}"


def one_race(found: Roster, givers: Givers) -> Iterator[str]:
    """The race that everybody has from elsewhere, as the roster has none: is it theirs?"""
    if found.one_race:
        race = found.athletes[0].profile.race
        on = f"on {full_day(race.day)}" if race.day else "without a date"
        day, name = givers.of("race date"), givers.of("race name")
        whose = f"that of {name}" if day == name else f"the date of {day}, the name of {name}"
        count = len(found.athletes)
        rows = f"the race of all {count} rows" if count > 1 else "the race of the one row"
        yield f"{rows} is {race.name} {on}, {whose}".replace(NBSP, " ")


def taken(found: Roster, givers: Givers) -> Iterator[str]:
    """The settings that rows left out, and whose they are instead."""
    columns = Counter(column for athlete in found.athletes for column in athlete.taken)
    for giver, given in givers.several(columns).items():
        rows = ", ".join(f"{column} ({counted(columns[column], 'row')})" for column in given)
        yield f"from {giver}: {rows}"


def twins(found: Roster) -> Iterator[str]:
    """Rows whose names make one file name: a person twice, or files that are told apart by the order of the rows."""
    if not found.twins:
        return
    first, *others = [rows_of(rows, FEW_TOLD) for rows in found.twins[:FEW_TOLD]]
    more = [f"those of {counted(len(found.twins) - FEW_TOLD, 'other name')}"] if len(found.twins) > FEW_TOLD else []
    alike = f", as have {', '.join([*others, *more])}" if others else ""
    advice = "delete one if it is one person, else give both an id, which keeps their files theirs when rows move"
    yield f"{first} have names that make one file name{alike}; {advice}"
