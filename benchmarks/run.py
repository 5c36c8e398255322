"""How fast milebook is, beside the same booklets by other ways. One run, one machine, one content; ratios first.

    make bench                  everything, some twenty minutes
    make bench ARGS=--quick     a trial with a few athletes

Every figure is a whole process from its start to its end, the median of several runs; what is compared takes turns.
A loop of full layouts is measured on a few athletes, and what it would take for more is said to be reckoned.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path

import click

HERE = Path(__file__).parent
CLONE = HERE.parent
EPOCH = "1795478400"  # 24 November 2026
FIRST = (
    "Ada",
    "Bo",
    "Cy",
    "Dora",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ines",
    "Jon",
    "Kai",
    "Lea",
    "Max",
    "Noa",
    "Pia",
    "Zoe",
)
LAST = (
    "Able",
    "Berg",
    "Clark",
    "Dubois",
    "Eng",
    "Fox",
    "Grant",
    "Hale",
    "Ito",
    "Jones",
    "King",
    "Lund",
    "Moore",
    "Webb",
)
SIX = [  # what makes masters
    ("beginner", "tue thu sat sun", "metric"),
    ("intermediate", "mon tue thu sat sun", "metric"),
    ("advanced", "mon tue wed thu sat sun", "metric"),
    ("beginner", "tue thu sat sun", "imperial"),
    ("intermediate", "mon wed fri sun", "imperial"),
    ("advanced", "mon tue thu fri sun", "imperial"),
]


@dataclass
class Row:
    """One line of the table: what it is, its runs in seconds, and what it is compared with."""

    name: str
    seconds: list[float] = field(default_factory=list)
    against: str = ""
    wanted: str = ""
    reckoned: float = 1.0  # how many times more athletes than were measured

    @property
    def median(self) -> float:
        """Seconds, for all athletes."""
        return statistics.median(self.seconds) * self.reckoned


def roster(path: Path, count: int, masters: int, seed: int = 7) -> Path:
    """Athletes whose values are all their own; of one form, or of several."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "level", "days", "units", "distance", "time", "race date", "paper"))
        for number in range(count):
            seconds = chance.randint(1230, 1790)
            name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {number + 1}"
            writer.writerow(
                (name, *SIX[number % masters], "5 km", f"{seconds // 60}:{seconds % 60:02}", "2027-06-12", "a4")
            )
    return path


