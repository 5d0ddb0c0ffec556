"""How a run shows that it is under way: one line on stderr, wiped away at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeAlias

from nabla.errors import InvalidOption

Report: TypeAlias = Callable[[int, float, float], object]
Progress: TypeAlias = bool | Report | None


@contextmanager
def reporting(progress: Progress, steps: int) -> Generator[Report, None, None]:
    """A function to call at every point; its line is wiped away however the run ends.

    Raises:
        InvalidOption: if progress is neither a truth value, None nor a function.
    """
    if callable(progress):
        yield progress
    elif progress is False or (progress is None and not (sys.stderr and sys.stderr.isatty())):
        yield lambda step, value, norm: None
    elif progress is True or progress is None:
        line = _ProgressLine(steps, patience_seconds=0.0 if progress else 2.0)
        try:
            yield line.show
        finally:
            line.wipe()
    else:
        raise InvalidOption(
            f"progress is {progress!r}",
            why="it says whether to show a line on stderr, or what to call at every step",
            remedy="pass True, False, None or a function of (step, value, gradient_norm)",
        )


class _ProgressLine:
    """One line on stderr, rewritten in place at most ten times a second."""

    def __init__(self, steps: int, *, patience_seconds: float) -> None:
        self.steps = steps
        self.started = time.perf_counter()
        self.next_at = self.started + patience_seconds
        self.width = 0

    def show(self, step: int, value: float, norm: float) -> None:
        now = time.perf_counter()
        if now < self.next_at:
            return
        self.next_at = now + 0.1
        text = f"step {step} of {self.steps}  value {value:.6g}  |gradient| {norm:.3g}"
        if step:
            seconds_left = (now - self.started) / step * (self.steps - step)
            text += f"  {seconds_left:.0f} s left"
        self.wipe()
        print(text, end="", file=sys.stderr, flush=True)
        self.width = len(text)

    def wipe(self) -> None:
        """Leave the line empty; spaces do it in notebooks too, where escape codes do not."""
        if self.width:
            print("\r" + " " * self.width + "\r", end="", file=sys.stderr, flush=True)
            self.width = 0
