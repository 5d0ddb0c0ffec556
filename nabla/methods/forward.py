"""Forward mode: run f on dual numbers and read the derivative off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from nabla.errors import CannotFollow, InvalidOption
from nabla.lift.dual import Dual
from nabla.lift.lifted import Lifted
from nabla.lift.refusals import left_over
from nabla.lift.trace import Meetings, Trace
from nabla.methods.cross_check import (
    Checked,
    CrossCheck,
    Found,
    cross_check,
    require_cross_check,
)
from nabla.methods.disproof import Exact
from nabla.methods.function import Function, require_finite
from nabla.result import Array, Estimate

BATCH_BYTES = 2**21
"""Memory of the tangents of one intermediate: what a core's cache holds, as measured."""

FIRST_BATCH = 8
"""Seeds of the first run, before the size of f's intermediates is known."""

DISTURBED_RUNS = 3
SAFETY = 4.0
"""The spread of three disturbed runs, taken four times, covered the error in all but one of a
thousand components of random expressions, and was 20 times too wide in the median."""


@dataclass(frozen=True)
class Forward:
    """Exact derivatives by dual numbers, a whole batch of inputs in one run of f.

    Cost: about n / chunk runs of f, each doing chunk + 1 times the arithmetic.
    Error: rounding only. `estimate` measures it by running f again with every operation
    disturbed by half an ulp, which quadruples the cost; the gradient alone does not pay that.

    Attributes:
        chunk: how many inputs are seeded in one run. More means fewer runs, fewer means less
            memory: each intermediate of f carries `chunk` tangents. None chooses by the
            largest intermediate, so that its tangents take 2 MB.
        dtype: the precision f is evaluated in; None takes x's, at least float64.
        cross_check: when to hold the derivative against differences of f, five plain
            evaluations where all is well: at "first" sight of f and of x's shape, "always",
            or "never".

    Source: Griewank & Walther, Evaluating Derivatives (2nd ed.), section 3.1.
    """

    name: ClassVar[str] = "forward"

    chunk: int | None = None
    dtype: npt.DTypeLike | None = None
    cross_check: CrossCheck = "first"

    def __post_init__(self) -> None:
        """Check the options."""
        whole = isinstance(self.chunk, int) and not isinstance(self.chunk, bool)
        if self.chunk is not None and not (whole and self.chunk >= 1):
            raise InvalidOption(
                f"chunk is {self.chunk!r}",
                why="each run of f must seed at least one input",
                remedy="leave chunk out, or pass a positive integer",
            )
        if self.dtype is not None and np.dtype(self.dtype).kind != "f":
            raise InvalidOption(
                f"dtype is {self.dtype!r}",
                why="f is evaluated in floating-point numbers of that precision",
                remedy="leave dtype out, or pass np.float32, np.float64 or np.longdouble",
            )
        require_cross_check(self.cross_check)

    def estimate(self, f: Function, x: Array, /) -> Estimate:
        """The gradient with its rounding error, and the kinks that were met."""
        run = self._run(f, x)
        _require_finite_primal(run.value, f, x)
        checked = self._cross_checked(f, x, run, run.slopes)
        return checked.added_to(self._with_evidence(f, x, None, run, x.shape))

    def value_and_gradient(self, f: Function, x: Array, /) -> tuple[float, Array]:
        """The same without looking for the error."""
        run = self._run(f, x)
        _require_finite_primal(run.value, f, x)
        self._cross_checked(f, x, run, run.slopes)
        return run.value, np.reshape(run.slopes, x.shape)

    def slope(self, f: Function, x: Array, u: Array, /) -> Estimate:
        """∇f(x)·u from the single seed u: one run of f, however many inputs there are."""
        run = self._run(f, x, u)
        _require_finite_primal(run.value, f, x)
        # all inputs are checked, those too that u leaves alone: another u may come next
        checked = self._cross_checked(f, x, run, None)
        return checked.added_to(self._with_evidence(f, x, u, run, ()))

    def _cross_checked(self, f: Function, x: Array, run: _Run, gradient: Array | None) -> Checked:
        """Hold a run against the plain f.

        Raises:
            CrossCheckFailed: if they contradict each other beyond doubt.
        """

        def exact(x: Array, u: Array, rounding: np.random.Generator | None = None) -> Exact:
            run = self._run(f, x, u, rounding=rounding)
            return Exact(run.value, run.slopes[0], run.met, run.count)

        point = x if self.dtype is None or isinstance(x, Lifted) else x.astype(self.dtype)
        found = Found(run.value, gradient, run.met)
        return cross_check(self.name, self.cross_check, f, point, found, exact)

    def _run(
        self,
        f: Function,
        x: Array,
        direction: Array | None = None,
        *,
        rounding: np.random.Generator | None = None,
        hunting: bool = False,
    ) -> _Run:
        """Push seeds through f, run by run: those of all inputs, or one direction."""
        point = x if self.dtype is None else x.astype(self.dtype)
        n = x.size if direction is None else 1
        slopes: list[Array] = []
        met = Meetings()
        value: Any = None
        done = largest = 0
        while done < n or not slopes:  # once, too, for an x without elements
            seeds = _seeds(point, direction, done, self._width(point, largest))
            # a trace for each run: what f caches in one must not be taken for the next one's
            trace = Trace(rounding, hunting, done, met)
            with trace:
                lifted: Any = Dual(point, seeds, trace)
                y = f(lifted)
                value, slope = _parted(y, trace, seeds)
            slopes.append(slope)
            done += len(seeds)
            largest = max(largest, trace.largest)
        if not isinstance(value, Lifted):
            value = float(value)
        return _Run(value, np.concatenate(slopes), len(slopes), met)

    def _width(self, x: Array, largest: int) -> int:
        """How many seeds the next run pushes."""
        if self.chunk is not None:
            return self.chunk
        fitting = max(1, BATCH_BYTES // (x.dtype.itemsize * max(largest, x.size, 1)))
        return fitting if largest else min(fitting, FIRST_BATCH)

    def _with_evidence(
        self, f: Function, x: Array, direction: Array | None, run: _Run, shape: tuple[int, ...]
    ) -> Estimate:
        runs, met = run.count, run.met
        if isinstance(x, Lifted):  # inside another derivative there is no number to judge
            unknown = np.full(shape, np.nan)
            slopes = np.reshape(run.slopes, shape)
            return Estimate(run.value, slopes, unknown, "none", runs, self.name, met.notes())
        if np.isnan(run.slopes).any():
            met = self._run(f, x, direction, hunting=True).met
            runs += run.count
        spread = np.zeros(run.slopes.shape)
        for k in range(DISTURBED_RUNS):
            try:
                noisy = self._run(f, x, direction, rounding=np.random.default_rng(k))
            except (ArithmeticError, ValueError, CannotFollow):
                # half an ulp away f has no value: math.acos(1.0) has a neighbour outside
                spread = np.full(run.slopes.shape, np.nan)
                break
            runs += noisy.count
            with np.errstate(invalid="ignore"):  # inf - inf at a vertical kink: nothing is known
                spread = np.maximum(spread, np.abs(noisy.slopes - run.slopes))
        size = np.abs(run.slopes)
        moving = size > 0
        if moving.any():  # by luck a component may hardly have spread; its neighbours know better
            spread = np.maximum(spread, size * np.median(spread[moving] / size[moving]))
        error = np.spacing(size) + SAFETY * spread
        error[met.concerned(error.size)] = np.nan
        return Estimate(
            value=run.value,
            gradient=np.reshape(run.slopes, shape),
            error=np.reshape(error, shape),
            guarantee="none" if np.isnan(error).any() else "estimated",
            evaluations=runs,
            method=self.name,
            notes=met.notes() + met.remarks(),
        )


@dataclass(frozen=True)
class _Run:
    """What the runs of f for one gradient gave: slopes has shape (seeds,)."""

    value: Any
    slopes: Array
    count: int
    met: Meetings


def _seeds(x: Array, direction: Array | None, start: int, width: int) -> Array:
    """The next seeds, shape (seeds, *x.shape): unit vectors from `start` on, or the direction."""
    if direction is not None:
        return np.reshape(direction, (1, *x.shape))
    stop = min(start + width, x.size)
    seeds = np.zeros((stop - start, x.size), dtype=x.dtype)
    seeds[np.arange(stop - start), np.arange(start, stop)] = 1.0
    return seeds.reshape((stop - start, *x.shape))


def _parted(y: Any, trace: Trace, seeds: Array) -> tuple[Any, Array]:
    """Value and slopes of what f returned.

    Raises:
        LostDerivative: if it is a value of another run of f, kept from there.
    """
    if isinstance(y, Dual) and y.run is trace:
        return y.primal, y.tangent
    if isinstance(y, Lifted) and y.run.is_over:
        raise left_over()
    return y, np.zeros(len(seeds))


def _require_finite_primal(value: Any, f: Function, x: Array) -> None:
    if not isinstance(value, Lifted):
        require_finite(value, f, x)