class Bench:
    """Runs commands in a folder of its own and keeps what they took."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.folder, self.runs = folder, runs
        self.rows: dict[str, Row] = {}
        self.notes: list[str] = []
        self.prepared = 0  # athletes whose pages and data the other ways are fed with
        self.environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "MILEBOOK_CACHE": ""}

    def once(self, words: Sequence[object]) -> float:
        """Seconds of one process. A process that fails ends the benchmark: a wrong result has no speed."""
        start = time.perf_counter()
        done = subprocess.run(
            list(map(str, words)), cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise click.ClickException(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return seconds

    def take_turns(self, *ways: tuple[Row, Callable[[], float]], runs: int = 0) -> None:
        """Measure some ways one after the other, again and again."""
        for _ in range(runs or self.runs):
            for row, measure in ways:
                self.rows[row.name] = row
                row.seconds.append(measure())
                click.echo(f"  {row.name}: {row.seconds[-1]:.2f} s", err=True)

    def build(self, *words: object, fresh: Sequence[str] = ()) -> Callable[[], float]:
        """A build; folders named `fresh` are removed before it."""

        def measure() -> float:
            for name in fresh:
                shutil.rmtree(self.folder / name, ignore_errors=True)
            return self.once((sys.executable, CLONE / "build.py", "-q", *words))

        return measure

    def rival(self, what: str, count: int) -> Callable[[], float]:
        """Another way, fed with the first athletes of the prepared ones."""
        return lambda: self.once((sys.executable, HERE / "rivals.py", what, self.folder / "fed", count))


# ---------------------------------------------------------------- what is measured


def single(bench: Bench) -> None:
    """One runner: cold, again with another result, after an edit, with nothing changed."""
    one = ("--profile", "beginner", "--parts", "booklet")
    cold, plain = (
        Row("one booklet, cold", against="one booklet, WeasyPrint", wanted="at most 0.85"),
        Row("one booklet, WeasyPrint"),
    )
    kept = Row("one booklet, from a kept form", against="one booklet, Typst", wanted="below 1")
    page = Row("one booklet, from a kept form and its page", against="one booklet, Typst", wanted="below 1")
    ways = [(cold, bench.build(*one, fresh=("output",))), (plain, bench.rival("weasyprint", 1))]
    html = Row("one page, HTML only", against="one booklet, cold")
    ways.append((html, bench.build("--profile", "beginner", "--no-pdf", fresh=("output",))))
    for result in ("5k 26:00", "5k 25:00"):  # the second makes the form
        bench.once(
            (sys.executable, CLONE / "build.py", "-q", *one, "--cache", "kept", "--result", result, "--out", "warm")
        )
    results = iter(f"5k 24:{second}" for second in range(10, 59))

    def other_result() -> float:
        shutil.rmtree(bench.folder / "output", ignore_errors=True)
        return bench.build(*one, "--cache", "kept", "--result", next(results))()

    ways.append((kept, other_result))
    bench.rival("form", bench.prepared)()
    ways.append((page, bench.rival("stamped", 1)))
    if find_spec("typst"):
        ways.append((Row("one booklet, Typst"), bench.rival("typst", 1)))
    if _has_chromium():
        ways.append((Row("one booklet, Chromium"), bench.rival("chromium", 1)))
    bench.take_turns(*ways)


def again(bench: Bench) -> None:
    """The whole site: built, built again after one edit, and with nothing changed."""
    shutil.copytree(CLONE / "content", bench.folder / "content")
    page = bench.folder / "content" / "pages" / "how-to.md"
    text, edits = page.read_text("utf-8"), iter(range(1000))

    def edited() -> float:
        page.write_text(f"{text}\nEdit number {next(edits)}.\n", "utf-8")
        return bench.build("--all", "--cache", "kept")()

    whole = bench.build("--all", "--cache", "kept", fresh=("output", "kept"))
    nothing = bench.build("--all", "--cache", "kept")
    bench.take_turns(
        (Row("all profiles, cold"), whole),
        (Row("all profiles, after one edit", against="all profiles, cold"), edited),
        (Row("all profiles, nothing changed", against="all profiles, cold", wanted="below 0.1"), nothing),
        runs=max(1, bench.runs // 2),
    )


def club(bench: Bench, few: int, many: int, sample: int) -> None:
    """A roster: one form and six, beside the other ways; one athlete more; nothing changed; HTML only."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    files = {count: roster(bench.folder / f"{count}.csv", count, 1) for count in (few, many)}
    six = roster(bench.folder / "six.csv", many, 6)
    loop = f"{many} booklets, loop of full layouts"
    typst = f"{many} booklets, Typst"

    def made(path: Path, *words: object) -> Callable[[], float]:
        return bench.build("--roster", path, "--no-collate", *words, fresh=("output-private",))

    ways = [
        (Row(f"{few} booklets, one form"), made(files[few])),
        (Row(f"{many} booklets, one form", against=loop, wanted="below 0.01"), made(files[many])),
        (Row(f"{many} booklets, six forms", against=loop), made(six)),
        (Row(loop, reckoned=many / sample), bench.rival("weasyprint", sample)),
    ]
    if find_spec("typst"):
        share = max(cores, many // 10)
        ways.append((Row(typst, reckoned=many / share), bench.rival("typst", share)))
    if _has_chromium():
        row = Row(f"{many} booklets, Chromium", reckoned=many / sample)
        ways.append((row, bench.rival("chromium", sample)))
    bench.take_turns(*ways, runs=max(1, bench.runs // 2))
    one, more = bench.rows[f"{many} booklets, one form"], bench.rows[f"{few} booklets, one form"]
    each = (one.median - more.median) / (many - few) * cores
    bench.notes.append(f"one athlete more: {each * 1000:.1f} ms a core (wanted: below 5)")
    if typst in bench.rows:
        bench.notes.append(
            f"one form is {bench.rows[typst].median / one.median:.1f} times as fast as Typst (wanted: 8)"
        )
    bench.notes.append(
        f"one form is {bench.rows[loop].median / one.median:.0f} times as fast as the loop (wanted: 100)"
    )
    bench.build("--roster", files[many], "--no-collate", fresh=("output-private",))()
    nothing = bench.build("--roster", files[many], "--no-collate")
    html = made(files[many], "--no-pdf", "--html")
    bench.take_turns(
        (Row(f"{many} booklets, nothing changed", against=one.name, wanted="below 0.1"), nothing),
        runs=max(1, bench.runs // 2),
    )
    bench.take_turns((Row(f"{many} pages, HTML only"), html), runs=1)
    bench.notes.append(f"peak memory of all processes, {many} booklets: {_peak(bench, files[many]) / 1e6:.0f} MB")
    laid_out = _laid_out(bench.folder / "output-private" / "roster.csv")
    bench.notes.append(f"laid out in full: {laid_out} of {many}")


def _has_chromium() -> bool:
    browsers = ("chromium", "chromium-browser", "google-chrome")
    return bool(find_spec("playwright")) and any(map(shutil.which, browsers))


def _laid_out(table: Path) -> int:
    with table.open(encoding="utf-8-sig", newline="") as file:
        return sum(row["how"] == "laid out" for row in csv.DictReader(file))


def _peak(bench: Bench, path: Path) -> int:
    """The most memory of a run and all its children, each page counted once (PSS); 0 where the system does not say."""
    shutil.rmtree(bench.folder / "output-private", ignore_errors=True)
    words = (sys.executable, CLONE / "build.py", "-q", "--roster", path, "--no-collate")
    process = subprocess.Popen(list(map(str, words)), cwd=bench.folder, env=bench.environment)
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.1):
            most = max(most, sum(map(_memory, _family(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    done.set()
    watcher.join()
    return most


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


# ---------------------------------------------------------------- whether they print the same


def check(bench: Bench) -> None:
    """Every rival's booklet has the numbers of ours."""
    import pypdfium2

    data = json.loads((bench.folder / "fed" / "0.json").read_text("utf-8"))
    numbers = {time for _, times in data["rep_times"]["rows"] for time in times}
    numbers |= {clock for card in data["lap_cards"] for _, _, clock in card["rows"]} | {
        data["goal"],
        data["paces"]["mile"],
    }
    for rival in ("stamped", "weasyprint", "typst", "chromium"):
        path = bench.folder / "fed" / rival / "0.pdf"
        if not path.is_file():
            bench.notes.append(f"{rival}: not installed, skipped")
            continue
        pdf = pypdfium2.PdfDocument(path)
        text = " ".join(sheet.get_textpage().get_text_bounded() for sheet in pdf)
        missing = {number for number in numbers if number not in text}
        if missing:
            raise click.ClickException(f"{rival} does not print {sorted(missing)[:5]}")
        bench.notes.append(f"{rival}: {len(pdf)} pages, all {len(numbers)} numbers looked for")


# ---------------------------------------------------------------- telling


def table(rows: dict[str, Row]) -> str:
    """The figures in Markdown, ratios first."""
    lines = ["| what | against | ratio | wanted | seconds |", "|---|---|---|---|---|"]
    for row in rows.values():
        other = rows.get(row.against)
        ratio = f"{row.median / other.median:.3g}" if other else ""
        reckoned = " (reckoned)" if row.reckoned != 1 else ""
        wanted = row.wanted if other else ""
        lines.append(
            f"| {row.name} | {row.against if other else ''} | {ratio} | {wanted} | {row.median:.3g}{reckoned} |"
        )
    return "\n".join(lines)


@click.command()
@click.option("--quick", is_flag=True, help="A few athletes and one run: whether it works, not how fast.")
@click.option("--runs", default=5, show_default=True, help="Runs of what is short; of what is long, half of them.")
@click.option(
    "--json", "out", type=click.Path(dir_okay=False, path_type=Path), default="output/bench.json", show_default=True
)
def main(quick: bool, runs: int, out: Path) -> None:
    """Measure, and print the table; the JSON has every run."""
    few, many, sample = (4, 12, 2) if quick else (100, 1000, 5)
    with tempfile.TemporaryDirectory(prefix="milebook-bench-") as name:
        bench = Bench(Path(name), 1 if quick else runs)
        bench.prepared = max(sample, many // 10)
        fed = roster(bench.folder / "fed.csv", bench.prepared, 1)
        (bench.folder / "fed").mkdir()
        bench.once((sys.executable, HERE / "rivals.py", "prepare", bench.folder / "fed", fed))
        single(bench)
        again(bench)
        club(bench, few, many, sample)
        check(bench)
    click.echo(table(bench.rows))
    click.echo("\n" + "\n".join(f"- {note}" for note in bench.notes))
    out.parent.mkdir(parents=True, exist_ok=True)
    told = {"rows": [asdict(row) | {"median": row.median} for row in bench.rows.values()], "notes": bench.notes}
    out.write_text(json.dumps(told, indent=1), "utf-8")
    click.echo(f"\nEvery run is in {out}", err=True)


if __name__ == "__main__":
    main()
