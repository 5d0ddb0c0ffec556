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

from nabla.lift.dispatch import is_python_number, mapped
from nabla.lift.lifted import Lifted
from nabla.lift.python_words import (
    GIVES_PYTHONS,
    KEEPS_PYTHONS,
    PYTHON_WORDS,
    in_python,
    is_of_python,
    is_operator,
)
from nabla.lift.trace import Trace, operation_name
from nabla.result import is_array
from nabla.rules import linalg, structural
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
from nabla.rules.kinks import kink_of
from nabla.rules.namesakes import NAMESAKES
from nabla.rules.parts import PARTS, imaginary_part, real_part
from nabla.rules.products import PRODUCTS
from nabla.rules.reductions import REDUCTIONS, largest, smallest
from nabla.rules.rule import Operation, Value
from nabla.rules.scipy_names import scipy_name
from nabla.rules.structural import STRUCTURAL, may_be_view
from nabla.rules.tables import rule_of


class NumberSystem(Protocol):
    """What a number is, for NumPy's operations."""

    def evaluation(self, operation: Operation | str) -> Callable[..., Any] | None:
        """The operation on object arrays of this system's numbers, if it has its own.

        SciPy's functions go by their dotted names.
        """
        ...

    def convert(self, value: Any) -> Any:
        """Plain numbers or arrays, exactly, as this system's numbers."""
        ...


def _stacked(values: Value, vectors: Value) -> Value:
    return stacked(values[..., None, :], vectors)


def _stacked_singular(left: Value, values: Value, right: Value) -> Value:
    return stacked(left, values[..., None, :], np.conjugate(np.swapaxes(right, -1, -2)))


