"""What a rehearsal of f says: its value, its slopes along some directions, and their rounding."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nabla.lift import refusals
from nabla.lift.departure import STEP_EXPONENT
from nabla.lift.dual import Dual
from nabla.lift.lifted import Lifted
from nabla.lift.rehearsal import Rehearsed
from nabla.lift.trace import Meetings, Trace
from nabla.methods.disproof import FAR
from nabla.methods.function import Function
from nabla.result import Array
from nabla.rules.rule import is_complex

DISTURBED_RUNS = 3
SAFETY = 4.0
"""As in forward mode: the spread of three disturbed runs, taken four times, is the rounding."""

CLOSE = 2.0**-40
"""Two computations of a slope in different arithmetic agree to this without being asked why."""


@dataclass(frozen=True)
class RehearsedRun:
    """One rehearsal of f: what the duals said along each direction.

    Attributes:
        f: the function.
        x: point.
        directions: shape (m, *x.shape).
        values: f(x) in the first run and in the disturbed ones, shape (runs,).
        slopes: the same of the slopes along the directions, shape (runs, m).
        met: what f did on the way.
    """

    f: Function
    x: Array
    directions: Array
    values: Array
    slopes: Array
    met: Meetings

    @property
    def value(self) -> Any:
        """f(x)."""
        value = self.values[0]
        return value if value.dtype == np.longdouble else float(value)

    @property
    def was_disturbed(self) -> bool:
        """Whether there are runs that show the rounding."""
        return len(self.values) > 1

    def disturbed(self) -> RehearsedRun:
        """The same with runs in lockstep that show the rounding."""
        return rehearse(self.f, self.x, self.directions, generators())

    def gaps(self, slopes: Array, weights: Array) -> Array:
        """How far the steps are from the duals along each direction made of their slopes."""
        takes_part = np.any(weights != 0, axis=1) | (weights.shape[1] == 0)
        # beyond the first, a direction may overflow: it then has nothing to say
        takes_part[1:] &= np.isfinite(self.slopes[0, 1:])
        return np.where(takes_part, np.abs(weights @ slopes - self.slopes[0]), 0.0)

    def contradiction(
        self, values: Array, slopes: Array, weights: Array
    ) -> tuple[str, float, float] | None:
        """What the steps say that rounding cannot explain: of what, which number, and for which.

        Args:
            values: the real part of f at each step.
            slopes: the slope from each step.
            weights: shape (directions, slopes): how each direction is made of those slopes.
        """
        with np.errstate(all="ignore"):
            # where the truth is 0 the truncation shows: (ih)² and (ih)³ are not quite 0
            step = 2.0**STEP_EXPONENT * np.max(np.abs(self.directions[0]), initial=0.0)
            gaps = self.gaps(slopes, weights)
            room = CLOSE * (np.abs(weights) @ np.abs(slopes)) + FAR * self._seen(self.slopes)
            room = np.where(self.slopes[0] == 0, room + step, room)
            off = np.abs(values - self.value)
            room_of_value = CLOSE * np.abs(self.value) + FAR * self._seen(self.values)
            room_of_value += step * (self.value == 0)
        if not np.all(gaps <= room):
            k = int(np.argmax(gaps - room))
            return "slope along a direction", float((weights @ slopes)[k]), float(self.slopes[0, k])
        if not np.all(off <= room_of_value):
            return "value", float(values[np.argmax(off)]), float(self.value)
        return None

    def errors(self, slopes: Array, weights: Array) -> Array:
        """How far each slope may be off by rounding; NaN where nothing is known.

        What rounding does to the slope along a direction, divided by the weight of one part in
        it, bounds what it does to that part. Of several directions the best bound is taken.
        """
        if not self.was_disturbed:
            return np.full(slopes.shape, np.nan)
        with np.errstate(all="ignore"):
            doubt = np.maximum(self.gaps(slopes, weights), self._spread(self.slopes))
            doubt[1:][~np.isfinite(doubt[1:])] = np.inf
            bounds = np.where(weights == 0, np.inf, doubt[:, None] / np.abs(weights))
            return np.spacing(np.abs(slopes)) + SAFETY * np.min(bounds, axis=0)

    @staticmethod
    def _spread(runs: Array) -> Array:
        return np.max(np.abs(runs - runs[0]), axis=0)

    def _seen(self, runs: Array) -> Array:
        return np.nan_to_num(self._spread(runs))


def generators() -> list[np.random.Generator]:
    """For the disturbed runs, as many as forward mode takes."""
    return [np.random.default_rng(k) for k in range(DISTURBED_RUNS)]


def rehearse(
    f: Function, x: Array, directions: Array, roundings: Sequence[np.random.Generator] = ()
) -> RehearsedRun:
    """Run f once on duals and try each operation on complex numbers.

    Args:
        f: the function.
        x: point, any shape.
        directions: shape (m, *x.shape); the first one is that of the trial.
        roundings: generators for the disturbed runs that go along.

    Raises:
        NotAnalytic: where complex numbers would carry another derivative into the result.
    """
    run = Trace()
    traces = [Trace(), *map(Trace, roundings)]
    with contextlib.ExitStack() as runs:
        for trace in (run, *traces):
            runs.enter_context(trace)
        duals = tuple(Dual(x.copy(), directions.copy(), trace) for trace in traces)
        y = f.on_complex(Rehearsed(duals, run))
        if isinstance(y, Rehearsed) and y.run is run:
            if y.lost is not None:
                raise y.lost
            values = np.array([dual.primal for dual in y.duals])
            slopes = np.array([dual.tangent for dual in y.duals])
        elif isinstance(y, Lifted):
            raise refusals.left_over() if y.run.is_over else refusals.inside_another()
        else:
            values = np.full(len(traces), f(x) if is_complex(y) else y)  # a complex one is refused
            slopes = np.zeros((len(traces), len(directions)))
    return RehearsedRun(f, x, directions, values, slopes, run.met)
