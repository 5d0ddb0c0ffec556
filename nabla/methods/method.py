"""What a way of differentiating is: anything with a name and an `estimate`.

A third party adds a method with one frozen dataclass whose fields are its options, and passes
an instance as `method=`; to get a name as well, it publishes the class as an entry point in
the group ``nabla.methods``. Two further offers are optional, each a protocol of its own.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from nabla.methods.function import Function
from nabla.result import Array, Estimate


@runtime_checkable
class Method(Protocol):
    """One way to differentiate a function of an array.

    `estimate` gets the user's function as a `Function` (it protects x and checks what f
    returns) and the point as a float array; it must not write into the point.
    """

    name: ClassVar[str]

    def estimate(self, f: Function, x: Array, /) -> Estimate:
        """The gradient of f at x with its error."""
        ...


@runtime_checkable
class OffersSlope(Protocol):
    """A method that can take one direction at a cost that does not grow with n."""

    def slope(self, f: Function, x: Array, u: Array, /) -> Estimate:
        """The directional derivative ∇f(x)·u; gradient and error have shape ()."""
        ...


@runtime_checkable
class OffersValueAndGradient(Protocol):
    """A method that is quicker where nobody asks for the error."""

    def value_and_gradient(self, f: Function, x: Array, /) -> tuple[float, Array]:
        """f(x) and the gradient, in the shape of x."""
        ...
