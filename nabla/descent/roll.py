"""Gradient descent for teaching: the path of the ball, not only its end.

One step is x ← x - rate · ∇f(x) and nothing more: no momentum, no line search, no schedule,
so that what the path shows is what the rate did. Source: Cauchy, Méthode générale pour la
résolution des systèmes d'équations simultanées (1847); Nocedal & Wright, Numerical
Optimization, 3.1 to 3.3; Nesterov, Introductory Lectures on Convex Optimization, 1.2.3.
"""

from __future__ import annotations

import math
import numbers
import time
from array import array
from collections.abc import Callable
from textwrap import shorten
from typing import Any, Literal, TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

from nabla.descent.result import Descent, Stop
from nabla.differentiate import value_and_gradient
from nabla.errors import InvalidOption, NonFiniteResult
from nabla.methods.function import as_function, as_point
from nabla.methods.method import Method
from nabla.progress import Progress, reporting
from nabla.result import Array

Keep: TypeAlias = Literal["auto", "all", "ends"]

# what points and gradients may take together before keep="auto" thins them
KEPT_BYTES = 256 * 1024 * 1024

# How many sizes of x0 away a ball that still climbs is lost. About 1/√ε: out there x0 has lost
# half its digits beside x and, on a bowl, where f grows as distance², f(x0) has lost them all.
FAR = 1e8


def descend(
    f: Callable[..., Any],
    x0: npt.ArrayLike,
    *,
    rate: float,
    steps: int,
    tolerance: float = 0.0,
    keep: Keep = "auto",
    progress: Progress = None,
    method: str | Method = "auto",
) -> Descent:
    """Roll from x0 down the slope of f: x ← x - rate · ∇f(x), again and again.

    Where ∇f has the Lipschitz constant L (on a quadratic: its largest curvature), a step
    with rate < 2/L lowers f by at least rate · (1 - rate·L/2) · ‖∇f‖²; on a quadratic every
    rate > 2/L runs away from almost every start. Source: Nesterov, 1.2.3.

    The run ends in one of four ways, told in `Descent.stop`:

    * "converged": ‖∇f(x)‖₂ <= tolerance. A saddle or a flat stops the ball like a minimum.
    * "steps": all steps are used.
    * "diverged": f(x) and ‖∇f(x)‖₂ are both larger than at every step before, and x is
      further than 10⁸ · max(1, ‖x0‖₂) from x0. A run with rate < 2/L never raises f and so
      is never called diverged; nor is one that climbs over a ridge, or bounces in a valley,
      or falls for ever because f has no minimum.
    * "non_finite": f or ∇f is NaN or infinite. A point without a finite f is told in the
      reason and left out of the arrays; one with a finite f but no finite ∇f is the last.

    Args:
        f: the function, from an array (or a float, when x0 is one) to one real number.
        x0: the start, a float or an array of any shape; it is not changed.
        rate: the learning rate, > 0, in units of x² per unit of f.
        steps: how many steps at most, >= 0.
        tolerance: gradient norm at which to stop, >= 0, in units of f per unit of x; 0 stops
            only where the gradient is exactly zero.
        keep: which points and gradients to keep. "auto": all until they would pass 256 MB
            together, from then on every second, fourth ... and the last; "all"; "ends": the
            first and the last. Values and gradient norms are kept for every step.
        progress: True shows a line on stderr, None only on a terminal and once the run has
            lasted 2 s, False never. A function is called as progress(step, value,
            gradient_norm) at every point, the start included.
        method: how to differentiate, as in `nabla.gradient`.

    Returns:
        The path, a `Descent`.

    Raises:
        InvalidOption: if rate, steps, tolerance, keep or progress is out of its range.
        NonFiniteResult: if f(x0) is NaN or infinite already.
        NablaError: what `nabla.gradient` raises. What f raises passes through.

    Examples:
        A valley ten times steeper across than along, with L = 20 and so 2/L = 0.1:

        >>> def valley(w):
        ...     return (w[0] - 3) ** 2 + 10 * (w[1] + 1) ** 2
        >>> run = descend(valley, [0.0, 0.0], rate=0.09, steps=500, tolerance=1e-6)
        >>> print(f"{run.stop} at step {run.steps_taken}: {run.x[0]:.6f}, {run.x[1]:.6f}")
        converged at step 80: 3.000000, -1.000000
        >>> run = descend(valley, [0.0, 0.0], rate=0.11, steps=500)
        >>> print(f"{run.stop} at step {run.steps_taken}: {run.x[0]:.6f}, {run.x[1]:.2e}")
        diverged at step 102: 3.000000, 1.19e+08
    """
    _require_options(rate, steps, tolerance, keep)
    rate, steps, tolerance = float(rate), int(steps), float(tolerance)
    function = as_function(f, x0)
    x = as_point(x0)

    def look(x: Array) -> tuple[float, Array]:
        # f is given what the user gave: a number for a number, an array for an array
        return value_and_gradient(f, x[()] if function.takes_float else x, method=method)

    record = _Record(x, steps, keep)
    started = time.perf_counter()

    def line(seconds: float, step: int, value: float, norm: float) -> str:
        text = f"step {step} of {steps}  value {value:.6g}  |gradient| {norm:.3g}"
        return f"{text}  {seconds / step * (steps - step):.0f} s left" if step else text

    with reporting(progress, "(step, value, gradient_norm)", line) as report:
        stop, reason = _roll(look, x, rate, steps, tolerance, record, report)
    seconds = time.perf_counter() - started
    record.close()
    return Descent(
        values=np.array(record.values),
        gradient_norms=np.array(record.gradient_norms),
        points=record.points,
        gradients=record.gradients,
        kept_steps=np.array(record.kept_steps),
        rate=rate,
        stop=stop,
        reason=shorten(reason, 300, placeholder=" ..."),
        seconds=seconds,
        method=method if isinstance(method, str) else method.name,
        f=function,
    )


