"""NumPy's ways to make an array, and to call the user's function, that no protocol reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import numpy

from nabla.lens.seen_types import real_type
from nabla.lift.buffer import Buffer, boxed
from nabla.lift.dispatch import bare, is_number, lifted_in, packed, representative
from nabla.rules.rule import Operation, Value

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _array(
    object: Any,
    dtype: Any = None,
    *,
    copy: bool | None = True,
    order: Any = "K",
    subok: bool = False,
    ndmin: int = 0,
    **rest: Any,
) -> Value:
    copy = _COPY_MODES.get(getattr(copy, "value", None), copy)
    value = packed(object)
    if isinstance(value, list) or not lifted_in(value):  # ragged ones, too: NumPy will complain
        made = np.array(
            value, real_type(dtype), copy=copy, order=order, subok=subok, ndmin=ndmin, **rest
        )
        return _like_its_source(made, object)
    is_the_same = dtype is None and ndmin <= np.ndim(value) and _is_in_order(value, order)
    if copy is None and isinstance(object, Buffer) and object.content is value and is_the_same:
        return object
    made = value
    if dtype is not None and np.dtype(real_type(dtype)) != value.dtype:
        made = value.astype(real_type(dtype))
    if is_number(made):
        made = np.copy(made)
    elif made is value and (copy or not _is_in_order(value, order)):
        made = np.copy(value)
    missing = ndmin - np.ndim(made)
    return np.reshape(made, (1,) * missing + np.shape(made)) if missing > 0 else made


def _is_in_order(value: Value, order: Any) -> bool:
    """Whether it lies in memory as is asked for; else NumPy makes a copy."""
    if order == "F":
        return value.flags.f_contiguous
    return value.flags.c_contiguous if order == "C" else True


_COPY_MODES: dict[Any, bool | None] = {0: False, 1: True, 2: None}
"""What the members of NumPy's own np._CopyMode say."""


def _like_its_source(made: Value, source: Any) -> Value:
    if isinstance(source, Buffer) and made is source.content:
        return source
    if isinstance(source, Buffer) and np.may_share_memory(made, source.content):
        return source.seen_as(made, lambda content: np.reshape(content, np.shape(made)))
    return boxed(made, (source,))


def _asarray(
    a: Any,
    dtype: Any = None,
    order: Any = None,
    *,
    copy: bool | None = None,
    **rest: Any,
) -> Value:
    return _array(a, dtype, copy=copy, order=order or "K", **rest)


def _contiguous(a: Any, dtype: Any = None, **rest: Any) -> Value:
    return _array(a, dtype, copy=None, order="C", ndmin=1)


def _asarray_chkfinite(a: Any, dtype: Any = None, order: Any = None) -> Value:
    y = _asarray(a, dtype, order)
    if not np.all(np.isfinite(y)):
        raise ValueError("array must not contain infs or NaNs")
    return y


def _full(shape: Any, fill_value: Value, dtype: Any = None, order: Any = "C", **rest: Any) -> Value:
    value = packed(fill_value)
    kind = real_type(dtype) or (value.dtype if lifted_in(value) else None)
    if not lifted_in(value):
        return boxed(np.full(shape, value, kind, order, **rest))
    y = Buffer(np.empty(shape, kind, order))
    y[...] = value
    return y


def _full_like(a: Value, fill_value: Value, dtype: Any = None, order: Any = "K",
               subok: bool = True, shape: Any = None, **rest: Any) -> Value:  # fmt: skip
    kind = real_type(dtype) or a.dtype
    return _full(np.shape(a) if shape is None else shape, fill_value, kind)


def _fromiter(iter: Iterable[Any], dtype: Any, count: int = -1, **rest: Any) -> Value:
    values = list(iter)
    return _array(values if count < 0 else values[:count], dtype)


def _arange(*bounds: Any, dtype: Any = None, **rest: Any) -> Value:
    if not lifted_in(bounds):
        return boxed(np.arange(*map(bare, bounds), dtype=real_type(dtype), **rest))
    start, stop, step = (*bounds, 1) if len(bounds) == 2 else bounds if bounds[2:] else (
        0, bounds[0], 1
    )  # fmt: skip
    # how many there are is constant almost everywhere
    return start + step * np.arange(int(np.ceil((stop - start) / step)))


def _linspace(
    start: Value, stop: Value, num: int = 50, endpoint: bool = True, retstep: bool = False,
    dtype: Any = None, axis: int = 0, **rest: Any,
) -> Value:  # fmt: skip
    if not lifted_in((start, stop)):
        ends = bare((start, stop))
        kind = real_type(dtype)
        return boxed(np.linspace(*ends, num, endpoint, retstep, kind, axis, **rest))
    start, stop = packed(start), packed(stop)
    steps = num - 1 if endpoint else num
    step = (stop - start) / max(steps, 1)
    ramp = np.reshape(np.arange(num), (num,) + (1,) * np.ndim(stop - start))
    y = np.moveaxis(start + ramp * step, 0, axis)
    y = y if dtype is None else y.astype(real_type(dtype))
    return (y, step) if retstep else y


