"""What a coach is told about each key while typing: model -> key -> a sentence, then examples of what to write.

Keys that a model inherits stand under the model they come from. What a kind of value looks like is said in `notations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GUIDANCE: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "Sourced": {
        "from": ("Who advised it: a key of people.yaml. `editorial` is our own choice.", "editorial"),
        "source": ("Where it is from: a key of sources.yaml.",),
    },
    "Profile": {
        "name": ("The runner's name, as it stands on the cover.", "Sam"),
        "level": ("Which version of each session the runner gets.",),
        "result": ("A recent race or time trial; all paces come from it. A mile says most.",),
        "trial": (
            "The time of the mile trial in mid-plan, once it is run: the sessions after it have its paces, those "
            "before stay as they were.",
        ),
        "race": ("The race the plan leads to.",),
        "plan": ("The name of a file in plans/, without its ending.", "mile", "one-day-a-week"),
        "weeks": ("How many weeks before the race the plan begins. Left out: the longest that fits.", 8),
        "made": (
            "The day the plan was made: it stays that plan, however near the race. Left out: the day of the build.",
        ),
        "days": ("The days the runner can train. The long run goes on the last one.",),
        "long-run": ("The day of the long run, one of `days`. Left out: the last of them that is not for speed.",),
        "speed-day": (
            "The day of the speed session in every week, or of its most important hard session: club night, say.",
        ),
        "units": ("Miles or kilometres. Distances on the track stay in metres.",),
        "paper": ("The paper the booklet is printed on. Left out: letter for miles, A4 for kilometres.",),
    },
    "RaceResult": {
        "distance": ("How far the race was.",),
        "time": ("How long it took.",),
        "date": ("When it was run.",),
    },
    "Race": {
        "name": ("The race's name, as it stands in the plan.", "Club mile"),
        "date": ("Race day. Left out: a plan without dates.",),
        "distance": ("What is raced: a mile, or its cousins 1500 m and 1600 m. Left out: a mile.",),
        "surface": ("Where it is run.",),
        "track": ("How long a lap of the race's track is. Left out: 400 m. A race on the road has none.",),
        "goal": ("A time for the race to aim for on the lap cards, in place of the one worked out from the result.",),
        "pacing": ("The way to run it that stands on the race card.",),
    },
    "Workout": {
        "title": ("The name of the session in the plan.", "200s with equal jog"),
        "kind": ("What the session is for. Speed, strength, tempo, test and race are hard days.",),
        "effort": ("How hard the session feels as a whole.",),
        "why": ("What it does for the runner, in a sentence or two.",),
        "choice": ("What was changed against the source, and why.",),
        "steps": ("What is run, in order. `[]` for a day without running.",),
    },
    "EasyStep": {"easy": ("Easy running.",)},
    "TempoStep": {"tempo": ("Running at tempo pace.",)},
    "CrossStep": {"cross": ("Another sport: cycling, swimming, the gym.",)},
    "DrillsStep": {"drills": ("Drills: the name of a file in checklists/, without its ending.", "warm-up")},
    "StridesStep": {"strides": ("Build-up strides, by effort and not by pace.",)},
    "Strides": {
        "reps": ("How many strides.",),
        "distance": ("How long each one is.",),
        "effort": ("How close to flat out.",),
    },
    "RepeatStep": {
        "repeat": ("How many times. Left out: once.",),
        "run": ("What is run each time.",),
        "recover": ("The rest after each.",),
    },
    "Run": {
        "distance": ("How far each repetition goes; give this or a time.",),
        "time": ("How long each repetition takes; give this or a distance.",),
        "pace": ("The race whose pace it is run at, from the runner's own result. `fast` is quicker than the mile.",),
        "uphill": ("Whether it is run up a modest hill.",),
        "at-most": (
            "How long a repetition uphill takes at most; else as long as its distance takes on the flat.",
            "60 s",
        ),
        "article": ("The time that the source itself gives for one repetition.",),
        "effort": ("How hard it feels.",),
    },
    "Recover": {
        "time": ("How long the rest is; give this or a distance.",),
        "distance": ("How far the rest goes; give this or a time.",),
        "jog": ("Whether it is jogged. Left out: it is.",),
        "as-long": ("Whether a rest by time is never shorter than the repetition. Left out: it is as written.", True),
    },
    "Plan": {
        "name": ("The plan's name.", "The mile"),
        "lead": ("What the plan is and whom it is for.",),
        "days": ("The fewest and the most training days a week it can be put on.", [3, 7]),
        "ramp": ("How much more running a week may have than the biggest week before it.", "15 %"),
        "rise": ("How much more running the week after an easier one may have. Left out: as the ramp allows.", "30 %"),
        "mile-pace": (
            "How much of a week is run at mile pace at most; 13 % where that is no more than in one of 12 miles. "
            "Left out: as listed.",
            "8 %",
        ),
        "longest": (
            "How long a session takes at most, with drills and strides, by level; race and trial aside. Left out: as "
            "long as the week's long run.",
            {"beginner": "70 min", "intermediate": "85 min"},
        ),
        "rest-days": ("How many days of a week are for rest at least, by level. Left out: none.", {"beginner": 1}),
        "choice": ("What was changed against the source, and why.",),
        "fill": ("The workout on days without a session.",),
        "rest": ("The workout on such days in the last two before the race.",),
        "weeks": ("The weeks in order; the last one has the race.",),
        "lengths": ("How many weeks the plan can have; the weeks below say which lengths have them.", [6, 7, 8]),
        "after": ("The days after the race, in order: kind and workout.", [{"rest": "recovery-walk"}]),
    },
    "PlanWeek": {
        "title": ("The week in a few words.", "Sharpen"),
        "purpose": ("What the week is for.",),
        "lengths": ("The lengths of the plan that have this week. Left out: all of them.", [7, 8]),
        "volume": ("How far up each range the week goes: at 0 % a run of 2-4 mi is 2 miles, at 100 % it is 4.", "50 %"),
        "ease": ("An easier week: how much of the running of the week before it has at most.", "80 %"),
        "one-hard": ("What the week is for runners whose days have room for one hard session.",),
        "sessions": ("The week's sessions by kind, in any order; the scheduler puts them on the runner's days.",),
    },
    "OneHard": {
        "kinds": ("Which session it is: the first of these kinds that the week lists.", ["strength", "tempo"]),
        "lengths": ("The lengths of the plan for which it is so. Left out: all of them.", [6, 7]),
        "title": ("What the week is called then. Left out: the same.", "Hold on for longer"),
        "purpose": ("What the week is for then. Left out: the same.",),
    },
    "Person": {
        "name": ("The person's name.",),
        "role": ("Who this is, in one line of facts.",),
        "source": ("Where the advice is from: a key of sources.yaml.",),
    },
    "Source": {
        "title": ("The title of the work.",),
        "authors": ("Who wrote it.",),
        "published": ("When it came out.", "1981"),
        "where": ("The journal, the publisher or the site.",),
        "note": ("What is taken from it, in one sentence.",),
        "url": ("Its address, once checked.", "https://example.org/article"),
    },
    "Tips": {
        "title": ("The advice in a few words.", "Go hard, hold on"),
        "lead": ("Who gives the advice, and what it comes down to.",),
        "approach": ("The lap table that goes with the advice.",),
        "tips": ("The tips, in order.",),
    },
    "Tip": {
        "title": ("The tip in a few words.",),
        "text": ("What to do, and why.",),
        "from": ("Who advised it, where not the one named above: a key of people.yaml.", "editorial"),
    },
    "Checklist": {
        "title": ("The name of the list.", "Race day"),
        "lead": ("What the list is for.",),
        "groups": ("The groups of items, in order.",),
    },
    "Group": {
        "title": ("The heading.",),
        "items": ("What to tick.",),
    },
    "Item": {
        "text": ("One thing to do or to check; **two stars** make it bold.",),
        "from": ("Who advised it, where not the one named above: a key of people.yaml.", "editorial"),
    },
    "PageMeta": {"title": ("The heading of the page.",)},
    "Site": {
        "name": ("The club's name, as it stands on every page.",),
        "lead": ("One line about it.",),
        "contact": ("Where and when to find the club.", "Tuesdays 18:30, Stadium Road"),
        "url": ("The club's web address, shown as a code to scan.",),
        "logo": ("A picture beside this file, SVG or PNG, for the cover.", "logo.svg"),
        "default-profile": ("The profile that has what a roster's rows leave out.", "beginner"),
        "accent": ("The one colour of booklet and pages.",),
        "language": ("The language the pages are written in.", "en", "en-GB"),
    },
}
