"""What a derivative rule is: a linear map and its transpose, at one point of one operation.

An operation y = op(x₁, …, xₘ) has at each point a derivative, a linear map. Forward mode
*pushes* tangents of the operands through it (the JVP), reverse mode *pulls* a cotangent of the
result back through its transpose (the VJP). A rule holds both, so it is written once and serves
every mode; and since it is written in plain NumPy it serves every kind of number as well.

Shapes. A tangent travels with several seeds at once: it has the shape of its primal with one
axis of seeds in front, ``(seeds, *shape)``. That is NumPy's own convention (leading axes are
batches), which is why most rules need not mention it: ``a @ t`` pushes all seeds at once.
Axes are counted from the end (-1, -2, …), out of the seeds' way. A cotangent has just the
shape of its primal.

Complex numbers. A real function may compute with complex numbers on its way; they are pairs of
reals here, with the inner product ⟨a, b⟩ = Re Σ conj(a)·b, and pull is the transpose of push in
it. Multiplying by a slope is pulled back by multiplying with its conjugate, so a rule of a
holomorphic function is the same line as on the reals; what is only real-linear (the real part,
the conjugate) has a rule of its own. A real operand receives the real part of its cotangent.

Source: Griewank & Walther, Evaluating Derivatives (2nd ed.), chapter 3.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

# A float, an ndarray, an array of mpmath numbers, or any of these lifted: what NumPy's
# protocols let a rule treat alike.
Value: TypeAlias = Any
Operation: TypeAlias = Callable[..., Any]
Parameters: TypeAlias = Mapping[str, Any]


class Rule(ABC):
    """The derivative of one operation, to be applied in either direction."""

    @abstractmethod
    def push(
        self,
        tangents: Sequence[Value | None],
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """Tangent of the result y from the tangents of the operands (None: does not move).

        Its shape may be any that broadcasts to ``(seeds, *y.shape)``.
        """

    @abstractmethod
    def pull(
        self,
        position: int,
        cotangent: Value,
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """Cotangent of the operand at this position, in that operand's shape."""


Partial: TypeAlias = (
    Callable[[Value, Value], Value]
    | Callable[[Value, Value, Value], Value]
    | Callable[[Value, Value, Value, Value], Value]
    | Callable[[Value, Value, Value, Value, Value], Value]
)


