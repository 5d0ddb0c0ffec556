"""The user's function on its way through a method, and the point on its way in.

`Function` stands between a method and the user's f: it hands f a fresh copy of the point (so
that an f that writes into its argument harms nobody) and it checks that what comes back is one
real number. `as_point` is the one place where x is checked.
"""

from __future__ import annotations

import decimal
import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from nabla.errors import (
    InvalidOption,
    NonFinitePoint,
    NonFiniteResult,
    UnsupportedPoint,
    UnsupportedResult,
)
from nabla.lens.lens import run_through_lens
from nabla.lift.dispatch import apply, bare, representative
from nabla.lift.lifted import Lifted
from nabla.lift.refusals import dislike
from nabla.result import Array, is_array


@dataclass(frozen=True)
class Function:
    """f as a method sees it: a float array in, one real number out.

    Attributes:
        call: the user's f.
        takes_float: whether the user gave x as a plain number, so that f gets one too.
    """

    call: Callable[..., Any]
    takes_float: bool = False

    def __call__(self, x: Array, /) -> Any:
        """f at x: a float for a plain x (it may be NaN or infinite), lifted for a lifted x.

        Raises:
            UnsupportedResult: if f returns anything but one real number. What f itself
                raises passes through, with a note that says where x was.
        """
        return _as_one(self._called(x), self.name, "iuf")

    def on_complex(self, z: Any, /) -> Any:
        """f at complex numbers, or at lifted ones that stand for such: one number, complex or not.

        Raises:
            UnsupportedResult: if f returns anything but one number.
        """
        return _as_one(self._called(z), self.name, "iufc")

    def _called(self, x: Any) -> Any:
        point = (_as_number(x) if self.takes_float else x.copy())  # fmt: skip
        try:
            y = (
                run_through_lens(self.call, point)
                if isinstance(point, Lifted)
                else self.call(point)
            )
        except Exception as error:
            if isinstance(point, Lifted) and self._takes_plain(point):
                raise dislike(error) from error
            error.add_note(f"(raised by {self.name} while nabla evaluated it at x = {x})")
            raise
        return bare(y)

    def _takes_plain(self, point: Lifted) -> bool:
        """Whether f raises nothing at the plain point for which this lifted one stands."""
        plain = np.real(representative(point))
        try:
            self.call(float(plain) if self.takes_float else np.array(plain))
        except Exception:  # whatever it is, it is f's own
            return False
        return True

    @property
    def name(self) -> str:
        """What error messages call f."""
        named = self.call if hasattr(self.call, "__name__") else type(self.call)
        return getattr(named, "__qualname__", named.__name__) + "()"


def _as_number(x: Any) -> Any:
    if x.dtype != np.float64:
        return x[()]
    return apply(float, (x,), {}) if isinstance(x, Lifted) else float(x)


def as_function(f: object, x: object) -> Function:
    """Wrap the user's f for the point x.

    Raises:
        InvalidOption: if f cannot be called.
    """
    if not callable(f):
        raise InvalidOption(
            f"f is {type(f).__name__!r}, which cannot be called",
            why="nabla differentiates a function, by calling it",
            remedy="pass the function itself, f, not a value it returned, f(x)",
        )
    return Function(
        f, takes_float=isinstance(x, numbers.Real) or (isinstance(x, Lifted) and x.is_scalar)
    )


