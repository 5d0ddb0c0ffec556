"""The V-shaped error curve of a difference: truncation falling, rounding rising.

A chord of width 2h has two errors,

    (f(x + hu) - f(x - hu)) / 2h  =  ∇f·u  +  f‴ h²/6  +  about ε / h

with f‴ the third derivative along u and ε how far a value of f is off. Halving the step quarters
the first and doubles the second. Drawn against h on logarithmic axes each is a straight line, of
slope 2 and of slope -1, and their sum is a V whose bottom is where

    h = (3 ε / f‴)^⅓

Source: Press et al., Numerical Recipes, 3rd ed., section 5.7.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from nabla.differentiate import directional_derivative
from nabla.errors import InvalidOption, MissingExtra
from nabla.methods.differences.noise import POINTS, noise_level
from nabla.methods.function import Function, as_function, as_point
from nabla.methods.method import Method
from nabla.result import Array

PER_DECADE = 4
DECADES = 15

# What is below this part of a difference of chords is rounding rather than truncation.
CLEAR = 1000.0


@dataclass(frozen=True, eq=False)
class ErrorCurve:
    """The errors of a plain central difference over its steps.

    Attributes:
        steps: h, from the largest to the smallest, in units of the direction.
        slopes: the difference at each step.
        errors: how far each is from `slope`.
        truncation: f‴ h²/6 at each step, with f‴ measured; 0 where none is to be seen.
        rounding: ε / h at each step, with ε measured.
        best_step: the step at which truncation and rounding are least together.
        slope: ∇f(x)·u by the method named.
        noise: ε, how far one value of f is off.
        method: the name of the method `slope` is from.
    """

    steps: Array
    slopes: Array
    errors: Array
    truncation: Array
    rounding: Array
    best_step: float
    slope: float
    noise: float
    method: str

    def __str__(self) -> str:
        nearest = int(np.argmin(np.abs(np.log(self.steps / self.best_step))))
        lines = ["step      error     truncation  rounding"]
        for k in range(0, len(self.steps), PER_DECADE):
            cells = (self.steps[k], self.errors[k], self.truncation[k], self.rounding[k])
            row = "{:<8.0e}  {:<8.0e}  {:<10.0e}  {:<8.0e}".format(*map(float, cells))
            mark = "  <- best" if abs(k - nearest) <= PER_DECADE // 2 - 1 else ""
            lines.append(row.rstrip() + mark)
        lines.append(f"best step {self.best_step:.1e}, by the two errors as measured")
        return "\n".join(lines)

    def plot(self, ax: Any = None) -> Any:
        """Draw the curve on logarithmic axes.

        Args:
            ax: matplotlib axes; None makes a figure.

        Returns:
            The axes.

        Raises:
            MissingExtra: if matplotlib is not installed.
        """
        if ax is None:
            try:
                pyplot: Any = importlib.import_module("matplotlib.pyplot")
            except ImportError as error:
                raise MissingExtra(
                    "ErrorCurve.plot() found no matplotlib",
                    why="drawing is an extra, so nabla itself does not depend on matplotlib",
                    remedy="pip install matplotlib; without a picture, print(curve) shows a table",
                ) from error
            ax = pyplot.subplots(layout="constrained")[1]
        # where a difference is right to the last digit there is nothing to draw
        seen = self.errors > 0
        ax.loglog(self.steps[seen], self.errors[seen], ".", color="0.2", label="error")
        falling = self.truncation > 0
        ax.loglog(self.steps[falling], self.truncation[falling], color="C0", label="truncation")
        ax.loglog(self.steps, self.rounding, color="C1", label="rounding")
        ax.axvline(self.best_step, color="0.6", linestyle="--", label="best step")
        low, high = self.errors[seen].min(initial=1e-16), self.errors.max(initial=1e-16)
        ax.set(xlabel="step h", ylabel="absolute error", ylim=(low / 10, 10 * high))
        ax.legend()
        return ax


def error_curve(
    f: Callable[..., Any],
    x: npt.ArrayLike,
    direction: npt.ArrayLike | None = None,
    *,
    method: str | Method = "auto",
) -> ErrorCurve:
    """How the error of (f(x + hu) - f(x - hu)) / 2h depends on the step h.

    Some 130 evaluations of f: 2 for each step, from one to 1e-15, and a few for the noise.

    Args:
        f: a function of one array (or float) that returns one real number.
        x: the point.
        direction: u, in the shape of x; None is the first coordinate.
        method: what the differences are compared with; "auto" is exact where f can be followed.

    Raises:
        InvalidOption: if the direction has another shape than x, or is zero.
        NablaError: as `directional_derivative` does.

    Examples:
        >>> import nabla
        >>> curve = nabla.error_curve(np.exp, 1.0)
        >>> print(f"{curve.best_step:.0e}")
        1e-05
        >>> at = {f"{step:.0e}": error for step, error in zip(curve.steps, curve.errors)}
        >>> print(f"{at['1e-02']:.1e} {at['1e-05']:.0e} {at['1e-10']:.0e}")
        4.5e-05 6e-11 7e-07
    """
    point = as_point(x)
    if direction is None:
        u = np.zeros(point.shape)
        u.reshape(-1)[:1] = 1.0
    else:
        u = as_point(direction)
    if u.shape != point.shape or not u.any():
        raise InvalidOption(
            f"direction is {direction!r}",
            why=f"a direction at x has the shape of x, {point.shape}, and leads somewhere",
            remedy="pass an array of that shape that is not zero",
        )
    slope = float(directional_derivative(f, x, u, method=method))
    function = as_function(f, x)
    steps = 10.0 ** -(np.arange(DECADES * PER_DECADE + 1) / PER_DECADE)
    with np.errstate(all="ignore"):
        slopes = np.array([_chord(function, point, u, step) for step in steps])
        noise = _noise(function, point, u)
    bend = _bend(steps, slopes, noise)
    best = (noise / (2 * bend)) ** (1 / 3) if bend > 0 else 1.0
    return ErrorCurve(
        steps=steps,
        slopes=slopes,
        errors=np.abs(slopes - slope),
        truncation=bend * steps**2,
        rounding=noise / steps,
        best_step=float(np.clip(best, steps[-1], steps[0])),
        slope=slope,
        noise=noise,
        method=method if isinstance(method, str) else method.name,
    )


def _value(f: Function, x: Array) -> float:
    try:
        return float(f(x))
    except (ArithmeticError, ValueError):
        return math.nan  # f has no value there, and it is our doing that it is asked


def _chord(f: Function, x: Array, u: Array, step: float) -> float:
    return (_value(f, x + step * u) - _value(f, x - step * u)) / (2 * step)


def _noise(f: Function, x: Array, u: Array) -> float:
    """How far a value of f is off: measured beside x, and at least by half an ulp."""
    spacing = math.sqrt(np.finfo(np.float64).eps) / POINTS
    values = [_value(f, x + count * spacing * u) for count in range(POINTS)]
    finite = [value for value in values if math.isfinite(value)]
    return max(noise_level(finite), float(np.spacing(abs(_value(f, x)))) / 2)


def _bend(steps: Array, slopes: Array, noise: float) -> float:
    """f‴/6, from two neighbouring chords: the smallest whose difference rounding leaves clear."""
    found = 0.0
    for (larger, rough), (smaller, fine) in pairwise(zip(steps, slopes, strict=True)):
        change = abs(rough - fine)
        if math.isfinite(change) and change > CLEAR * noise / smaller:
            found = change / (larger**2 - smaller**2)
    return float(found)
