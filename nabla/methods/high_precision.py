"""The referee: f itself is evaluated in high precision, and differences are taken.

It uses no derivative rule. What it shares with the exact modes is the way f is reached: the
dispatch, and the composites that say np.var or np.diff in terms of canonical operations.
What it reports has been verified: two passes with quite different steps and precisions
(`nabla.methods.squared_steps`) agree to the digits promised, or it declines, or it refuses.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from nabla.errors import InvalidOption, PrecisionNotReached
from nabla.lift.lifted import Lifted
from nabla.lift.trace import Meetings
from nabla.methods.cross_check import CrossCheck, Found, cross_check, require_cross_check
from nabla.methods.disproof import Exact
from nabla.methods.function import Function, require_finite
from nabla.methods.secants import Evidence, Secants, closes, meets
from nabla.methods.squared_steps import Direction, not_differentiable, refine
from nabla.methods.witness import slope_of
from nabla.result import Array, Estimate, Note


@dataclass(frozen=True)
class Multiprecision:
    """Central differences in mpmath's arithmetic, with verified digits.

    Cost: 4n + 5 evaluations of f in high precision, more where f is hard, and five plain ones
    at first sight of f; on vectorised f some
    thousand times slower than float64.
    Error: at most 10⁻ᵈ·max(|gᵢ|, 10⁻³·max|g|) in `gradient_exact` for d digits, plus the rounding
    to float64 in `gradient`. A gradient that is zero everywhere is judged against |f(x)|.
    Declined, with a note: a component where f has a kink or a jump or ends.

    The numbers in f are taken as they are written: 0.1 is a binary64 number, np.pi is not π.

    Attributes:
        digits: correct decimal digits promised; the working precision follows from it.
        cross_check: when to hold the derivative against differences of f in floats, five plain
            evaluations where all is well: at "first" sight of f and of x's shape, "always",
            or "never". It finds numbers that were carried on as text, by C or in a file.

    Examples:
        >>> import numpy as np
        >>> from nabla.methods.function import as_function
        >>> f = lambda x: np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)
        >>> estimate = Multiprecision().estimate(as_function(f, 1.5), np.array(1.5))
        >>> print(estimate.gradient_exact)
        4.05342789389862065771418792561
        >>> estimate.gradient.item(), estimate.evaluations
        (4.053427893898621, 14)

    Source: Squire & Trapp, Using complex variables to estimate derivatives of real functions
    (1998), for the example.
    """

    name: ClassVar[str] = "mpmath"

    digits: int = 30
    cross_check: CrossCheck = "first"

    def __post_init__(self) -> None:
        """Check the options."""
        given: Any = self.digits
        if isinstance(given, bool) or not isinstance(given, numbers.Integral) or given < 1:
            raise InvalidOption(
                f"digits is {self.digits!r}",
                why="the promise is a number of correct decimal digits, at least one",
                remedy="pass a positive integer, such as digits=30",
            )
        require_cross_check(self.cross_check)

    def estimate(self, f: Function, x: Array, /) -> Estimate:
        """The gradient of f at x.

        Args:
            f: the function.
            x: point, any shape; taken exactly.

        Returns:
            an estimate whose `gradient` is `gradient_exact` rounded once to float64. The
            numbers of `gradient_exact` hold all that was computed and belong to an mpmath
            context of their own, of `digits` digits: they print so many, and what is computed
            from them has so many. `mpmath.mpf(number)` makes one of the global context.

        Raises:
            PrecisionNotReached: if two passes never agree; f is noisy or not deterministic.
            NonFiniteResult: if f(x) is infinite or NaN in any precision.
            UnsupportedPoint: inside another derivative.
            CrossCheckFailed: if the plain f contradicts the slopes beyond doubt.
        """
        _require_plain(x)
        directions = [Direction(np.array([k]), np.ones(1)) for k in range(x.size)]
        names = [f"x{list(index) if index else ''}" for index in np.ndindex(x.shape)]
        met = Meetings()
        estimate = self._judged(f, x, directions, names, x.shape, met)
        return self._cross_checked(f, x, estimate, np.ravel(estimate.gradient), met)

    def slope(self, f: Function, x: Array, u: Array, /) -> Estimate:
        """∇f(x)·u in nine evaluations whatever n, eleven more at first sight of f.

        Args:
            f: the function.
            x: point, any shape.
            u: direction, in the shape of x, not normalised.
        """
        _require_plain(x)
        _require_plain(u)
        moving = np.flatnonzero(u)
        directions = [Direction(moving, np.ravel(u)[moving])] if moving.size else []
        met = Meetings()
        estimate = self._judged(f, x, directions, ["x along u"], (), met)
        # all inputs are checked, those too that u leaves alone: another u may come next
        return self._cross_checked(f, x, estimate, None, met)

    def _cross_checked(
        self, f: Function, x: Array, estimate: Estimate, gradient: Array | None, met: Meetings
    ) -> Estimate:
        def exact(x: Array, u: Array, rounding: np.random.Generator | None = None) -> Exact:
            return slope_of(f, x, u, rounding)

        found = Found(estimate.value, gradient, met, beyond_floats=True)
        checked = cross_check(self.name, self.cross_check, f, x, found, exact)
        return checked.added_to(estimate)

    def _judged(
        self,
        f: Function,
        x: Array,
        directions: list[Direction],
        names: list[str],
        shape: tuple[int, ...],
        met: Meetings,
    ) -> Estimate:
        """Settle every direction: a verified slope, or a note why there is none, or refuse."""
        from nabla.systems.multiprecision import nearest_float64

        evidence = refine(f, x, directions, self.digits, met)
        if not abs(evidence.value) < math.inf:
            require_finite(nearest_float64(evidence.value), f, x)
        mp = evidence.value.context
        slopes = [after.central for after in evidence.after]
        doubts = [doubt + evidence.unexplained for doubt in evidence.doubts()]
        notes: list[Note] = []
        for k in evidence.unsettled(self.digits):
            note = _declined(evidence, k, names[k], f)
            if note is not None:
                notes.append(note)
                slopes[k], doubts[k] = mp.nan, mp.inf
            elif self._is_zero(evidence, k):
                doubts[k] = max(abs(evidence.before[k].central), abs(slopes[k]))
                slopes[k] = mp.zero
            else:
                raise self._not_reached(f, names[k], evidence.before[k], evidence.after[k])
        if not directions:  # u is zero, or x empty
            slopes = doubts = [mp.zero] * len(names)
        return self._reported(evidence, slopes, doubts, tuple(notes), shape)

    def _reported(
        self,
        evidence: Evidence,
        slopes: list[Any],
        doubts: list[Any],
        notes: tuple[Note, ...],
        shape: tuple[int, ...],
    ) -> Estimate:
        """The slopes rounded to float64, with the doubt and that rounding as their error."""
        from nabla.systems.multiprecision import MultiprecisionNumbers, nearest_float64

        gradient = np.reshape([nearest_float64(slope) for slope in slopes], shape)
        doubt = np.reshape([nearest_float64(doubt) for doubt in doubts], shape)
        with np.errstate(invalid="ignore"):  # the spacing at inf
            error = np.spacing(np.abs(gradient)) / 2 + np.nextafter(doubt, np.inf)
        context = MultiprecisionNumbers(precision_bits=1).context
        context.dps = self.digits
        exact = np.empty(len(slopes), dtype=object)
        exact[:] = [context.make_mpf(slope._mpf_) for slope in slopes]  # exact, not rounded
        return Estimate(
            value=nearest_float64(evidence.value),
            gradient=gradient,
            error=np.where(np.isfinite(gradient), error, np.inf),
            guarantee="estimated",
            evaluations=evidence.evaluations,
            method=self.name,
            notes=notes,
            gradient_exact=exact.reshape(shape),
        )

    def _is_zero(self, evidence: Evidence, k: int) -> bool:
        """Whether the slope is zero as far as |f| can tell, with all others zero as well.

        Where rounding errors are all there is, passes never agree relative to the slope. And
        at a minimum with f(x) = 0 the differences are truncation only, and vanish with h.
        """
        before, after = evidence.before[k], evidence.after[k]
        limit = abs(evidence.value) * evidence.value.context.mpf(10) ** -self.digits
        is_smooth = meets(before, after) or after.gap <= limit
        slope_before, slope = abs(before.central), abs(after.central)
        is_small = slope <= limit or closes(slope_before, before, slope, after)
        return bool(is_smooth and is_small and evidence.largest_slope() <= limit)

    def _not_reached(
        self, f: Function, where: str, before: Secants, after: Secants
    ) -> PrecisionNotReached:
        def text(number: Any) -> str:
            return number.context.nstr(number, 17)

        return PrecisionNotReached(
            f"{self.digits} digits of the slope of {f.name} at {where} could not be verified",
            why=f"with the step {text(before.step)} the slope is {text(before.central)}, with "
            f"{text(after.step)} it is {text(after.central)}, in ever more precision",
            remedy="look for noise, randomness or cancellation in f, or for a slope that settles "
            "slowly; fewer digits=, or method='central' for an f that keeps only floats",
        )


def _require_plain(x: Any) -> None:
    if isinstance(x, Lifted):
        raise not_differentiable()


def _declined(evidence: Evidence, k: int, where: str, f: Function) -> Note | None:
    """Why f has no slope along a direction, if its passes show so."""
    from nabla.systems.multiprecision import nearest_float64

    before, after = evidence.before[k], evidence.after[k]
    left, right = nearest_float64(after.left), nearest_float64(after.right)
    slopes = f"the slope is {left:.6g} on its left and {right:.6g} on its right"
    behind = {"left": left, "right": right, "components": (k,)}
    if not after.is_finite:
        sentence = f"{f.name} has no value on one side of {where}: {slopes}"
        return Note("declined", sentence, behind)
    if 8 * evidence.value_change >= before.rise:
        return None  # f(x) itself is not settled: that is noise
    if 2 * after.rise >= before.rise:
        rises = [nearest_float64(slope * after.step) for slope in (after.left, after.right)]
        sentence = f"{f.name} jumps at {where}: by {rises[0]:.6g} up to it, by {rises[1]:.6g} after"
        return Note("jump", sentence, {"left": rises[0], "right": rises[1], "components": (k,)})
    if 2 * after.gap >= before.gap and not meets(before, after):
        return Note("kink", f"{f.name} has a kink at {where}: {slopes}", behind)
    steepens = abs(after.central) ** 4 * after.step >= abs(before.central) ** 4 * before.step
    if steepens and after.central:
        return Note("kink", f"{f.name} is vertical at {where}: {slopes}", behind)
    return None
