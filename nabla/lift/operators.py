"""What +, -, <, … do to lifted values: NumPy's operations, or Python's between Python's numbers.

A float taken out of an array by `float()` or `x.tolist()` is Python's own, and there
``1 / 0.0`` raises an error where NumPy's floats answer inf: a function may count on either.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.lift.dispatch import Traced, apply, is_number, is_python_number
from nabla.rules.rule import Operation, Value


def _binary(
    python: Operation, ufunc: np.ufunc, *, is_reflected: bool = False
) -> Callable[[Any, Any], Value]:
    def method(self: Any, other: Any) -> Value:
        pair = (other, self) if is_reflected else (self, other)
        if isinstance(other, _DIRECT):
            chosen = python if is_python_number(self) and is_python_number(other) else ufunc
            return apply(chosen, pair, {})
        if _declines(other):
            return NotImplemented
        return ufunc(*pair)

    return method


def _in_place(python: Operation, ufunc: np.ufunc) -> Callable[[Any, Any], Value]:
    binary = _binary(python, ufunc)

    def method(self: Any, other: Any) -> Value:
        # of a number `+=` makes another one, into an array it writes
        return binary(self, other) if is_number(self) else ufunc(self, other, out=(self,))

    return method


def _unary(python: Operation, ufunc: np.ufunc) -> Callable[[Any], Value]:
    def method(self: Any) -> Value:
        return apply(python if is_python_number(self) else ufunc, (self,), {})

    return method


_DIRECT = (Traced, float, int, complex)


def _equality(python: Operation, ufunc: np.ufunc) -> Callable[[Any, Any], Value]:
    binary = _binary(python, ufunc)

    def method(self: Any, other: Any) -> Value:
        return NotImplemented if other is None or isinstance(other, str) else binary(self, other)

    return method


def _declines(other: Any) -> bool:
    """Whether it says that NumPy must leave it alone (NEP 13)."""
    return getattr(other, "__array_ufunc__", ...) is None


def _family(python: Operation, ufunc: np.ufunc) -> tuple[Callable[[Any, Any], Value], ...]:
    """Of an operator such as +: ``a + b``, the same asked of b, and ``a += b``."""
    return (
        _binary(python, ufunc),
        _binary(python, ufunc, is_reflected=True),
        _in_place(python, ufunc),
    )


class Operators:  # noqa: PLW1641 - whether it can be a key is not for operators to say
    """Python's operators, for a value that NumPy's protocols follow."""

    __slots__ = ()

    __add__, __radd__, __iadd__ = _family(operator.add, np.add)
    __sub__, __rsub__, __isub__ = _family(operator.sub, np.subtract)
    __mul__, __rmul__, __imul__ = _family(operator.mul, np.multiply)
    __truediv__, __rtruediv__, __itruediv__ = _family(operator.truediv, np.divide)
    __floordiv__, __rfloordiv__, __ifloordiv__ = _family(operator.floordiv, np.floor_divide)
    __mod__, __rmod__, __imod__ = _family(operator.mod, np.remainder)
    __pow__, __rpow__, __ipow__ = _family(operator.pow, np.power)
    __matmul__, __rmatmul__, __imatmul__ = _family(operator.matmul, np.matmul)
    __lt__ = _binary(operator.lt, np.less)
    __le__ = _binary(operator.le, np.less_equal)
    __eq__ = _equality(operator.eq, np.equal)  # type: ignore[assignment]
    __ne__ = _equality(operator.ne, np.not_equal)  # type: ignore[assignment]
    __gt__ = _binary(operator.gt, np.greater)
    __ge__ = _binary(operator.ge, np.greater_equal)
    __neg__ = _unary(operator.neg, np.negative)
    __pos__ = _unary(operator.pos, np.positive)
    __abs__ = _unary(operator.abs, np.absolute)

    def __divmod__(self: Any, other: Any) -> tuple[Value, Value]:
        return self // other, self % other

    def __rdivmod__(self: Any, other: Any) -> tuple[Value, Value]:
        return other // self, other % self