def _roll(
    look: Callable[[Array], tuple[float, Array]],
    x: Array,
    rate: float,
    steps: int,
    tolerance: float,
    record: _Record,
    report: Callable[[int, float, float], object],
) -> tuple[Stop, str]:
    """Descend from x, writing every point down; answer how the run ended and why."""
    start, far = x, FAR * max(1.0, _norm(x))
    highest = steepest = -math.inf
    step = 0
    value, gradient = look(x)
    while True:
        norm = _norm(gradient)
        record.add(step, x, value, gradient, norm)
        report(step, value, norm)

        if not math.isfinite(norm):
            return "non_finite", f"the gradient is not finite at step {step}, at x = {x}"
        if norm <= tolerance:
            bound = f"within the tolerance {tolerance:.3g}" if tolerance else "exactly zero"
            return "converged", f"the gradient norm at step {step} is {norm:.3g}, {bound}"
        # the distance is measured at new heights only: a run that descends never pays for it
        if value > highest and norm > steepest and (away := _norm(x - start)) > far:
            return "diverged", (
                f"at step {step} x is {away:.3g} away from x0, and the value {value:.3g} and "
                f"gradient norm {norm:.3g} are the largest so far: rate {rate:.3g} is too large"
            )
        if step == steps:
            risen = "; the value has risen, try a smaller rate" * (value > record.values[0])
            return "steps", f"all {steps} steps are used, the gradient norm is {norm:.3g}{risen}"
        highest, steepest = max(highest, value), max(steepest, norm)

        step += 1
        with np.errstate(over="ignore"):  # answered two lines on, so no warning as well
            x = np.asarray(x - rate * gradient)  # NumPy makes scalars of arrays of shape ()
        if not np.isfinite(x).all():
            return "non_finite", f"x overflows at step {step}: x = {x}"
        try:
            value, gradient = look(x)
        except NonFiniteResult as error:
            return "non_finite", f"at step {step}, {error.what}"


