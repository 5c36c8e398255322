"""How long each step of a build took."""

from __future__ import annotations

import time
from collections.abc import Callable

Tell = Callable[[str, str, float], None]  # a step, what came of it, seconds it took


class Timer:
    """Tells each step with the seconds since the one before."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.last = tell, time.perf_counter()

    def step(self, name: str, what: str) -> None:
        """Tell a step that is done."""
        now = time.perf_counter()
        self.tell(name, what, now - self.last)
        self.last = now
