"""Runs the attacks, counts what came of them, keeps the smallest input of each kind of failure.

    make attack                                    every class, some ten minutes on two cores
    make attack ATTACK_ONLY=links,kills            some classes
    make attack ATTACK_SEED=7 ATTACK_SECONDS=60    another campaign, shorter
    make attack ATTACK_REPLAY=links-12,disks-3     some attempts again, with all they say

What attempt number n of a class does depends on the seed, the class and n alone. The first attempts of each class are
those that are known to have failed once. A shorter campaign makes fewer of the others.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from random import Random

from attack import bases, children, sandbox, shield
from attack.case import DONE, FAILURES, TOLD, Attack, Case, Finding, Result

FOUND = children.CLONE / "tests" / "failures" / "attack"  # which git ignores
WEIGHTS = {  # share of the time; what must be a program of its own takes longest
    "content": 14,
    "plans": 8,
    "rosters": 10,
    "logos": 9,
    "styles": 8,
    "templates": 7,
    "arguments": 9,
    "links": 10,
    "states": 6,
    "kills": 10,
    "disks": 7,
    "together": 6,
    "wholes": 8,
    "serving": 6,
}


@dataclass(frozen=True)
class Orders:
    """What a campaign is to do."""

    seed: int
    seconds: float
    classes: tuple[str, ...]
    lanes: int
    replay: tuple[str, ...] = ()


def read_orders(environment: Mapping[str, str]) -> Orders:
    """The campaign that the environment asks for. Exits where it asks for what there is not."""
    only, replay = (_words(environment.get(f"ATTACK_{name}", "")) for name in ("ONLY", "REPLAY"))
    only = tuple(dict.fromkeys(name.rpartition("-")[0] for name in replay)) or only
    if unknown := set(only) - set(WEIGHTS):
        sys.exit(f"attack: no class {', '.join(sorted(unknown))}; there are {', '.join(WEIGHTS)}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    lanes = 1 if replay else int(environment.get("ATTACK_LANES") or min(cores, 2))
    seconds = float(environment.get("ATTACK_SECONDS") or 600)
    return Orders(int(environment.get("ATTACK_SEED") or 1), seconds, only or tuple(WEIGHTS), lanes, replay)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


# ---------------------------------------------------------------- one attempt


@dataclass(frozen=True)
class Kind:
    """A class of attack: a module, its known attempts and its endless ones."""

    name: str
    known: Sequence[tuple[str, Attack]]
    attack: Attack | None

    def pick(self, number: int) -> tuple[str, Attack]:
        """What attempt `number` does, and what it is called. Raises IndexError where there is no more."""
        if number >= len(self.known) and self.attack:
            return "", self.attack
        return self.known[number]


def load(name: str) -> Kind:
    """A class of attack by its name."""
    module = import_module(f"attack.{name}")
    return Kind(name, tuple(module.KNOWN.items()), getattr(module, "attack", None))


def attempt(kind: Kind, number: int, seed: int, place: Path, keep: Path, *, always: bool = False) -> Result:
    """Make one attempt in a folder of its own, which is gone afterwards; its input is put into `keep` if it failed."""
    what, attack = kind.pick(number)
    case = Case(f"{kind.name}-{number}", sandbox.lay_out(place / f"{kind.name}-{number}"), what)
    start = time.monotonic()
    try:
        attack(case, Random(f"{seed} {kind.name} {number}"))
        result = case.finish(time.monotonic() - start)
        if result.findings or always:
            _keep(case, result, keep)
    finally:
        clear(case.arena.root)
    return result


def clear(folder: Path) -> None:
    """Remove an arena, whatever was made of it."""
    with contextlib.suppress(OSError):
        sandbox.Arena(folder).remove(folder / "work")
        sandbox.Arena(folder).remove(folder / "cache")
    shutil.rmtree(folder, ignore_errors=True)


def _keep(case: Case, result: Result, keep: Path) -> None:
    """Write down what was put in and what was said."""
    for path, data in case.inputs.items():
        target = keep / result.id / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    told = [f"{result.id}: {result.what}", *(f"{each.outcome}: {each.detail}" for each in result.findings)]
    for run in case.runs:
        told += ["", f"$ {' '.join(run.command)}", f"exit code {run.code}, {run.cpu:.1f} s, {run.memory >> 20} MB"]
        told += [run.out[-2000:], run.err[-8000:]]
    (keep / result.id).mkdir(parents=True, exist_ok=True)
    (keep / result.id / "told.txt").write_text("\n".join(told), "utf-8", "replace")


# ---------------------------------------------------------------- a lane: a process that makes attempts


def run_lane(orders: Orders, lane: int, place: Path) -> None:
    """Make this lane's share of the attempts; a line for each is written beside the arenas."""
    bases.settle(place / "bases")
    _import_milebook()
    end = time.monotonic() + orders.seconds
    left = sum(WEIGHTS[name] for name in orders.classes)
    with (place / "results").open("a") as file:
        for name in orders.classes:
            now, kind = time.monotonic(), load(name)
            until = now + (end - now) * WEIGHTS[name] / left  # what one class leaves or takes, all others have or lack
            left -= WEIGHTS[name]
            for result in _attempts(kind, _numbers(kind, orders, lane, until), orders, place):
                file.write(json.dumps(asdict(result)) + "\n")
                file.flush()


