"""Arrays of mpmath numbers: NumPy's operations in any precision.

A `MultiprecisionNumbers` is a number system: it says what each NumPy operation means on object
arrays of mpmath's real numbers. The meanings stand in three tables (`ELEMENTWISE` and
`PREDICATES` for single numbers, `ON_ARRAYS`); whatever only moves, adds or multiplies elements
NumPy does itself on object arrays.

Each system owns an mpmath context, so the user's own `mpmath.mp` is never touched and threads
with different precisions do not meet. The numbers in f are taken as they are written: 0.1 is
the binary64 number next to one tenth, and np.pi the one next to π.

Source: Johansson et al., mpmath: a Python library for arbitrary-precision floating-point
arithmetic, https://mpmath.org.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

from nabla.systems.multiprecision_arrays import ON_ARRAYS, is_object_array
from nabla.systems.multiprecision_complex import ON_COMPLEX
from nabla.systems.multiprecision_functions import ELEMENTWISE, PREDICATES, Operation, on_each
from nabla.systems.multiprecision_matrices import ON_MATRICES, exponential
from nabla.systems.multiprecision_special import SPECIAL, special_value

_OBJECT_LOOPS = frozenset({np.add, np.subtract, np.multiply, np.negative, np.absolute, np.square})
"""What NumPy's own loops over objects do as well, and faster: they call the number's operator."""

_SHARED_CACHES = threading.Lock()
"""mpmath keeps π, log 2 and other constants in caches that all contexts share and that it fills
in two steps (`mpmath.libmp.libelefun.constant_memo`); a thread in between reads a wrong number."""


class MultiprecisionNumbers:
    """mpmath's real numbers of one precision, as NumPy would compute with them.

    An instance belongs to one thread at a time.

    Attributes:
        context: the mpmath context that owns the numbers.

    Examples:
        >>> import numpy as np
        >>> numbers = MultiprecisionNumbers(precision_bits=120)
        >>> sine = numbers.evaluation(np.sin)
        >>> sine(numbers.convert(np.array([0.1, 1.0])))
        array([mpf('0.099833416646828154830180143554732888277'),
               mpf('0.84147098480789650665250232163029899964')], dtype=object)
        >>> numbers.evaluation(np.sqrt)(numbers.convert(-1.0))
        mpf('nan')
    """

    def __init__(self, precision_bits: int) -> None:
        self.context: Any = mpmath.MPContext()
        self.context.prec = precision_bits

    def evaluation(self, operation: Operation | str) -> Callable[..., Any] | None:
        """The operation on this system's numbers, if it is not NumPy's own on objects.

        Args:
            operation: NumPy's function, or the dotted name of one of SciPy's.
        """
        mp = self.context
        if isinstance(operation, str):
            return self._evaluation_by_name(operation)
        if operation in _OBJECT_LOOPS:
            return self._on_numbers(operation)
        if operation in ELEMENTWISE:
            function = functools.partial(_value, operation, mp)
            return self._on_numbers(on_each(function, _arity(operation)))
        if operation in PREDICATES:
            holds = on_each(functools.partial(PREDICATES[operation], mp))
            return self._on_numbers(lambda x: np.asarray(holds(x), dtype=bool)[()])
        for table in (ON_ARRAYS, ON_MATRICES):
            if operation in table:
                return _guarded(functools.partial(table[operation], mp))
        return None

    def _evaluation_by_name(self, name: str) -> Callable[..., Any] | None:
        if name == "scipy.linalg.expm":
            return _guarded(functools.partial(exponential, self.context))
        if name not in SPECIAL:
            return None
        function = functools.partial(special_value, name, self.context)
        return self._on_numbers(lambda *numbers: on_each(function, len(numbers))(*numbers))

    def convert(self, value: Any) -> Any:
        """Plain numbers as this system's, exactly, whatever its precision.

        Args:
            value: a number or an array of floats of any width, integers, booleans, or
                objects; numbers of mpmath pass as they are.

        Returns:
            an object array of the same shape, or one number for shape ().
        """
        if not isinstance(value, np.ndarray):
            return self._number(value)
        return _guarded(on_each(self._number))(value.astype(object))

    def _number(self, value: Any) -> Any:
        if isinstance(value, np.floating) and not isinstance(value, float) and np.isfinite(value):
            numerator, denominator = value.as_integer_ratio()  # a longdouble would lose digits
            exponent = 1 - denominator.bit_length()
            return self.context.ldexp(self.context.convert(numerator), exponent)  # both exact
        return self.context.convert(value.item() if isinstance(value, np.generic) else value)

    def _on_numbers(self, function: Callable[..., Any]) -> Callable[..., Any]:
        evaluate = _guarded(function)
        return lambda *operands: evaluate(*map(self._as_numbers, operands))

    def _as_numbers(self, operand: Any) -> Any:
        is_converted = (
            is_object_array(operand) or hasattr(operand, "_mpf_") or hasattr(operand, "_mpc_")
        )
        return operand if is_converted else self.convert(operand)


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with no other thread inside mpmath meanwhile, and without warnings."""

    def evaluate(*args: Any, **options: Any) -> Any:
        # a NaN inside an object sets the processor's flags, which NumPy would report
        with _SHARED_CACHES, np.errstate(all="ignore"):
            return function(*args, **options)

    return evaluate


def _arity(operation: Any) -> int:
    return operation.nin if isinstance(operation, np.ufunc) else 1


def _value(operation: Operation, mp: Any, *operands: Any) -> Any:
    """The value; of real numbers NaN where mpmath has gone into the complex plane."""
    if any(isinstance(operand, mp.mpc) for operand in operands):
        return ON_COMPLEX[operation](mp, *operands)
    y = ELEMENTWISE[operation](mp, *operands)
    return y if isinstance(y, mp.mpf) else mp.nan


def nearest_float64(number: Any) -> float:
    """The binary64 number next to an mpmath number, rounded once, ties to even.

    Python divides integers with correct rounding, also where the result is subnormal; mpmath's
    own `float()` may round twice there.

    Args:
        number: an mpmath real number of any precision.

    Examples:
        >>> import mpmath
        >>> nearest_float64(mpmath.mpf(1) / 3)
        0.3333333333333333
        >>> nearest_float64(mpmath.mpf(2) ** 1024)
        inf
    """
    sign, mantissa, exponent, bits = number._mpf_
    if not mantissa:
        return float(number)  # zero, infinite or NaN
    if exponent + bits > 1024:
        size = math.inf
    elif exponent + bits < -1080:
        size = 0.0
    else:
        numerator = int(mantissa) << max(exponent, 0)
        try:
            size = numerator / (1 << max(-exponent, 0))
        except OverflowError:
            size = math.inf
    return -size if sign else size
