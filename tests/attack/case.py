"""One attempt: what it runs, what it must not find, and what came of it."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from attack import children, sandbox
from attack.children import USUAL, Before, Ended, Limits, Running
from attack.sandbox import Arena

# Outcomes, the worst failure first.
FAILURES = (
    "foreign change",  # something outside of output, cache and tmp is not as it was
    "leaked secret",  # a product shows what only a file outside says
    "half file",  # a product that is neither the old one nor the new one
    "not mended",  # the next plain build does not make what a clean one makes
    "traceback",
    "aborted",  # ended by a signal that nobody sent
    "hang",
    "memory",
    "no answer",  # a request that was dropped
    "wrong exit code",
    "accepted",  # what should have been refused
    "refused",  # what should have been made
    "spoiled",  # a product another program cannot read, or takes for a command
    "left behind",  # files or folders on their way
    "leaked process",
    "vague",  # a message without a place
    "flood",  # a message that nobody can read
)
DONE, TOLD = "ok", "told"
ANSWERS = {  # how a run may end that got a signal from us; any other ends it, or comes too late
    signal.SIGINT: {0, 130},
    signal.SIGTERM: {0, 130, 143, -signal.SIGTERM},
    signal.SIGXFSZ: {0, 1, -signal.SIGXFSZ},  # in a process of its own it is a file that is too large, and told
}
MOST_MEMORY = 1_000_000_000  # bytes of one process
LONGEST_LINE, MOST_SAID = 4_000, 100_000  # characters of a message
PLACE = re.compile(
    r"--[a-z]|\.(?:ya?ml|md|csv|tsv|txt|xlsx|svg|png|css|j2|pdf|json|html)\b|/|line \d|SOURCE_DATE_EPOCH|TMPDIR|"
    r"MILEBOOK_CACHE|'[A-Z]+'|Usage:|week \d|\bprofile\b|\boutput\b|\bcontent\b"
)
TRACE = ("Traceback (most recent call last)", "Fatal Python error", "Exception ignored", "leaked semaphore")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Finding:
    """Something that did not hold: its outcome, and what exactly; `kind` is the same for findings of one cause."""

    outcome: str
    detail: str
    kind: str


@dataclass(frozen=True)
class Result:
    """What came of an attempt."""

    id: str
    what: str
    outcome: str
    findings: tuple[Finding, ...] = ()
    count: int = 1  # attempts it stands for
    size: int = 0  # bytes of the input
    seconds: float = 0.0


Attack = Callable[["Case", Random], None]


@dataclass
class Case:
    """An attempt under way. `writable` are folders below the arena that may change."""

    id: str
    arena: Arena
    what: str = ""
    writable: tuple[str, ...] = sandbox.WRITABLE
    killed: bool = False  # whether a run was ended by us, so that it could leave things behind
    findings: list[Finding] = field(default_factory=list)
    runs: list[Ended] = field(default_factory=list)
    inputs: dict[str, bytes] = field(default_factory=dict)  # what was changed, for whoever looks into it
    count: int = 1
    before: sandbox.Seen = field(default_factory=dict)

    @property
    def attacked(self) -> str:
        """The class of attack."""
        return self.id.rpartition("-")[0]

    # ------------------------------------------------------------ preparing

    def put(self, path: Path | str, data: bytes | str) -> Path:
        """A file of the attack; kept for whoever wants to repeat it."""
        place = self.arena.work / self.arena.inside(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        place.write_bytes(raw)
        self.inputs[str(place.relative_to(self.arena.root))] = raw
        return place

    def watch(self) -> None:
        """From now on nothing but what is writable may change."""
        self.before = sandbox.look(self.arena.root, (*self.writable, *sandbox.UNWATCHED))

    # ------------------------------------------------------------ running

    def run(
        self,
        *command: str | Path,
        environment: Mapping[str, str | None] | None = None,
        limits: Limits = USUAL,
        before: Before | None = None,
        after: Before | None = None,
        sent: int = 0,
    ) -> Ended:
        """A command of milebook in a fork, judged; `sent` is the signal it gets from us."""
        running = children.fork(self.arena, self._words(command), environment, limits, before, after)
        return self.judge(running.wait(), sent)

    def run_program(
        self,
        *command: str | Path,
        environment: Mapping[str, str | None] | None = None,
        limits: Limits = USUAL,
        before: Before | None = None,
        meanwhile: Callable[[Running], int] = lambda running: 0,
    ) -> Ended:
        """A command of milebook as a program; `meanwhile` may send it a signal, and then returns which."""
        running = children.start(self.arena, self._words(command), environment, limits, before)
        sent = meanwhile(running)
        return self.judge(running.wait(), sent)

    def fork(self, *command: str | Path, limits: Limits = USUAL, before: Before | None = None) -> Running:
        """A command of milebook in a fork, to be judged later."""
        return children.fork(self.arena, self._words(command), None, limits, before)

    def _words(self, command: Sequence[str | Path]) -> list[str]:
        if not self.before:
            self.watch()
        return [str(word) for word in command]

    # ------------------------------------------------------------ judging

    def fail(self, outcome: str, detail: str, kind: str = "") -> None:
        """Note something that did not hold."""
        assert outcome in FAILURES, outcome
        shown = CONTROL.sub("?", detail)[:600]
        self.findings.append(Finding(outcome, shown, kind or re.sub(r"[0-9a-f]{6,}|\d+", "#", shown)[:120]))

    def judge(self, ended: Ended, sent: int = 0) -> Ended:
        """Look at how a run ended and what it said."""
        self.runs.append(ended)
        self.killed = self.killed or bool(sent) or ended.overdue or ended.code < 0
        said = ended.out + ended.err
        if sent == signal.SIGINT and ended.code == -sent and "/milebook/" not in said:
            return ended  # before the first line of the program: it is Python's own answer
        if ended.overdue or (ended.code in (-signal.SIGXCPU, -signal.SIGKILL) and not sent):
            self.fail(
                "hang",
                f"{ended.cpu:.0f} s of the processor, {ended.seconds:.0f} s: {_tail(said)}",
                f"hang in {self.attacked}",
            )
        elif ended.memory > MOST_MEMORY or "MemoryError" in said:
            self.fail(
                "memory",
                f"{ended.memory / 1e6:.0f} MB, exit code {ended.code}: {_tail(said)}",
                f"memory in {self.attacked}",
            )
        elif trace := next((mark for mark in TRACE if mark in said), ""):
            self.fail("traceback", _tail(said), _cause(said) or trace)
        elif ended.code < 0 and ended.code != -sent:
            self.fail("aborted", f"signal {-ended.code}: {_tail(said)}")
        else:
            self._judge_code(ended, sent)
        if ended.left:
            self.fail("leaked process", ", ".join(ended.left))
        self._judge_words(ended)
        return ended

    def _judge_code(self, ended: Ended, sent: int) -> None:
        allowed = {0, 1, 2}
        if sent:
            allowed = ANSWERS.get(sent, {0, -sent})
        if ended.code not in allowed:
            self.fail("wrong exit code", f"{ended.code}: {_tail(ended.err)}", f"exit code {ended.code}")
        elif ended.code in (1, 2) and not PLACE.search(ended.err):
            self.fail("vague", _tail(ended.err))

    def _judge_words(self, ended: Ended) -> None:
        said = ended.out + ended.err
        if len(said) > MOST_SAID or any(len(line) > LONGEST_LINE for line in said.splitlines()):
            self.fail("flood", f"{len(said):,} characters: {said[:80]}", "flood")
        found = CONTROL.search(said.replace("\r\n", "\n"))
        if found and "Traceback" not in said:
            self.fail("spoiled", f"U+{ord(found[0]):04X} goes to the terminal", "control character on the screen")

    def refused(self, ended: Ended, why: str) -> None:
        """Note where a run did what it should have refused."""
        if ended.code == 0:
            self.fail("accepted", why)

    def made(self, ended: Ended, why: str) -> None:
        """Note where a run refused what it should have made."""
        if ended.code in (1, 2):
            self.fail("refused", f"{why}: {_tail(ended.err)}", why)

    def same(self, folder: Path, when: str, *ways: Mapping[str, str]) -> None:
        """Note where an output is not one that a clean build makes, in one of the ways in which it can be made."""
        found = sandbox.products(folder)
        if found in ways:
            return
        expected = ways[0]
        names = {name for name in {*found, *expected} if found.get(name) != expected.get(name)}
        if names:
            missing = sorted(names - set(found)) or sorted(names - set(expected)) or sorted(names)
            how = "missing" if names - set(found) else "too much" if names - set(expected) else "changed"
            self.fail("not mended", f"{when}: {len(names)} files, {missing[0]} is {how}", f"{when}: {how}")

    def whole(self, folder: Path, *allowed: Mapping[str, str]) -> None:
        """Note a file that is neither what it was nor what it was to become."""
        for name, digest in sandbox.products(folder).items():
            if all(each.get(name) != digest for each in allowed):
                self.fail("half file", name, "a file that is neither old nor new")

    def finish(self, seconds: float) -> Result:
        """Everything that holds for any attempt, and the result."""
        after = sandbox.look(self.arena.root, (*self.writable, *sandbox.UNWATCHED))
        if changes := sandbox.differences(self.before or after, after):
            self.fail("foreign change", "; ".join(changes), re.sub(r"[0-9a-f]{8,}|\d+", "#", changes[0])[:120])
        left = sorted(path.name for path in self.arena.tmp.iterdir()) if self.arena.tmp.is_dir() else []
        if left and not self.killed:
            kinds = sorted({re.split(r"[-_.]", name)[0] for name in left})
            self.fail("left behind", f"in TMPDIR: {', '.join(left)}", f"in TMPDIR: {', '.join(kinds)}")
        self.findings.sort(key=lambda finding: FAILURES.index(finding.outcome))
        worst = self.findings[0].outcome if self.findings else self._plain_outcome()
        size = sum(map(len, self.inputs.values()))
        return Result(self.id, self.what, worst, tuple(self.findings), self.count, size, seconds)

    def _plain_outcome(self) -> str:
        return TOLD if any(run.code in (1, 2) for run in self.runs) else DONE


def _tail(text: str) -> str:
    """The end of what was said, on one line."""
    return " | ".join(line.strip() for line in text.strip().splitlines()[-3:])[-400:]


def _cause(said: str) -> str:
    """What a traceback was about: the exception, and the innermost place in milebook."""
    errors = re.findall(r"^(?:[\w.]*\.)?(\w*(?:Error|Exception|Interrupt|Exit|Warning|Overflow\w*))\b", said, re.M)
    places = re.findall(r'/milebook/(\w+)\.py", line \d+, in (\w+)', said)
    return f"{errors[-1] if errors else 'traceback'} in {'.'.join(places[-1]) if places else 'no module of milebook'}"
