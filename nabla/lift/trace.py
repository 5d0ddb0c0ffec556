"""One run of f with lifted values: its level, what it met, and whether it had to be refused."""

from __future__ import annotations

import itertools
from types import TracebackType
from typing import Any, NoReturn, Self

import numpy as np

from nabla.errors import CannotFollow
from nabla.lift.source import SourceLine, users_line
from nabla.result import Array, Note, NoteKind
from nabla.rules.rule import Operation, Value

_levels = itertools.count(1)


class Refusal(BaseException):
    """Leaves the user's function when a derivative cannot be followed.

    Not an `Exception`, so that an ``except TypeError`` in the user's code cannot swallow it;
    the trace turns it into the `CannotFollow` it carries.
    """

    def __init__(self, error: CannotFollow) -> None:
        super().__init__(str(error))
        self.error = error


class Trace:
    """The context in which f runs with lifted values of one kind.

    Traces nest: a gradient taken inside f starts later, so its level is higher, and an
    operation on values of two traces belongs to the later one. That keeps the perturbations
    of nested derivatives apart (Siskind & Pearlmutter, 2005).

    Attributes:
        level: higher for traces started later.
        rounding: where given, a generator that disturbs every operation by half an ulp, so
            that the spread of several runs shows the rounding error (see `disturbed`).
        hunting: whether to look for the operation that first makes a tangent NaN.
        seeds_before: how many seeds earlier runs of the same gradient have pushed.
        largest: elements of the largest intermediate so far.
    """

    def __init__(self, rounding: np.random.Generator | None = None, hunting: bool = False) -> None:
        self.level = next(_levels)
        self.rounding = rounding
        self.hunting = hunting
        self.seeds_before = 0
        self.largest = 0
        self._refused: CannotFollow | None = None
        self._met: dict[tuple[NoteKind, str, str], _Meeting] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # also when the user's code swallowed the refusal: what followed it is not to be trusted
        if self._refused is not None:
            raise self._refused from None

    def refuse(self, error: CannotFollow) -> NoReturn:
        """Leave the user's function; the error surfaces where the trace ends."""
        self._refused = self._refused or error
        raise Refusal(self._refused)

    def meet(
        self, kind: NoteKind, operation: Operation, place: str, answer: str, seeds: Array
    ) -> None:
        """Remember that a place without a derivative was met.

        Args:
            kind: the kind of note to leave.
            operation: what was applied there.
            place: where, in words.
            answer: what was taken for the derivative, in words.
            seeds: shape (seeds,), True for those that the place concerns.
        """
        name = operation_name(operation)
        line = users_line()
        key = (kind, name, str(line))
        if key not in self._met:
            self._met[key] = _Meeting(kind, name, place, answer, line)
        self._met[key].seeds.update((self.seeds_before + np.flatnonzero(seeds)).tolist())

    def notes(self) -> tuple[Note, ...]:
        """What was met, one note an operation and line."""
        return tuple(meeting.note() for meeting in self._met.values())

    def concerned(self, n: int) -> Array:
        """Shape (n,): True for the seeds that some place without a derivative concerns."""
        mask = np.zeros(n, dtype=bool)
        for meeting in self._met.values():
            mask[list(meeting.seeds)] = True
        return mask

    def disturbed(self, value: Value) -> Value:
        """The value with each element moved up or down by half an ulp at random.

        Source: Parker, Monte Carlo Arithmetic (1997); Vignes, Discrete Stochastic Arithmetic
        (2004): the spread of such runs estimates the rounding error of the result.
        """
        if self.rounding is None:
            return value
        half_ulp = np.finfo(value.dtype).eps / 2
        signs = self.rounding.integers(0, 2, size=np.shape(value)) * 2 - 1
        return value * (1 + half_ulp * 2 * signs)


class _Meeting:
    """A place without a derivative, met once or often on the same line."""

    def __init__(
        self, kind: NoteKind, name: str, place: str, answer: str, line: SourceLine | None
    ) -> None:
        self.kind: NoteKind = kind
        self.name, self.place, self.answer, self.line = name, place, answer, line
        self.seeds: set[int] = set()

    def note(self) -> Note:
        where = f"{self.line}: " if self.line else ""
        numbers: dict[str, Any] = {
            "operation": self.name,
            "line": self.line.number if self.line else None,
            "components": tuple(sorted(self.seeds)),
        }
        sentence = f"{where}{self.name} {self.place}; derivative taken as {self.answer}"
        return Note(self.kind, sentence, numbers)


def operation_name(operation: Operation) -> str:
    """What messages call an operation: np.sin, np.linalg.det, or its own name."""
    name = getattr(operation, "__name__", repr(operation))
    module = getattr(operation, "__module__", None) or ""
    if isinstance(operation, np.ufunc) and getattr(np, name, None) is operation:
        return f"np.{name}"
    if module.startswith("numpy"):
        return f"{module.replace('numpy', 'np', 1)}.{name}"
    return str(name)
