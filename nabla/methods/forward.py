"""Forward mode: run f on dual numbers and read the derivative off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from nabla.errors import InvalidOption
from nabla.lift.dual import Dual
from nabla.lift.lifted import Lifted
from nabla.lift.trace import Trace
from nabla.methods.function import Function, require_finite
from nabla.result import Array, Estimate

BATCH_BYTES = 2**21
"""Memory of the tangents of one intermediate: what a core's cache holds, as measured."""

FIRST_BATCH = 16
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

    Source: Griewank & Walther, Evaluating Derivatives (2nd ed.), section 3.1.
    """

    name: ClassVar[str] = "forward"

    chunk: int | None = None
    dtype: npt.DTypeLike | None = None

    def __post_init__(self) -> None:
        """Check the options."""
        if self.chunk is not None and self.chunk < 1:
            raise InvalidOption(
                f"chunk is {self.chunk}",
                why="each run of f must seed at least one input",
                remedy="leave chunk out, or pass a positive number",
            )

    def estimate(self, f: Function, x: Array, /) -> Estimate:
        """The gradient with its rounding error, and the kinks that were met."""
        run = self._run(f, x, Trace())
        return self._with_evidence(f, x, None, run, x.shape)

    def value_and_gradient(self, f: Function, x: Array, /) -> tuple[float, Array]:
        """The same without looking for the error."""
        run = self._run(f, x, Trace())
        _require_finite_primal(run.value, f, x)
        return run.value, np.reshape(run.slopes, x.shape)

    def slope(self, f: Function, x: Array, u: Array, /) -> Estimate:
        """∇f(x)·u from the single seed u: one run of f, however many inputs there are."""
        run = self._run(f, x, Trace(), u)
        return self._with_evidence(f, x, u, run, ())

    def _run(self, f: Function, x: Array, trace: Trace, direction: Array | None = None) -> _Run:
        """Push seeds through f: those of all inputs, or one direction."""
        point = x if self.dtype is None else x.astype(self.dtype)
        slopes: list[Array] = []
        value: Any = None
        with trace:
            for seeds in _seeds(point, direction, self.chunk, trace):
                lifted: Any = Dual(point, seeds, trace)
                y = f(lifted)
                follows = isinstance(y, Dual) and y.run is trace
                value = y.primal if follows else y
                slopes.append(y.tangent if follows else np.zeros(len(seeds)))
                trace.seeds_before += len(seeds)
        if not isinstance(value, Lifted):
            value = float(value)
        return _Run(value, np.concatenate(slopes), len(slopes), trace)

    def _with_evidence(
        self, f: Function, x: Array, direction: Array | None, run: _Run, shape: tuple[int, ...]
    ) -> Estimate:
        _require_finite_primal(run.value, f, x)
        runs, trace = run.count, run.trace
        if isinstance(x, Lifted):  # inside another derivative there is no number to judge
            unknown = np.full(shape, np.nan)
            slopes = np.reshape(run.slopes, shape)
            return Estimate(run.value, slopes, unknown, "none", runs, self.name, trace.notes())
        if np.isnan(run.slopes).any():
            trace = self._run(f, x, Trace(hunting=True), direction).trace
            runs += run.count
        spread = np.zeros(run.slopes.shape)
        for k in range(DISTURBED_RUNS):
            noisy = self._run(f, x, Trace(rounding=np.random.default_rng(k)), direction)
            runs += noisy.count
            spread = np.maximum(spread, np.abs(noisy.slopes - run.slopes))
        size = np.abs(run.slopes)
        moving = size > 0
        if moving.any():  # by luck a component may hardly have spread; its neighbours know better
            spread = np.maximum(spread, size * np.median(spread[moving] / size[moving]))
        error = np.spacing(size) + SAFETY * spread
        error[trace.concerned(error.size)] = np.nan
        return Estimate(
            value=run.value,
            gradient=np.reshape(run.slopes, shape),
            error=np.reshape(error, shape),
            guarantee="none" if np.isnan(error).any() else "estimated",
            evaluations=runs,
            method=self.name,
            notes=trace.notes(),
        )


@dataclass(frozen=True)
class _Run:
    """What the runs of f for one gradient gave: slopes has shape (seeds,)."""

    value: Any
    slopes: Array
    count: int
    trace: Trace


def _seeds(x: Array, direction: Array | None, chunk: int | None, trace: Trace) -> Iterator[Array]:
    """Batches of seeds, each of shape (seeds, *x.shape)."""
    if direction is not None:
        yield np.reshape(direction, (1, *x.shape)).astype(x.dtype)
        return
    start = 0
    while start < x.size or start == 0:
        largest = max(trace.largest, x.size, 1)
        wanted = chunk or max(1, BATCH_BYTES // (x.dtype.itemsize * largest))
        if chunk is None and not trace.largest:
            wanted = min(wanted, FIRST_BATCH)
        stop = min(start + wanted, x.size)
        seeds = np.zeros((max(stop - start, 0), x.size), dtype=x.dtype)
        seeds[np.arange(stop - start), np.arange(start, stop)] = 1.0
        yield seeds.reshape((stop - start, *x.shape))
        start = stop or 1


def _require_finite_primal(value: Any, f: Function, x: Array) -> None:
    if not isinstance(value, Lifted):
        require_finite(value, f, x)