def as_point(x: Any) -> Array:
    """x as an array of floats that belongs to nabla: a copy, float64 or wider.

    Integers and narrower floats are promoted to float64, longdouble stays. A lifted x (a
    gradient inside a function that is itself being differentiated) passes as it is.

    Raises:
        UnsupportedPoint: x is complex, boolean, text, ragged or not numbers at all.
        NonFinitePoint: x holds a NaN or an infinity.
    """
    x = bare(x)  # inside a function that is being differentiated, x may be a buffer
    if isinstance(x, Lifted):
        return x  # type: ignore[return-value]
    if isinstance(x, np.ma.MaskedArray):
        raise _unsupported("a masked array", "choose what is to stand in the gaps: x.filled(0.0)")
    try:
        given = np.asarray(x)
    except ValueError:
        raise _unsupported(
            "ragged: its rows differ in length", "make x a rectangular array"
        ) from None
    if given.dtype.kind not in "iuf":
        raise _unsupported(*_KINDS.get(given.dtype.kind, _KINDS["O"]))
    point = np.array(given, dtype=np.result_type(given.dtype, np.float64))
    if not np.isfinite(point).all():
        where = np.argwhere(~np.isfinite(point))[0].tolist()
        raise NonFinitePoint(
            f"x{where or ''} is {point[tuple(where)]}",
            why="a gradient is taken at a point, and every coordinate of a point is finite",
            remedy="look where x was computed: np.isfinite(x) shows the places",
        )
    return point


_KINDS = {
    "c": ("complex", "differentiate by the real and imaginary part as two real inputs"),
    "b": ("boolean", "a truth value has no neighbours to move to: pass floats, x.astype(float)"),
    "U": ("text", "convert it first: float(x)"),
    "S": ("text", "convert it first: float(x)"),
    "O": ("not an array of real numbers", "pass a float or an array of floats"),
}


def _unsupported(what: str, remedy: str) -> UnsupportedPoint:
    return UnsupportedPoint(
        f"x is {what}",
        why="x must be a real number or an array of real numbers, of any shape",
        remedy=remedy,
    )


def require_finite(value: float, f: Function, x: Array) -> None:
    """Refuse to differentiate where f itself has no finite value.

    Raises:
        NonFiniteResult: if the value is NaN or infinite.
    """
    if not math.isfinite(value):
        raise NonFiniteResult(
            f"{f.name} returned {value} at x = {x}",
            why="a slope compares f(x) with its neighbours, so f(x) itself must be finite",
            remedy="ask for the gradient at a point inside the domain of f",
        )


def _as_one(y: Any, name: str, kinds: str) -> Any:
    """The one number f returned, of one of the kinds; arrays of one element count as it."""
    if is_array(y) and y.dtype == object and y.size == 1:
        y = y.item()
    if isinstance(y, Lifted) or is_array(y) or _is_number(y):
        if y.dtype.kind not in kinds:
            raise _not_real(name, _RESULTS.get(y.dtype.kind, _RESULTS["O"]), y)
        if y.size != 1:
            raise _not_real(name, "pick one component, f(x)[0], or combine them, np.sum(f(x))", y)
        y = y.reshape(())
        if isinstance(y, Lifted) or y.dtype in (np.longdouble, np.clongdouble):
            return y
        return complex(y) if y.dtype.kind == "c" else float(y)
    if isinstance(y, bool):
        raise _not_real(name, _RESULTS["b"], y)
    if isinstance(y, numbers.Real | decimal.Decimal):
        return float(y)
    if isinstance(y, complex) and "c" in kinds:
        return y
    kind = "N" if y is None else "c" if isinstance(y, complex) else "O"
    raise _not_real(name, _RESULTS[kind], y)


def _is_number(y: Any) -> TypeGuard[Array]:
    """Whether y is a NumPy scalar, which has all that is asked of an array here."""
    return isinstance(y, np.generic)


_RESULTS = {
    "N": "return the value: a function without a return statement gives None",
    "c": "return a real number: np.real(y), or np.abs(y) ** 2",
    "b": "return the number itself, not the outcome of a comparison",
    "O": "return one real number, a float",
}


def _not_real(name: str, remedy: str, y: Any) -> UnsupportedResult:
    shape = getattr(y, "shape", ())
    described = f"an array of shape {shape}" if shape else f"{y!r} ({type(y).__name__})"
    return UnsupportedResult(
        f"{name} returned {described[:100]}",
        why="a gradient exists for a function with one real result",
        remedy=remedy,
    )
