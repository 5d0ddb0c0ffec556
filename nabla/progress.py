"""How a long run shows that it is under way: one line on stderr, wiped away at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

from nabla.errors import InvalidOption

Progress: TypeAlias = bool | Callable[..., object] | None

# Where a run is part of a larger one (the gradients of a descent), the larger one has the line.
_line_is_taken: ContextVar[bool] = ContextVar("_line_is_taken", default=False)


@contextmanager
def reporting(
    progress: Progress, arguments: str, text: Callable[..., str]
) -> Generator[Callable[..., object], None, None]:
    """A function to call as the run goes on; its line is wiped away however the run ends.

    Args:
        progress: True shows a line, None only on a terminal, once the run has lasted 2 s, and
            unless a run around this one shows its own; False never. A function takes the place
            of the line.
        arguments: what the function yielded here is called with, for the message of a refusal.
        text: the line, from the seconds since the start and these arguments.

    Raises:
        InvalidOption: if progress is neither a truth value, None nor a function.
    """
    if callable(progress):
        yield progress
    elif progress is False or (progress is None and not _may_show_itself()):
        yield lambda *state: None
    elif progress is True or progress is None:
        line = _ProgressLine(text, patience_seconds=0.0 if progress else 2.0)
        before = _line_is_taken.set(True)
        try:
            yield line.show
        finally:
            _line_is_taken.reset(before)
            line.wipe()
    else:
        raise InvalidOption(
            f"progress is {progress!r}",
            why="it says whether to show a line on stderr, or what to call at every step",
            remedy=f"pass True, False, None or a function of {arguments}",
        )


def _may_show_itself() -> bool:
    return bool(sys.stderr and sys.stderr.isatty()) and not _line_is_taken.get()


class _ProgressLine:
    """One line on stderr, rewritten in place at most ten times a second."""

    def __init__(self, text: Callable[..., str], *, patience_seconds: float) -> None:
        self.text = text
        self.started = time.perf_counter()
        self.next_at = self.started + patience_seconds
        self.width = 0

    def show(self, *state: Any) -> None:
        now = time.perf_counter()
        if now < self.next_at:
            return
        self.next_at = now + 0.1
        text = self.text(now - self.started, *state)
        self.wipe()
        print(text, end="", file=sys.stderr, flush=True)
        self.width = len(text)

    def wipe(self) -> None:
        """Leave the line empty; spaces do it in notebooks too, where escape codes do not."""
        if self.width:
            print("\r" + " " * self.width + "\r", end="", file=sys.stderr, flush=True)
            self.width = 0
