"""Plans and sessions that break what the README promises, and amounts nobody runs: `check` refuses them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

from attack import bases
from attack.case import Attack, Case
from attack.children import Limits

LIMITS = Limits(wall=60, cpu=20)
HARD = ("speed", "strength", "tempo", "test", "race")
BUILD = ("build", "--content", "content", "--no-pdf", "--jobs", "1", "--out", "output")
AMOUNTS = (
    *("1000000 mi", "0.000001 m", "1e9 km", "0 m", "-1 km", "999 h", "0 s", "1 s", "100 km", "50 mi", "42 km"),
    *("1 m", "3 mi-2 mi"),
    *("1-999 mi", "10 min", "5 km", "400 m"),
)
KIND = re.compile(rf"\s*- (?:{'|'.join(HARD)}|long|easy|rest|cross): ")
COUNTS = ("999", "0", "-1", "1-999", "50", "100", "3-2", "1", "1000000")


def attack(case: Case, random: Random) -> None:
    """Plans with sessions, amounts and rules in other places; what `check` takes keeps its promises."""
    content = bases.small_content(case.arena.work / "content")
    names = sorted(path.stem for path in (content / "workouts").glob("*.yaml"))
    told = []
    for _ in range(random.choice((1, 1, 2, 3))):
        folder = random.choice(("plans", "plans", "workouts"))
        path = random.choice(sorted((content / folder).glob("*.yaml")))
        text = path.read_text("utf-8")
        changed = _change(text, names, random) if folder == "plans" else _change_amount(text, random)
        told.append(f"{path.name}: {_difference(text, changed)}")
        case.put(path, changed)
    case.what = "; ".join(told)[:200]
    verify(case, random.choice(("beginner", "intermediate", "advanced")), random.randrange(3, 8), random)


def _difference(before: str, after: str) -> str:
    lines = set(after.splitlines()) - set(before.splitlines())
    return " / ".join(sorted(line.strip() for line in lines))


def _change(text: str, names: list[str], random: Random) -> str:
    """A plan with another session, another share, another rule, or a line twice or not at all."""
    lines = text.splitlines(keepends=True)
    sessions = [number for number, line in enumerate(lines) if KIND.match(line)]
    number = random.choice(sessions)
    way = random.randrange(6)
    if way == 0:
        lines[number] = re.sub(r": .*", f": {random.choice(names)}", lines[number])
    elif way == 1:
        lines.insert(number, lines[random.choice(sessions)])
    elif way == 2:
        del lines[number]
    elif way == 3:
        kind = random.choice((*HARD, "easy", "long", "rest"))
        lines[number] = re.sub(r"- \w+:", f"- {kind}:", lines[number])
    elif way == 4:
        return re.sub(r"volume: .*", lambda found: f"volume: {random.choice((0, 50, 100, 300, -5))} %", text)
    else:
        rule = random.choice(
            ("fill: race-day", "fill: reps-400", "ramp: 400 %", "ramp: 0 %", "days: [1, 7]", "lengths: [1, 30]")
        )
        key = rule.partition(":")[0]
        return re.sub(rf"^{key}: .*$", rule, text, flags=re.MULTILINE)
    return "".join(lines)


def _change_amount(text: str, random: Random) -> str:
    """A session with another distance, time or count."""
    found = list(re.finditer(r"\d[\d.]*(?:-[\d.]+)? (?:mi|min|m|km|s)\b|(?<=reps: )\S+(?=[,}])|(?<=repeat: )\d+", text))
    if not found:
        return text
    one = random.choice(found)
    new = random.choice(AMOUNTS if " " in one[0] else COUNTS)
    return text[: one.start()] + new + text[one.end() :]


def verify(case: Case, level: str, days: int, random: Random | None = None) -> None:
    """What `check` takes is built for a runner, and keeps what the README promises."""
    profile = case.arena.work / "content" / "profiles" / "beginner.yaml"
    text = profile.read_text("utf-8").replace("level: beginner", f"level: {level}", 1)
    profile.write_text(re.sub(r"^days: .*$", f"days: {days}", text, flags=re.MULTILINE))
    checked = case.run("check", "--content", "content", limits=LIMITS)
    built = case.run(*BUILD, "--profile", "beginner", limits=LIMITS)
    if checked.code == 0:
        case.made(built, "check has no problem with it")
    if built.code == 0:
        plan = json.loads((case.arena.out / "beginner" / "plan.json").read_text("utf-8"))
        for promise in broken(plan, _ramp(case, plan)):
            case.fail("accepted", promise, re.sub(r"\d[\d.]*", "#", promise))


def _ramp(case: Case, plan: dict[str, Any]) -> float:
    """What the plan itself allows a week to grow by, which the README promises for each of the shipped ones."""
    text = (case.arena.work / "content" / "plans" / f"{plan['plan']}.yaml").read_text("utf-8")
    found = re.search(r"^ramp: (\d+) %", text, re.MULTILINE)
    return min(int(found[1]) if found else 15, 30) / 100


def broken(plan: dict[str, Any], ramp: float) -> list[str]:
    """The promises a plan breaks: no hard day in the two before the race, none beside another, no week too large."""
    sessions = [each for each in plan["sessions"] if each["date"] and each["week"]]
    race = date.fromisoformat(plan["race"]["date"]) if plan["race"]["date"] else None
    hard = {date.fromisoformat(each["date"]) for each in sessions if is_hard(each)}
    told = []
    if race and any(race - timedelta(days=back) in hard for back in (1, 2)):
        told.append("a hard session in the two days before the race")
    if any(day + timedelta(days=1) in hard for day in hard):
        told.append("two hard days side by side")
    return told + _too_large(sessions, ramp, race)


def is_hard(session: dict[str, Any]) -> bool:
    """Whether a day is hard by what is run, whatever it is called."""
    fast = ("mile", "3 km", "5 km", "10 km", "tempo", "fast")
    reps = [step for step in session["steps"] if step["pace"] in fast and (step["metres"] or step["seconds"])]
    run = sum((step["metres"] or 4 * (step["seconds"] or 0)) * (step["reps"] or 1) for step in reps)
    return bool(session["kind"] in HARD or run >= 1_200)


def _too_large(sessions: list[dict[str, Any]], ramp: float, race: date | None) -> list[str]:
    weeks: dict[int, float] = defaultdict(float)
    for each in sessions:
        weeks[each["week"]] += each["metres"]
    told, most = [], 0.0
    for week, metres in sorted(weeks.items()):
        if most and metres > most * (1 + ramp) + 100:
            told.append(f"week {week} has {metres / most:.2f} times the running of the biggest before it")
        most = max(most, metres)
    if any(each["metres"] > 50_000 or 0 < each["metres"] < 50 for each in sessions):
        told.append("a session of a length that nobody runs")
    return told


# ---------------------------------------------------------------- what is known to have failed


def _changed(name: str, old: str, new: str) -> Attack:
    """A change of a shipped file that `check` must refuse."""

    def attempt(case: Case, random: Random) -> None:
        content = bases.small_content(case.arena.work / "content")
        text = (content / name).read_text("utf-8")
        assert re.search(old, text, re.MULTILINE), f"{name} has no {old}"
        case.put(content / name, re.sub(old, new, text, count=1, flags=re.MULTILINE))
        case.refused(case.run("check", "--content", "content", limits=LIMITS), f"check takes {new.strip()[:40]}")

    return attempt


KNOWN: dict[str, Attack] = {
    "400s on the eve of the race": _changed(
        "plans/mile.yaml", r"^(\s+- race: race-day\n)", r"\1      - rest: reps-400\n"
    ),
    "an easy run is 400s": _changed("plans/mile.yaml", r"(- easy): \S+", r"- easy: reps-400"),
    "fill: race-day": _changed("plans/mile.yaml", r"^ramp: 15 %", "ramp: 15 %\nfill: race-day"),
    "fill: reps-400": _changed("plans/mile.yaml", r"^ramp: 15 %", "ramp: 15 %\nfill: reps-400"),
    "repeat: 999": _changed("workouts/reps-400.yaml", r"repeat: .*$", "repeat: 999"),
    "strides: 9999": _changed("workouts/reps-400.yaml", r"reps: 3", "reps: 9999"),
    "a million miles": _changed("workouts/long-run.yaml", r"easy: .*$", "easy: 1000000 mi"),
    "a millionth of a metre": _changed("workouts/reps-400.yaml", r"distance: 400 m", "distance: 0.000001 m"),
    "a hundred hours": _changed("workouts/long-run.yaml", r"easy: .*$", "easy: 100 h"),
    "a recovery of a second": _changed("workouts/reps-400.yaml", r"recover: .*$", "recover: {distance: 0.001 m}"),
    "ramp: 900 %": _changed("plans/mile.yaml", r"^ramp: .*$", "ramp: 900 %"),
}
