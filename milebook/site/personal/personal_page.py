"""Everybody's plan for the page "Make it yours": the page, and the data of its script.

What a plan looks like depends on a few choices (level, units, days, weeks, the race's weekday), so it is made here for
each of them (`all_plans`), by the same code and templates as every profile's page, from a result that remembers
(`tracing`). Fragments that several plans share are kept once (`fragments`), values as the operations that lead to
them (`expression_graph`). The script looks a plan up, puts its fragments together and writes the values into them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

import jinja2.meta

from milebook.booklet import fields
from milebook.booklet.views import Booklet
from milebook.content.library import Library
from milebook.content.models import Profile
from milebook.content.vocabulary import WEEKDAY_NAMES, Level
from milebook.exports import calendar
from milebook.pages.renderer import Renderer
from milebook.running import fitness, quantities, readings
from milebook.running.courses import RACE_METRES, RACES, TRACKS, USUAL_TRACK, Course, all_courses
from milebook.running.fitness import Result
from milebook.running.mile_classes import CLASSES
from milebook.running.quantities import Distance, Duration, Units
from milebook.running.tracing import Expression
from milebook.site.personal.all_plans import EveryPlan
from milebook.site.personal.fragments import Fragments, unlike
from milebook.training import schedule, trials

LEVELS: tuple[Level, ...] = get_args(Level)
UNITS: tuple[Units, ...] = get_args(Units)
EXAMPLE = {"distance": "5 km", "time": "20:50"}  # what the page shows first
OTHER = {"distance": "10 km", "time": "46:30"}  # of the same class, to find templates that keep the first's values
DISTANCES = ("mile", "1500 m", "3 km", "5 km", "10 km", "half marathon", "marathon")  # offered, not all there are
OUR_PLANS = frozenset({"mile", "one-day-a-week"})  # come with milebook, a club's own or not
ON_PAPER_ONLY = ("cover", "contents")  # sections that a page does without
OF_A_PLAN = ("glance", "weeks", "after", "how-to", "sample-week", "sessions")  # sections that the plan has a say in
_SECTION = re.compile(r"sections/([\w-]+)\.html\.j2")


def offered_plans(library: Library) -> tuple[str, ...]:
    """The plans that everybody may choose from, the usual one first.

    These are a club's own: the plans that its profiles follow, and those that milebook does not come with. The usual
    one is that of the site's profile for what a roster leaves out, else of a profile that names none.
    """
    own = {profile.plan for profile in library.profiles.values()} | (library.plans.keys() - OUR_PLANS)
    default = library.profiles.get(library.site.default_profile or "")
    usual = [default.plan if default else "", str(Profile.model_fields["plan"].default)]
    offered = sorted(own & library.plans.keys()) or list(library.plans)
    first = next((key for key in usual if key in offered), offered[0])
    return (first, *(key for key in offered if key != first))


class Making:
    """Makes the page of a plan and its data; the usual plan's unless said.

    The page comes first: data made or kept later number their values alike.
    """

    def __init__(self, key: str, library: Library, renderer: Renderer, plan: str = "") -> None:
        self.key, self.library, self.renderer = key, library, renderer
        self.plan_keys = offered_plans(library)
        self.plan_key = plan or self.plan_keys[0]
        self.fragments = Fragments(renderer)
        self.result = _result(EXAMPLE)
        self.example = self._every_plan("intermediate", "metric", self.result)

    def _every_plan(self, level: Level, units: Units, result: Result) -> EveryPlan:
        told = fitness.assess(result)
        return EveryPlan(self.key, self.library, self.plan_key, told, level, units, self.fragments)

    @property
    def page_name(self) -> str:
        """The file of the page: the usual plan's is what a folder opens with."""
        return self._name_of(self.plan_key)

    def _name_of(self, plan: str) -> str:
        return "index.html" if plan == self.plan_keys[0] else f"{plan}.html"

    @property
    def data_name(self) -> str:
        """The file of the page's data."""
        return f"{self.plan_key}.js"

    @property
    def view(self) -> Booklet:
        """The booklet of the example."""
        return self.example.base

    def page(self, values: Mapping[str, Any], version: str) -> str:
        """The page with its example; `values` are what every page is given. Raises ContentError, as templates do.

        `version` names all the scripts and the data are made of: a browser must not take one of them from before.
        """
        example = self.example
        low, high = example.plan.days
        usual = {"level": example.level, "units": example.units, "days": str(example.usual_days)}
        usual |= {"race": "mile", "track": USUAL_TRACK}
        choices = {
            "data": self.data_name,
            "this": self.page_name,
            "plans": [[self._name_of(key), self.library.plans[key].name] for key in self.plan_keys],
            "version": version,
            "usual": EXAMPLE | usual,
            "distances": DISTANCES,
            "races": [[race, race] for race in RACES],
            "tracks": [*([track, f"{track} track"] for track in TRACKS), ["road", "the road"]],
            "lengths": [[str(length), str(length)] for length in sorted(example.plan.lengths)],
            "levels": [[level, level] for level in LEVELS],
            "days": [[str(days), str(days)] for days in range(low, high + 1)],
        }
        return self.fragments.filled.render("yours.html.j2", {**values, **choices})

    def check(self) -> None:
        """Raise ContentError where a template cannot be taken apart; one plan tells, and takes a moment."""
        self._refuse_fixed_values(self._sections())
        next(self.example.plans())

    def dump(self) -> bytes:
        """The data as a script: a page that was opened from the file system may read no other file."""
        return script_of(self.data())

    def data(self) -> dict[str, Any]:
        """What the script needs. Raises ContentError where a template cannot be taken apart."""
        names = self._sections()
        self._refuse_fixed_values(names)
        parted = Parted(self.fragments, [name for name in names if name not in OF_A_PLAN])
        plans: dict[str, Any] = {}
        explained: dict[str, list[int]] = {}
        for level in LEVELS:
            for units in UNITS:
                every, runners = self._every_plan(level, units, self.result), f"{level} {units}"
                parted.add(runners, every)
                plans |= {f"{runners} {choice}": plan for choice, plan in every.plans()}
                explained[runners] = [self.fragments.block(part) for part in every.around]
        made = self.fragments
        return {
            "inputs": inputs(),
            "race": made.pieces((self.example.base.race,)),
            "product": calendar.PRODUCT,
            "needs": {str(length): schedule.days_before(length) for length in sorted(self.example.plan.lengths)},
            "fitting": self.example.fitting(),
            "mile": made.operations.node(self.example.fitness.mile),  # type: ignore[arg-type]
            "sections": parted.parts(),
            "explained": explained,
            "classes": [mile_class.slowest for mile_class in CLASSES],
            "plans": plans,
            "weeks": made.weeks.entries,
            "rows": made.rows.entries,
            "samples": made.samples.entries,
            "notes": made.notes.entries,
            "trials": made.trials.entries,
            "beside": made.beside,
            "parts": made.parts.entries,
            "events": made.events.entries,
            "values": made.operations.values.entries,
            "nodes": made.operations.nodes.entries,
            "blocks": made.blocks.entries,
            "lines": made.lines.entries,
        }

    def _sections(self) -> list[str]:
        """The sections of a runner's page: those that its template names, and those of the list where it goes by it."""
        environment = self.renderer.environment
        source, _, _ = environment.loader.get_source(environment, "page.html.j2")  # type: ignore[union-attr]
        found = list(jinja2.meta.find_referenced_templates(environment.parse(source)))
        named = [match[1] for name in found if name and (match := _SECTION.fullmatch(name))]
        listed = [name for name in self.renderer.section_order() if name not in ON_PAPER_ONLY] if None in found else []
        return list(dict.fromkeys((*named, *listed)))

    def _refuse_fixed_values(self, sections: list[str]) -> None:
        """Raise ContentError where a template shows a value without a filter: everybody would see the example's."""
        other = self._every_plan(self.example.level, self.example.units, _result(OTHER))
        for name in sections:
            if self.fragments.section(name, self.view) != self.fragments.section(name, other.base):
                raise unlike(name, "it must show a runner's values through the filters field, line or bar only")


