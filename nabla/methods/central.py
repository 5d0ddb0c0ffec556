"""Central differences: f is called at neighbours of x, and nothing else is asked of it.

One component after the other, f is looked at along a line, t -> f(x + t u), and the slope of
this function of one variable is extrapolated from differences at a ladder of steps (see
`nabla.methods.extrapolation`). Here stands which steps those are, which points f may be asked
at, and what becomes of a component that has no answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from nabla.errors import InvalidOption
from nabla.methods.differences.inquiry import Finding, Reply, conduct
from nabla.methods.differences.line import Line, Neighbourhood
from nabla.methods.differences.reading import Singularity
from nabla.methods.differences.search import Slope, search
from nabla.methods.function import Function, require_finite
from nabla.result import Array, Estimate, Note


@dataclass(frozen=True, eq=False)
class Central:
    """The gradient from symmetric differences of f, extrapolated to step zero.

    For any f, a black box too. Each component takes some 10 to 25 evaluations of f, more where
    f is noisy, steep or kinked; a slope along one direction takes as many, whatever n.

    Error: truncation O(h^2k), read off the extrapolation tableau, plus rounding O(ulp(f) / h),
    at least an ulp of f and more where the smaller steps show more. On smooth functions of
    moderate scale 1e-12 relative.

    Source: Ridders 1982; Press et al., Numerical Recipes, 3rd ed., 5.7.

    Attributes:
        bounds: (lower, upper), each a number, an array that broadcasts to x, or None: f is never
            evaluated outside. Near a bound the differences look to the free side only; a
            component without room on either side is declined.
        executor: evaluates the components, through its `map`; None is one after the other. The
            results are the same bit for bit. A process pool needs an f that pickles.
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
    dtype: type[np.floating[Any]] = np.float64

    def __post_init__(self) -> None:
        if self.dtype not in (np.float64, np.float32):
            raise InvalidOption(
                f"dtype is {self.dtype!r}",
                why="steps are chosen for the precision f is evaluated in",
                remedy="pass np.float64 or np.float32",
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
        names = [_component_name(np.unravel_index(k, here.x.shape)) for k in range(here.x.size)]
        return self._answer(here, self._slopes(f, lines, names, 1.0), x.shape)

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
            return self._answer(here, [_Slope(0.0, 0.0, 0)], ())
        pace = direction.reshape(-1)[moving]
        # divided by a power of two, which is exact, no product with a step overflows
        exponent = math.frexp(float(np.abs(pace).max()))[1] - 1
        line = Line(here, moving, np.ldexp(pace, -exponent))
        return self._answer(here, self._slopes(f, [line], ["along u"], 2.0**exponent), ())

    def _slopes(
        self, f: Function, lines: list[Line], names: list[str], speed: float
    ) -> list[_Slope]:
        evaluate = partial(
            _one_by_one if self.executor is None else partial(_spread, self.executor), f
        )
        slopes: list[_Slope] = []
        width = 1 if self.executor is None else len(lines)
        for k in range(0, len(lines), width):
            group = lines[k : k + width]
            with np.errstate(all="ignore"):
                findings = conduct([(line, search(line)) for line in group], evaluate)
            slopes += [
                _judged(line, found, speed, name)
                for line, found, name in zip(group, findings, names[k : k + width])
            ]
        return slopes

    def _neighbourhood(self, f: Function, x: Array) -> Neighbourhood:
        """x in the precision wanted, f(x), and the box f may be evaluated in."""
        lower, upper = _box(self.bounds, x)
        _require_inside(x, lower, upper)
        # rounding must not carry the box, or x, across a bound
        lower, upper = _inwards(lower, math.inf, self.dtype), _inwards(upper, -math.inf, self.dtype)
        point = np.array(np.clip(x.astype(self.dtype), lower, upper), order="C")
        _require_inside(point, lower, upper)
        value = float(f(point))
        require_finite(value, f, point)
        return Neighbourhood(point, value, lower.reshape(-1), upper.reshape(-1))

    def _answer(
        self, here: Neighbourhood, slopes: list[_Slope], shape: tuple[int, ...]
    ) -> Estimate:
        return Estimate(
            value=here.value,
            gradient=np.array([slope.value for slope in slopes], dtype=np.float64).reshape(shape),
            error=np.array([slope.error for slope in slopes], dtype=np.float64).reshape(shape),
            guarantee="estimated",
            evaluations=1 + sum(slope.evaluations for slope in slopes),
            method=self.name,
            notes=tuple(note for slope in slopes for note in slope.notes),
        )


def _box(bounds: Any, x: Array) -> tuple[Array, Array]:
    """The bounds in the shape of x, infinite where there is none."""
    try:
        lower, upper = (None, None) if bounds is None else bounds
        return (
            np.broadcast_to(np.asarray(-np.inf if lower is None else lower, np.float64), x.shape),
            np.broadcast_to(np.asarray(np.inf if upper is None else upper, np.float64), x.shape),
        )
    except (TypeError, ValueError):
        raise InvalidOption(
            f"bounds is {bounds!r}",
            why=f"bounds is a pair, lower and upper, that fits x of shape {x.shape}",
            remedy="pass (lower, upper), each a number, an array that broadcasts to x, or None",
        ) from None


def _require_inside(x: Array, lower: Array, upper: Array) -> None:
    # written so that a NaN bound is refused as well
    outside = np.argwhere(~((lower <= x) & (x <= upper)))
    if len(outside):
        where = tuple(outside[0].tolist())
        raise InvalidOption(
            f"{_component_name(where)} is {x[where]}, outside the bounds "
            f"[{lower[where]}, {upper[where]}]",
            why="f is never evaluated outside the bounds, and its gradient needs f(x)",
            remedy="move x inside, np.clip(x, lower, upper), or correct the bounds",
        )


def _inwards(bound: Array, inside: float, dtype: type[np.floating[Any]]) -> Array:
    """The bound in another precision, on its inner side."""
    with np.errstate(over="ignore"):
        rounded = bound.astype(dtype)
    crossed = rounded < bound if inside > 0 else rounded > bound
    return np.where(crossed, np.nextafter(rounded, dtype(inside)), rounded)


@dataclass(frozen=True, slots=True)
class _Slope:
    """The slope along one line: what becomes one component of the estimate."""

    value: float
    error: float
    evaluations: int
    notes: tuple[Note, ...] = ()


def _component_name(where: Iterable[Any]) -> str:
    indices = ", ".join(str(int(index)) for index in where)
    return f"x[{indices}]" if indices else "x"


def _judged(line: Line, found: Finding[Slope], speed: float, name: str) -> _Slope:
    """The slope along a line, times `speed`, or a note that says why there is none."""
    reading = found.result.reading
    notes = tuple(Note(kind, f"{name}: {why}") for kind, why in found.result.notes)
    if reading is None:
        reason = (
            "f has no finite values beside x, at whatever step"
            if found.evaluations
            else "the bounds leave no room for a step"
        )
        return _Slope(math.nan, math.inf, found.evaluations, (*notes, _declined(name, reason)))
    best = reading.best
    # a steep f, exp(1000 x), rounds its argument as well: an ulp of x is worth slope · ulp
    argument_rounding = abs(best.slope) * line.grain / best.step
    value, error = speed * best.slope, speed * (best.error + argument_rounding)
    if not math.isfinite(value) or not math.isfinite(error):
        steep = "the slope grows without limit as the step shrinks"
        reason = steep if math.isinf(best.error) else "the slope is beyond the largest float"
        return _Slope(math.nan, math.inf, found.evaluations, (_declined(name, reason),))
    if reading.singularity is not None:
        left, right = speed * reading.left, speed * reading.right
        notes = (*notes, _singular(reading.singularity, name, left, right))
    return _Slope(value, error, found.evaluations, notes)


def _declined(name: str, reason: str) -> Note:
    return Note("declined", f"{name}: {reason}")


def _singular(kind: Singularity, name: str, left: float, right: float) -> Note:
    behaviour = "differ" if kind == "kink" else "part ever further as the step shrinks"
    sentence = f"{name}: the one-sided slopes {behaviour}, {left:.3g} and {right:.3g}"
    return Note(kind, sentence, {"left": left, "right": right})


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
