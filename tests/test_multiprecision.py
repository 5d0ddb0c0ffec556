"""The mpmath number system says what NumPy says, to float64's precision and at the edges."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nabla.errors import MissingRule, PrecisionNotReached
from nabla.lift.number_array import IN_NUMPYS_WORDS, NumberArray
from nabla.lift.trace import Trace
from nabla.rules.constant import CONSTANT, binary_exponent, determinant_sign, whole_part
from nabla.rules.constant import plain as plain_numbers
from nabla.rules.linalg import LINALG
from nabla.rules.namesakes import NAMESAKES
from nabla.rules.primitives import primitive
from nabla.rules.ufuncs import ELEMENTWISE
from nabla.systems.multiprecision import MultiprecisionNumbers, nearest_float64

NUMBERS = MultiprecisionNumbers(precision_bits=200)
TRACE = Trace()


def lifted(x: Any) -> NumberArray:
    return NumberArray(NUMBERS.convert(np.asarray(x) if np.ndim(x) else x), TRACE, NUMBERS)


def plain(y: Any) -> Any:
    """The answer as NumPy would give it."""
    if isinstance(y, NumberArray):
        flat = [nearest_float64(number) for number in np.ravel(y.primal)]
        return np.reshape(flat, y.shape)[()]
    return y


def agree(operation: Callable[..., Any], *operands: Any, **options: Any) -> None:
    """The operation on numbers is NumPy's on floats."""
    with np.errstate(all="ignore"):
        expected = operation(*operands, **options)
    first, *others = operands
    found = operation(lifted(first), *others, **options)
    if not isinstance(expected, tuple):
        expected, found = (expected,), (found,)
    for one, other in zip(expected, found, strict=True):
        if isinstance(other, NumberArray):
            assert_allclose(plain(other), one, rtol=2e-14, atol=1e-300)
        else:
            assert_array_equal(other, one)


# -- elementwise ---------------------------------------------------------------------------------

NEAR_ONE = {np.arcsin, np.arccos, np.arctanh}
ABOVE_ONE = {np.arccosh}
POSITIVE = {np.sqrt, np.log, np.log2, np.log10, np.log1p, np.power, np.float_power}


def points(operation: Any, count: int = 40) -> list[Any]:
    draw = np.random.default_rng(7)
    low, high = (-0.99, 0.99) if operation in NEAR_ONE else (-4.0, 4.0)
    if operation in POSITIVE | ABOVE_ONE:
        low, high = (1.01, 9.0) if operation in ABOVE_ONE else (0.01, 9.0)
    operands = [draw.uniform(low, high, count) for _ in range(getattr(operation, "nin", 1))]
    if operation is np.ldexp:
        operands[1] = draw.integers(-5, 5, count)
    return operands


@pytest.mark.parametrize("ufunc", ELEMENTWISE, ids=lambda f: f.__name__)
def test_every_ufunc_with_a_rule_is_numpys(ufunc: np.ufunc) -> None:
    agree(ufunc, *points(ufunc))