class _Record:
    """The run as it is written down: every value, and the points as far as they fit.

    Points are kept at multiples of `stride`. When their rows are full every second one goes
    and the stride doubles, so that what is kept stays evenly spread over the run.
    """

    def __init__(self, x: Array, steps: int, keep: Keep) -> None:
        self.stride = steps + 1 if keep == "ends" else 1
        # every multiple of the stride, and one spare row for the last point if it is none
        rows = steps // self.stride + 2
        if keep == "auto":
            row_bytes = 2 * x.nbytes + np.dtype(np.int64).itemsize
            rows = min(rows, max(2, KEPT_BYTES // row_bytes))
        self.points = np.empty((rows, *x.shape), x.dtype)  # rows never written take no memory
        self.gradients = np.empty_like(self.points)
        self.kept_steps = array("q")
        self.values = array("d")  # 8 bytes a step, where a list of floats takes 32
        self.gradient_norms = array("d")

    def add(self, step: int, x: Array, value: float, gradient: Array, norm: float) -> None:
        """Write one point down, thinning the rows where it would be one too many."""
        self.values.append(value)
        self.gradient_norms.append(norm)
        self.last = step, x, gradient
        if step % self.stride == 0 and len(self.kept_steps) == len(self.points) - 1:
            self.stride *= 2
            self.kept_steps = self.kept_steps[::2]
            for rows in (self.points, self.gradients):
                rows[: len(self.kept_steps)] = rows[:-1:2]
        if step % self.stride == 0:
            self._keep(step, x, gradient)

    def close(self) -> None:
        """Keep the last point unless it is kept already, and give the empty rows back."""
        step, x, gradient = self.last
        if self.kept_steps[-1] != step:
            self._keep(step, x, gradient)
        for rows in (self.points, self.gradients):
            # nobody else holds them yet; NumPy's own check miscounts under a debugger
            rows.resize((len(self.kept_steps), *rows.shape[1:]), refcheck=False)

    def _keep(self, step: int, x: Array, gradient: Array) -> None:
        row = len(self.kept_steps)
        self.points[row] = x
        self.gradients[row] = gradient
        self.kept_steps.append(step)


def _norm(vector: Array) -> float:
    """‖vector‖₂ over all entries; scaled, so that no square overflows or vanishes."""
    largest = float(np.abs(vector).max(initial=0.0))
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    scaled = vector / largest
    return largest * math.sqrt(np.vdot(scaled, scaled))


def _require_options(rate: object, steps: object, tolerance: object, keep: object) -> None:
    if not (_is_finite_real(rate) and float(rate) > 0):
        raise InvalidOption(
            f"rate is {rate!r}",
            why="it scales every step: at zero the ball rests, below zero it climbs",
            remedy="pass a finite real number above zero, rate=0.1",
        )
    if isinstance(steps, bool) or not (isinstance(steps, int | np.integer) and steps >= 0):
        raise InvalidOption(
            f"steps is {steps!r}",
            why="it counts how often the ball may move",
            remedy="pass an integer, zero or more, steps=100",
        )
    if not (_is_finite_real(tolerance) and float(tolerance) >= 0):
        raise InvalidOption(
            f"tolerance is {tolerance!r}",
            why="the gradient norm, which is never below zero, is compared with it",
            remedy="pass a finite real number, zero or more, tolerance=1e-6",
        )
    if keep not in ("auto", "all", "ends"):
        raise InvalidOption(
            f"keep is {keep!r}",
            why="it says which points of the path stay in memory",
            remedy='pass keep="auto", "all" or "ends"',
        )


def _is_finite_real(number: object) -> TypeGuard[numbers.Real]:
    if isinstance(number, bool) or not isinstance(number, numbers.Real):
        return False
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer too large for any float
        return False
