"""Python's own functions and SciPy's in the words of a number system, which knows NumPy's.

Where the plain run raises, because a number is outside of a domain, so does this one: a try and
an except in the user's function see the same.
"""

from __future__ import annotations

import cmath
import functools
import inspect
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nabla.result import is_array
from nabla.rules import samples
from nabla.rules.constant import binary_exponent, whole_part
from nabla.rules.matrix_functions import matrix_exponential
from nabla.rules.namesakes import NAMESAKES, takes_only_numbers
from nabla.rules.rule import Operation, is_complex
from nabla.rules.scalar_functions import (
    fractional_part,
    modulus,
    rounded_sum,
    sum_of_products,
)
from nabla.rules.special_functions import hurwitz_zeta, lambert_w, polygamma_of_scipy

Evaluation = Callable[[Any], Any]


def _is_close(of: Evaluation, a: Any, b: Any, rel_tol: Any = 1e-9, abs_tol: Any = 0.0) -> bool:
    if not (of(np.isfinite)(a) and of(np.isfinite)(b)):
        return bool(a == b)
    return bool(abs(a - b) <= max(rel_tol * max(abs(a), abs(b)), abs_tol))


def _power(of: Evaluation, a: Any, b: Any) -> Any:
    leaves_the_reals = not is_array(a) and not is_array(b) and not _complex(a, b)
    if leaves_the_reals and a < 0 and b != of(np.floor)(b):
        a = a + 0j
    return of(np.power)(a, b)


def _complex(*numbers: Any) -> bool:
    return any(hasattr(number, "_mpc_") or is_complex(number) for number in numbers)


def _float(of: Evaluation, x: Any) -> Any:
    if _complex(x):
        raise TypeError("float() argument must be a string or a real number, not 'complex'")
    return of(np.positive)(x)


def _remainder(of: Evaluation, a: Any, b: Any) -> Any:
    if not of(np.isfinite)(b):
        return a
    return a - b * of(np.rint)(a / b) if b else of(np.divide)(a - a, b)


def _hypot(of: Evaluation, *coordinates: Any) -> Any:
    return functools.reduce(of(np.hypot), coordinates, 0.0)


def _log(of: Evaluation, x: Any, *base: Any) -> Any:
    y = of(np.log)(x)
    return y / _log(of, base[0]) if base and of(np.isfinite)(y) else y


def _log_of_complex(of: Evaluation, z: Any, *base: Any) -> Any:
    return _log(of, z + 0j, *(b + 0j for b in base))


_OF_PYTHON: dict[Operation, Callable[..., Any]] = {
    math.isclose: _is_close,
    cmath.isclose: _is_close,
    math.floor: lambda of, x: int(of(np.floor)(x)),
    math.ceil: lambda of, x: int(of(np.ceil)(x)),
    math.trunc: lambda of, x: int(of(np.trunc)(x)),
    math.log: _log,
    cmath.log: _log_of_complex,
    math.hypot: _hypot,
    math.remainder: _remainder,
    math.erf: lambda of, x: of("scipy.special.erf")(x),
    math.erfc: lambda of, x: of("scipy.special.erfc")(x),
    math.gamma: lambda of, x: of("scipy.special.gamma")(x),
    math.lgamma: lambda of, x: of("scipy.special.gammaln")(x),
    cmath.rect: lambda of, r, phi: r * of(np.exp)(1j * phi),
    operator.pow: _power,
    float: _float,
    complex: lambda of, re, im=0: re + 1j * im,
}
if hasattr(math, "fma"):  # since Python 3.13
    _OF_PYTHON[getattr(math, "fma")] = lambda of, a, b, c: a * b + c  # noqa: B009


def is_of_python(operation: Operation) -> bool:
    """Whether an operation is one of Python's own functions of numbers."""
    return operation in _OF_PYTHON or operation in NAMESAKES


def is_operator(operation: Operation) -> bool:
    """Whether an operation is one of Python's operators, which numbers define themselves."""
    return getattr(operation, "__module__", "") == "_operator"


def in_python(of: Evaluation, operation: Operation, *operands: Any, **options: Any) -> Any:
    """The value of a function of Python's, or what the plain run raises."""
    numbers = [o.item() if is_array(o) and not o.ndim else o for o in operands]
    if takes_only_numbers(operation) and any(map(np.ndim, numbers)):
        raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
    if operation in _OF_PYTHON:
        y = _OF_PYTHON[operation](of, *numbers, **options)
    else:
        if getattr(operation, "__module__", "") == "cmath":
            numbers = [number + 0j for number in numbers]
        evaluate = of(NAMESAKES[operation]) or operation
        y = evaluate(*numbers, **options)
    if not is_array(y) and not of(np.isfinite)(y) and all(map(of(np.isfinite), numbers)):
        if is_operator(operation):
            raise ZeroDivisionError("division by zero")
        raise ValueError("math domain error")
    return y


