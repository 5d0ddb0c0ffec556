"""What all lifted values share: both NumPy protocols and the one place of dispatch.

A lifted value looks like an array of floats to the user's function. NumPy hands every operation
on it to the protocols below (NEP 13 for ufuncs, NEP 18 for functions), they bring the call into
one form, and `apply` gives it to the operand of the latest trace.

What would turn it into plain numbers is refused, with the line of the user's function.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from nabla.errors import MissingRule
from nabla.lift import refusals
from nabla.lift.array_methods import ArrayMethods
from nabla.lift.trace import Trace, operation_name
from nabla.rules import structural
from nabla.rules.composite import COMPOSITES, OF_COMPLEX
from nabla.rules.rule import Operation, Value, is_complex
from nabla.rules.tables import RULES

_REDUCTIONS: dict[np.ufunc, Operation] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logical_and: np.all,
    np.logical_or: np.any,
}
_ACCUMULATIONS: dict[np.ufunc, Operation] = {np.add: np.cumsum, np.multiply: np.cumprod}


class Lifted(ArrayMethods, NDArrayOperatorsMixin, ABC):
    """A value that carries more than a number through the user's function.

    Attributes:
        primal: the value itself: a number, an array, or again something lifted.
        run: the run of f it belongs to.
    """

    __slots__ = ("primal", "run")
    __array_priority__ = 1000.0

    primal: Value
    run: Trace

    @abstractmethod
    def follow(
        self, operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
    ) -> Value:
        """Apply an operation of which this trace's values are operands."""

    @abstractmethod
    def assign(self, key: Any, value: Value) -> None:
        """Write a value of any kind into self[key]."""

    @abstractmethod
    def constant(self, value: Value) -> Lifted:
        """A plain value as one of this kind that does not move."""

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
        return getattr(self.primal, "dtype", np.dtype(float))

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
        inputs = tuple(_as_operand(v) for v in inputs)
        axis = options.pop("axis", 0)
        options = {name: v for name, v in options.items() if not _is_default(name, v)}
        if not _lifted_in(inputs):  # only out= is lifted
            y = getattr(ufunc, method)(*inputs, **options)
        elif method == "reduce" and ufunc in _REDUCTIONS:
            masked = {} if where is True else {"where": where}
            y = _REDUCTIONS[ufunc](*inputs, axis=axis, **options, **masked)
            where = True
        elif method == "accumulate" and ufunc in _ACCUMULATIONS and not options:
            y = _ACCUMULATIONS[ufunc](inputs[0], axis=axis)
        elif method == "outer" and ufunc.nin == 2:
            a, b = inputs
            y = ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)
        elif method == "__call__" and not options:
            y = apply(ufunc, inputs, {})
        else:
            how = f".{method}" if method != "__call__" else f" with {', '.join(options)}="
            self.refuse_operation(operation_name(ufunc) + how)
        if out is None and where is True:
            return y
        if out is None:
            self.refuse_operation(operation_name(ufunc) + " with where= but without out=")
        return self._written(y, out, where)

    def _written(self, y: Value, out: tuple[Value, ...], where: Any) -> Value:
        (target,) = out if len(out) == 1 else (None,)
        if not isinstance(target, Lifted):
            self.refuse_loss(
                "writes a lifted value into a plain array",
                "write `y = y + x` for `y += x`, leave out= out",
            )
        if target.is_scalar:
            return y
        target[...] = y if where is True else np.where(where, y, target)
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
        self.assign(self._plain_key(key), _as_operand(value))

    def _plain_key(self, key: Any) -> Any:
        if isinstance(key, Lifted):
            self.refuse_loss("uses a lifted value as an index", "convert it with int(…)")
        return mapped(self._plain_key, key)

    # -- what would keep only the number is refused -----------------------------------------

    def __float__(self) -> float:
        self.refuse_loss(
            "turns a lifted value into a plain float",
            "use NumPy's function (np.sin for math.sin), leave float() out, and gather results "
            "in a list for np.stack instead of writing them into np.zeros",
        )

    def __complex__(self) -> complex:
        self.refuse_loss("turns a lifted value into a plain complex", "leave complex() out")

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        self.refuse_loss(
            "puts a lifted value into a plain array",
            "use np.stack([…]) for np.array([…]) or for writing into np.zeros, leave "
            "np.asarray out",
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
        if name.startswith("__") or not hasattr(np.ndarray, name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.refuse_operation(f"ndarray.{name}")

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
        return repr(self.primal)

    def __str__(self) -> str:
        return str(self.primal)

    def __format__(self, spec: str) -> str:
        return format(self.primal, spec)

    # -- refusing -----------------------------------------------------------------------------

    def refuse_operation(self, name: str) -> NoReturn:
        """Refuse an operation for which there is no rule."""
        self.run.refuse(refusals.no_rule(name))

    def refuse_loss(self, what: str, instead: str) -> NoReturn:
        """Refuse what would keep the number and drop the rest."""
        self.run.refuse(refusals.loss(what, instead))


def apply(operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]) -> Value:
    """Apply an operation to operands of which at least one is lifted."""
    latest = max(_lifted_in((operands, tuple(parameters.values()))), key=_level)
    if latest.run.is_over:
        raise refusals.left_over()
    if operation in RULES and _lifted_in(tuple(parameters.values())):
        latest.refuse_operation(f"{operation_name(operation)} with a lifted keyword argument")
    if operation in OF_COMPLEX and any(map(is_complex, operands)):
        return OF_COMPLEX[operation](*operands)
    if operation in RULES or operation not in COMPOSITES:
        return latest.follow(operation, operands, parameters)
    try:
        return COMPOSITES[operation](*operands, **parameters)
    except MissingRule as error:  # an option that is not followed; the rules know no lines
        latest.run.refuse(refusals.located(error))
    except TypeError:
        if _takes(COMPOSITES[operation], operands, parameters):
            raise
        options = ", ".join(parameters) or f"{len(operands)} arguments"
        latest.refuse_operation(f"{operation_name(operation)} called with {options}")


def _takes(composite: Operation, operands: Sequence[Value], options: Mapping[str, Any]) -> bool:
    """Whether a composite knows these arguments; NumPy's function may have more."""
    try:
        inspect.signature(composite).bind(*operands, **options)
    except TypeError:
        return False
    return True


def _level(value: Lifted) -> int:
    return value.run.level


def is_number(value: Value) -> bool:
    """Whether a value is one number, which writes into arrays do not reach."""
    return value.is_scalar if isinstance(value, Lifted) else not isinstance(value, np.ndarray)


def mapped(change: Callable[[Any], Any], tree: Any) -> Any:
    """A tuple, list or dict with every entry changed; anything else as it is."""
    if isinstance(tree, dict):
        entries = cast("dict[str, Any]", tree)
        return {name: change(entry) for name, entry in entries.items()}
    if isinstance(tree, tuple):
        return tuple(change(entry) for entry in cast("tuple[Any, ...]", tree))
    if isinstance(tree, list):
        return [change(entry) for entry in cast("list[Any]", tree)]
    return tree


def _lifted_in(tree: Any) -> list[Lifted]:
    """All lifted values in nested tuples and lists."""
    if isinstance(tree, Lifted):
        return [tree]
    if isinstance(tree, tuple | list):
        branches = cast("Sequence[Any]", tree)
        return [leaf for branch in branches for leaf in _lifted_in(branch)]
    return []


def _as_operand(value: Value) -> Value:
    return np.asarray(cast("Any", value)) if isinstance(value, list | tuple) else value


def _is_default(name: str, value: Any) -> bool:
    """Whether an option of a ufunc says what holds anyway."""
    if name == "dtype" and value is not None:
        return np.dtype(value) == np.float64
    return value is None or value is _NO_VALUE or value == _DEFAULTS.get(name, _UNSET)


_UNSET = object()
_NO_VALUE = getattr(np, "_NoValue", _UNSET)  # what NumPy passes on for an argument left out
_DEFAULTS = {"casting": "same_kind", "subok": True, "order": "K", "keepdims": False}
