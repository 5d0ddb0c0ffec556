"""Central differences: f is called at neighbours of x, and nothing else is asked of it.

One component after the other, f is looked at along a line, t -> f(x + t u), and the slope of
this function of one variable is extrapolated from differences at a ladder of steps (see
`nabla.methods.extrapolation`). Here stands which steps those are, which points f may be asked
at, and what becomes of a component that has no answer.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from nabla.errors import InvalidOption
from nabla.methods.differences.bounds import box, component_name, inwards, require_inside, steps_of
from nabla.methods.differences.fingerprint import digest
from nabla.methods.differences.fixed import difference
from nabla.methods.differences.inquiry import Finding, Inquiry
from nabla.methods.differences.line import Line, Neighbourhood
from nabla.methods.differences.run import Run
from nabla.methods.differences.search import Found, Search
from nabla.methods.differences.slope import Slope, judged, notes_of
from nabla.methods.function import Function, require_finite
from nabla.progress import Progress
from nabla.result import Array, Estimate


@dataclass(frozen=True, eq=False)
class Central:
    """The gradient from symmetric differences of f, extrapolated to step zero.

    For any f, a black box too. Each component takes some 10 evaluations of f, more where f is
    noisy, steep or kinked; a slope along one direction takes as many, whatever n.

    Error: truncation O(h^2k), read off the extrapolation tableau, plus rounding O(ulp(f) / h),
    at least an ulp of f, and the noise of f where there is more of it: then it is measured, and
    a note tells its level. On smooth functions of moderate scale 1e-12 relative. At a kink the
    error reaches to both one-sided slopes; at a jump or a cusp the component is declined (NaN,
    with an infinite error), and a note says why.

    Source: Ridders 1982; Press et al., Numerical Recipes, 3rd ed., 5.7; Moré and Wild 2011.

    Attributes:
        bounds: (lower, upper), each a number, an array that broadcasts to x, or None: f is never
            evaluated outside. Near a bound the differences look to the free side only; a
            component without room on either side is declined.
        batch: whether f takes many points at once: an array of shape (k, *x.shape), or (k,) for
            a number x, and returns k values, shape (k,). The results are those of one point
            after the other, bit for bit if f rounds each row as it rounds a single point.
        executor: calls f; None is here, in this thread. Any of `concurrent.futures`, or a Dask
            client's. The results are the same bit for bit. A process pool needs an f that
            pickles, and several threads one that they may call at the same time.
        journal: a file that keeps what f answers, for a run that takes long: after an
            interruption the same call goes on from there. It belongs to one f, one x and one
            set of options, and is refused to others.
        progress: True shows a line on stderr, None only on a terminal and once the run has
            lasted 2 s, False never. A function is called as progress(done, components,
            evaluations), and ends the run by raising an exception.
        step: the largest step, in units of x: a number, or an array that broadcasts to x. None
            searches for the steps that serve best; along a direction u it is a multiple of u.
        order: 2, 4, 6 or 8: the power of the step that the truncation error falls with. With
            `step` or `order` nothing is searched for: `order` differences are taken and two more
            to tell the error. None is 2 if there is a step.
        dtype: np.float64 or np.float32, the precision x is rounded to and f is evaluated in.
            The gradient is that at the rounded x, and is float64 all the same.

    >>> from nabla.methods.function import as_function
    >>> x = np.array([1.5, 0.5])
    >>> estimate = Central().estimate(as_function(lambda x: np.exp(x[0]) * x[1], x), x)
    >>> estimate.gradient
    array([2.24084454, 4.48168907])
    >>> bool(estimate.error.max() < 1e-10)
    True
    """

    name: ClassVar[str] = "central"

    bounds: tuple[npt.ArrayLike | None, npt.ArrayLike | None] | None = None
    batch: bool = False
    executor: Executor | None = None
    journal: str | os.PathLike[str] | None = None
    progress: Progress = None
    step: npt.ArrayLike | None = None
    order: int | None = None
    dtype: type[np.floating[Any]] = np.float64

    def __post_init__(self) -> None:
        if self.dtype not in (np.float64, np.float32):
            raise InvalidOption(
                f"dtype is {self.dtype!r}",
                why="steps are chosen for the precision f is evaluated in",
                remedy="pass np.float64 or np.float32",
            )
        if self.order not in (None, 2, 4, 6, 8):
            raise InvalidOption(
                f"order is {self.order!r}",
                why="the odd powers of the step cancel in a symmetric difference",
                remedy="pass 2, 4, 6 or 8",
            )

    def estimate(self, f: Function, x: Array, /) -> Estimate:
        """The gradient of f at x.

        Args:
            f: the function.
            x: point, any shape.

        Raises:
            InvalidOption: if x is outside the bounds.
            NonFiniteResult: if f(x) is.
        """
        steps = steps_of(self.step, x.shape)
        run = self._run(f)
        here = self._neighbourhood(run, f, x)
        lines = (Line(here, np.array([index]), np.ones(1)) for index in range(x.size))

        def judge(k: int, finding: Finding[Found]) -> Slope:
            return judged(finding.line, finding, 1.0, component_name(np.unravel_index(k, x.shape)))

        searches = (
            (line, self._inquiry(line, step)) for line, step in zip(lines, steps, strict=True)
        )
        slopes = run.lead(searches, x.size, judge, self._settings(here))
        return self._answer(here, slopes, run, x.shape)

    def slope(self, f: Function, x: Array, u: Array, /) -> Estimate:
        """The directional derivative ∇f(x)·u, at a cost that does not grow with n.

        Args:
            f: the function.
            x: point, any shape.
            u: direction, in the shape of x, not normalised.

        Raises:
            InvalidOption: if x is outside the bounds, or u is no finite direction at x.
            NonFiniteResult: if f(x) is.
        """
        direction = np.asarray(u, dtype=np.float64)
        if direction.shape != x.shape or not np.isfinite(direction).all():
            raise InvalidOption(
                f"u is {u!r}",
                why=f"a direction at x has the shape of x, {x.shape}, and finite components",
                remedy="pass an array of that shape",
            )
        (step,) = steps_of(self.step, ())
        run = self._run(f)
        here = self._neighbourhood(run, f, x)
        moving = np.flatnonzero(direction)
        if not moving.size:
            return self._answer(here, [Slope(0.0, 0.0, 0)], run, ())
        pace = direction.reshape(-1)[moving]
        # divided by a power of two, which is exact, no product with a step overflows
        exponent = math.frexp(float(np.abs(pace).max()))[1] - 1
        speed = 2.0**exponent
        line = Line(here, moving, np.ldexp(pace, -exponent))
        searches = [(line, self._inquiry(line, None if step is None else step * speed))]

        def judge(_: int, finding: Finding[Found]) -> Slope:
            return judged(finding.line, finding, speed, "along u")

        slopes = run.lead(searches, 1, judge, self._settings(here, u=direction))
        return self._answer(here, slopes, run, ())

    def _inquiry(self, line: Line, step: float | None) -> Inquiry[Found]:
        if step is None and self.order is None:
            return Search(line).run()
        return difference(line, step, self.order or 2)

    def _run(self, f: Function) -> Run:
        return Run(
            f,
            batch=self.batch,
            executor=self.executor,
            journal=self.journal,
            progress=self.progress,
        )

    def _settings(self, here: Neighbourhood, **more: Any) -> dict[str, str]:
        """What tells one run from others, f apart."""
        if self.journal is None:
            return {}
        options = {
            option.name: getattr(self, option.name)
            for option in fields(self)
            if option.name not in ("executor", "journal", "progress")
        }
        return {name: digest(value) for name, value in {"x": here.x, **more, **options}.items()}

    def _neighbourhood(self, run: Run, f: Function, x: Array) -> Neighbourhood:
        """x in the precision wanted, f(x), and the box f may be evaluated in."""
        lower, upper = box(self.bounds, x)
        require_inside(x, lower, upper)
        # rounding must not carry the box, or x, across a bound
        lower, upper = inwards(lower, math.inf, self.dtype), inwards(upper, -math.inf, self.dtype)
        point = np.array(np.clip(x.astype(self.dtype), lower, upper), order="C")
        require_inside(point, lower, upper)
        value = run.at(point)
        require_finite(value, f, point)
        return Neighbourhood(point, value, lower.reshape(-1), upper.reshape(-1))

    def _answer(
        self, here: Neighbourhood, slopes: list[Slope], run: Run, shape: tuple[int, ...]
    ) -> Estimate:
        return Estimate(
            value=here.value,
            gradient=np.array([slope.value for slope in slopes], dtype=np.float64).reshape(shape),
            error=np.array([slope.error for slope in slopes], dtype=np.float64).reshape(shape),
            guarantee="estimated",
            evaluations=run.evaluations,
            method=self.name,
            notes=(*notes_of(slopes), *run.notes),
        )
