"""How long a page may take and how much memory, before whoever lays it out is ended."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from milebook.core.errors import LayoutError, QuantityError

UNITS = {"MB": 10**6, "GB": 10**9}
WRITE = 'write seconds, memory or both, as in "120s,2GB", or "none"'
_PART = re.compile(r"(\d+(?:\.\d+)?) ?(s|MB|GB)", re.IGNORECASE)
_LEAST = 0.1  # seconds
_LEAST_MEMORY = 10**7  # bytes


@dataclass(frozen=True)
class Limit:
    """Seconds, infinite for no limit; and bytes, 0 for no limit."""

    seconds: float = 120
    memory: int = 2 * 10**9

    @classmethod
    def parse(cls, text: str) -> Limit:
        """`120s,2GB`, one of the two (the other stays as it is), or `none`. Raises QuantityError."""
        if text.strip().lower() == "none":
            return cls(math.inf, 0)
        found = dict[str, float]()
        for part in text.split(","):
            read = _PART.fullmatch(part.strip())
            kind = ("seconds" if read[2].lower() == "s" else "memory") if read else ""
            if not read or kind in found:
                raise QuantityError(f'"{text}" is not a limit', WRITE)
            found[kind] = float(read[1]) * UNITS.get(read[2].upper(), 1)
        if found.get("seconds", 1) < _LEAST or found.get("memory", _LEAST_MEMORY) < _LEAST_MEMORY:
            raise QuantityError(f'"{text}" leaves no page a chance', WRITE)
        return cls(found.get("seconds", cls.seconds), int(found.get("memory", cls.memory)))

    @property
    def time_text(self) -> str:
        """The time as a person writes it."""
        return f"{self.seconds:g} s"

    @property
    def memory_text(self) -> str:
        """The memory as a person writes it."""
        unit = "GB" if self.memory >= UNITS["GB"] else "MB"
        return f"{self.memory / UNITS[unit]:g} {unit}"


USUAL = Limit()
watcher: list[Callable[[str], None]] = []  # in a worker: how to tell whoever watches it what it lays out
_names: list[str] = []  # of what is being made, the largest first


@contextlib.contextmanager
def within(name: str) -> Iterator[None]:
    """What is made meanwhile belongs to this: a row, say. No name holds one of a runner."""
    _names.append(name)
    try:
        yield
    finally:
        _names.pop()


@contextlib.contextmanager
def page(name: str) -> Iterator[None]:
    """A page is being laid out meanwhile: whoever watches is told. Raises a LayoutError with the page's name."""
    with within(name):
        named = ", ".join(filter(None, _names))
        for tell in watcher:
            tell(named)
        try:
            yield
        except LayoutError as error:
            raise error.at(named) from error
        finally:
            for tell in watcher:
                tell("")
