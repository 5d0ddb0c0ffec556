"""The methods an ndarray has, for lifted arrays: each hands over to NumPy's function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from nabla.lift.dispatch import apply, elements, representative
from nabla.lift.flat import Flat
from nabla.rules import structural
from nabla.rules.rule import Value, is_complex

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


class ArrayMethods:
    """What users call on an array: x.sum(), x.T, x.reshape(…) and so on."""

    @property
    def T(self: Any) -> Value:  # noqa: N802 - NumPy's own name
        """The transpose."""
        return np.transpose(self)

    @property
    def mT(self: Any) -> Value:  # noqa: N802 - NumPy's own name
        """The transpose of each matrix."""
        return np.matrix_transpose(self)

    @property
    def real(self: Any) -> Value:
        """The real part: itself where it is real."""
        return np.real(self) if is_complex(self) else self

    @real.setter
    def real(self: Any, value: Value) -> None:
        self.real[...] = value

    @property
    def imag(self: Any) -> Value:
        """The imaginary part."""
        return np.imag(self)

    @imag.setter
    def imag(self: Any, value: Value) -> None:
        if not is_complex(self):
            raise TypeError("a real array has no imaginary part to set")
        self.imag[...] = value

    @property
    def flat(self: Any) -> Flat:
        """The elements one after the other."""
        return Flat(self)

    @flat.setter
    def flat(self: Any, values: Value) -> None:
        Flat(self)[:] = values

    @property
    def itemsize(self: Any) -> int:
        """Bytes of one element."""
        return self.dtype.itemsize

    @property
    def flags(self: Any) -> Any:
        """How the values lie in memory."""
        return np.asarray(representative(self)).flags

    @property
    def strides(self: Any) -> tuple[int, ...]:
        """Bytes from one value to the next along each axis."""
        return np.asarray(representative(self)).strides

    @property
    def nbytes(self: Any) -> int:
        """Bytes of all elements, without what travels with them."""
        return self.size * self.itemsize

    def __len__(self: Any) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self: Any) -> Iterator[Value]:
        return (self[i] for i in range(len(self)))

    def sum(self: Any, *args: Any, **options: Any) -> Value:
        """np.sum of it."""
        return np.sum(self, *args, **options)

    def mean(self: Any, *args: Any, **options: Any) -> Value:
        """np.mean of it."""
        return np.mean(self, *args, **options)

    def prod(self: Any, *args: Any, **options: Any) -> Value:
        """np.prod of it."""
        return np.prod(self, *args, **options)

    def max(self: Any, *args: Any, **options: Any) -> Value:
        """np.max of it."""
        return np.max(self, *args, **options)

    def min(self: Any, *args: Any, **options: Any) -> Value:
        """np.min of it."""
        return np.min(self, *args, **options)

    def var(self: Any, *args: Any, **options: Any) -> Value:
        """np.var of it."""
        return np.var(self, *args, **options)

    def std(self: Any, *args: Any, **options: Any) -> Value:
        """np.std of it."""
        return np.std(self, *args, **options)

    def cumsum(self: Any, *args: Any, **options: Any) -> Value:
        """np.cumsum of it."""
        return np.cumsum(self, *args, **options)

    def cumprod(self: Any, *args: Any, **options: Any) -> Value:
        """np.cumprod of it."""
        return np.cumprod(self, *args, **options)

    def all(self: Any, *args: Any, **options: Any) -> Value:
        """np.all of it."""
        return np.all(self, *args, **options)

    def any(self: Any, *args: Any, **options: Any) -> Value:
        """np.any of it."""
        return np.any(self, *args, **options)

    def argmax(self: Any, *args: Any, **options: Any) -> Value:
        """np.argmax of it."""
        return np.argmax(self, *args, **options)

    def argmin(self: Any, *args: Any, **options: Any) -> Value:
        """np.argmin of it."""
        return np.argmin(self, *args, **options)

    def argsort(self: Any, *args: Any, **options: Any) -> Value:
        """np.argsort of it."""
        return np.argsort(self, *args, **options)

    def nonzero(self: Any, *args: Any, **options: Any) -> Value:
        """np.nonzero of it."""
        return np.nonzero(self, *args, **options)

    def searchsorted(self: Any, *args: Any, **options: Any) -> Value:
        """np.searchsorted of it."""
        return np.searchsorted(self, *args, **options)

    def clip(self: Any, min: Any = None, max: Any = None, **options: Any) -> Value:
        """np.clip of it."""
        return np.clip(self, min, max, **options)

    def round(self: Any, *args: Any, **options: Any) -> Value:
        """np.round of it."""
        return np.round(self, *args, **options)

    def ravel(self: Any, *args: Any, **options: Any) -> Value:
        """np.ravel of it."""
        return np.ravel(self, *args, **options)

    def squeeze(self: Any, *args: Any, **options: Any) -> Value:
        """np.squeeze of it."""
        return np.squeeze(self, *args, **options)

    def swapaxes(self: Any, *args: Any, **options: Any) -> Value:
        """np.swapaxes of it."""
        return np.swapaxes(self, *args, **options)

    def transpose(self: Any, *axes: Any) -> Value:
        """np.transpose of it; axes as a tuple or one by one."""
        permutation = axes[0] if len(axes) == 1 else axes or None
        return np.transpose(self, permutation)

    def repeat(self: Any, *args: Any, **options: Any) -> Value:
        """np.repeat of it."""
        return np.repeat(self, *args, **options)

    def take(self: Any, *args: Any, **options: Any) -> Value:
        """np.take of it."""
        return np.take(self, *args, **options)

    def diagonal(self: Any, *args: Any, **options: Any) -> Value:
        """np.diagonal of it."""
        return np.diagonal(self, *args, **options)

    def trace(self: Any, *args: Any, **options: Any) -> Value:
        """np.trace of it."""
        return np.trace(self, *args, **options)

    def dot(self: Any, *args: Any, **options: Any) -> Value:
        """np.dot of it."""
        return np.dot(self, *args, **options)

    def copy(self: Any, *args: Any, **options: Any) -> Value:
        """np.copy of it."""
        return np.copy(self, *args, **options)

    def conj(self: Any, *args: Any, **options: Any) -> Value:
        """np.conjugate of it."""
        return np.conjugate(self, *args, **options)

    def conjugate(self: Any, *args: Any, **options: Any) -> Value:
        """np.conjugate of it."""
        return np.conjugate(self, *args, **options)

    def ptp(self: Any, *args: Any, **options: Any) -> Value:
        """np.ptp of it."""
        return np.ptp(self, *args, **options)

    def astype(self: Any, dtype: Any, *args: Any, **options: Any) -> Value:
        """In another type of number; integers and truth values no longer move."""
        kind = np.dtype(dtype).kind
        if np.dtype(dtype) == self.dtype and options.get("copy") is False:
            return self
        if kind in "iu":
            return np.trunc(self).astype(dtype)
        if kind == "b":
            return np.not_equal(self, 0)
        if kind == "O":
            return elements(self)
        if kind not in "fc":
            self.refuse_operation(f"ndarray.astype({np.dtype(dtype)})")
        return structural.cast(self, dtype=np.dtype(dtype))

    def compress(self: Any, condition: Any, axis: Any = None) -> Value:
        """np.compress of it."""
        return np.compress(condition, self, axis)

    def reshape(self: Any, *shape: Any, order: Any = "C") -> Value:
        """np.reshape of it; the shape as a tuple or one by one."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)

    def flatten(self: Any, order: Any = "C") -> Value:
        """A flat copy."""
        return np.copy(np.ravel(self, order=order))

    def sort(self: Any, axis: int = -1, **options: Any) -> None:
        """Sort in place."""
        self[...] = np.sort(self, axis, **options)

    def partition(self: Any, kth: Any, axis: int = -1, **options: Any) -> None:
        """Partition in place."""
        self[...] = np.partition(self, kth, axis, **options)

    def put(self: Any, indices: Any, values: Any, **options: Any) -> None:
        """np.put into it."""
        np.put(self, indices, values, **options)

    def fill(self: Any, value: Any) -> None:
        """Set every element."""
        self[...] = value

    def item(self: Any, *index: Any) -> Value:
        """One element as a number of Python's, which stays lifted."""
        if len(index) == 1 and isinstance(index[0], int):
            return _pythons(self.flat[index[0]])
        return _pythons(self[index[0] if len(index) == 1 else index] if index else self.flat[0])

    def tolist(self: Any) -> Any:
        """Nested lists of Python's numbers, which stay lifted."""
        return [row.tolist() for row in self] if self.shape else _pythons(self)

    def is_integer(self: Any) -> bool:
        """Whether the number is whole."""
        return bool(np.equal(self, np.trunc(self)))

    def view(self: Any, dtype: Any = None) -> Value:
        """Another name for the same memory; not as numbers of another type."""
        if dtype is not None and np.dtype(dtype) != self.dtype:
            self.refuse_operation(f"ndarray.view({np.dtype(dtype)})")
        return self[...]


def _pythons(number: Any) -> Value:
    return apply(complex if is_complex(number) else float, (number,), {})