IN_NUMPYS_WORDS: dict[Operation, Callable[..., Any]] = {
    **PYTHON_WORDS,
    structural.cast: lambda of, x, *, dtype: x + 0j if dtype.kind == "c" else of(np.real)(x),
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
        run: the run of f it belongs to.
        system: what the operations mean.
    """

    __slots__ = ("_is_pythons", "system")

    def __init__(
        self, primal: Value, trace: Trace, system: NumberSystem, is_python_number: bool = False
    ) -> None:
        self.primal = primal
        self.run = trace
        self.system = system
        self._is_pythons = is_python_number

    @property
    def is_python_number(self) -> bool:
        """Whether it stands for a number of Python's own, not NumPy's."""
        return self._is_pythons

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64, or complex128 where a number is complex: these numbers stand in for it."""
        numbers = np.ravel(np.asarray(self.primal))
        return np.dtype(complex if any(hasattr(n, "_mpc_") for n in numbers) else float)

    def plainly(self) -> Value:
        """The numbers rounded to floats."""
        if is_array(self.primal):
            return self.primal.astype(self.dtype)
        number = self.dtype.type(self.primal)
        return number.item() if self.is_python_number else number

    def follow(
        self, operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
    ) -> Value:
        """The operation on the system's numbers."""
        if rule_of(operation) is None or kink_of(operation) is not None:
            self.run.met.decisions.add(operation)
        bare = [self._numbers(operand) for operand in operands]
        options = {name: self._numbers(value) for name, value in parameters.items()}
        is_pythons = _gives_pythons(operation, operands)
        if operation in PARTS and np.ndim(bare[0]):
            return NumberPart(self, operation)
        evaluate = self._evaluation(operation, is_pythons)
        if evaluate is not None:
            return self._wrapped(evaluate(*bare, **options), is_pythons)
        if operation is structural.getitem and not operands[0].is_python_number:
            bare[0] = np.asarray(bare[0])  # NumPy's numbers take an index, such as np.newaxis
        if operation is structural.pile:  # NumPy would keep an object array of shape () as a whole
            bare = [number[()] if is_array(number) else number for number in bare]
        if operation in CONSTANT or may_be_view(operation, parameters):
            return self._wrapped(operation(*bare, **options))
        if operation in STRUCTURAL or operation in REDUCTIONS or operation in PRODUCTS:
            # these run on any object array, but may put a plain 0 among the numbers
            return self._wrapped(self._converted(operation(*bare, **options)))
        if inspect.isfunction(operation) and hasattr(operation, "__wrapped__"):
            # a primitive of the user's, whose body is plain NumPy
            return inspect.unwrap(operation)(*operands, **parameters)
        self.refuse_operation(operation_name(operation))

    def _evaluation(self, operation: Operation, is_pythons: bool) -> Callable[..., Any] | None:
        evaluation = self.system.evaluation
        if operation in NAMESAKES and is_operator(operation) and not is_pythons:
            return evaluation(NAMESAKES[operation])
        if operation in IN_NUMPYS_WORDS:
            return functools.partial(IN_NUMPYS_WORDS[operation], evaluation)
        if is_of_python(operation):
            return functools.partial(in_python, evaluation, operation)
        return evaluation(operation) or evaluation(scipy_name(operation) or "")

    def assign(self, key: Any, value: Value) -> None:
        """Write numbers."""
        numbers = self.system.convert(self._numbers(value))
        self.primal[key] = numbers + 0j if self.dtype.kind == "c" else numbers

    def astype(self, dtype: Any, **options: Any) -> Value:
        """Plain integers or truth values; a float type leaves the numbers as they are."""
        if np.dtype(dtype).kind in "iub":
            return np.asarray(self.primal).astype(dtype)[()]
        return super().astype(dtype, **options)

    def __int__(self) -> int:
        return int(np.asarray(self.primal).item())

    def constant(self, value: Value) -> NumberArray:
        """The value as numbers of this system."""
        if isinstance(value, NumberArray) and value.run is self.run:
            return value
        is_pythons = is_python_number(value)
        return NumberArray(self._numbers(value), self.run, self.system, is_pythons)

    def _converted(self, value: Value) -> Value:
        """This system's numbers, in an array if the value is one of shape (), too."""
        numbers = self.system.convert(value)
        if not is_array(value) or is_array(numbers):
            return numbers
        array = np.empty((), dtype=object)
        array[()] = numbers
        return array

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
            return self._converted(value)
        return mapped(self._numbers, value)

    def _wrapped(self, y: Any, is_pythons: bool = False) -> Value:
        if is_array(y) and y.dtype != object:
            return y
        if isinstance(y, bool | int | str | np.generic | np.dtype | type | tuple):
            return cast("Any", y)
        return NumberArray(y, self.run, self.system, is_pythons)


def _gives_pythons(operation: Operation, operands: Sequence[Value]) -> bool:
    """Whether the result is a number of Python's own; between NumPy's it is NumPy's."""
    if is_of_python(operation) and not is_operator(operation):
        return True
    return operation in GIVES_PYTHONS or (
        (is_of_python(operation) or operation in KEEPS_PYTHONS)
        and all(map(is_python_number, operands))
    )


class NumberPart(NumberArray):
    """The real or the imaginary part of an array: a view of it, both to be read and written."""

    __slots__ = ("_part", "_whole")

    def __init__(self, whole: NumberArray, part: Operation) -> None:
        self._whole, self._part = whole, part
        super().__init__(None, whole.run, whole.system)

    def follow(
        self, operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
    ) -> Value:
        """The operation; a view of the part is the part of a view."""
        if may_be_view(operation, parameters) and operation not in PARTS:
            view = self._whole.follow(operation, [self._whole, *operands[1:]], parameters)
            if np.ndim(view):
                return NumberPart(view, self._part)
        return super().follow(operation, operands, parameters)

    @property
    def primal(self) -> Value:
        """The numbers as they are now."""
        return IN_NUMPYS_WORDS[self._part](self.system.evaluation, self._whole.primal)

    @primal.setter
    def primal(self, value: Value) -> None:
        """The numbers are those of the whole."""

    def assign(self, key: Any, value: Value) -> None:
        """Write numbers into the part; the other one stays."""
        of, whole = self.system.evaluation, self._whole.primal
        real, imaginary = (np.copy(IN_NUMPYS_WORDS[part](of, whole)) for part in PARTS)
        mine = real if self._part is real_part else imaginary
        mine[key] = self.system.convert(self._numbers(value))
        self._whole.primal[...] = real + imaginary * 1j
