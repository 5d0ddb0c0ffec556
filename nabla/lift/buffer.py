"""Plain arrays of the user's function, into which lifted values may be written.

`Memory` holds what is written; here it gets the looks of an ndarray.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from nabla.lift import ufunc_methods
from nabla.lift.dispatch import (
    WRITING,
    Container,
    Traced,
    apply,
    bare,
    elements,
    ground,
    is_number,
    lifted_in,
    mapped,
    packed,
)
from nabla.lift.flat import Flat
from nabla.lift.memory import Memory, View
from nabla.result import Array, is_array
from nabla.rules.rule import Operation, Value
from nabla.rules.structural import is_basic


class Buffer(Memory, NDArrayOperatorsMixin):
    """An array of the user's function, as NumPy and the function itself see it."""

    __slots__ = ()
    __array_priority__ = 1000.0

    # -- NumPy asks here first --------------------------------------------------------------

    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: str,
        *inputs: Value,
        out: tuple[Value, ...] | None = None,
        **options: Any,
    ) -> Value:
        if method == "at":
            self._at(ufunc, *inputs)
            return None
        operands = [packed(value) for value in inputs]
        options = bare(options)
        compute = getattr(ufunc, method)
        if out is None:
            return boxed(compute(*operands, **options))
        if lifted_in((operands, options, out)):
            y = compute(*operands, **{n: v for n, v in options.items() if n != "where"})
            where = options.get("where", True)
            (target,) = out
            if not np.can_cast(y.dtype, target.dtype, options.get("casting", "same_kind")):
                raise np.exceptions.DTypePromotionError(
                    f"cannot cast ufunc {ufunc.__name__!r} output from {y.dtype} to {target.dtype}"
                )
            target[...] = y if where is True else np.where(where, y, bare(target))
        else:
            compute(*operands, out=tuple(_writable(target) for target in out), **options)
        return cast("Any", out[0] if len(out) == 1 else out)

    def _at(self, ufunc: np.ufunc, a: Value, indices: Any, *b: Value) -> None:
        if lifted_in((a, b)):
            ufunc_methods.METHODS["at"](ufunc, a, bare(indices), *(packed(v) for v in b))
        else:
            ufunc.at(_writable(a), bare(indices), *map(bare, b))

    def __array_function__(
        self,
        function: Operation,
        types: Any,
        args: Sequence[Value],
        options: Mapping[str, Any],
    ) -> Value:
        return called(function, args, options)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        # who asks is not seen through, and may write there
        return np.array(self.writable(), dtype=dtype, copy=copy)

    def __getitem__(self, key: Any) -> Value:
        plain = bare(key)
        y = self.content[plain]
        if is_number(y):
            return y
        return self.seen_as(y, lambda content: content[plain]) if is_basic(plain) else boxed(y)

    def __setitem__(self, key: Any, value: Value) -> None:
        key, value = bare(key), packed(value)
        if not isinstance(value, Traced):
            self.writable()[key] = value
        elif self.dtype.kind in "iub":
            # NumPy truncates, and what it leaves is constant almost everywhere
            self.writable()[key] = cast("Any", value).astype(self.dtype)
        elif self.dtype == object:
            self.writable()[key] = elements(value)
        else:
            self.room_for(value)[key] = value

    def __iter__(self) -> Iterator[Value]:
        return (self[k] for k in range(len(self)))

    def __len__(self) -> int:
        return len(self.content)

    # -- attributes and methods of an ndarray -----------------------------------------------

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of number it holds."""
        return self.content.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self.content.shape

    @property
    def flat(self) -> Flat:
        """The elements one after the other."""
        return Flat(self)

    @flat.setter
    def flat(self, values: Value) -> None:
        Flat(self)[:] = values

    @property
    def real(self) -> Value:
        """The real part."""
        return self.__getattr__("real")

    @real.setter
    def real(self, value: Value) -> None:
        self.real[...] = value

    @property
    def imag(self) -> Value:
        """The imaginary part."""
        return self.__getattr__("imag")

    @imag.setter
    def imag(self, value: Value) -> None:
        self.imag[...] = value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        # who asks for the bare memory may write there
        content = self.writable() if name in ("data", "ctypes") else self.content
        attribute = getattr(content, name)
        if callable(attribute):
            return _Method(self, name)
        if is_array(attribute) or isinstance(attribute, Traced):
            return self.seen_as(attribute, lambda content: getattr(content, name))
        return attribute

    # -- numbers and text -------------------------------------------------------------------

    def __float__(self) -> float:
        return float(self.content)

    def __complex__(self) -> complex:
        return complex(self.content)

    def __int__(self) -> int:
        return int(self.content)

    def __index__(self) -> int:
        return self.content.__index__()

    def __bool__(self) -> bool:
        return bool(self.content)

    def __contains__(self, value: Any) -> bool:
        return bare(value) in self.content

    def __repr__(self) -> str:
        return repr(self.content)

    def __str__(self) -> str:
        return str(self.content)

    def __format__(self, spec: str) -> str:
        return format(self.content, spec)

    def __copy__(self) -> Value:
        return boxed(np.copy(self.content))

    def __deepcopy__(self, memo: Any) -> Value:
        return self.__copy__()

    def __reduce__(self) -> Any:
        return self.content.__reduce__()

    def __hash__(self) -> NoReturn:
        raise TypeError("unhashable type: 'numpy.ndarray'")

    def __eq__(self, other: object) -> Any:
        return np.equal(self, other)  # type: ignore[call-overload]


class _Method:
    """A method of the array that a buffer holds."""

    def __init__(self, buffer: Buffer, name: str) -> None:
        self._buffer, self._name = buffer, name

    def __call__(self, *args: Value, **options: Any) -> Value:
        buffer, name = self._buffer, self._name
        args = tuple(packed(value) for value in args)
        if options.get("out") is not None:
            return called(getattr(np, name), (buffer, *args), options)
        if name == "fill":
            buffer[...] = args[0]
            return None
        options = bare(options)
        if lifted_in((args, options)) and hasattr(np, name):
            return called(getattr(np, name), (buffer, *args), options)
        content = buffer.writable() if name in _WRITING_METHODS else buffer.content
        y = getattr(content, name)(*args, **options)
        is_some_array = is_array(y) or isinstance(y, Traced)
        if is_some_array and np.may_share_memory(ground(y), ground(content)):
            return buffer.seen_as(y, lambda c: getattr(c, name)(*args, **options))
        return boxed(y)


_WRITING_METHODS = frozenset({"sort", "partition", "put", "resize", "setfield", "byteswap"})


def called(function: Operation, args: Sequence[Value], options: Mapping[str, Any]) -> Value:
    """A NumPy function with buffers among its arguments."""
    if lifted_in((args, options)):
        return boxed(apply(function, args, options))
    return called_plainly(function, args, options)


def called_plainly(function: Operation, args: Sequence[Value], options: Mapping[str, Any]) -> Value:
    """The same where nothing is lifted yet."""
    plain = [bare(value) for value in args]
    if function in WRITING:
        plain[0] = _writable(args[0])
    given = bare(dict(options))
    if given.get("out") is not None:
        given["out"] = mapped(_writable, options["out"]) if isinstance(options["out"], tuple) else (
            _writable(options["out"])
        )  # fmt: skip
    y = function(*plain, **given)
    if given.get("out") is not None:
        return cast("Any", options["out"])
    return _linked(y, function, args, options)


def _linked(
    y: Value, function: Operation, args: Sequence[Value], options: Mapping[str, Any]
) -> Value:
    """The result as a buffer: a view of the argument with which it shares memory."""
    for k, value in enumerate(args):
        if isinstance(value, Buffer):
            again = functools.partial(_again, function, args, options, k)
            y = _as_view_of(value, y, again)
    return boxed(y)


def _as_view_of(buffer: Buffer, y: Any, again: View) -> Any:
    """Arrays that share memory with what a buffer holds, as its views."""
    if type(y) is np.ndarray and np.may_share_memory(y, buffer.content):
        return buffer.seen_as(y, again)
    if isinstance(y, tuple | list):
        parts: list[Any] = [
            _as_view_of(buffer, part, lambda content, k=k: again(content)[k])
            for k, part in enumerate(cast("Sequence[Any]", y))
        ]
        left = iter(parts)
        return mapped(lambda _: next(left), cast("Any", y))
    return y


def _again(
    function: Operation,
    args: Sequence[Value],
    options: Mapping[str, Any],
    position: int,
    content: Value,
) -> Value:
    """The same call, with what the buffer at a position holds now."""
    return function(*args[:position], content, *args[position + 1 :], **options)


def boxed(y: Any, args: Sequence[Value] = ()) -> Any:
    """Fresh plain arrays as buffers; anything else as it is.

    Args:
        y: what a function returned.
        args: what it was given: an array that shares memory with one of these is not fresh.
    """
    if type(y) is np.ndarray:
        shared = any(type(value) is np.ndarray and np.may_share_memory(y, value) for value in args)
        return Buffer(y, shared=shared)
    if isinstance(y, tuple | list):
        return mapped(lambda entry: boxed(entry, args), cast("Any", y))
    return y


def _writable(target: Value) -> Value:
    return target.writable() if isinstance(target, Container) else target
