"""Arrays of numbers of another kind (mpmath's), as the user's function sees them.

Nothing travels with the numbers: the number system says what each operation means for them, and
whatever only moves or adds elements runs on the object array as it is. No derivative rule is
used; composites (np.var, np.diff, …) are those of the exact modes.

A number system knows NumPy's own names only; what the rules call `largest` or `inverse` it
hears as np.max and np.linalg.inv (`IN_NUMPYS_WORDS`).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

import numpy as np

from nabla.lift.lifted import Lifted, mapped
from nabla.lift.trace import Trace, operation_name
from nabla.result import is_array
from nabla.rules import linalg
from nabla.rules.constant import CONSTANT, determinant_sign
from nabla.rules.decompositions import (
    eigensystem,
    orthogonal_triangular,
    pseudoinverse,
    singular_system,
    stacked,
    symmetric_eigensystem,
)
from nabla.rules.fourier import fourier
from nabla.rules.parts import imaginary_part, real_part
from nabla.rules.products import PRODUCTS
from nabla.rules.reductions import REDUCTIONS, largest, smallest
from nabla.rules.rule import Operation, Value
from nabla.rules.structural import STRUCTURAL, may_be_view


class NumberSystem(Protocol):
    """What a number is, for NumPy's operations."""

    def evaluation(self, operation: Operation) -> Callable[..., Any] | None:
        """The operation on object arrays of this system's numbers, if it has its own."""
        ...

    def convert(self, value: Any) -> Any:
        """Plain numbers or arrays, exactly, as this system's numbers."""
        ...


def _stacked(values: Value, vectors: Value) -> Value:
    return stacked(values[..., None, :], vectors)


def _stacked_singular(left: Value, values: Value, right: Value) -> Value:
    return stacked(left, values[..., None, :], np.conjugate(np.swapaxes(right, -1, -2)))


IN_NUMPYS_WORDS: dict[Operation, Callable[..., Any]] = {
    largest: lambda of, x, *, axis: of(np.max)(x, axis=axis, keepdims=True),
    smallest: lambda of, x, *, axis: of(np.min)(x, axis=axis, keepdims=True),
    linalg.solve: lambda of, a, b: of(np.linalg.solve)(a, b),
    linalg.inverse: lambda of, a: of(np.linalg.inv)(a),
    linalg.determinant: lambda of, a: of(np.linalg.det)(a),
    linalg.log_abs_determinant: lambda of, a: of(np.linalg.slogdet)(a)[1],
    linalg.cholesky: lambda of, a: of(np.linalg.cholesky)(a),
    real_part: lambda of, z: of(np.real)(z),
    imaginary_part: lambda of, z: of(np.imag)(z),
    fourier: lambda of, x, *, axis, sign: of(np.fft.fft if sign < 0 else np.fft.ifft)(x, axis=axis),
    symmetric_eigensystem: lambda of, a, *, uplo: _stacked(*of(np.linalg.eigh)(a)),
    eigensystem: lambda of, a: _stacked(*of(np.linalg.eig)(a)),
    singular_system: lambda of, a: _stacked_singular(*of(np.linalg.svd)(a)),
    orthogonal_triangular: lambda of, a: stacked(*of(np.linalg.qr)(a)),
    pseudoinverse: lambda of, a, *, rcond: of(np.linalg.pinv)(a, rcond),
    determinant_sign: lambda of, a: of(np.linalg.slogdet)(a)[0],
}
"""Our own operations in NumPy's; `of` gives the system's evaluation of NumPy's function."""


class NumberArray(Lifted):
    """An array of a system's numbers (or one such number) in the user's function.

    Attributes:
        primal: an object array of the system's numbers, or one of them.
        trace: the run of f it belongs to.
        system: what the operations mean.
    """

    __slots__ = ("system",)

    def __init__(self, primal: Value, trace: Trace, system: NumberSystem) -> None:
        self.primal = primal
        self.run = trace
        self.system = system

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64, or complex128 where a number is complex: these numbers stand in for it."""
        numbers = np.ravel(np.asarray(self.primal))
        return np.dtype(complex if any(hasattr(n, "_mpc_") for n in numbers) else float)

    def follow(
        self, operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
    ) -> Value:
        """The operation on the system's numbers."""
        bare = [self._numbers(operand) for operand in operands]
        options = {name: self._numbers(value) for name, value in parameters.items()}
        evaluate = self._evaluation(operation)
        if evaluate is not None:
            return self._wrapped(evaluate(*bare, **options))
        if operation in CONSTANT or may_be_view(operation, parameters):
            return self._wrapped(operation(*bare, **options))
        if operation in STRUCTURAL or operation in REDUCTIONS or operation in PRODUCTS:
            # these run on any object array, but may put a plain 0 among the numbers
            return self._wrapped(self.system.convert(operation(*bare, **options)))
        if inspect.isfunction(operation) and hasattr(operation, "__wrapped__"):
            # a primitive of the user's, whose body is plain NumPy
            return inspect.unwrap(operation)(*operands, **parameters)
        self.refuse_operation(operation_name(operation))

    def _evaluation(self, operation: Operation) -> Callable[..., Any] | None:
        if operation in IN_NUMPYS_WORDS:
            return functools.partial(IN_NUMPYS_WORDS[operation], self.system.evaluation)
        return self.system.evaluation(operation)

    def assign(self, key: Any, value: Value) -> None:
        """Write numbers."""
        self.primal[key] = self.system.convert(self._numbers(value))

    def astype(self, dtype: Any, **options: Any) -> Value:
        """Plain integers or truth values; a float type leaves the numbers as they are."""
        if np.dtype(dtype).kind == "f":
            return np.copy(self)  # type: ignore[call-overload]
        return np.asarray(self.primal).astype(dtype)[()]

    def __int__(self) -> int:
        return int(np.asarray(self.primal).item())

    def __format__(self, spec: str) -> str:
        return format(float(np.asarray(self.primal).item()), spec) if spec else str(self)

    def constant(self, value: Value) -> NumberArray:
        """The value as numbers of this system."""
        return NumberArray(self._numbers(value), self.run, self.system)

    def _numbers(self, value: Value) -> Value:
        """Operands as the system's numbers; what is no floating-point number stays."""
        if isinstance(value, NumberArray) and value.run is self.run:
            return value.primal
        if isinstance(value, Lifted):
            self.refuse_loss(
                "mixes a value that is being differentiated into one of method='mpmath'",
                "use an exact method, such as method='forward', for the inner derivative",
            )
        kind = getattr(getattr(value, "dtype", None), "kind", "")
        if isinstance(value, float | complex) or kind in ("f", "c"):
            return self.system.convert(value)
        return mapped(self._numbers, value)

    def _wrapped(self, y: Any) -> Value:
        if is_array(y):
            return NumberArray(y, self.run, self.system) if y.dtype == object else y
        if isinstance(y, bool | int | str | np.generic | np.dtype | tuple):
            return cast("Any", y)
        return NumberArray(y, self.run, self.system)
