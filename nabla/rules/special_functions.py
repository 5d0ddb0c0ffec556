"""Rules of SciPy's special functions, keyed by name: SciPy itself is not needed to have them.

A slope is written with SciPy's own functions where it can be, so that it nests: the slope of j0
is -j1, which has a rule too. Where the textbook's line would cancel, the line is another one.
Orders and other parameters without a closed form are refused when they move, never taken for 0.

Source: DLMF (https://dlmf.nist.gov), chapters 5 to 10, 13, 15, 19 and 25; Abramowitz & Stegun,
Handbook of Mathematical Functions, chapters 5 to 9, 13, 15, 17 and 23.
"""

from __future__ import annotations

import math
from typing import Any, NoReturn

import numpy as np

from nabla.errors import MissingRule
from nabla.rules.polygamma import digamma, digamma_difference, polygamma
from nabla.rules.primitives import primitive
from nabla.rules.rule import (
    Elementwise,
    Operation,
    Partial,
    Rule,
    Value,
    conjugated,
    elementwise,
    linear,
    scaled,
)
from nabla.rules.scalar_functions import TWO_OVER_ROOT_PI
from nabla.rules.special_slopes import (
    betainc_slope,
    boxcox_slope,
    dawson_slope,
    decaying_slope,
    elliptic_slope,
    erfcx_slope,
    expn_slope,
    gammainc_slope,
    growing_slope,
    rgamma_slope,
    special,
    spence_slope,
)
from nabla.rules.ufuncs import ELEMENTWISE, LN10

_ROOT_2_PI = math.sqrt(2 * math.pi)
_DEGREE = math.pi / 180


def unknown(name: str, argument: str) -> Partial:
    """The partial derivative by an argument for which there is no closed form."""

    def refuse(y: Value, *operands: Value) -> NoReturn:
        raise MissingRule(
            f"scipy.special.{name} has no rule for the derivative by its argument {argument}",
            why="there is no closed form of it",
            remedy=f"keep {argument} constant, or use method='central', which needs only values",
        )

    return refuse


def _by_order(name: str, argument: str, slope: Partial) -> Elementwise:
    """A rule for a function of an order, which may not move, and of x."""
    return elementwise(unknown(name, argument), slope)


@primitive
def hurwitz_zeta(s: Value, q: Value) -> Value:
    """Σ (q + k)⁻ˢ, SciPy's zeta with both arguments."""
    return special.zeta(s, q)


@primitive
def polygamma_of_scipy(n: Value, x: Value) -> Value:
    """SciPy's polygamma."""
    return special.polygamma(n, x)


@primitive
def lambert_w(z: Value, *, k: int) -> Value:
    """SciPy's lambertw: w·eʷ = z on branch k, complex."""
    return special.lambertw(z, k)


def _lambert_slope(y: Value) -> Value:
    return np.exp(-y) / (1.0 + y)  # from (1 + w)·eʷ·dw = dz


def _of_power(partial: Any) -> Partial:
    return lambda y, a, b: partial(y + 1.0, a, b)  # powm1 is aᵇ - 1


