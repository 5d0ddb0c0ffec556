"""The front doors: a function and a point in, a gradient out, by any method.

The way of every call: x → checked → lifted → f → lowered → `Estimate`; these functions choose
the method and give back the part of the estimate that was asked for.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nabla.errors import UnsupportedPoint
from nabla.lift.lifted import Lifted
from nabla.methods.arguments import (
    Packed,
    Rest,
    is_whole,
    require_arguments,
    require_positions,
)
from nabla.methods.function import Function, as_function, as_point
from nabla.methods.method import Method, OffersSlope, OffersValueAndGradient
from nabla.methods.names import resolve
from nabla.result import Array, Estimate


class NonFiniteGradient(RuntimeWarning):
    """The gradient has a component that is NaN or infinite; the message says where from."""


def estimate(f: Callable[..., Any], x: npt.ArrayLike, *, method: str | Method = "auto") -> Estimate:
    """The gradient of f at x together with its error and what that error rests on.

    Args:
        f: a function of one array (or float) that returns one real number.
        x: the point: a float, or an array of any shape. Integers and narrower floats are
            computed in float64; longdouble stays longdouble in forward mode.
        method: "auto", "forward", "complex_step", "central", "mpmath", a name published by a
            package, or a method object whose fields are its options, such as
            `nabla.Central(bounds=(0, 1))`.

    Returns:
        An `Estimate`: value, gradient (shape of x), error (absolute, shape of x), …

    Raises:
        UnsupportedPoint: if x is not a real number or an array of real numbers.
        NonFinitePoint: if x holds a NaN or an infinity.
        UnsupportedResult: if f(x) is not one real number.
        NonFiniteResult: if f(x) is NaN or infinite.
        CannotFollow: if f does what an exact method cannot follow ("auto" never raises it).
        UnknownMethod: if there is no such method.

    Examples:
        >>> import numpy as np
        >>> import nabla
        >>> result = nabla.estimate(lambda x: x[0] ** 2 * np.sin(x[1]), [3.0, 0.5])
        >>> result.gradient.round(12)
        array([2.87655323, 7.89824306])
        >>> bool((result.error < 1e-13).all()), result.method, result.guarantee
        (True, 'forward', 'estimated')
    """
    function, point = as_function(f, x), as_point(x)
    return resolve(method).estimate(function, point)


def value_and_gradient(
    f: Callable[..., Any], x: npt.ArrayLike, *, method: str | Method = "auto"
) -> tuple[float, Array]:
    """f(x) and the gradient in one go, as optimisers like it (SciPy's ``jac=True``).

    Args:
        f: a function of one array (or float) that returns one real number.
        x: the point: a float, or an array of any shape.
        method: as for `estimate`.

    Returns:
        f(x) as a float, and the gradient as an array in the shape of x.

    Raises:
        NablaError: as `estimate` does.

    Warns:
        NonFiniteGradient: if a component is NaN or infinite; the message names the operation
            and the line.

    Examples:
        >>> import nabla
        >>> value, gradient = nabla.value_and_gradient(lambda x: x @ x, [1.0, 2.0])
        >>> value, gradient
        (5.0, array([2., 4.]))
    """
    return _value_and_gradient(resolve(method), as_function(f, x), as_point(x))


def gradient(f: Callable[..., Any], x: npt.ArrayLike, *, method: str | Method = "auto") -> Array:
    """The gradient of f at x: the vector of all partial derivatives, in the shape of x.

    Args:
        f: a function of one array (or float) that returns one real number.
        x: the point: a float (then the gradient has shape ()), or an array of any shape.
        method: as for `estimate`.

    Returns:
        An array of float64 in the shape of x (longdouble by forward mode of a longdouble x).

    Raises:
        NablaError: as `estimate` does.

    Warns:
        NonFiniteGradient: as `value_and_gradient` does.

    Examples:
        >>> import nabla
        >>> nabla.gradient(lambda w: (w[0] - 1) ** 2 + 3 * w[1] ** 2, [2.0, 1.0])
        array([2., 6.])
        >>> nabla.gradient(lambda w: (w[0] - 1) ** 2 + 3 * w[1] ** 2, [2.0, 1.0], method="central")
        array([2., 6.])
    """
    return value_and_gradient(f, x, method=method)[1]


def grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, method: str | Method = "auto"
) -> Callable[..., Any]:
    """The gradient of f as a function of the same arguments.

    Args:
        f: a function that returns one real number.
        argnums: which positional argument to differentiate by, or several of them.
        method: as for `estimate`.

    Returns:
        A function that returns the gradient in the shape of that argument; for several
        argnums, a tuple of gradients, in their order.

    Raises:
        InvalidOption: if argnums names no argument, or one twice; when called, if an argument
            that it names is missing.

    Examples:
        >>> import nabla
        >>> slope = nabla.grad(lambda x: x ** 3)
        >>> print(f"{slope(2.0):.6f}")
        12.000000
        >>> nabla.grad(lambda a, b: a * b, argnums=(0, 1))(3.0, 5.0)
        (array(5.), array(3.))
    """
    several = isinstance(argnums, Sequence)
    wanted = tuple(argnums) if isinstance(argnums, Sequence) else (argnums,)
    require_positions(wanted)
    chosen = resolve(method)

    def gradient_of(*args: Any, **kwargs: Any) -> Any:
        require_arguments(wanted, len(args), f)
        if not several:
            rest = Rest(f, args, kwargs, wanted[0])
            function = Function(rest, as_function(f, args[wanted[0]]).takes_float)
            return _value_and_gradient(chosen, function, as_point(args[wanted[0]]))[1]
        packed = Packed(f, args, kwargs, wanted)
        joint = _value_and_gradient(chosen, Function(packed), packed.point())[1]
        return tuple(packed.parts(joint))

    gradient_of.__name__ = f"grad_{getattr(f, '__name__', 'f')}"
    return gradient_of


def partial(
    f: Callable[..., Any],
    x: npt.ArrayLike,
    index: int | tuple[int, ...],
    *,
    method: str | Method = "auto",
) -> float:
    """One partial derivative: the slope of f when all inputs but one are frozen.

    Args:
        f: a function of one array that returns one real number.
        x: the point.
        index: which input; an int counts the inputs of a vector, a tuple indexes any array.
        method: as for `estimate`. Methods that offer a slope pay for one direction only.

    Returns:
        ∂f/∂x[index] at x.

    Raises:
        IndexError: if x has no such input.
        NablaError: as `estimate` does.

    Examples:
        >>> import nabla
        >>> nabla.partial(lambda w: w[0] ** 2 * w[1], [3.0, 5.0], 0)
        30.0
    """
    point = as_point(x)
    unit = np.zeros(point.shape)
    where = index if isinstance(index, tuple) else (index,)
    names_a_number = not point.shape and where in ((), (0,))
    whole = all(map(is_whole, where))
    if not names_a_number and not (whole and len(where) == point.ndim > 0):
        raise IndexError(f"index {index} does not name one input of an x of shape {point.shape}")
    unit[() if names_a_number else where] = 1.0
    return _slope(resolve(method), as_function(f, x), point, unit)


def directional_derivative(
    f: Callable[..., Any], x: npt.ArrayLike, u: npt.ArrayLike, *, method: str | Method = "auto"
) -> float:
    """The slope of f at x along u: ∇f(x)·u, with u as given, not normalised.

    Args:
        f: a function of one array (or float) that returns one real number.
        x: the point.
        u: the direction, in the shape of x. For the slope per unit of length pass a unit
            vector, u / ‖u‖.
        method: as for `estimate`. Methods that offer a slope pay for one direction only.

    Returns:
        ∇f(x)·u, a float.

    Raises:
        UnsupportedPoint: if u has another shape than x.
        NablaError: as `estimate` does.

    Examples:
        >>> import nabla
        >>> nabla.directional_derivative(lambda w: w[0] ** 2 + w[1], [3.0, 0.0], [1.0, 2.0])
        8.0
    """
    point, direction = as_point(x), as_point(u)
    if direction.shape != point.shape:
        raise UnsupportedPoint(
            f"u has shape {direction.shape} and x has shape {point.shape}",
            why="a direction says for every input how fast it moves",
            remedy="pass a u in the shape of x",
        )
    return _slope(resolve(method), as_function(f, x), point, direction)


def _slope(method: Method, f: Function, x: Array, u: Array) -> Any:
    if isinstance(method, OffersSlope):
        slope = method.slope(f, x, u).gradient
    else:
        slope = np.sum(method.estimate(f, x).gradient * u)
    return slope if isinstance(slope, Lifted) else float(slope)


def _value_and_gradient(method: Method, f: Function, x: Array) -> tuple[float, Array]:
    if not isinstance(method, OffersValueAndGradient):
        estimate = method.estimate(f, x)
        return estimate.value, estimate.gradient
    value, slopes = method.value_and_gradient(f, x)
    if not isinstance(slopes, Lifted) and not np.isfinite(slopes).all():
        _warn(method.estimate(f, x))
    return value, slopes


def _warn(estimate: Estimate) -> None:
    bad = np.argwhere(~np.isfinite(estimate.gradient)).tolist()
    reasons = "; ".join(note.sentence for note in estimate.notes) or "no operation stands out"
    warnings.warn(
        f"{len(bad)} of {estimate.gradient.size} components of the gradient are not finite, "
        f"the first at {bad[0]}: {reasons}",
        NonFiniteGradient,
        stacklevel=4,
    )