class Parted:
    """Sections that no plan has a say in: what each shows to whom, for each race."""

    def __init__(self, fragments: Fragments, names: list[str]) -> None:
        self.fragments, self.names = fragments, names
        self.of_a_race: list[str] = []  # those that are not the same for every race
        self._html: dict[str, dict[str, dict[str, str]]] = {}  # by runners, race and section

    def add(self, runners: str, every: EveryPlan) -> None:
        """The sections of one level and one choice of units."""
        usual, *others = all_courses()
        views = {key_of_course(course): every.raced(course) for course in others}
        of_usual = every.raced(usual)
        shown = {name: self.fragments.section(name, of_usual) for name in self.names}
        if not self._html:
            self.of_a_race = [name for name in self.names if self._differs(name, shown[name], views.values())]
        self._html[runners] = {key_of_course(usual): shown}
        for key, view in views.items():
            own = {name: self.fragments.section(name, view) for name in self.of_a_race}
            self._html[runners][key] = {**shown, **own}

    def _differs(self, name: str, usual: str, views: Iterable[Booklet]) -> bool:
        return any(self.fragments.section(name, view) != usual for view in views)

    def parts(self) -> dict[str, dict[str, list[int]]]:
        """The sections that differ, by runners and race."""
        several = [told for by_race in self._html.values() for told in by_race.values()]
        differing = [name for name in self.names if len({told[name] for told in several}) > 1]
        return {
            runners: {key: [self.fragments.part(told[name]) for name in differing] for key, told in by_race.items()}
            for runners, by_race in self._html.items()
        }


def key_of_course(course: Course) -> str:
    """What the page calls a race and where it is run: `1500 m, 200 m`, `mile, road`."""
    return f"{course.race}, {course.track or course.surface}"


def script_of(data: Mapping[str, Any]) -> bytes:
    """Data as a script that makes them known."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("</", "<\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"self.milebookData={text};\n".encode()


def _result(ran: Mapping[str, str]) -> Result:
    """A result that remembers."""
    metres, seconds = Distance.parse(ran["distance"]).metres, Duration.parse(ran["time"]).seconds
    return Result(Expression(metres, ("metres",)), Expression(seconds, ("seconds",)))


def inputs() -> dict[str, Any]:
    """How a person writes a distance and a time, and what can be served."""
    return {
        "readings": readings.export(),
        "metres": quantities.METRES,
        "longest": quantities.LONGEST_TEXT,
        "distances": [fitness.SHORTEST, fitness.LONGEST],
        "speeds": [fitness.SLOWEST_SPEED, fitness.FASTEST_SPEED],
        "raced": RACE_METRES,
        "miles": [fitness.FASTEST_MILE, fitness.SLOWEST_MILE],
        "farthest": schedule.FARTHEST.days,
        "nearly": quantities.NEARLY,
        "trial": [[limits.low, limits.high] for limits in (trials.EXPECTED, trials.POSSIBLE)],
        "times": {"hand_timed": fields.HAND_TIMED, "shortest_clock": fields.SHORTEST_CLOCK},
        "races": list(fields.NAMED_RACES.items()),
        "months": fields.MONTHS,
        "weekdays": WEEKDAY_NAMES,
        "undated": schedule.UNDATED_RACE,
    }
