"""mpmath's numbers with the digits and the range of floats: to show what f loses in floats.

With them a sum absorbs its small terms, a difference cancels, and what is too large or too
small for float64 is infinite or zero, as in the plain run of f.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from nabla.result import is_array
from nabla.systems.multiprecision import MultiprecisionNumbers, Operation, nearest_float64
from nabla.systems.multiprecision_functions import on_each


class NumbersLikeFloats:
    """A number system whose results have few bits, and float64's range.

    Examples:
        >>> numbers = NumbersLikeFloats(precision_bits=53)
        >>> numbers.convert(1e20) + numbers.convert(1.0) - numbers.convert(1e20)
        mpf('0.0')
    """

    def __init__(self, precision_bits: int) -> None:
        self._numbers = MultiprecisionNumbers(precision_bits)

    def evaluation(self, operation: Operation | str) -> Callable[..., Any] | None:
        """The operation, if the system has its own."""
        evaluate = self._numbers.evaluation(operation)
        if evaluate is None:
            return None
        return lambda *args, **options: self._in_range(evaluate(*args, **options))

    def convert(self, value: Any) -> Any:
        """Plain numbers or arrays as this system's numbers."""
        return self._in_range(self._numbers.convert(value))

    def _in_range(self, y: Any) -> Any:
        if is_array(y):
            return on_each(self._in_range)(y) if y.dtype == object else y
        mp = self._numbers.context
        if isinstance(y, mp.mpc):
            return mp.mpc(nearest_float64(y.real), nearest_float64(y.imag))
        if isinstance(y, tuple | list):
            parts = cast("Any", y)
            return type(parts)(map(self._in_range, parts))
        return mp.mpf(nearest_float64(y)) if isinstance(y, mp.mpf) else y
