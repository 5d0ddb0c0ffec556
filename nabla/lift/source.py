"""Which line of the user's function is running: for error messages and notes."""

from __future__ import annotations

import dis
import inspect
import itertools
import linecache
from dataclasses import dataclass
from types import FrameType

_NOT_THE_USERS = ("nabla", "numpy", "mpmath", "functools", "concurrent", "threading")


@dataclass(frozen=True)
class SourceLine:
    """A place in the user's code.

    Attributes:
        expression: the expression being evaluated, as it is written; "" if not to be had.
        number: line number in the file.
        function: name of the function the line belongs to.
    """

    expression: str
    number: int
    function: str

    def __str__(self) -> str:
        place = f"line {self.number} of {self.function}()"
        return f"`{self.expression}` on {place}" if self.expression else place


def users_line() -> SourceLine | None:
    """The innermost line of the user's code on the stack, or None when there is none."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return None
    return SourceLine(_expression(frame), frame.f_lineno, frame.f_code.co_name)


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in _NOT_THE_USERS


def _expression(frame: FrameType) -> str:
    """The source text of the instruction that the frame is at."""
    positions = itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
    first, last, start, end = next(positions, (None, None, None, None))
    if first is None or start is None or end is None:
        return ""
    line = linecache.getline(frame.f_code.co_filename, first, frame.f_globals).encode()
    if dis.opname[frame.f_code.co_code[frame.f_lasti]].startswith("STORE"):
        start, end = 0, len(line)  # of `a[0] = x` the instruction covers `a[0]` only
    text = line[start : end if first == last else None].decode(errors="replace").strip()
    return text if first == last else text + " …" * bool(text)
