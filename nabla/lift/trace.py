"""One run of f with lifted values: its level, what it met, and whether it had to be refused."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, Self

import numpy as np

from nabla.errors import CannotFollow
from nabla.lift.source import SourceLine, users_line
from nabla.result import Array, Note, NoteKind
from nabla.rules.rule import Operation, Value
from nabla.rules.scipy_names import scipy_name

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
        first_seed: how many seeds earlier runs of the same gradient have pushed.
        met: the places without a derivative, shared by the runs of one gradient.
        largest: elements of the largest intermediate so far.
        is_over: whether f has returned; its values mean nothing any more.
    """

    def __init__(
        self,
        rounding: np.random.Generator | None = None,
        hunting: bool = False,
        first_seed: int = 0,
        met: Meetings | None = None,
    ) -> None:
        self.level = next(_levels)
        self.rounding = rounding
        self.hunting = hunting
        self.first_seed = first_seed
        self.met = Meetings() if met is None else met
        self.largest = 0
        self.is_over = False
        self._refused: CannotFollow | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.is_over = True
        # also when the user's code swallowed the refusal: what followed it is not to be trusted
        if self._refused is not None:
            raise self._refused from None

    def refuse(self, error: CannotFollow) -> NoReturn:
        """Leave the user's function; the error surfaces where the trace ends."""
        if self.is_over:  # nobody is left to turn a refusal into an error
            raise error
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
        concerned = (self.first_seed + np.flatnonzero(seeds)).tolist()
        name, line = operation_name(operation), users_line()
        self.met.add(_Meeting(kind, name, place, answer, line), concerned)

    def write_as_text(self) -> None:
        """Remember that a value was turned into text, from which no derivative comes back."""
        line = users_line()
        if line is not None and not self.is_over:
            self.met.texts.setdefault(line)

    def round_off(self, operation: Operation) -> None:
        """Remember that a moving value was rounded, after which it stands still."""
        line = users_line()
        if line is not None:
            self.met.roundings.setdefault((operation_name(operation), line))

    def leave_the_reals(self, operation: Operation) -> None:
        """Remember that complex numbers have a value where the real ones of f have none."""
        line = users_line()
        if line is not None:
            self.met.departures.setdefault((operation_name(operation), line))

    def disturbed(self, value: Value) -> Value:
        """The value with each element moved up or down by half an ulp at random.

        Source: Parker, Monte Carlo Arithmetic (1997); Vignes, Discrete Stochastic Arithmetic
        (2004): the spread of such runs estimates the rounding error of the result.
        """
        if self.rounding is None:
            return value
        half_ulp = np.finfo(getattr(value, "dtype", float)).eps / 2
        signs = self.rounding.integers(0, 2, size=np.shape(value)) * 2 - 1
        moved = value * (1 + half_ulp * 2 * signs)
        # a number of Python stays one, for which 1 / 0.0 is an error
        return type(value)(moved) if isinstance(value, float | complex) else moved


class Meetings:
    """The places without a derivative that the runs of one gradient met.

    Attributes:
        texts: the lines where a lifted value was turned into text, in order.
        decisions: the operations that jump or bend somewhere, here or elsewhere: comparisons,
            roundings, maxima.
        roundings: the operations that rounded a moving value to a whole number, and where.
        departures: those that are NaN in f and have a value for complex numbers, and where.
    """

    def __init__(self) -> None:
        self.texts: dict[SourceLine, None] = {}
        self.decisions: set[Operation] = set()
        self.roundings: dict[tuple[str, SourceLine], None] = {}
        self.departures: dict[tuple[str, SourceLine], None] = {}
        self._seeds: dict[_Meeting, set[int]] = {}

    def add(self, meeting: _Meeting, seeds: list[int]) -> None:
        """Write one down; the same operation on the same line counts once."""
        self._seeds.setdefault(meeting, set()).update(seeds)

    def notes(self) -> tuple[Note, ...]:
        """One note an operation and line."""
        return tuple(meeting.note(sorted(seeds)) for meeting, seeds in self._seeds.items())

    def remarks(self) -> tuple[Note, ...]:
        """What is exact and may still surprise: the slope zero of what was rounded."""
        return tuple(
            Note(
                "constant",
                f"{line}: {name} is constant around nearly every x; the derivative taken is 0",
                {"operation": name, "line": line.number},
            )
            for name, line in self.roundings
        )

    def concerned(self, n: int) -> Array:
        """Shape (n,): True for the seeds that some place without a derivative concerns."""
        mask = np.zeros(n, dtype=bool)
        for seeds in self._seeds.values():
            mask[list(seeds)] = True
        return mask


@dataclass(frozen=True)
class _Meeting:
    """A place without a derivative."""

    kind: NoteKind
    name: str
    place: str
    answer: str
    line: SourceLine | None

    def note(self, seeds: list[int]) -> Note:
        where = f"{self.line}: " if self.line else ""
        numbers: dict[str, Any] = {
            "operation": self.name,
            "line": self.line.number if self.line else None,
            "components": tuple(seeds),
        }
        sentence = f"{where}{self.name} {self.place}; the derivative taken is {self.answer}"
        return Note(self.kind, sentence, numbers)


def operation_name(operation: Operation) -> str:
    """What messages call an operation: np.sin, np.linalg.det, or its own name."""
    name = getattr(operation, "__name__", repr(operation))
    module = getattr(operation, "__module__", None) or ""
    if isinstance(operation, np.ufunc) and getattr(np, name, None) is operation:
        return f"np.{name}"
    if module.startswith("numpy"):
        return f"{module.replace('numpy', 'np', 1)}.{name}"
    if module in ("math", "cmath", "_operator"):
        return f"{module.lstrip('_')}.{name}"
    return scipy_name(operation) or str(name)
