"""Problems a user can mend, collected and told all at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from milebook.core.characters import printable

ENDED_FROM_OUTSIDE = "a worker process was ended from outside: memory may have run out"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where (line and column count from 1; 0 is the whole file) and what would be right."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        text = f"{place}: {self.message}" if place else self.message
        told = f"{text}; {self.hint}" if self.hint else text
        return printable(told)


def _place(problem: Problem) -> tuple[list[tuple[int, str]], Problem]:
    """Where a problem stands among others: row 9 of a file comes before row 10, as a number of fewer figures."""
    words = re.split(r"(\d+)", problem.path)  # every second one is a number
    return [(len(word) if place % 2 else 0, word) for place, word in enumerate(words)], problem


class MilebookError(Exception):
    """Something the user can mend; the command line prints it and exits with 1."""


class ContentError(MilebookError):
    """Every problem found in the content, never just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=_place))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # so that it comes whole from another process


class BuildError(MilebookError):
    """A build that cannot go on: the print engine, the disk, a template."""


class LayoutError(BuildError):
    """A page that cannot be laid out, while others may be. `page` says which, never with a runner's name."""

    def __init__(self, reason: str, page: str = "", hint: str = "") -> None:
        self.reason, self.page, self.hint = reason, page, hint
        told = f"{page or 'a page'} cannot be laid out: {reason}"
        super().__init__(f"{told}; {hint}" if hint else told)

    def __reduce__(self) -> tuple[type[LayoutError], tuple[str, str, str]]:
        return type(self), (self.reason, self.page, self.hint)

    def at(self, page: str, hint: str = "") -> LayoutError:
        """The same, with the page it is about."""
        return type(self)(self.reason, page, hint)


class LostWorkerError(BuildError):
    """A process that worked was ended, and not by us. `page` says what it was at, never with a runner's name."""

    def __init__(self, page: str = "") -> None:
        self.page = page
        super().__init__(f"{page}: {ENDED_FROM_OUTSIDE}" if page else ENDED_FROM_OUTSIDE)

    def __reduce__(self) -> tuple[type[LostWorkerError], tuple[str]]:
        return type(self), (self.page,)


class Stopped(MilebookError):
    """A build that was asked to stop, and did so cleanly; its text says what there is."""


class QuantityError(ValueError):
    """A value that is not the quantity it should be: what was found, and what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message}; {hint}" if hint else message)


def counted(number: int, what: str) -> str:
    """`1 week`, `6 weeks`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def rows_of(numbers: Sequence[int], most: int = 20) -> str:
    """`row 6`, `rows 3, 5 and 8`, `rows 2, 3 and 40 more`."""
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    shown = [str(number) for number in numbers[:most]]
    more = len(numbers) - most
    last = f"{more} more" if more > 0 else shown.pop()
    return f"rows {', '.join(shown)} and {last}"


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word that was most likely meant; empty when none is near."""
    return next(iter(difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)), "")


def near_miss(word: str, known: Iterable[str]) -> str:
    """Return `did you mean ...?` for the known word that was most likely meant, else the list of what is known.

    Of two known words in a text one is asked for; of what is said not to be meant nothing is offered.
    """
    names = sorted(known)
    text = word.casefold().rstrip(".")  # `adv.` is short for one
    within = [name for name in names if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text)]
    within = [name for name in within if not any(name != other and name in other for other in within)]
    if len(within) > 1:
        return f"write {' or '.join(within)}"
    alone = [name for name in within if name.casefold() in re.split(r"[^\w-]+", text)]
    close = "" if _NOT.search(text) else _meant(text, alone, names)
    if close:
        return f"did you mean {close}?"
    return "known: " + ", ".join(names) if names else ""


_NOT = re.compile(r"(?<!\w)(?:not?|non|never|kein\w*|nicht|pas|sin|senza|niet|geen)(?=[\s-])")
_SHORTEST_START = 3  # letters that a word has in common with the only known one that begins so
_ALMOST = 0.85  # how near a text of more words than any known one has to be


def _meant(text: str, within: Sequence[str], names: Sequence[str]) -> str:
    """The known word that is in a text, that begins with it, or that is near to it."""
    started = [name for name in names if name.casefold().startswith(text)]
    if within or (len(started) == 1 and len(text) >= _SHORTEST_START):
        return (list(within) or started)[0]
    close = closest(text, names)
    is_longer = len(_WORDS.findall(text)) > max((len(_WORDS.findall(name)) for name in names), default=0)
    if is_longer and difflib.SequenceMatcher(None, text, close).ratio() < _ALMOST:
        return ""
    return close


_WORDS = re.compile(r"\w+")