@dataclass(frozen=True)
class Elementwise(Rule):
    """An operation that works element by element, given by its partial derivatives.

    Attributes:
        partials: one function per operand; each gets the result and all operands,
            ``(y, x₁, …, xₘ)``, and returns ∂y/∂xᵢ in a shape that broadcasts to y's.
    """

    partials: tuple[Partial, ...]

    def push(
        self,
        tangents: Sequence[Value | None],
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """Σ ∂y/∂xᵢ · tᵢ."""
        return total_of(
            scaled(partial(y, *operands), aligned(tangent, np.ndim(operand), np.ndim(y)))
            for partial, operand, tangent in zip(self.partials, operands, tangents, strict=True)
            if tangent is not None
        )

    def pull(
        self,
        position: int,
        cotangent: Value,
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """∂y/∂xᵢ · c, summed over the axes along which xᵢ was broadcast."""
        operand = operands[position]
        slope = conjugated(self.partials[position](y, *operands))
        return real_if_real(unbroadcast(scaled(slope, cotangent), np.shape(operand)), operand)


@dataclass(frozen=True)
class Explicit(Rule):
    """An operation whose derivative is spelled out in both directions.

    Attributes:
        pushes: per operand, ``(t, y, *operands, **parameters)`` to a tangent of y.
        pulls: per operand, ``(c, y, *operands, **parameters)`` to a cotangent of it.
    """

    pushes: tuple[Callable[..., Value], ...]
    pulls: tuple[Callable[..., Value], ...]

    def push(
        self,
        tangents: Sequence[Value | None],
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """The sum of what each moving operand contributes."""
        return total_of(
            push(tangent, y, *operands, **parameters)
            for push, tangent in zip(self.pushes, tangents, strict=True)
            if tangent is not None
        )

    def pull(
        self,
        position: int,
        cotangent: Value,
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """The transpose of the push of this operand."""
        pulled = self.pulls[position](cotangent, y, *operands, **parameters)
        return real_if_real(pulled, operands[position])


@dataclass(frozen=True)
class Variadic(Rule):
    """An operation with any number of operands, such as joining arrays.

    Attributes:
        joint_push: ``(tangents, y, operands, **parameters)`` to a tangent of y.
        single_pull: ``(position, c, y, operands, **parameters)`` to that operand's cotangent.
    """

    joint_push: Callable[..., Value]
    single_pull: Callable[..., Value]

    def push(
        self,
        tangents: Sequence[Value | None],
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """All operands at once: adding them one by one would cost their number squared."""
        return self.joint_push(tangents, y, operands, **parameters)

    def pull(
        self,
        position: int,
        cotangent: Value,
        y: Value,
        operands: Sequence[Value],
        parameters: Parameters,
    ) -> Value:
        """The transpose of what this operand contributes."""
        pulled = self.single_pull(position, cotangent, y, operands, **parameters)
        return real_if_real(pulled, operands[position])


def elementwise(*partials: Partial) -> Elementwise:
    """A rule from the partial derivatives of an elementwise operation, one per operand.

    Args:
        partials: each ``(y, x₁, …, xₘ) -> ∂y/∂xᵢ``; a rule may use the result y.

    Examples:
        >>> import numpy as np
        >>> tanh = elementwise(lambda y, x: 1 - y * y)
        >>> tangent = np.array([[1.0]])  # one seed, one element
        >>> x = np.array([0.5])
        >>> f"{tanh.push([tangent], np.tanh(x), [x], {}).item():.12f}"
        '0.786447732966'
    """
    return Elementwise(partials)


def linear(push: Callable[..., Value], pull: Callable[..., Value]) -> Explicit:
    """A rule for an operation with one operand, by its derivative and the transpose of that.

    Args:
        push: ``(t, y, x, **parameters)``; t has an axis of seeds in front.
        pull: ``(c, y, x, **parameters)``; c has y's shape, the answer x's.
    """
    return Explicit((push,), (pull,))


def total_of(terms: Any) -> Value:
    """The sum of one or more terms, without adding a zero first."""
    iterator = iter(terms)
    total = next(iterator)
    for term in iterator:
        total = total + term
    return total


def aligned(tangent: Value, ndim: int, result_ndim: int) -> Value:
    """Put axes of length one behind the seeds' axis, so that broadcasting meets the primals.

    Args:
        tangent: shape (seeds, *shape) with len(shape) == ndim.
        ndim: dimensions of the operand.
        result_ndim: dimensions of the result it is broadcast to.
    """
    if ndim >= result_ndim:
        return tangent
    shape = np.shape(tangent)
    return np.reshape(tangent, (shape[0],) + (1,) * (result_ndim - ndim) + shape[1:])


def unbroadcast(cotangent: Value, shape: tuple[int, ...]) -> Value:
    """Sum a cotangent down to the shape of the operand: the transpose of broadcasting."""
    have = np.shape(cotangent)
    if have == shape:
        return cotangent
    extra = len(have) - len(shape)
    if extra < 0 or any(n != m == 1 for n, m in zip(shape, have[extra:], strict=True)):
        # the cotangent itself was broadcast less far than y: bring it up to shape first
        full = np.broadcast_shapes(have, shape)
        return unbroadcast(np.broadcast_to(cotangent, full), shape) if full != have else cotangent
    stretched = tuple(
        axis
        for axis in range(len(have))
        if axis < extra or (shape[axis - extra] == 1 and have[axis] != 1)
    )
    return np.reshape(np.sum(cotangent, axis=stretched), shape)


def scaled(slope: Value, tangent: Value) -> Value:
    """slope · tangent, where what does not move stays put even on an infinite slope.

    0 · inf would be NaN; a tangent of exactly zero says that the element does not move, so
    its contribution is zero however steep the operation is there.
    """
    product = slope * tangent
    is_number = isinstance(slope, float)  # the quick way for the many slopes that are
    finite = math.isfinite(slope) if is_number else bool(np.all(np.isfinite(slope)))
    return product if finite else np.where(np.equal(tangent, 0), 0.0, product)


def is_complex(value: Value) -> bool:
    """Whether the value is one of complex numbers, or stands for one."""
    return getattr(value, "dtype", _FLOAT).kind == "c" or isinstance(value, complex)


_FLOAT = np.dtype(float)


def conjugated(value: Value) -> Value:
    """The complex conjugate; real values as they are."""
    return np.conjugate(value) if is_complex(value) else value


def adjoint(matrices: Value) -> Value:
    """The conjugate transpose of each matrix."""
    return np.swapaxes(conjugated(matrices), -1, -2)


def real_if_real(cotangent: Value, operand: Value) -> Value:
    """The cotangent's real part if the operand is real: its imaginary part cannot move."""
    return np.real(cotangent) if is_complex(cotangent) and not is_complex(operand) else cotangent