# -- samples ------------------------------------------------------------------------------------


def _mean(values: Sequence[Any]) -> Any:
    return sum(values) / len(values)


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(one * other for one, other in zip(a, b, strict=True))


def _centered(values: Sequence[Any]) -> list[Any]:
    center = _mean(values)
    return [value - center for value in values]


def _variance(values: Sequence[Any], lost: int) -> Any:
    distances = _centered(values)
    return _dot(distances, distances) / (len(values) - lost)


def _correlation(of: Evaluation, x: Sequence[Any], y: Sequence[Any]) -> Any:
    dx, dy = _centered(x), _centered(y)
    return _dot(dx, dy) / of(np.sqrt)(_dot(dx, dx) * _dot(dy, dy))


def _slope(dx: Sequence[Any], dy: Sequence[Any]) -> Any:
    return _dot(dx, dy) / _dot(dx, dx)


def _geometric_mean(of: Evaluation, x: Sequence[Any]) -> Any:
    return of(np.exp)(_mean([of(np.log)(value) for value in x]))


def _harmonic_mean(of: Evaluation, x: Sequence[Any], weights: Sequence[Any]) -> Any:
    if not all(x):
        return 0.0
    return sum(weights) / sum(w / value for value, w in zip(x, weights, strict=True))


_OF_VALUES: dict[Operation, Callable[..., Any]] = {
    samples.mean_of_sample: lambda of, x: _mean(x),
    samples.geometric_mean: _geometric_mean,
    samples.variance_of_sample: lambda of, x: _variance(x, 1),
    samples.variance_of_population: lambda of, x: _variance(x, 0),
    samples.deviation_of_sample: lambda of, x: of(np.sqrt)(_variance(x, 1)),
    samples.deviation_of_population: lambda of, x: of(np.sqrt)(_variance(x, 0)),
}
_OF_PAIRS: dict[Operation, Callable[..., Any]] = {
    samples.harmonic_mean: _harmonic_mean,
    samples.covariance: lambda of, x, y: _dot(_centered(x), _centered(y)) / (len(x) - 1),
    samples.correlation: _correlation,
    samples.slope_of_line: lambda of, x, y: _slope(_centered(x), _centered(y)),
    samples.slope_through_origin: lambda of, x, y: _slope(x, y),
    sum_of_products: lambda of, x, y: _dot(x, y),
}


def _of_sample(operation: Operation) -> Callable[..., Any]:
    def evaluate(of: Evaluation, *values: Any) -> Any:
        plainly: Any = inspect.unwrap(operation)
        plainly(*map(float, values))  # raises where the data are too few or unfit
        if operation in _OF_VALUES:
            return _OF_VALUES[operation](of, values)
        half = len(values) // 2
        return _OF_PAIRS[operation](of, values[:half], values[half:])

    return evaluate


def _under_name(name: str) -> Callable[..., Any]:
    def evaluate(of: Evaluation, *operands: Any) -> Any:
        return of(name)(*operands)

    return evaluate


PYTHON_WORDS: dict[Operation, Callable[..., Any]] = {
    **{operation: _of_sample(operation) for operation in (*_OF_VALUES, *_OF_PAIRS)},
    rounded_sum: lambda of, *terms: sum(terms),
    modulus: lambda of, z: abs(z),
    whole_part: lambda of, x: of(np.trunc)(x),
    fractional_part: lambda of, x: x - of(np.trunc)(x),
    binary_exponent: lambda of, x: int(of("math.frexp")(x)),
    hurwitz_zeta: _under_name("scipy.special.zeta"),
    polygamma_of_scipy: _under_name("scipy.special.polygamma"),
    lambert_w: lambda of, z, *, k: of("scipy.special.lambertw")(z + 0j, k),
    matrix_exponential: _under_name("scipy.linalg.expm"),
}
"""Our own operations on numbers; `of` gives the system's evaluation."""

GIVES_PYTHONS: frozenset[Operation] = frozenset({rounded_sum, whole_part, fractional_part})
"""Our own operations whose results are numbers of Python's own."""

KEEPS_PYTHONS: frozenset[Operation] = frozenset({*_OF_VALUES, *_OF_PAIRS, modulus})
"""Those whose results are what the operands are, Python's numbers or NumPy's."""