def _numbers(kind: Kind, orders: Orders, lane: int, until: float) -> Iterable[int]:
    """Which attempts of a class this lane makes: all that are known, and others while there is time."""
    if orders.replay:
        yield from (int(name.rpartition("-")[2]) for name in orders.replay if name.rpartition("-")[0] == kind.name)
        return
    number = lane
    while number < len(kind.known) or (kind.attack and time.monotonic() < until):
        yield number
        number += orders.lanes


def _import_milebook() -> None:
    """Everything that a build needs, once, for all the forks."""
    for name in ("cli", "pipeline", "batch", "formmaker", "serve", "schemas", "starters", "roster", "everyplan"):
        with contextlib.suppress(ImportError):
            import_module(f"milebook.{name}")
    import_module("pikepdf")
    import_module("milebook.printing.engine").engine()


def _attempts(kind: Kind, numbers: Iterable[int], orders: Orders, place: Path) -> Iterable[Result]:
    for number in numbers:
        try:
            yield attempt(kind, number, orders.seed, place, place / "found", always=bool(orders.replay))
        except Exception:  # of the campaign itself: told, as it hides what it should have found
            told = traceback.format_exc()
            finding = Finding("not run", told, told.strip().splitlines()[-1])
            yield Result(f"{kind.name}-{number}", "the campaign itself failed", "not run", (finding,))


# ---------------------------------------------------------------- the whole campaign


def main() -> int:
    """Run a campaign and tell of it; 1 where anything failed."""
    orders = read_orders(os.environ)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell began this in the background
    place = Path(tempfile.mkdtemp(prefix="mb-attack-"))
    try:
        say(f"attack: seed {orders.seed}, {orders.seconds:.0f} s, {orders.lanes} at once, in {place}")
        start = time.monotonic()
        results, notes = _run_lanes(orders, place)
        if orders.replay:
            say(*(path.read_text("utf-8") for path in sorted(place.glob("*/found/*/told.txt"))))
        else:
            keep_smallest(results, place)
        say(tell(results, notes, time.monotonic() - start))
        return int(not results or any(result.outcome not in (DONE, TOLD) for result in results))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def say(*texts: str) -> None:
    """Say something on the screen."""
    for text in texts:
        print(text, flush=True)  # noqa: T201  # a script of the tests, which speaks


def _run_lanes(orders: Orders, place: Path) -> tuple[list[Result], list[str]]:
    lanes: dict[int, Path] = {}
    for lane in range(orders.lanes):
        folder = place / str(lane)
        folder.mkdir()
        pid = os.fork()
        if not pid:
            _be_lane(orders, lane, folder)
        lanes[pid] = folder
    try:
        cut_off = _wait_for(lanes, orders.seconds * 4 + 1200)
    finally:
        for pid in lanes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    results = [result for folder in lanes.values() for result in _read(folder / "results")]
    results += [_cut_off(folder) for folder in cut_off]
    notes = sorted({note for folder in lanes.values() for note in _lines(folder / "notes")})
    return results, notes


