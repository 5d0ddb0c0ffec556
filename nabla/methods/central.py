"""Central differences: f is called at neighbours of x, and nothing else is asked of it.

One component after the other, f is looked at along a line, t -> f(x + t u), and the slope of
this function of one variable is extrapolated from differences at a ladder of steps (see
`nabla.methods.extrapolation`). Here stands which steps those are, which points f may be asked
at, and what becomes of a component that has no answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from nabla.errors import InvalidOption
from nabla.methods.differences.bounds import box, component_name, inwards, require_inside, steps_of
from nabla.methods.differences.fixed import difference
from nabla.methods.differences.inquiry import Inquiry, Reply, conduct
from nabla.methods.differences.line import Line, Neighbourhood
from nabla.methods.differences.search import Found, Search
from nabla.methods.differences.slope import Slope, judged, notes_of
from nabla.methods.function import Function, require_finite
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
        executor: evaluates the components, through its `map`; None is one after the other. The
            results are the same bit for bit. A process pool needs an f that pickles.
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
    executor: Executor | None = None
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
        here = self._neighbourhood(f, x)
        lines = [Line(here, np.array([index]), np.ones(1)) for index in range(here.x.size)]
        names = [component_name(np.unravel_index(k, here.x.shape)) for k in range(here.x.size)]
        steps = steps_of(self.step, x.shape)
        return self._answer(here, self._slopes(f, lines, steps, names, 1.0), x.shape)

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
        here = self._neighbourhood(f, x)
        moving = np.flatnonzero(direction)
        if not moving.size:
            return self._answer(here, [Slope(0.0, 0.0, 0)], ())
        pace = direction.reshape(-1)[moving]
        # divided by a power of two, which is exact, no product with a step overflows
        exponent = math.frexp(float(np.abs(pace).max()))[1] - 1
        line = Line(here, moving, np.ldexp(pace, -exponent))
        (step,) = steps_of(self.step, ())
        steps = [None if step is None else step * 2.0**exponent]
        return self._answer(here, self._slopes(f, [line], steps, ["along u"], 2.0**exponent), ())

    def _inquiry(self, line: Line, step: float | None) -> Inquiry[Found]:
        if step is None and self.order is None:
            return Search(line).run()
        return difference(line, step, self.order or 2)

    def _slopes(
        self,
        f: Function,
        lines: list[Line],
        steps: Sequence[float | None],
        names: list[str],
        speed: float,
    ) -> list[Slope]:
        evaluate = partial(
            _one_by_one if self.executor is None else partial(_spread, self.executor), f
        )
        slopes: list[Slope] = []
        width = 1 if self.executor is None else len(lines)
        for k in range(0, len(lines), width):
            group = lines[k : k + width]
            with np.errstate(all="ignore"):
                findings = conduct(
                    [
                        (line, self._inquiry(line, step))
                        for line, step in zip(group, steps[k : k + width], strict=True)
                    ],
                    evaluate,
                )
            slopes += [
                judged(line, found, speed, name)
                for line, found, name in zip(group, findings, names[k : k + width], strict=True)
            ]
        return slopes

    def _neighbourhood(self, f: Function, x: Array) -> Neighbourhood:
        """x in the precision wanted, f(x), and the box f may be evaluated in."""
        lower, upper = box(self.bounds, x)
        require_inside(x, lower, upper)
        # rounding must not carry the box, or x, across a bound
        lower, upper = inwards(lower, math.inf, self.dtype), inwards(upper, -math.inf, self.dtype)
        point = np.array(np.clip(x.astype(self.dtype), lower, upper), order="C")
        require_inside(point, lower, upper)
        value = float(f(point))
        require_finite(value, f, point)
        return Neighbourhood(point, value, lower.reshape(-1), upper.reshape(-1))

    def _answer(self, here: Neighbourhood, slopes: list[Slope], shape: tuple[int, ...]) -> Estimate:
        return Estimate(
            value=here.value,
            gradient=np.array([slope.value for slope in slopes], dtype=np.float64).reshape(shape),
            error=np.array([slope.error for slope in slopes], dtype=np.float64).reshape(shape),
            guarantee="estimated",
            evaluations=1 + sum(slope.evaluations for slope in slopes),
            method=self.name,
            notes=notes_of(slopes),
        )


def _reply(f: Function, point: Array) -> Reply:
    # that f is asked where it overflows, or outside its domain, is our doing
    with np.errstate(all="ignore"):
        try:
            return Reply(float(f(point)))
        except (ArithmeticError, ValueError) as refusal:
            # how math.log, math.exp, 1 / 0 or a failing Cholesky say that f has no value here
            return Reply(math.nan, refusal)


def _one_by_one(f: Function, points: Sequence[Array]) -> list[Reply]:
    return [_reply(f, point) for point in points]


def _spread(executor: Executor, f: Function, points: Sequence[Array]) -> list[Reply]:
    return list(executor.map(partial(_reply, f), points))