_OF_SPECIAL: dict[str, Rule] = {
    # error functions and the normal distribution
    "erf": elementwise(lambda y, x: TWO_OVER_ROOT_PI * np.exp(-x * x)),
    "erfc": elementwise(lambda y, x: -TWO_OVER_ROOT_PI * np.exp(-x * x)),
    "erfcx": elementwise(erfcx_slope),
    "erfi": elementwise(lambda y, x: TWO_OVER_ROOT_PI * np.exp(x * x)),
    "erfinv": elementwise(lambda y, x: np.exp(y * y) / TWO_OVER_ROOT_PI),
    "erfcinv": elementwise(lambda y, x: -np.exp(y * y) / TWO_OVER_ROOT_PI),
    "dawsn": elementwise(dawson_slope),
    "ndtr": elementwise(lambda y, x: np.exp(-0.5 * x * x) / _ROOT_2_PI),
    "log_ndtr": elementwise(
        lambda y, x: math.sqrt(2 / math.pi) / special.erfcx(-x * math.sqrt(0.5))
    ),
    "ndtri": elementwise(lambda y, x: _ROOT_2_PI * np.exp(0.5 * y * y)),
    "ndtri_exp": elementwise(
        lambda y, x: math.sqrt(math.pi / 2) * special.erfcx(-y * math.sqrt(0.5))
    ),
    # gamma and beta
    "gamma": elementwise(lambda y, x: y * digamma(x)),
    "gammaln": elementwise(lambda y, x: digamma(x)),
    "loggamma": elementwise(lambda y, x: digamma(x)),
    "rgamma": elementwise(rgamma_slope),
    "psi": elementwise(lambda y, x: polygamma(x, order=1)),
    "beta": elementwise(
        lambda y, a, b: -y * digamma_difference(a, b), lambda y, a, b: -y * digamma_difference(b, a)
    ),
    "betaln": elementwise(
        lambda y, a, b: -digamma_difference(a, b), lambda y, a, b: -digamma_difference(b, a)
    ),
    "gammainc": _by_order("gammainc", "a", lambda y, a, x: gammainc_slope(a, x)),
    "gammaincc": _by_order("gammaincc", "a", lambda y, a, x: -gammainc_slope(a, x)),
    "gammaincinv": _by_order("gammaincinv", "a", lambda y, a, p: 1.0 / gammainc_slope(a, y)),
    "gammainccinv": _by_order("gammainccinv", "a", lambda y, a, p: -1.0 / gammainc_slope(a, y)),
    "betainc": elementwise(
        unknown("betainc", "a"),
        unknown("betainc", "b"),
        lambda y, a, b, x: betainc_slope(a, b, x),
    ),
    "betaincc": elementwise(
        unknown("betaincc", "a"),
        unknown("betaincc", "b"),
        lambda y, a, b, x: -betainc_slope(a, b, x),
    ),
    "betaincinv": elementwise(
        unknown("betaincinv", "a"),
        unknown("betaincinv", "b"),
        lambda y, a, b, p: 1.0 / betainc_slope(a, b, y),
    ),
    # logistic, entropy, loss
    "expit": elementwise(lambda y, x: y * special.expit(-x)),
    "logit": elementwise(lambda y, x: np.divide(1.0, x * (1.0 - x))),
    "log_expit": elementwise(lambda y, x: special.expit(-x)),
    "xlogy": elementwise(
        lambda y, x, a: np.log(a), lambda y, x, a: np.where(np.equal(x, 0), 0.0, np.divide(x, a))
    ),
    "xlog1py": elementwise(
        lambda y, x, a: np.log1p(a),
        lambda y, x, a: np.where(np.equal(x, 0), 0.0, np.divide(x, 1.0 + a)),
    ),
    "entr": elementwise(lambda y, x: -np.log(x) - 1.0),
    "kl_div": elementwise(
        lambda y, a, b: np.log(np.divide(a, b)), lambda y, a, b: 1.0 - np.divide(a, b)
    ),
    "rel_entr": elementwise(
        lambda y, a, b: np.log(np.divide(a, b)) + 1.0, lambda y, a, b: -np.divide(a, b)
    ),
    "huber": elementwise(
        lambda y, d, r: np.where(np.less_equal(np.abs(r), d), 0.0, np.abs(r) - d),
        lambda y, d, r: np.where(np.less_equal(np.abs(r), d), r, d * np.sign(r)),
    ),
    "pseudo_huber": elementwise(  # with u = r/d and s = √(1 + u²): s - 1 = u² / (s + 1)
        lambda y, d, r: (
            d
            * np.square(np.square(np.divide(r, d)) / (np.hypot(np.divide(r, d), 1.0) + 1.0))
            / np.hypot(np.divide(r, d), 1.0)
        ),
        lambda y, d, r: r / np.hypot(np.divide(r, d), 1.0),
    ),
    # Bessel functions
    "j0": elementwise(lambda y, x: -special.j1(x)),
    "j1": elementwise(lambda y, x: 0.5 * (special.j0(x) - special.jv(2.0, x))),
    "jv": _by_order("jv", "v", lambda y, v, x: 0.5 * (special.jv(v - 1, x) - special.jv(v + 1, x))),
    "y0": elementwise(lambda y, x: -special.y1(x)),
    "y1": elementwise(lambda y, x: special.y0(x) - y / x),
    "yv": _by_order("yv", "v", lambda y, v, x: 0.5 * (special.yv(v - 1, x) - special.yv(v + 1, x))),
    "yn": _by_order("yn", "n", lambda y, n, x: 0.5 * (special.yv(n - 1, x) - special.yv(n + 1, x))),
    "i0": elementwise(lambda y, x: special.i1(x)),
    "i1": elementwise(lambda y, x: 0.5 * (special.i0(x) + special.iv(2.0, x))),
    "iv": _by_order("iv", "v", lambda y, v, x: 0.5 * (special.iv(v - 1, x) + special.iv(v + 1, x))),
    "i0e": elementwise(lambda y, x: growing_slope(y, 0.0, x)),
    "i1e": elementwise(lambda y, x: growing_slope(y, 1.0, x)),
    "ive": _by_order("ive", "v", growing_slope),
    "k0": elementwise(lambda y, x: -special.k1(x)),
    "k1": elementwise(lambda y, x: -0.5 * (special.k0(x) + special.kv(2.0, x))),
    "kv": _by_order(
        "kv", "v", lambda y, v, x: -0.5 * (special.kv(v - 1, x) + special.kv(v + 1, x))
    ),
    "kn": _by_order(
        "kn", "n", lambda y, n, x: -0.5 * (special.kv(n - 1, x) + special.kv(n + 1, x))
    ),
    "k0e": elementwise(lambda y, x: decaying_slope(y, 0.0, x)),
    "k1e": elementwise(lambda y, x: decaying_slope(y, 1.0, x)),
    "kve": _by_order("kve", "v", decaying_slope),
    # integrals
    "expi": elementwise(lambda y, x: np.exp(x) / x),
    "exp1": elementwise(lambda y, x: -np.exp(-x) / x),
    "expn": _by_order("expn", "n", lambda y, n, x: expn_slope(n, x)),
    "spence": elementwise(lambda y, x: spence_slope(x)),
    "ellipk": elementwise(lambda y, m: elliptic_slope(1.0 - m)),
    "ellipkm1": elementwise(lambda y, p: -elliptic_slope(p)),
    "ellipe": elementwise(lambda y, m: -math.pi / 8 * special.hyp2f1(0.5, 1.5, 2.0, m)),
    # hypergeometric
    "hyp0f1": _by_order("hyp0f1", "v", lambda y, v, z: special.hyp0f1(v + 1.0, z) / v),
    "hyp1f1": elementwise(
        unknown("hyp1f1", "a"),
        unknown("hyp1f1", "b"),
        lambda y, a, b, z: a / b * special.hyp1f1(a + 1.0, b + 1.0, z),
    ),
    "hyp2f1": elementwise(
        unknown("hyp2f1", "a"),
        unknown("hyp2f1", "b"),
        unknown("hyp2f1", "c"),
        lambda y, a, b, c, z: a * b / c * special.hyp2f1(a + 1.0, b + 1.0, c + 1.0, z),
    ),
    # elementary functions, rounded better
    "cbrt": ELEMENTWISE[np.cbrt],
    "exp2": ELEMENTWISE[np.exp2],
    "expm1": ELEMENTWISE[np.expm1],
    "log1p": ELEMENTWISE[np.log1p],
    "exp10": elementwise(lambda y, x: y * LN10),
    "exprel": elementwise(lambda y, x: 0.5 * special.hyp1f1(2.0, 3.0, x)),
    "cosm1": elementwise(lambda y, x: -np.sin(x)),
    "powm1": elementwise(*map(_of_power, ELEMENTWISE[np.power].partials)),
    "sindg": elementwise(lambda y, x: _DEGREE * special.cosdg(x)),
    "cosdg": elementwise(lambda y, x: -_DEGREE * special.sindg(x)),
    "tandg": elementwise(lambda y, x: _DEGREE * (1.0 + y * y)),
    "cotdg": elementwise(lambda y, x: -_DEGREE * (1.0 + y * y)),
    "boxcox": elementwise(
        lambda y, x, k: np.power(x, k - 1.0), lambda y, x, k: boxcox_slope(np.log(x), k)
    ),
    "boxcox1p": elementwise(
        lambda y, x, k: np.exp((k - 1.0) * np.log1p(x)),
        lambda y, x, k: boxcox_slope(np.log1p(x), k),
    ),
    "inv_boxcox": elementwise(
        lambda y, x, k: np.power(y, 1.0 - k),
        lambda y, x, k: -boxcox_slope(np.log(y), k) * np.power(y, 1.0 - k),
    ),
    "inv_boxcox1p": elementwise(
        lambda y, x, k: np.exp((1.0 - k) * np.log1p(y)),
        lambda y, x, k: -boxcox_slope(np.log1p(y), k) * np.exp((1.0 - k) * np.log1p(y)),
    ),
}

SPECIAL_FUNCTIONS: dict[str, Rule] = {
    f"scipy.special.{name}": rule for name, rule in _OF_SPECIAL.items()
}
"""Dotted name -> rule."""

SPECIAL_PRIMITIVES: dict[Operation, Rule] = {
    hurwitz_zeta: _by_order("zeta", "x", lambda y, s, q: -s * hurwitz_zeta(s + 1.0, q)),
    polygamma_of_scipy: _by_order(
        "polygamma", "n", lambda y, n, x: polygamma_of_scipy(np.add(n, 1), x)
    ),
    lambert_w: linear(
        lambda t, y, z, *, k: scaled(_lambert_slope(y), t),
        lambda c, y, z, *, k: scaled(conjugated(_lambert_slope(y)), c),
    ),
}
"""Those of SciPy's functions that are plain Python, as operations of our own."""
