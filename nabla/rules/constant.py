"""Operations whose derivative is zero, on purpose.

They are constant almost everywhere (a comparison, a rounding, the position of a maximum) or
they do not look at the values at all (a shape). Where such an operation jumps, `kinks` says so.
"""

from __future__ import annotations

import numpy as np

from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Value


@primitive
def determinant_sign(a: Value) -> Value:
    """The sign of the determinant of each matrix, shape (..., n, n) -> (...)."""
    return np.linalg.slogdet(a)[0]


CONSTANT: frozenset[Operation] = frozenset(
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
        # shapes, types and fresh arrays of the same shape
        np.shape,
        np.ndim,
        np.size,
        np.result_type,
        np.can_cast,
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
"""The operations whose result carries no derivative."""
