"""NumPy's operations on whole object arrays of mpmath numbers.

Each function gets the mpmath context first, then NumPy's own arguments. What depends only on
the order of the numbers (argsort, searchsorted, …) NumPy itself does on their ranks; what
depends only on their being zero or not, it does on their truth values; linear algebra is
mpmath's own, matrix by matrix.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nabla.result import Array, is_array
from nabla.systems.multiprecision_functions import ELEMENTWISE, Operation, is_finite, on_each


def is_object_array(value: Any) -> bool:
    """Whether a value is an array of Python objects, here always numbers."""
    return is_array(value) and value.dtype.kind == "O"


# -- order ------------------------------------------------------------------------------------


def ranks(*arrays: Any) -> list[Array]:
    """The place of each number in the order of them all, as floats.

    Equal numbers share a place and NaN stays NaN, so NumPy's own functions order, search and
    break ties on the ranks as they would on the numbers.

    Args:
        arrays: of mpmath numbers, any shapes.

    Returns:
        float arrays of the same shapes.
    """
    numbers = [number for array in arrays for number in np.ravel(array)]
    places = np.full(len(numbers), np.nan)
    ordered = sorted(
        (k for k, number in enumerate(numbers) if number <= math.inf),  # NaN has no place
        key=numbers.__getitem__,
    )
    place = 0.0
    for before, k in zip([None, *ordered], ordered, strict=False):
        place += before is not None and numbers[before] != numbers[k]
        places[k] = place
    ends = np.cumsum([np.size(array) for array in arrays])[:-1]
    parts = np.split(places, ends)
    return [part.reshape(np.shape(array)) for part, array in zip(parts, arrays, strict=True)]


def _by_rank(operation: Operation) -> Operation:
    def evaluate(mp: Any, x: Any, *args: Any, **options: Any) -> Any:
        return operation(ranks(x)[0], *args, **options)

    return evaluate


def _searchsorted(mp: Any, a: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
    return np.searchsorted(*ranks(a, v), side=side, sorter=sorter)


def _digitize(mp: Any, x: Any, bins: Any, right: bool = False) -> Any:
    return np.digitize(*ranks(x, bins), right=right)


def _extreme(of_two: Operation) -> Operation:
    """Maximum or minimum along axes, NaN where a NaN takes part."""

    def evaluate(mp: Any, x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
        folding = on_each(functools.partial(ELEMENTWISE[of_two], mp), 2)
        for k in axis:
            x = folding.reduce(x, axis=k, keepdims=True)
        return x if keepdims else np.squeeze(x, axis=axis)

    return evaluate


# -- truth ------------------------------------------------------------------------------------


def _truth(x: Any) -> Any:
    return np.not_equal(x, 0)  # NaN is true, as in NumPy


def _by_truth(operation: Operation) -> Operation:
    def evaluate(mp: Any, x: Any, *args: Any, **options: Any) -> Any:
        return operation(_truth(x), *args, **options)

    return evaluate


def _by_truth_of_both(operation: Operation) -> Operation:
    def evaluate(mp: Any, a: Any, b: Any) -> Any:
        return operation(_truth(a), _truth(b))

    return evaluate


def _isclose(
    mp: Any, a: Any, b: Any, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: bool = False
) -> Any:
    def close(a: Any, b: Any) -> bool:
        if is_finite(mp, a) and is_finite(mp, b):
            return bool(abs(a - b) <= atol + rtol * abs(b))
        return bool(a == b or (equal_nan and mp.isnan(a) and mp.isnan(b)))

    return np.asarray(on_each(close, 2)(a, b), dtype=bool)[()]


def _allclose(mp: Any, a: Any, b: Any, **tolerances: Any) -> bool:
    return bool(np.all(_isclose(mp, a, b, **tolerances)))


def _array_equal(mp: Any, a: Any, b: Any, equal_nan: bool = False) -> bool:
    return np.shape(a) == np.shape(b) and _allclose(mp, a, b, rtol=0, atol=0, equal_nan=equal_nan)


def _array_equiv(mp: Any, a: Any, b: Any) -> bool:
    try:
        return bool(np.all(np.equal(a, b)))
    except ValueError:  # shapes that do not broadcast
        return False


# -- rounding, types and fresh arrays ---------------------------------------------------------


def _round(mp: Any, x: Any, decimals: int = 0, out: Any = None) -> Any:
    scale = mp.mpf(10) ** abs(int(decimals))
    nearest = on_each(mp.nint)
    return nearest(x * scale) / scale if decimals > 0 else nearest(x / scale) * scale


def _of_types(operation: Operation) -> Operation:
    """A question about types, asked of the floats and complexes the numbers stand in for."""

    def evaluate(mp: Any, *operands: Any) -> Any:
        return operation(*(_stand_in(mp, operand) for operand in operands))

    return evaluate


def _stand_in(mp: Any, operand: Any) -> Any:
    if not isinstance(operand, mp.mpf | mp.mpc) and not is_object_array(operand):
        return operand
    is_complex = any(isinstance(number, mp.mpc) for number in np.ravel(operand))
    return np.zeros(np.shape(operand), dtype=complex if is_complex else float)[()]


def _fresh(create: Operation) -> Operation:
    """zeros_like and its kin: numbers, unless another type is asked for."""

    def evaluate(mp: Any, a: Any, dtype: Any = None, *layout: Any, shape: Any = None) -> Any:
        plain: Any = create(np.shape(a) if shape is None else shape, dtype=dtype or float)
        as_numbers = on_each(mp.convert)
        return plain if plain.dtype != float else as_numbers(plain)

    return evaluate


# -- linear algebra -----------------------------------------------------------------------------


def matrix_by_matrix(signature: str) -> Callable[[Operation], Operation]:
    """Make a function of mpmath matrices one of batches of object arrays.

    The working precision is raised by the range of the entries, because mpmath takes a pivot
    below eps·‖A‖ for zero, and that must not happen to a matrix that is only badly scaled.
    """

    def decorate(of_matrices: Operation) -> Operation:
        @functools.wraps(of_matrices)
        def evaluate(mp: Any, *batches: Any) -> Any:
            def single(*arrays: Array) -> Any:
                entries = [entry for array in arrays for entry in array.flat]
                if not all(is_finite(mp, entry) for entry in entries):
                    is_number = signature.endswith("()")
                    return mp.nan if is_number else np.full(arrays[-1].shape, mp.nan)
                sizes = [mp.mag(entry) for entry in entries if entry]
                spread = int(max(sizes) - min(sizes)) if sizes else 0
                with mp.workprec(mp.prec + spread):
                    try:
                        y = of_matrices(mp, *(mp.matrix(array.tolist()) for array in arrays))
                    except (ZeroDivisionError, ValueError) as error:
                        raise np.linalg.LinAlgError(str(error)) from None
                if isinstance(y, mp.matrix):
                    return np.array(y.tolist(), dtype=object).reshape(y.rows, y.cols)
                return y

            return np.vectorize(single, otypes=[object], signature=signature)(*batches)

        return evaluate

    return decorate


@matrix_by_matrix("(n,n),(n,m)->(n,m)")
def _solve(mp: Any, a: Any, b: Any) -> Any:
    factors, pivots = mp.LU_decomp(a)
    y = mp.matrix(b.rows, b.cols)
    for k in range(b.cols):
        y[:, k] = mp.U_solve(factors, mp.L_solve(factors, b.column(k), pivots))
    return y


@matrix_by_matrix("(n,n)->(n,n)")
def _inverse(mp: Any, a: Any) -> Any:
    return mp.inverse(a)


@matrix_by_matrix("(n,n)->()")
def _determinant(mp: Any, a: Any) -> Any:
    return mp.convert(mp.det(a))  # the int 0 for a singular matrix


@matrix_by_matrix("(n,n)->(n,n)")
def _cholesky(mp: Any, a: Any) -> Any:
    # mpmath's own tolerance is absolute and would refuse a matrix of small numbers
    return mp.cholesky(a, tol=mp.zero)


class _SignAndLogarithm(NamedTuple):
    sign: Any
    logabsdet: Any


def _slogdet(mp: Any, a: Any) -> _SignAndLogarithm:
    determinants = _determinant(mp, a)
    logarithm = on_each(lambda y: mp.ln(abs(y)))
    return _SignAndLogarithm(on_each(mp.sign)(determinants), logarithm(determinants))


# -- the table ----------------------------------------------------------------------------------

ON_ARRAYS: dict[Operation, Operation] = {
    np.max: _extreme(np.maximum),
    np.min: _extreme(np.minimum),
    **{f: _by_rank(f) for f in (np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort)},
    np.lexsort: lambda mp, keys, axis=-1: np.lexsort(ranks(*keys), axis=axis),
    np.searchsorted: _searchsorted,
    np.digitize: _digitize,
    **{f: _by_truth(f) for f in (np.all, np.any, np.nonzero, np.argwhere, np.flatnonzero)},
    **{f: _by_truth(f) for f in (np.count_nonzero, np.logical_not)},
    **{f: _by_truth_of_both(f) for f in (np.logical_and, np.logical_or, np.logical_xor)},
    np.isclose: _isclose,
    np.allclose: _allclose,
    np.array_equal: _array_equal,
    np.array_equiv: _array_equiv,
    np.round: _round,
    np.around: _round,
    **{f: _of_types(f) for f in (np.result_type, np.common_type, np.min_scalar_type)},
    np.zeros_like: _fresh(np.zeros),
    np.ones_like: _fresh(np.ones),
    np.empty_like: _fresh(np.zeros),
    np.linalg.solve: _solve,
    np.linalg.inv: _inverse,
    np.linalg.det: _determinant,
    np.linalg.slogdet: _slogdet,
    np.linalg.cholesky: _cholesky,
}
"""Operation -> its value, given the mpmath context and NumPy's arguments."""
