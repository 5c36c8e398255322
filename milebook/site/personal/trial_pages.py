"""What the script of a runner's page needs to show the sessions after the trial at its paces, once that has been run.

The page is made a second time, of a trial whose time remembers (`tracing`): what stands in its fields then is how
they are worked out. The two pages differ in nothing but the texts of their fields, so that the script finds a field by
its place among them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape

from milebook.booklet import composition
from milebook.booklet.views import Booklet
from milebook.content.library import Library
from milebook.content.models import Profile
from milebook.pages.renderer import Renderer
from milebook.running.fitness import Fitness, Result, mile_of
from milebook.running.quantities import Duration
from milebook.running.tracing import Expression
from milebook.site.personal import personal_page
from milebook.site.personal.fragments import Fragments
from milebook.training import schedule, trials
from milebook.training.schedule import Schedule

DATA = "after-trial.js"
_FIELD = re.compile(
    r'<span( data-v="(?P<text_of>[0-9]+)")? class="field [^>]*>(?P<text>[^<]*)</span>'
    r'|<rect( data-v="(?P<bar_of>[0-9]+)")? class="field [^>]* height="(?P<height>[^"]*)"/>'
)


def dump(
    key: str,
    library: Library,
    renderer: Renderer,
    profile: Profile,
    planned: tuple[Fitness, Schedule],
    today: date,
) -> bytes | None:
    """The data as a script.

    None for a plan whose trial has been run, that has none, or whose race is over, and where one's own templates show
    what a runner's values lead to in more than fields.
    """
    fitness, before = planned
    is_over = before.race_day is not None and before.race_day < today
    if before.trial_place is None or profile.trial is not None or is_over:
        return None
    seconds = Expression(float(round(fitness.mile)), ("seconds",))
    ran = profile.model_copy(update={"trial": Duration(seconds)})
    latest = trials.assess_latest(ran, fitness)
    plan, workouts = library.plans[profile.plan], library.workouts
    after = schedule.build(plan, workouts, ran, latest, today, of_class=before.mile_class)
    view = composition.compose(key, library, profile, fitness, before)
    later = composition.compose(key, library, ran, latest, trials.turned(before, after))
    fragments = Fragments(renderer)
    skeleton, was = _fields(fragments, view)
    other, told = _fields(fragments, replace(later, note=view.note, trial_is_run=False))
    if skeleton != other:
        return None
    return personal_page.script_of(
        {
            "inputs": personal_page.inputs(),
            "mile": fragments.operations.node(seconds),
            "expected": mile_of(Result(profile.result.distance.metres, profile.result.time.seconds)),
            "places": [now if now != old else None for old, now in zip(was, told, strict=True)],
            "values": fragments.operations.values.entries,
            "nodes": fragments.operations.nodes.entries,
            "classes": [],
            "plans": {},
        }
    )


def _fields(fragments: Fragments, view: Booklet) -> tuple[str, list[int | str]]:
    """A runner's page without the texts of its fields, and these: each a text, or the number of its value."""
    shown = {"booklet": view, "sections": (), "downloads": (), "brand": view.brand, "language": view.language}
    html = fragments.empty.render("page.html.j2", {**shown, "root": "../", "site_url": ""})
    body = html[html.index("<body") :]
    told: list[int | str] = []
    for match in _FIELD.finditer(body):
        number = match["text_of"] or match["bar_of"]
        told.append(int(number) if number else unescape(match["text"] or match["height"] or ""))
    return _FIELD.sub("", body), told
