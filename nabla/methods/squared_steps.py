"""Differences in high precision: the step is squared until two passes agree.

mpmath's numbers do not underflow, so a step may be as small as one likes if the precision grows
with it. With scale s (the smallest of 1 and the nonzero |xᵢ|) and d digits wanted, pass j takes

    step        h = s·10^-(k·2ʲ),  k = max(d, 30) + 10
    precision   P = k·2ʲ + d + spareⱼ digits, and what it takes to hold x and h in one number

    truncation  ≈ |∂³f|·h²/6 = (h/L)²·|∂f| for a function that bends over a length L
    rounding    ≈ 10^-P·|f|·(how much f amplifies its rounding errors) / h

At L ≥ 10⁻¹²·s the truncation is below 10⁻ᵈ from the first pass on; the spare digits hold
|f| / |∂f·s| and what cancels inside f. Neither is taken on trust: the next pass *squares* the step
and has more digits to spare, so it errs in a quite different way, and what both agree on is
neither truncation nor rounding. If they disagree, further passes follow.

What is lost to rounding in both passes alike, as x is in (1e300 + x) - 1e300, would still go
unseen. So the third pass, which can spare more digits than float64 has decades, is always taken
along one direction through all coordinates at once: it must find Σ wᵢgᵢ, and by how much it
does not is added to the errors.

Each pass takes both one-sided slopes. Where f has a derivative they meet as the step shrinks;
at a kink they do not, at a jump they grow like 1/h, and then there is no number to report.

Source: Gautschi, Numerical Analysis (2nd ed.), 3.1, for the two errors; Squire & Trapp, Using
complex variables to estimate derivatives of real functions (1998), for the cancellation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nabla.errors import UnsupportedPoint, UnsupportedResult
from nabla.lift.lifted import Lifted
from nabla.lift.number_array import NumberArray, NumberSystem
from nabla.lift.trace import Meetings, Trace
from nabla.methods.function import Function
from nabla.methods.secants import Evidence, Pass, Secants
from nabla.result import Array

LEAST_STEP_DIGITS = 40
"""So that the first step is below any detail that float64 resolves, also for few digits."""

SPARE_DIGITS = (15, 30, 350, 400, 450)
"""One entry a pass. Any two float64 are less than 10³⁵⁰ apart, but for the subnormal ones."""

PROBING_PASS = 2
GOLDEN_RATIO = (1 + math.sqrt(5)) / 2


@dataclass(frozen=True)
class Direction:
    """A line through the point, given by the coordinates that move along it.

    Attributes:
        positions: flat indices of the moving coordinates, at least one.
        weights: how far each moves per unit of the step, none zero.
    """

    positions: Array
    weights: Array

    @property
    def exponents(self) -> Array:
        """Binary exponents of the weights."""
        return np.frexp(self.weights)[1]


def refine(
    f: Function, x: Array, directions: list[Direction], digits: int, met: Meetings | None = None
) -> Evidence:
    """Take passes until every direction is settled, or all are used up.

    Args:
        f: the function.
        x: point, float64 or longdouble, taken exactly.
        directions: to take slopes along.
        digits: that the promise asks for.
        met: where to write down what f does on the way.

    Raises:
        UnsupportedPoint: if x, or what f adds to it, is itself being differentiated.
    """
    everywhere = range(len(directions))
    first, second = (take(f, x, directions, everywhere, digits, number, met) for number in (0, 1))
    evidence = Evidence.of_pair(first, second)
    pending = evidence.unsettled(digits)
    settled = [k for k in everywhere if k not in pending]
    if settled:
        joint, weights = _through([directions[k] for k in settled])
        probe = take(f, x, [joint], [0], digits, PROBING_PASS, met)
        evidence = evidence.confronted(probe, settled, weights)
        tolerances = evidence.tolerances(digits)
        if not evidence.unexplained <= sum(tolerances[k] for k in settled):
            pending = list(everywhere)
    for number in range(PROBING_PASS, len(SPARE_DIGITS)):
        if not pending:
            break
        evidence = evidence.followed_by(take(f, x, directions, pending, digits, number, met))
        pending = evidence.unsettled(digits)
    return evidence


def _through(directions: list[Direction]) -> tuple[Direction, list[float]]:
    """One direction along all of these at once, and how much of each it takes.

    1 and the fractions of multiples of the golden ratio: no two slopes cancel by accident.
    """
    weights = [1 + k * GOLDEN_RATIO % 1 for k in range(len(directions))]
    positions = np.concatenate([direction.positions for direction in directions])
    joined = [w * direction.weights for w, direction in zip(weights, directions, strict=True)]
    return Direction(positions, np.concatenate(joined)), weights


def take(
    f: Function,
    x: Array,
    directions: list[Direction],
    pending: Iterable[int],
    digits: int,
    number: int,
    met: Meetings | None = None,
) -> Pass:
    """One pass: f at x and at its neighbours along the pending directions.

    Args:
        f: the function.
        x: point, taken exactly.
        directions: the lines through x.
        pending: numbers of those that are to be followed.
        digits: wanted.
        number: of the pass.
        met: where to write down what f does on the way.
    """
    from nabla.systems.multiprecision import MultiprecisionNumbers  # mpmath is slow to import

    lowest, highest = _exponents(x)
    spread = max((int(np.ptp(direction.exponents)) for direction in directions), default=0)
    step_bits = _bits(max(digits + 10, LEAST_STEP_DIGITS) << number)
    own_bits = step_bits + _bits(digits + SPARE_DIGITS[number])
    numbers = MultiprecisionNumbers(precision_bits=own_bits + highest - lowest + spread)
    origin = numbers.convert(x.ravel())

    with Trace(met=met) as trace:

        def value_at(point: Array) -> Any:
            return _value(f, point.reshape(x.shape), trace, numbers)

        value = value_at(origin)
        secants: dict[int, Secants] = {}
        for k in pending:
            direction = directions[k]
            exponent = lowest - int(max(direction.exponents)) - step_bits
            step = numbers.context.ldexp(1, exponent)  # a power of two: x + h is exact
            move = step * numbers.convert(direction.weights)
            above, below = origin.copy(), origin.copy()
            above[direction.positions] += move
            below[direction.positions] -= move
            right = (value_at(above) - value) / step
            left = (value - value_at(below)) / step
            secants[k] = Secants(left, right, step)
    return Pass(value, secants)


def value_with(numbers: NumberSystem, f: Function, x: Array) -> Any:
    """f(x) computed with a system's numbers."""
    with Trace() as trace:
        return _value(f, numbers.convert(x.ravel()).reshape(x.shape), trace, numbers)


