"""The cross-check: an exact derivative held against differences of f, at first sight of f.

An exact mode sees what f does with lifted values. Text, a file, a C extension can carry the
number on behind its back, and then the derivative is wrong without a word. The plain f knows
better: its value must be that of the lifted run, and along a direction in which every input
moves it must rise as the exact derivative says. Where it does, that costs five evaluations of
f. Where it does not, `nabla.methods.disproof` decides whether the differences are to blame.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from nabla.errors import CrossCheckFailed, InvalidOption
from nabla.lift.lifted import Lifted
from nabla.lift.trace import Meetings
from nabla.methods.central import Central
from nabla.methods.contradictions import doubt, failed_before, slopes_differ, values_differ
from nabla.methods.disproof import FAR, ExactSlope, disprove
from nabla.methods.function import Function, require_finite
from nabla.methods.sightings import Sightings, key_of
from nabla.result import Array, Estimate, Note, is_array

CrossCheck: TypeAlias = Literal["first", "always", "never"]

ATTEMPTS = 3
"""At how many points an inconclusive check is tried before it is given up."""

UNLIKE = 1e3
"""Inputs so much larger or smaller than 1 may matter by their size, or by the unit."""

SIGHTINGS = Sightings()


@dataclass(frozen=True)
class Found:
    """What an exact mode found at x.

    Attributes:
        value: f(x).
        gradient: shape (n,), or None where only a slope was asked for.
        met: what f did with lifted values on the way.
        beyond_floats: whether the mode's numbers have digits, or a range, that floats lack.
    """

    value: Any
    gradient: Array | None
    met: Meetings
    beyond_floats: bool = False


@dataclass(frozen=True)
class Checked:
    """What the check adds to an estimate: evaluations of f, and a note where it is in doubt."""

    evaluations: int = 0
    notes: tuple[Note, ...] = ()

    def added_to(self, estimate: Estimate) -> Estimate:
        """The estimate with what the check cost and found."""
        evaluations = estimate.evaluations + self.evaluations
        return replace(estimate, evaluations=evaluations, notes=estimate.notes + self.notes)


UNCHECKED = Checked()


def require_cross_check(when: object) -> None:
    """Refuse an option that is none of the three."""
    if when not in ("first", "always", "never"):
        raise InvalidOption(
            f"cross_check is {when!r}",
            why="it says when differences of f check the exact derivative",
            remedy="leave cross_check out, or pass 'first', 'always' or 'never'",
        )


def cross_check(
    method: str, when: CrossCheck, f: Function, x: Array, found: Found, exact: ExactSlope
) -> Checked:
    """Hold what an exact mode found against the plain f.

    Args:
        method: name of the exact mode: each is checked on its own.
        when: "first" checks f at first sight of it and of the shape of x.
        f: the function.
        x: point, any shape, in the precision f is evaluated in.
        found: value and gradient at x.
        exact: the mode, for slopes elsewhere.

    Raises:
        CrossCheckFailed: if the two contradict each other beyond doubt.
        NonFiniteResult: if f(x) is finite for the exact mode only.
    """
    if when == "never" or not is_array(x):  # a lifted x is inside another derivative
        return UNCHECKED
    key = key_of(method, f, x) if when == "first" else None
    before = SIGHTINGS.standing(key)
    if before == "settled" or not x.size or x.dtype.itemsize < 4:
        return UNCHECKED
    if isinstance(found.value, Lifted) or isinstance(found.gradient, Lifted):
        return UNCHECKED  # f holds values of an outer derivative: no number to judge
    check = _Check(f, x, found, exact)
    try:
        verdict = check.verdict()
    except CrossCheckFailed:
        SIGHTINGS.remember(key, "failed")
        raise
    if isinstance(before, str):  # it failed elsewhere: here it takes more than no contradiction
        if verdict == "inconclusive":
            raise failed_before(f, x)
    elif verdict == "agreed" or before + 1 >= ATTEMPTS:
        SIGHTINGS.remember(key, "settled")
    else:
        SIGHTINGS.remember(key, before + 1)
    return Checked(check.evaluations, tuple(check.notes))


class _Check:
    """One cross-check, counting the evaluations of f, plain and lifted."""

    def __init__(self, f: Function, x: Array, found: Found, exact: ExactSlope) -> None:
        self.f, self.x, self.found, self.exact = f, x, found, exact
        self.evaluations = 0
        self.notes: list[Note] = []
        self.eps = float(np.finfo(x.dtype).eps)
        # Richardson's two steps: truncation h**4 meets rounding eps / h at h = eps**(1/5), and
        # leaves eps**(4/5) of f. Half of those digits are asked for.
        self.step = self.eps ** (1 / 5)
        self.sharp = self.eps ** (2 / 5)

    def verdict(self) -> Literal["agreed", "inconclusive"]:
        """Value first, then slopes; "agreed" only where something was there to agree on."""
        beyond = self.found.beyond_floats
        value = self._quietly(self.x) if beyond else self._plain(self.x)
        if isinstance(value, Lifted):  # f holds values of an outer derivative
            return "inconclusive"
        if beyond and not math.isfinite(value):  # the plain f overflows, or fails
            return "inconclusive"
        require_finite(float(value), self.f, self.x)
        if not self._same(float(value), float(self.found.value)):
            return "inconclusive"
        if self.found.gradient is not None and not np.isfinite(self.found.gradient).all():
            return "inconclusive"
        verdicts = [self._along(u) for u in self._directions(abs(float(value)))]
        return "agreed" if "agreed" in verdicts and None not in verdicts else "inconclusive"

    def _plain(self, x: Array) -> Any:
        self.evaluations += 1
        return self.f(x)

    def _lifted(self, x: Array, u: Array, seed: int | None = None) -> Any:
        run = self.exact(x, u, None if seed is None else np.random.default_rng(seed))
        self.evaluations += run.evaluations
        return run

    def _same(self, plain: float, lifted: float) -> bool:
        """Whether the two values differ by no more than rounding; False if f repeats neither.

        Raises:
            CrossCheckFailed: if they differ by more.
        """
        ulp = max(self.eps * abs(plain), float(np.finfo(self.x.dtype).smallest_subnormal))
        gap = abs(plain - lifted)
        if gap <= 4 * ulp:
            return True
        u = np.ones_like(self.x)
        if float(self._plain(self.x)) != plain:
            return False
        # how far rounding carries either of them: f of neighbours of x, lifted runs disturbed
        spread = ulp
        for seed in range(3):
            signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=self.x.shape)
            moved = np.nextafter(self.x, signs.astype(self.x.dtype) * np.inf)
            spread = max(spread, abs(self._quietly(moved) - plain))
            spread = max(spread, abs(float(self._lifted(self.x, u, seed).value) - lifted))
        if self.found.beyond_floats:
            # what f keeps in float32, the mode does not
            spread = max(spread, float(np.finfo(np.float32).eps) * abs(plain))
            if not spread <= self.sharp * abs(plain):
                return False  # f loses half of its digits in floats: it is another function there
        if gap <= FAR * spread or not math.isfinite(spread):
            return gap <= FAR * spread
        raise values_differ(self.f, plain, lifted, spread, self.found.met)

    def _quietly(self, x: Array) -> float:
        """f where we ask and not the user; NaN where it has no value."""
        with np.errstate(all="ignore"):
            try:
                return float(self._plain(x))
            except Exception:  # whatever f says there, it says nothing about x
                return math.nan

    def _directions(self, size: float) -> Iterator[Array]:
        """One direction that moves every input by its size; one by the unit if sizes differ."""
        magnitude = np.abs(self.x)
        magnitude = np.where(magnitude > 0, magnitude, 1.0)
        yield self._direction(magnitude, size, 0)
        if magnitude.min() < 1 / UNLIKE or magnitude.max() > UNLIKE:
            yield self._direction(np.ones_like(magnitude), size, 1)

    def _direction(self, magnitude: Array, size: float, seed: int) -> Array:
        """Pseudo-random and fixed, no component zero.

        Where f is steep an input moves less, so that those where f is flat show beside it.
        """
        random = np.random.default_rng(seed)
        signs = random.choice([-1.0, 1.0], size=self.x.shape)
        u = signs * random.uniform(0.5, 1.0, size=self.x.shape) * magnitude
        if self.found.gradient is not None:
            rise = np.abs(np.reshape(self.found.gradient, self.x.shape) * u)
            if np.any(rise > 0):
                # not so little that the rounding of f hides the rise, nor that of x the step
                level = max(float(rise[rise > 0].min()), self.eps**0.3 * size)
                with np.errstate(divide="ignore", over="ignore"):
                    u = u * np.clip(level / rise, self.sharp, 1.0)
        return u.astype(self.x.dtype)

    def _along(self, u: Array) -> Literal["agreed", "blind"] | None:
        """Agreed to half the digits of f, blind where nothing moves, None where in doubt.

        Raises:
            CrossCheckFailed: if differences disprove the exact slope along u.
        """
        gradient = self.found.gradient
        if gradient is None:
            run = self._lifted(self.x, u)
            p, typical = float(run.slope), 0.0
        else:
            rises = gradient * np.ravel(u)
            p, typical = float(np.sum(rises)), float(np.abs(rises).max())
        if not math.isfinite(p):
            return None
        (coarse, _), (fine, slope) = (self._residual(u, h, p) for h in (self.step, self.step / 2))
        residual = (4 * fine - coarse) / 3
        scale = max(abs(p), abs(slope), typical)
        if scale == 0:
            return "blind"
        if abs(residual) <= self.sharp * scale:
            return "agreed"
        if self.found.met.notes():  # a kink was met at x itself: no slope to compare with
            return None
        return self._in_depth(u, p, scale, residual)

    def _residual(self, u: Array, h: float, p: float) -> tuple[float, float]:
        """What a central difference says beyond the exact slope, and what it says itself."""
        with np.errstate(all="ignore"):
            ahead, behind = self.x + h * u, self.x - h * u
            rise = self._quietly(ahead.astype(self.x.dtype))
            rise -= self._quietly(behind.astype(self.x.dtype)) if math.isfinite(rise) else 0.0
            expected = 2 * h * p
            if self.found.gradient is not None:
                # (x + h u) - (x - h u) is the step actually taken
                expected = float(self.found.gradient @ np.ravel(ahead - behind))
            return (rise - expected) / (2 * h), rise / (2 * h)

    def _in_depth(
        self, u: Array, p: float, scale: float, residual: float
    ) -> Literal["agreed"] | None:
        central = Central(dtype=np.float32 if self.x.dtype == np.float32 else np.float64)
        point = self.x.astype(central.dtype)
        differences = self._attempt(lambda: central.slope(self.f, point, u))
        if differences is None:
            return None
        self.evaluations += differences.evaluations
        if abs(p - float(differences.gradient)) <= self.sharp * scale:
            return "agreed"
        if not differences.notes and not abs(p - differences.gradient) > FAR * differences.error:
            # f may change at scales far below that of x, and those contradict each other
            differences = self._close_by(u, p, differences)
        s, bar = float(differences.gradient), float(differences.error)
        if not abs(p - s) > FAR * bar:
            if self.found.met.texts:
                self.notes.append(doubt(p, s, bar))
            return None
        if abs(residual) < abs(p - s) / 2:
            # at long steps f rises as p says, at short ones it stands still: stairs, of float32
            # perhaps. A derivative that was lost is missing at steps of every size.
            self.notes.append(doubt(p, s, bar))
            return None
        proof = self._attempt(lambda: disprove(self.f, point, u, self.exact, p, differences))
        if proof is not None:
            self.evaluations += proof.evaluations
            if proof.holds:
                raise slopes_differ(self.f, p, s, bar, self.found.met)
        self.notes.append(doubt(p, s, bar))
        return None

    def _close_by(self, u: Array, p: float, differences: Estimate) -> Estimate:
        """The slope at steps 32 times smaller, if that is the sharper one."""
        (_, coarse), (_, fine) = (self._residual(u, self.step / part, p) for part in (32, 64))
        s = np.asarray((4 * fine - coarse) / 3)
        bar = np.abs(s - fine)
        return (
            replace(differences, gradient=s, error=bar) if bar < differences.error else differences
        )

    def _attempt(self, look: Callable[[], Any]) -> Any:
        """What a closer look gives, or None if f does not stand it."""
        try:
            return look()
        except Exception:  # f is asked where the user never asked it
            return None
