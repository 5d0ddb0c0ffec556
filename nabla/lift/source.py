"""Which line of the user's function is running: for error messages and notes."""

from __future__ import annotations

import dis
import inspect
import itertools
import linecache
import os
import sys
import traceback
from dataclasses import dataclass
from types import FrameType

_OURS = {"nabla", "numpy", "mpmath"}
_NOT_THE_USERS = _OURS | sys.stdlib_module_names


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
    while frame is not None and not _is_users(frame):
        frame = frame.f_back
    if frame is None:
        return None
    return SourceLine(_expression(frame), frame.f_lineno, frame.f_code.co_name)


def line_of(error: BaseException) -> SourceLine | None:
    """The innermost line of the user's code through which an exception came."""
    steps = traceback.walk_tb(error.__traceback__)
    frames = [(frame, number) for frame, number in steps if _is_users(frame)]
    if not frames:
        return None
    frame, number = frames[-1]
    text = linecache.getline(frame.f_code.co_filename, number).strip()
    return SourceLine(text, number, frame.f_code.co_name)


def is_formatting() -> bool:
    """Whether the innermost code that is not ours is at ``text % values``.

    A number's own % never asks for a plain float, so what asks for one there makes text.
    """
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and _package(frame) in _OURS:  # logging formats, too
        frame = frame.f_back
    if frame is None:
        return False
    code, at = frame.f_code.co_code, frame.f_lasti
    return dis.opname[code[at]] == "BINARY_OP" and code[at + 1] in _REMAINDERS


_REMAINDERS = (6, 19)
"""NB_REMAINDER and NB_INPLACE_REMAINDER, the same in all versions since 3.11."""


def _is_users(frame: FrameType) -> bool:
    """Whether it runs the user's code, not ours, Python's, or that of a package like SciPy."""
    installed = f"{os.sep}site-packages{os.sep}" in frame.f_code.co_filename
    return not installed and _package(frame) not in _NOT_THE_USERS


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


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