def _value(f: Function, point: Array, trace: Trace, numbers: NumberSystem) -> Any:
    argument = NumberArray(point, trace, numbers)
    return _lowered(f(argument), trace, numbers)  # type: ignore[arg-type]


def _bits(digits: int) -> int:
    return math.ceil(digits * math.log2(10))


def _exponents(x: Array) -> tuple[int, int]:
    """Binary exponents of the smallest and the largest of 1 and the nonzero |xᵢ|."""
    exponents = np.frexp(np.append(x[x != 0], 1.0))[1]
    return int(exponents.min()), int(exponents.max())


def _lowered(y: Any, trace: Trace, numbers: NumberSystem) -> Any:
    """The number f returned: what went in as a NumberArray, or a constant."""
    if isinstance(y, NumberArray) and y.run is trace:
        y = np.asarray(y.primal).item()
    elif isinstance(y, Lifted):
        raise not_differentiable()
    y = numbers.convert(y)
    if hasattr(y, "_mpc_"):
        raise UnsupportedResult(
            "f returned a complex number",
            why="a gradient exists for a function with one real result",
            remedy="return a real number: np.real(y), or np.abs(y) ** 2",
        )
    return y


def not_differentiable() -> UnsupportedPoint:
    """The refusal to be differentiated."""
    return UnsupportedPoint(
        "method='mpmath' was asked for a derivative inside another one",
        why="the referee takes differences of plain numbers; it carries no derivative through",
        remedy="use method='forward' for the inner derivative",
    )
