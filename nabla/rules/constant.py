"""Operations whose derivative is zero, on purpose.

They are constant almost everywhere (a comparison, a rounding, the position of a maximum) or
they do not look at the values at all (a shape). Where such an operation jumps, `kinks` says so.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nabla.rules.namesakes import NAMESAKES
from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Value


@primitive
def determinant_sign(a: Value) -> Value:
    """The sign of the determinant of each matrix, shape (..., n, n) -> (...)."""
    return np.linalg.slogdet(a)[0]


@primitive
def plain(x: Value) -> Value:
    """The numbers as NumPy's own, for decisions that are not differentiated: which, how many."""
    array: Any = np.asarray(x)
    if array.dtype != object:
        return array
    with np.errstate(invalid="ignore"):  # a NaN inside an object
        numbers = array.astype(complex)
    return numbers if np.any(numbers.imag) else numbers.real


@primitive
def whole_part(x: Value) -> Value:
    """What math.modf takes off a number, with its sign."""
    return math.modf(x)[1]


@primitive
def binary_exponent(x: Value) -> Value:
    """The exponent that math.frexp gives a number."""
    return math.frexp(x)[1]


_OF_NUMPY: frozenset[Operation] = frozenset(
    {
        # comparisons and tests
        np.greater,
        np.greater_equal,
        np.less,
        np.less_equal,
        np.equal,
        np.not_equal,
        np.isfinite,
        np.isinf,
        np.isnan,
        np.isneginf,
        np.isposinf,
        np.isclose,
        np.allclose,
        np.array_equal,
        np.array_equiv,
        np.logical_and,
        np.logical_or,
        np.logical_not,
        np.logical_xor,
        np.all,
        np.any,
        np.signbit,
        np.isreal,
        np.iscomplex,
        np.isrealobj,
        np.iscomplexobj,
        # steps
        np.sign,
        np.floor,
        np.ceil,
        np.trunc,
        np.rint,
        np.floor_divide,
        np.fix,
        np.round,
        np.around,
        np.spacing,
        determinant_sign,
        plain,
        whole_part,
        binary_exponent,
        # positions
        np.argmax,
        np.argmin,
        np.nanargmax,
        np.nanargmin,
        np.argsort,
        np.argwhere,
        np.nonzero,
        np.flatnonzero,
        np.count_nonzero,
        np.searchsorted,
        np.digitize,
        np.lexsort,
        np.argpartition,
        np.isin,
        np.linalg.matrix_rank,
        # shapes, types and fresh arrays of the same shape
        np.shape,
        np.ndim,
        np.size,
        np.result_type,
        np.can_cast,
        np.common_type,
        np.min_scalar_type,
        np.einsum_path,
        np.diag_indices_from,
        np.tril_indices_from,
        np.triu_indices_from,
        np.shares_memory,
        np.may_share_memory,
        np.zeros_like,
        np.ones_like,
        np.empty_like,
        # text
        np.array_repr,
        np.array_str,
        np.array2string,
    }
)
CONSTANT: frozenset[Operation] = _OF_NUMPY | {
    function for function, namesake in NAMESAKES.items() if namesake in _OF_NUMPY
}
"""The operations whose result carries no derivative."""

_ROUNDINGS_OF_NUMPY: frozenset[Operation] = frozenset(
    {np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around, np.floor_divide}
)
ROUNDINGS: frozenset[Operation] = _ROUNDINGS_OF_NUMPY | {
    function for function, namesake in NAMESAKES.items() if namesake in _ROUNDINGS_OF_NUMPY
}
"""Those of them after which a user may miss a slope, so that a note says where it went."""