def _logspace(start: Value, stop: Value, num: int = 50, endpoint: bool = True,
              base: Value = 10.0, dtype: Any = None, axis: int = 0) -> Value:  # fmt: skip
    y = np.power(packed(base), _linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else y.astype(real_type(dtype))


def _geomspace(start: Value, stop: Value, num: int = 50, endpoint: bool = True,
               dtype: Any = None, axis: int = 0) -> Value:  # fmt: skip
    start, stop = packed(start), packed(stop)
    sign = np.sign(start)
    logs = _linspace(np.log(start * sign), np.log(stop * sign), num, endpoint, axis=axis)
    y = sign * np.exp(logs)
    return y if dtype is None else y.astype(real_type(dtype))


def _fromfunction(
    function: Callable[..., Any], shape: Any, *, dtype: Any = float, **rest: Any
) -> Value:
    return function(*map(boxed, np.indices(shape, real_type(dtype))), **rest)


def _meshed(*args: Value) -> tuple[Value, ...]:
    return tuple(
        np.reshape(packed(a), (1,) * k + (-1,) + (1,) * (len(args) - k - 1))
        for k, a in enumerate(args)
    )


def _ndenumerate(arr: Value) -> Iterable[tuple[tuple[int, ...], Value]]:
    array = arr if isinstance(arr, Buffer) else packed(arr)
    return ((key, array[key]) for key in np.ndindex(*np.shape(array)))


class Vectorize:
    """np.vectorize: the user's function, called element by element."""

    def __init__(self, pyfunc: Any = None, *args: Any, **options: Any) -> None:
        self.pyfunc, self._args, self._options = pyfunc, args, options

    def __call__(self, *args: Any, **options: Any) -> Any:
        """The function at each element of the broadcast arguments."""
        if self.pyfunc is None:  # used as a decorator with options
            return Vectorize(args[0], *self._args, **self._options)
        if self._options.get("signature") == "(n)->()" and len(args) == 1:
            return np.apply_along_axis(self.pyfunc, -1, packed(args[0]))
        if self._options.get("signature") or self._options.get("excluded") or options:
            real = np.vectorize(self.pyfunc, *self._args, **self._options)
            return boxed(real(*map(bare, args), **options))
        y = elementwise_call(self.pyfunc, [packed(a) for a in args])
        kinds = self._options.get("otypes")
        if kinds is None or isinstance(y, tuple):
            return cast("Any", y)
        return y.astype(np.dtype(real_type(kinds[0])))


def elementwise_call(function: Callable[..., Any], args: Sequence[Value]) -> Value:
    """A function of numbers at each element of the broadcast arguments."""
    shape = np.broadcast_shapes(*map(np.shape, args))
    spread = [np.broadcast_to(a, shape) for a in args]
    results = [function(*(a[key] for a in spread)) for key in np.ndindex(*shape)]
    if results and isinstance(results[0], tuple):
        columns = zip(*results, strict=True)
        return tuple(_shaped(list(column), shape) for column in columns)
    return _shaped(results, shape)


def _shaped(results: list[Value], shape: tuple[int, ...]) -> Value:
    # np.vectorize takes the first result's type for all
    row = _array(results, np.asarray(representative(results[0])).dtype if results else None)
    return np.reshape(row, shape) if shape else row[0]


def _frompyfunc(func: Callable[..., Any], /, nin: int, nout: int, **rest: Any) -> Any:
    def called(*args: Value) -> Value:
        return elementwise_call(func, [packed(a) for a in args])

    return called


class _Rows:
    """np.r_ and np.c_ with lifted values among the pieces."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getitem__(self, key: Any) -> Value:
        if not lifted_in(_flat_slices(key)):
            return boxed(self._real[bare(key)])
        pieces = [_piece(part) for part in _parts(key)]
        if self._real is np.c_:
            return np.column_stack(pieces)
        return np.concatenate(pieces, axis=0)


def _flat_slices(key: Any) -> Any:
    return [(p.start, p.stop, p.step) if isinstance(p, slice) else p for p in _parts(key)]


def _parts(key: Any) -> tuple[Any, ...]:
    return cast("Any", key) if isinstance(key, tuple) else (key,)


def _piece(part: Any) -> Value:
    if not isinstance(part, slice):
        return np.atleast_1d(packed(part))
    start = cast("Any", 0 if part.start is None else part.start)
    if isinstance(part.step, complex):
        return _linspace(start, part.stop, int(abs(part.step)))
    return _arange(start, part.stop, 1 if part.step is None else part.step)


CONSTRUCTORS: dict[Operation, Callable[..., Any]] = {
    np.array: _array,
    np.asarray: _asarray,
    np.asanyarray: _asarray,
    np.ascontiguousarray: _contiguous,
    np.asarray_chkfinite: _asarray_chkfinite,
    np.full: _full,
    np.full_like: _full_like,
    np.fromiter: _fromiter,
    np.arange: _arange,
    np.linspace: _linspace,
    np.logspace: _logspace,
    np.geomspace: _geomspace,
    np.fromfunction: _fromfunction,
    np.ix_: _meshed,
    np.ndenumerate: _ndenumerate,
    np.frompyfunc: _frompyfunc,
    np.vectorize: Vectorize,
}
"""NumPy's function -> one that follows lifted values."""

ROWS: tuple[tuple[Any, _Rows], ...] = ((np.r_, _Rows(np.r_)), (np.c_, _Rows(np.c_)))
"""NumPy's objects that are indexed to make arrays, each with one that follows lifted values."""
