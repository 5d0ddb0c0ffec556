"""The complex step: a step along the imaginary axis, from which no difference is taken.

Where f is analytic Taylor's formula holds for a step ih as for any other,

    f(x + ih) = f(x) + ih·f'(x) - h²·f''(x)/2 - ih³·f'''(x)/6 + …

The imaginary part of the left side is h·f'(x) - h³·f'''(x)/6 + …, so

    f'(x) = Im f(x + ih) / h      truncation ≈ f'''(x)·h²/6

No two neighbouring values are subtracted, so nothing cancels however small h is. With h = 10⁻¹⁰⁰
the truncation is 10⁻²⁰⁰, and what remains is the rounding of f's own operations.

It lies where f is not analytic on its way. ``abs`` of a complex number is a real one: Im is 0, and
so is the "derivative", without a word. NumPy drops imaginary parts (a write into an array of
floats, `np.linalg.norm`), turns their sign (`np.conj`, `np.vdot`, `eigh`), and gives a value where
the real f has none (the logarithm of -1). So f is rehearsed first, once, through the lens
(`nabla.lift.rehearsal`): each operation is tried on complex numbers beside dual ones, and refused
where they part. Only then does f itself get complex numbers, once for each input.

Sources: Squire & Trapp, Using complex variables to estimate derivatives of real functions, SIAM
Review 40(1), 110-112 (1998); Martins, Sturdza & Alonso, The complex-step derivative approximation,
ACM TOMS 29(3), 245-262 (2003).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from nabla.errors import NotAnalytic
from nabla.lift import refusals
from nabla.lift.lifted import Lifted
from nabla.lift.trace import Meetings
from nabla.methods.cross_check import CrossCheck, Found, cross_check, require_cross_check
from nabla.methods.disproof import Exact
from nabla.methods.function import Function, require_finite
from nabla.methods.imaginary_steps import directions, step, step_along, unit_steps
from nabla.methods.rehearsed_run import RehearsedRun, generators, rehearse
from nabla.result import Array, Estimate


@dataclass(frozen=True)
class ComplexStep:
    """Im f(x + ih) / h for each input: no truncation, no cancellation.

    Cost: one evaluation of f on complex numbers for each input, and one rehearsal of f for all.
    Error: rounding only. `estimate` measures it in the rehearsal, which runs three times more in
    lockstep, each operation disturbed by half an ulp.

    Attributes:
        cross_check: when to hold the derivative against differences of f, five plain
            evaluations where all is well: at "first" sight of f and of x's shape, "always",
            or "never".

    Examples:
        >>> import numpy as np
        >>> from nabla.methods.function import as_function
        >>> f = lambda x: np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)
        >>> estimate = ComplexStep(cross_check="never").estimate(as_function(f, 1.5), np.array(1.5))
        >>> print(f"{estimate.gradient:.14f}", estimate.evaluations)
        4.05342789389862 2

        By hand it is one line:

        >>> h = 1e-100
        >>> print(f"{f(1.5 + 1j * h).imag / h:.14f}")
        4.05342789389862

    Source: Squire & Trapp (1998), whose example this is.
    """

    name: ClassVar[str] = "complex_step"

    cross_check: CrossCheck = "first"

    def __post_init__(self) -> None:
        """Check the options."""
        require_cross_check(self.cross_check)

    def estimate(self, f: Function, x: Array, /) -> Estimate:
        """The gradient with its rounding error.

        Raises:
            NotAnalytic: if complex numbers would lose a derivative in f, or f takes none.
            UnsupportedPoint: inside another derivative.
        """
        return self._gradient(f, x, generators())

    def value_and_gradient(self, f: Function, x: Array, /) -> tuple[float, Array]:
        """The same without looking for the error."""
        estimate = self._gradient(f, x, [])
        return estimate.value, estimate.gradient

    def slope(self, f: Function, x: Array, u: Array, /) -> Estimate:
        """∇f(x)·u from one step along u, however many inputs there are."""
        _require_plain(x, u)
        # all inputs move in the rehearsal, those too that u leaves alone: another u may come next
        rehearsal = rehearse(f, x, np.stack([directions(x)[0], u]), generators())
        steps = [(u, step_along(x, u))]
        return self._reported(f, x, rehearsal, steps, np.array([[0.0], [1.0]]), None)

    def _gradient(self, f: Function, x: Array, roundings: list[np.random.Generator]) -> Estimate:
        _require_plain(x)
        rehearsal = rehearse(f, x, directions(x), roundings)
        weights = rehearsal.directions.reshape(len(rehearsal.directions), -1)
        return self._reported(f, x, rehearsal, unit_steps(x), weights, x.shape)

    def _reported(
        self,
        f: Function,
        x: Array,
        rehearsal: RehearsedRun,
        steps: Iterable[tuple[Array, float]],
        weights: Array,
        shape: tuple[int, ...] | None,
    ) -> Estimate:
        """Take the steps, confront them with the rehearsal, and the outcome with the plain f.

        Args:
            f: the function.
            x: point, any shape.
            rehearsal: what f did in it, along some directions.
            steps: directions u with steps h, one for each slope that is asked for.
            weights: shape (directions, slopes): how each direction is made of those slopes.
            shape: that of the gradient which the slopes are; None for one slope.
        """
        if not np.isfinite(rehearsal.value):
            plain = f(x)
            require_finite(plain, f, x)
            raise _another_function(f, rehearsal.met, "value", rehearsal.value, plain)
        taken = [step(f, x, u, h) for u, h in steps]
        values = np.array([value for value, _ in taken], dtype=x.dtype)
        slopes = np.array([slope for _, slope in taken], dtype=x.dtype)
        runs = len(taken) + 1
        contradiction = rehearsal.contradiction(values, slopes, weights)
        if contradiction and not rehearsal.was_disturbed:  # how far does rounding reach?
            rehearsal, runs = rehearsal.disturbed(), runs + 1
            contradiction = rehearsal.contradiction(values, slopes, weights)
        if contradiction:
            raise _another_function(f, rehearsal.met, *contradiction)
        error = rehearsal.errors(slopes, weights)
        estimate = Estimate(
            value=rehearsal.value,
            gradient=slopes.reshape(shape or ()),
            error=error.reshape(shape or ()),
            guarantee="none" if np.isnan(error).any() else "estimated",
            evaluations=runs,
            method=self.name,
            notes=rehearsal.met.remarks(),
        )
        found = Found(rehearsal.value, None if shape is None else slopes, rehearsal.met)

        def exact(x: Array, u: Array, rounding: np.random.Generator | None = None) -> Exact:
            if rounding is not None:
                again = rehearse(f, x, u[np.newaxis], [rounding])
                return Exact(again.values[1], again.slopes[1, 0], again.met, 1)
            value, slope = step(f, x, u, step_along(x, u))
            return Exact(value, slope, rehearsal.met, 1)

        return cross_check(self.name, self.cross_check, f, x, found, exact).added_to(estimate)


def _require_plain(*arrays: Any) -> None:
    if any(isinstance(array, Lifted) for array in arrays):
        raise refusals.inside_another()


def _another_function(
    f: Function, met: Meetings, what: str, complex_one: Any, real_one: Any
) -> NotAnalytic:
    suspects = [f"at {line}: {name} of real numbers is NaN there" for name, line in met.departures]
    suspects += [f"where a value became text: {line}" for line in met.texts]
    return NotAnalytic(
        f"{f.name} is another function of complex numbers: its {what} is {complex_one:.6g} for "
        f"these and {real_one:.6g} for real ones",
        why="f takes another way for complex numbers than for real ones"
        + "".join(f", perhaps {suspect}" for suspect in suspects),
        remedy="look for text, caches, exceptions caught, and branches on the type of x; or use "
        "method='forward'",
    )