def _be_lane(orders: Orders, lane: int, folder: Path) -> None:
    code = 1
    try:
        os.setsid()
        shield.end_with_parent()
        shield.become_reaper()
        if why := shield.try_shield(folder) or shield.raise_shield(folder):
            (folder / "notes").write_text(f"without a shield: {why}; attempts that need one are skipped\n")
        run_lane(orders, lane, folder)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _cut_off(folder: Path) -> Result:
    """A lane that did not come to its end: what it did not try is no success."""
    done = _read(folder / "results")
    what = f"a lane did not come to its end; its last attempt was {done[-1].id if done else 'none'}"
    return Result(
        done[-1].id if done else "wholes-0", what, "not run", (Finding("not run", what, "a lane was cut off"),)
    )


def _wait_for(lanes: Mapping[int, Path], most: float) -> list[Path]:
    """Wait for the lanes, at most so many seconds; the folders of those that failed or did not end."""
    left, failed, until = set(lanes), [], time.monotonic() + most
    while left and time.monotonic() < until:
        for pid in tuple(left):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                left.discard(pid)
                failed += [lanes[pid]] if status else []
        time.sleep(0.1)
    return [*failed, *(lanes[pid] for pid in left)]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def _read(path: Path) -> list[Result]:
    results = []
    for line in _lines(path):
        values = json.loads(line)
        values["findings"] = tuple(Finding(**each) for each in values["findings"])
        results.append(Result(**values))
    return results


# ---------------------------------------------------------------- telling


def tell(results: Sequence[Result], notes: Sequence[str], seconds: float) -> str:
    """Attempts and failures by class and by outcome, then each kind of failure with its smallest attempt."""
    classes = sorted({result.id.rpartition("-")[0] for result in results}, key=list(WEIGHTS).index)
    lines = [f"{'class':<12}{'attempts':>9}{'ok':>7}{'told':>7}{'failed':>8}   failures by outcome"]
    for name in classes:
        lines.append(_row(name, [each for each in results if each.id.rpartition("-")[0] == name]))
    lines += [_row("all", results), ""]
    for kind, found in sorted(_by_kind(results).items(), key=lambda item: -len(item[1])):
        best = min(found, key=lambda each: (each.size, each.seconds))
        detail = next(each.detail for each in best.findings if (each.outcome, each.kind) == kind)
        lines.append(f"{len(found):>5} x {kind[0]}: {kind[1]}")
        lines.append(f"        {best.id} {best.what}: {detail[:300]}")
    skipped = Counter(each.what for each in results if each.what.startswith("skipped"))
    lines += [f"note: {each}" for each in (*notes, *(f"{count} attempts {what}" for what, count in skipped.items()))]
    failed = sum(1 for each in results if each.outcome not in (DONE, TOLD))
    lines.append(f"{sum(each.count for each in results)} attempts, {failed} failed, in {seconds:.0f} s")
    return "\n".join(lines)


def _row(name: str, results: Sequence[Result]) -> str:
    outcomes = Counter(each.outcome for each in results)
    failed = {outcome: count for outcome, count in outcomes.items() if outcome not in (DONE, TOLD)}
    ok = sum(each.count for each in results if each.outcome == DONE)
    told = sum(each.count for each in results if each.outcome == TOLD)
    order = [*FAILURES, "not run"]
    listed = ", ".join(f"{failed[key]} {key}" for key in sorted(failed, key=order.index))
    attempts = sum(each.count for each in results)
    return f"{name:<12}{attempts:>9}{ok:>7}{told:>7}{sum(failed.values()):>8}   {listed}"


def _by_kind(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    found: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        for key in {(each.outcome, each.kind) for each in result.findings}:
            found[key].append(result)
    return found


def keep_smallest(results: Sequence[Result], place: Path) -> None:
    """Copy the smallest failing input of each kind out of the sandbox."""
    shutil.rmtree(FOUND, ignore_errors=True)
    for found in _by_kind(results).values():
        best = min(found, key=lambda each: (each.size, each.seconds))
        for source in place.glob(f"*/found/{best.id}"):
            shutil.copytree(source, FOUND / best.id, dirs_exist_ok=True)
