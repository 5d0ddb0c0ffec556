"""Which operations a small imaginary part passes through as the derivative says.

An operation is *analytic* at a point if around it it is given by a power series. NumPy evaluates
the same series for complex numbers, and then f(x + ih) = f(x) + ih·f'(x) - … . What is made with a
conjugate, a real part or an order is not: |z| = √(z·conj(z)) of a complex number is real, and the
derivative, which sat in the imaginary part, is gone.

What is certain without a trial stands in `ANALYTIC`: sums and products, and what is made of such
and of quotients (a system of equations, an inverse). Everything else is tried where it is met.

Source: Martins, Sturdza & Alonso, The complex-step derivative approximation, ACM TOMS 29(3),
245-262 (2003), sections 2 and 3.
"""

from __future__ import annotations

import numpy as np

from nabla.rules.constant import CONSTANT
from nabla.rules.namesakes import NAMESAKES
from nabla.rules.rule import Operation
from nabla.rules.structural import STRUCTURAL, cast

ANALYTIC: frozenset[Operation] = (frozenset(STRUCTURAL) - {np.conjugate, cast}) | {
    np.sum,
    np.mean,
    np.cumsum,
    np.diff,
    np.trace,
    np.dot,
    np.matmul,
    np.inner,
    np.outer,
    np.kron,
    np.einsum,
    np.tensordot,
    np.convolve,
    np.trapezoid,
    np.linalg.solve,
    np.linalg.inv,
    np.linalg.det,
    np.linalg.matrix_power,
    np.linalg.multi_dot,
    np.reshape,
    np.ravel,
    np.transpose,
    np.concatenate,
    np.stack,
    np.copy,
    np.positive,
    np.negative,
    np.add,
    np.subtract,
}
"""Operations of which NumPy computes the same formula in complex numbers, without a conjugate."""

LOOKS_AT_TYPES: frozenset[Operation] = frozenset(
    {
        np.zeros_like, np.ones_like, np.empty_like, np.result_type, np.can_cast, np.common_type,
        np.min_scalar_type,
    }
)  # fmt: skip
"""Operations that may answer otherwise for complex numbers and decide nothing by the values."""

DECIDES_NOTHING: frozenset[Operation] = frozenset(
    {
        np.shape, np.ndim, np.size, np.einsum_path, np.shares_memory, np.may_share_memory,
        np.array_repr, np.array_str, np.array2string,
    }
)  # fmt: skip
"""Operations of which the answer for complex numbers need not be asked for."""

_ABSOLUTE = "write np.where(x > 0, x, -x), or x * x for its square"
_CONJUGATE = "leave out the conjugate: of real numbers it is the number itself"
_LENGTH = "write np.sqrt(np.sum(x * x))"
_REAL = "leave it out: it does nothing to real numbers"
_STABLE = "write the formula out, if there is no danger of overflow"

INSTEAD: dict[Operation, str] = {
    np.absolute: _ABSOLUTE,
    np.fabs: _ABSOLUTE,
    np.conjugate: _CONJUGATE,
    np.vdot: "write np.dot, or x @ y",
    np.vecdot: "write np.sum(x * y, axis=-1)",
    np.correlate: "write np.convolve with the second argument reversed",
    np.linalg.norm: _LENGTH,
    np.hypot: "write np.sqrt(x * x + y * y)",
    np.var: "write np.mean((x - np.mean(x)) ** 2)",
    np.std: "write np.sqrt(np.mean((x - np.mean(x)) ** 2))",
    np.real: _REAL,
    cast: "leave out the conversion to float, or convert to x.dtype",
    np.log1p: "write np.log(1 + x)",
    np.cbrt: "write x ** (1 / 3) where x > 0",
    np.logaddexp: _STABLE,
    np.logaddexp2: _STABLE,
    np.arctan2: "write np.arctan(y / x) where x > 0",
    np.degrees: "write x * (180 / np.pi)",
    np.rad2deg: "write x * (180 / np.pi)",
    np.radians: "write x * (np.pi / 180)",
    np.deg2rad: "write x * (np.pi / 180)",
    np.sign: "write np.where(x > 0, 1.0, -1.0)",
    np.linalg.slogdet: "write np.log(np.linalg.det(A)) where the determinant is positive",
}
"""What to write in place of an operation that is not analytic, or not for complex numbers."""


def takes_only_reals(operation: Operation) -> bool:
    """Whether it would drop imaginary parts, or raise: NumPy's complex numbers offer a float."""
    return getattr(operation, "__module__", "") in ("math", "statistics") or operation is np.interp


def instead_of(operation: Operation) -> str | None:
    """What to write in its place, if there is such a thing.

    Examples:
        >>> import math
        >>> instead_of(math.sin), instead_of(math.fabs) == instead_of(np.absolute)
        ('write np.sin', True)
    """
    namesake = NAMESAKES.get(operation, operation)
    if namesake is operation or namesake in INSTEAD or namesake in CONSTANT:
        return INSTEAD.get(namesake)
    return f"write np.{namesake.__name__}"
