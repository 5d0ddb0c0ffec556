"""What all lifted values share: both NumPy protocols, and what they refuse.

A lifted value looks like an array of floats to the user's function. NumPy hands every operation
on it to the protocols below (NEP 13 for ufuncs, NEP 18 for functions), they bring the call into
one form, and `apply` gives it to the operand of the latest trace.

What would turn it into plain numbers is refused, with the line of the user's function.
"""

from __future__ import annotations

from typing import Any, NoReturn, cast

import numpy as np

from nabla.lift import refusals, ufunc_methods
from nabla.lift.array_methods import ArrayMethods
from nabla.lift.dispatch import (
    Container,
    Traced,
    apply,
    bare,
    is_number,
    lifted_in,
    mapped,
    packed,
    representative,
)
from nabla.lift.operators import Operators
from nabla.lift.source import is_formatting
from nabla.lift.trace import operation_name
from nabla.rules import structural
from nabla.rules.rule import Operation, Value, is_complex


class Lifted(Traced, ArrayMethods, Operators):
    """A value that follows what the user's function does to it.

    Attributes:
        primal: the value itself: a number, an array, or again something lifted.
        run: the run of f it belongs to.
    """

    __slots__ = ()
    __array_priority__ = 1000.0

    @property
    def is_scalar(self) -> bool:
        """Whether it stands for a number, which `+=` rebinds, not for an array."""
        return is_number(self.primal)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the primal."""
        return np.shape(self.primal)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of number it stands for."""
        plain = np.dtype(complex if isinstance(self.primal, complex) else float)
        return getattr(self.primal, "dtype", plain)

    # -- NumPy asks here first --------------------------------------------------------------

    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: str,
        *inputs: Value,
        out: tuple[Value, ...] | None = None,
        where: Any = True,
        **options: Any,
    ) -> Value:
        inputs = tuple(_as_array(packed(v)) for v in inputs)
        axis = {"axis": options.pop("axis")} if "axis" in options else {}  # None means all
        options = {name: v for name, v in options.items() if not _is_default(name, v)}
        if not lifted_in(inputs):  # only out= is lifted
            y = getattr(ufunc, method)(*inputs, **options)
        elif method == "__call__" and not options:
            y = apply(ufunc, inputs, {})
        elif method in ufunc_methods.METHODS:
            y = ufunc_methods.METHODS[method](ufunc, *inputs, where=where, **axis, **options)
            where = True
        else:
            how = f".{method}" if method != "__call__" else f" with {', '.join(options)}="
            self.refuse_operation(operation_name(ufunc) + how)
        if out is None and where is True:
            return y
        if out is None:
            self.refuse_operation(operation_name(ufunc) + " with where= but without out=")
        return self._written(y, out, where)

    def _written(self, y: Value, out: tuple[Value, ...], where: Any) -> Value:
        target = out[0] if len(out) == 1 else None
        if not isinstance(target, Lifted | Container):
            self.refuse_loss(
                "writes a lifted value into a plain array",
                "write `y = y + x` for `y += x`, leave out= out",
            )
        if is_number(bare(target)):
            return y
        cast("Any", target)[...] = y if where is True else cast("Any", np.where)(where, y, target)
        return target

    def __array_function__(
        self, function: Operation, types: Any, args: tuple[Value, ...], options: dict[str, Any]
    ) -> Value:
        given = {name: v for name, v in options.items() if v is not _NO_VALUE}
        return apply(function, args, given)

    def __getitem__(self, key: Any) -> Value:
        return structural.getitem(self, key=self._plain_key(key))

    def __setitem__(self, key: Any, value: Value) -> None:
        if self.is_scalar:
            raise TypeError("a number does not support item assignment")
        self.assign(self._plain_key(key), _as_array(packed(value)))

    def _plain_key(self, key: Any) -> Any:
        if isinstance(key, Lifted):
            self.refuse_loss("uses a lifted value as an index", "convert it with int(…)")
        return mapped(self._plain_key, bare(key))

    # -- what would keep only the number is refused -----------------------------------------

    def __float__(self) -> float:
        if is_formatting() and not is_complex(self):
            self.run.write_as_text()
            return float(representative(self))
        self.refuse_loss(
            "turns a lifted value into a plain float",
            "let Python's or NumPy's own functions do this, called by code of yours; an array "
            "that comes from elsewhere takes lifted values after y = np.array(y)",
        )

    def __complex__(self) -> complex:
        self.refuse_loss(
            "turns a lifted value into a plain complex",
            "let Python's or NumPy's own functions do this, called by code of yours; an array "
            "that comes from elsewhere takes lifted values after y = np.array(y)",
        )

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        self.refuse_loss(
            "puts a lifted value into a plain array",
            "create the array inside f, with NumPy's own functions",
        )

    def __index__(self) -> int:
        self.refuse_loss("uses a lifted value as an index", "convert it with int(…)")

    def __hash__(self) -> int:
        self.refuse_loss(
            "uses a lifted value as a key, in a dict, a set or a cache",
            "a cache keyed on numbers would answer with a plain one: leave it out",
        )

    def __copy__(self) -> Value:
        return self if self.is_scalar else np.copy(self)  # type: ignore[call-overload]

    def __deepcopy__(self, memo: Any) -> Value:
        return self.__copy__()

    def __reduce__(self) -> NoReturn:
        self.refuse_loss("pickles a lifted value", "leave the pickling out")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not (hasattr(np.ndarray, name) or hasattr(float, name)):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        kind = "ndarray" if hasattr(np.ndarray, name) else "float"
        self.refuse_operation(f"{kind}.{name}")

    # -- what is constant almost everywhere -------------------------------------------------

    def __bool__(self) -> bool:
        return bool(np.not_equal(self, 0))

    def __int__(self) -> int:
        return int(np.trunc(self))  # type: ignore[call-overload]

    def __trunc__(self) -> int:
        return int(self)

    def __floor__(self) -> int:
        return int(np.floor(self))  # type: ignore[call-overload]

    def __ceil__(self) -> int:
        return int(np.ceil(self))  # type: ignore[call-overload]

    def __round__(self, digits: int | None = None) -> Any:
        return int(np.rint(self)) if digits is None else np.round(self, digits)  # type: ignore[call-overload]

    def __repr__(self) -> str:
        self.run.write_as_text()
        return repr(representative(self))

    def __str__(self) -> str:
        self.run.write_as_text()
        return str(representative(self))

    def __format__(self, spec: str) -> str:
        self.run.write_as_text()
        return format(representative(self), spec)

    # -- refusing -----------------------------------------------------------------------------

    def refuse_operation(self, name: str) -> NoReturn:
        """Refuse an operation for which there is no rule."""
        self.run.refuse(refusals.no_rule(name))

    def refuse_loss(self, what: str, instead: str) -> NoReturn:
        """Refuse what would keep the number and drop the rest."""
        self.run.refuse(refusals.loss(what, instead))


def _as_array(value: Value) -> Value:
    return np.asarray(cast("Any", value)) if isinstance(value, list | tuple) else value


def _is_default(name: str, value: Any) -> bool:
    """Whether an option of a ufunc says what holds anyway."""
    if name == "dtype" and value is not None:
        return np.dtype(value) == np.float64
    return value is None or value is _NO_VALUE or value == _DEFAULTS.get(name, _UNSET)


_UNSET = object()
_NO_VALUE = getattr(np, "_NoValue", _UNSET)  # what NumPy passes on for an argument left out
_DEFAULTS = {"casting": "same_kind", "subok": True, "order": "K", "keepdims": False}