EDGES = [0.0, 1.0, -1.0, 2.0, -2.0, -3.0, 0.5, -0.5, 1e300, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("ufunc", ELEMENTWISE, ids=lambda f: f.__name__)
def test_domains_end_as_numpys_do(ufunc: np.ufunc) -> None:
    if ufunc is np.ldexp:
        grids = [np.array(EDGES), np.array([3] * len(EDGES))]
    else:
        grids = [grid.ravel() for grid in np.meshgrid(*[EDGES] * getattr(ufunc, "nin", 1))]
    with np.errstate(all="ignore"):
        expected = ufunc(*grids)
    found = plain(ufunc(*map(lifted, grids)))
    exists = np.all(np.isfinite(grids), axis=0) & ~np.isfinite(expected)
    overflows = exists & np.isfinite(found)  # mpmath's numbers do not
    if ufunc is np.arctan2:
        overflows = np.zeros_like(exists)
    # large remainders and sines of 1e300 agree exactly too: both are computed without error
    assert_allclose(found[~overflows], expected[~overflows], rtol=4e-15, atol=1e-300)


def test_no_overflow_no_underflow_and_no_negative_zero() -> None:
    assert np.log(np.exp(lifted(1e6))).primal == 10**6
    assert np.log(np.exp(lifted(-1e6))).primal == -(10**6)
    assert plain(np.divide(1.0, lifted(-0.0))) == np.inf
    with pytest.raises(PrecisionNotReached, match="2\\*\\*144269"):
        np.exp(np.exp(lifted(1e6)))


def test_nothing_is_computed_in_float64_on_the_way() -> None:
    x = lifted(np.array([1.0, 3.0]))
    third = NUMBERS.context.mpf(1) / 3
    assert (np.where([True, False], 1, x)[0] / np.where([True, False], 3, x)[0]).primal == third
    buffer = np.zeros_like(x)
    buffer[0], buffer[1] = 1, 3
    assert (buffer[0] / buffer[1]).primal == third
    assert (np.sum(x[:0]) / 3 + np.mean(x) / 6).primal == third
    assert (np.tril(np.ones((2, 2)) * x)[0, 1] + x[0] / x[1]).primal == third


# -- constants -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_constants_are_taken_as_written(kind: Any) -> None:
    tenth = kind(1) / kind(10)
    numerator, denominator = tenth.as_integer_ratio()
    coarse = MultiprecisionNumbers(precision_bits=10)  # conversion does not round even here
    for found in (coarse.convert(tenth), coarse.convert(np.array([tenth]))[0]):
        assert found == NUMBERS.context.mpf(numerator) / denominator
    assert math.isnan(coarse.convert(kind(np.nan)))
    assert coarse.convert(-kind(np.inf)) == -mpmath.inf
    assert NUMBERS.convert(np.pi) != NUMBERS.context.pi


# -- steps, tests and order ----------------------------------------------------------------------

X = np.array([[2.5, -1.5, 0.0], [0.5, 2.5, -3.25]])
WITH_NAN = np.array([3.0, np.nan, -1.0, np.inf, 3.0, -np.inf])
ROW = np.array([3.0, 1.0, 2.0, 1.0])
CONSTANT_CASES: dict[Any, list[tuple[Any, ...]]] = {
    **{
        f: [(X, 0.5), (WITH_NAN, 3.0), (2.0, 1.0)]
        for f in (np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal)
    },
    **{f: [(X, X[::-1]), (X, 0.0)] for f in (np.logical_and, np.logical_or, np.logical_xor)},
    **{
        f: [(X,), (WITH_NAN,), (-2.0,)]
        for f in [
            *(np.isfinite, np.isinf, np.isnan, np.isneginf, np.isposinf, np.logical_not),
            *(np.signbit, np.isreal, np.iscomplex, np.isrealobj, np.iscomplexobj),
            *(np.sign, np.floor, np.ceil, np.trunc, np.rint, np.fix, np.spacing),
            *(np.shape, np.ndim, np.size),
        ]
    },
    **{f: [(X,), (X, 0), (WITH_NAN,)] for f in (np.all, np.any, np.count_nonzero)},
    **{f: [(X,), (X, 1), (WITH_NAN,)] for f in (np.argmax, np.argmin)},
    **{f: [(WITH_NAN[:5],), (X, 0)] for f in (np.nanargmax, np.nanargmin)},
    **{f: [(X,), (WITH_NAN,)] for f in (np.argwhere, np.nonzero, np.flatnonzero)},
    **{f: [(X,), (X * 1.37, 1), (X * 137, -1)] for f in (np.round, np.around)},
    np.argsort: [(X,), (X, 0), (WITH_NAN,)],
    np.lexsort: [((ROW, ROW[::-1]),)],
    np.isin: [(ROW, ROW[:2]), (2.0, ROW)],
    np.linalg.matrix_rank: [(np.diag([1.0, 2.0, 0.0]),), (np.ones((3, 3)),)],
    np.searchsorted: [(np.sort(ROW), 1.5), (np.sort(ROW), ROW, "right")],
    np.digitize: [(ROW, np.array([1.0, 2.5]))],
    np.isclose: [(X, X + 1e-9), (X, X + 1e-3), (WITH_NAN, WITH_NAN)],
    np.allclose: [(X, X + 1e-9), (X, X + 1e-3)],
    np.array_equal: [(X, X), (X, X[0]), (WITH_NAN, WITH_NAN)],
    np.array_equiv: [(X, X), (X, X[0]), (X, ROW)],
    np.floor_divide: [(X, 0.75), (X, -0.75)],
    np.zeros_like: [(X,), (X, int)],
    np.ones_like: [(X,), (X, bool)],
    np.result_type: [(X,), (X, 1)],
    determinant_sign: [(np.array([[1.0, 2.0], [3.0, 4.0]]),)],
}
SHAPE_ONLY = {np.empty_like, np.can_cast, np.shares_memory, np.may_share_memory}
SHAPE_ONLY |= {np.common_type, np.min_scalar_type, np.einsum_path}
SHAPE_ONLY |= {np.diag_indices_from, np.tril_indices_from, np.triu_indices_from}
NOT_COMPARED = {plain_numbers, np.argpartition}  # the identity; an order that is not unique
OF_PYTHON = {*NAMESAKES, whole_part, binary_exponent}  # test_scalar_functions.py
TEXT = {np.array_repr, np.array_str, np.array2string}


def test_every_constant_operation_is_tried() -> None:
    assert set(CONSTANT_CASES) == CONSTANT - SHAPE_ONLY - TEXT - NOT_COMPARED - OF_PYTHON


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")  # since NumPy 2.5
@pytest.mark.parametrize("operation", CONSTANT_CASES, ids=lambda f: f.__name__)
def test_constant_operations_are_numpys(operation: Any) -> None:
    for operands in CONSTANT_CASES[operation]:
        if operation is np.lexsort:
            found = np.lexsort(tuple(map(lifted, operands[0])))
            assert_array_equal(found, np.lexsort(operands[0]))
        else:
            agree(operation, *operands)


def test_plain_integers_and_text_come_out() -> None:
    x = lifted(np.array([2.75, -2.75]))
    assert_array_equal(np.floor(x).astype(int), [2, -3])
    assert (int(x[0]), int(x[1]), round(x[0]), f"{x[0]:.1f}") == (2, -2, 3, "2.8")
    assert "2.75" in np.array_repr(x)
    assert np.empty_like(x).shape == (2,)


# -- reductions, products, linear algebra --------------------------------------------------------

A = np.random.default_rng(3).normal(size=(2, 4, 4))
B = np.random.default_rng(4).normal(size=(4, 3))
SYMMETRIC = A @ np.swapaxes(A, -1, -2) + 0.1 * np.eye(4)
CALLS: list[Callable[[Any], Any]] = [
    *(lambda a, f=f: f(a) for f in (np.sum, np.mean, np.prod, np.max, np.min, np.var, np.ptp)),
    *(lambda a, f=f: f(a, axis=(0, 2)) for f in (np.sum, np.max, np.min, np.std)),
    *(lambda a, f=f: f(a, axis=1) for f in (np.cumsum, np.cumprod, np.sort, np.median)),
    lambda a: np.max(a, axis=1, keepdims=True, initial=0.25),
    lambda a: np.max(np.where(a > 2, np.nan, a), axis=0),
    lambda a: a @ B,
    lambda a: np.ones(4) @ a @ np.ones(4),
    lambda a: np.einsum("bij,jk,bli->lk", a, B, a),
    lambda a: np.tensordot(a, B, axes=(2, 0)),
    lambda a: np.linalg.solve(a, B),
    lambda a: np.linalg.solve(a[0], B[:, 0]),
    lambda a: np.linalg.inv(a),
    lambda a: np.linalg.det(a),
    lambda a: np.linalg.slogdet(a)[0],
    lambda a: np.linalg.slogdet(a).logabsdet,
    lambda a: np.linalg.det(1e80 * np.diag(np.array([1.0, 1e-150, 1e60])) * a[0, :3, :3]),
    lambda a: np.linalg.norm(a, axis=(1, 2)),
    lambda a: np.linalg.norm(a[0, 0], 3),
    lambda a: np.concatenate([np.stack([a[0], a[1]]), np.zeros((1, 4, 4))]),
    lambda a: np.clip(np.nan_to_num(a), -0.5, 0.5),
]


@pytest.mark.parametrize("call", CALLS)
def test_arrays_are_folded_and_multiplied_as_numpy_does(call: Callable[[Any], Any]) -> None:
    assert_allclose(plain(call(lifted(A))), call(A), rtol=2e-13)


def test_cholesky_reads_the_lower_triangle_only() -> None:
    agree(np.linalg.cholesky, SYMMETRIC)
    agree(np.linalg.cholesky, np.tril(SYMMETRIC) * 1e-200)


def test_singular_matrices_are_refused_as_numpy_does() -> None:
    singular = np.array([[1.0, 2.0], [2.0, 4.0]])
    for operation in (np.linalg.inv, np.linalg.cholesky, lambda a: np.linalg.solve(a, B[:2])):
        with pytest.raises(np.linalg.LinAlgError):
            operation(lifted(singular - 1.0 if operation is np.linalg.cholesky else singular))
    agree(np.linalg.det, singular)
    agree(np.linalg.slogdet, singular)


def test_a_nan_stays_in_its_matrix() -> None:
    batch = np.stack([A[0], np.full((4, 4), np.nan)])
    for operation in (np.linalg.inv, np.linalg.det, lambda a: np.linalg.solve(a, B)):
        with np.errstate(invalid="ignore"):
            expected = operation(batch)
        assert_allclose(plain(operation(lifted(batch))), expected, rtol=2e-13)


def test_every_linear_algebra_rule_has_a_meaning_here() -> None:
    assert set(LINALG) <= set(IN_NUMPYS_WORDS)


# -- operations of the user's --------------------------------------------------------------------


def test_a_users_primitive_runs_as_it_is_written_and_the_unknown_is_refused() -> None:
    @primitive
    def softplus_here(x: Any) -> Any:
        return np.logaddexp(x, 0.0)

    assert plain(softplus_here(lifted(0.5))) == np.logaddexp(0.5, 0.0)
    with pytest.raises(MissingRule, match=r"np\.histogram2d"), (trace := Trace()):
        np.histogram2d(NumberArray(NUMBERS.convert(SYMMETRIC[0]), trace, NUMBERS), SYMMETRIC[0])


# -- rounding to float64 -------------------------------------------------------------------------


@given(st.integers(-(2**200), 2**200), st.integers(-1400, 1000))
@example(2**53 + 1, 0)  # a tie, to even
@example(2**54 - 1, 970)  # the tie between the largest float64 and 2^1024
@example(2**53 - 1, 971)  # the largest float64
@example(3, -1075)  # between two subnormal numbers
@example(1, -1075)  # half of the smallest: to zero
@example(2**60 + 1, -1135)  # a little more: rounding twice would give zero
def test_rounding_is_correct(mantissa: int, exponent: int) -> None:
    number = mpmath.MPContext().make_mpf(mpmath.libmp.from_man_exp(mantissa, exponent))
    exact = Fraction(mantissa) * Fraction(2) ** exponent
    rounded = nearest_float64(number)
    limit = Fraction(2) ** 1024 - Fraction(2) ** 970
    if abs(exact) >= limit:
        assert rounded == math.copysign(math.inf, mantissa)
        return
    distance = abs(Fraction(rounded) - exact)
    for neighbour in (math.nextafter(rounded, math.inf), math.nextafter(rounded, -math.inf)):
        if math.isfinite(neighbour):
            other = abs(Fraction(neighbour) - exact)
            assert distance < other or (distance == other and is_even(rounded))


def is_even(x: float) -> bool:
    return int.from_bytes(np.float64(x).tobytes(), "little") % 2 == 0
