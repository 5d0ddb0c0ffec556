"""Special functions of mpmath numbers, under the dotted names of SciPy's.

Most lines only name mpmath's function. What an mpmath number cannot be shows as in the other
tables: a complex value of real numbers is NaN, and a pole is NaN too.

Source: mpmath's documentation, chapter "Mathematical functions"; SciPy's reference, for the
definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.systems.multiprecision_functions import ELEMENTWISE, Operation


def _inverse_erfc(mp: Any, x: Any) -> Any:
    with mp.workprec(mp.prec + max(0, -mp.mag(x) if x else 0)):  # 1 - x must keep x's digits
        return mp.erfinv(1 - x)


def _x_log(mp: Any, x: Any, logarithm: Callable[[Any], Any], y: Any) -> Any:
    return mp.zero if x == 0 and not mp.isnan(y) else x * logarithm(y)


def _relative_entropy(mp: Any, a: Any, b: Any) -> Any:
    if a > 0 and b > 0:
        return a * mp.ln(a / b)
    return mp.zero if a == 0 and b >= 0 else mp.inf


def _entropy(mp: Any, x: Any) -> Any:
    return -mp.inf if x < 0 else -_x_log(mp, x, mp.ln, x)


def _huber(mp: Any, d: Any, r: Any) -> Any:
    if d < 0:
        return mp.inf
    return r * r / 2 if abs(r) <= d else d * (abs(r) - d / 2)


def _pseudo_huber(mp: Any, d: Any, r: Any) -> Any:
    if d < 0:
        return mp.inf
    return d * d * (mp.hypot(1, r / d) - 1) if d else mp.zero


def _boxcox(mp: Any, x: Any, k: Any) -> Any:
    return mp.powm1(x, k) / k if k else mp.ln(x)


def _inverse_boxcox(mp: Any, y: Any, k: Any) -> Any:
    return mp.power(1 + k * y, 1 / k) if k else mp.exp(y)


def _complete_elliptic(mp: Any, p: Any) -> Any:
    with mp.workprec(mp.prec + max(0, -mp.mag(p) if p else 0)):  # 1 - p must keep p's digits
        return mp.ellipk(1 - p)


def _degrees(mp: Any, x: Any) -> Any:
    return x * mp.pi / 180


_OF_SPECIAL: dict[str, Operation] = {
    # error functions and the normal distribution
    "erf": lambda mp, x: mp.erf(x),
    "erfc": lambda mp, x: mp.erfc(x),
    "erfcx": lambda mp, x: mp.exp(x * x) * mp.erfc(x),
    "erfi": lambda mp, x: mp.erfi(x),
    "erfinv": lambda mp, x: mp.erfinv(x),
    "erfcinv": _inverse_erfc,
    "dawsn": lambda mp, x: mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x),
    "ndtr": lambda mp, x: mp.erfc(-x / mp.sqrt(2)) / 2,
    "log_ndtr": lambda mp, x: mp.ln(mp.erfc(-x / mp.sqrt(2)) / 2),
    "ndtri": lambda mp, p: -mp.sqrt(2) * _inverse_erfc(mp, 2 * p),
    # gamma and beta
    "gamma": lambda mp, x: mp.gamma(x),
    "gammaln": lambda mp, x: mp.re(mp.loggamma(x)),
    "loggamma": lambda mp, x: mp.loggamma(x),
    "rgamma": lambda mp, x: mp.rgamma(x),
    "psi": lambda mp, x: mp.psi(0, x),
    "polygamma": lambda mp, n, x: mp.psi(int(n), x),
    "beta": lambda mp, a, b: mp.beta(a, b),
    "betaln": lambda mp, a, b: mp.ln(abs(mp.beta(a, b))),
    "gammainc": lambda mp, a, x: mp.gammainc(a, 0, x, regularized=True),
    "gammaincc": lambda mp, a, x: mp.gammainc(a, x, regularized=True),
    "betainc": lambda mp, a, b, x: mp.betainc(a, b, 0, x, regularized=True),
    "betaincc": lambda mp, a, b, x: mp.betainc(a, b, x, 1, regularized=True),
    "zeta": lambda mp, s, q: mp.zeta(s, q),
    # logistic, entropy, loss
    "expit": lambda mp, x: 1 / (1 + mp.exp(-x)),
    "logit": lambda mp, x: mp.ln(x / (1 - x)),
    "log_expit": lambda mp, x: -mp.log1p(mp.exp(-x)),
    "xlogy": lambda mp, x, y: _x_log(mp, x, mp.ln, y),
    "xlog1py": lambda mp, x, y: _x_log(mp, x, mp.log1p, y),
    "entr": _entropy,
    "rel_entr": _relative_entropy,
    "kl_div": lambda mp, a, b: _relative_entropy(mp, a, b) - a + b,
    "huber": _huber,
    "pseudo_huber": _pseudo_huber,
    # Bessel functions
    "j0": lambda mp, x: mp.besselj(0, x),
    "j1": lambda mp, x: mp.besselj(1, x),
    "jv": lambda mp, v, x: mp.besselj(v, x),
    "y0": lambda mp, x: mp.bessely(0, x),
    "y1": lambda mp, x: mp.bessely(1, x),
    "yv": lambda mp, v, x: mp.bessely(v, x),
    "yn": lambda mp, n, x: mp.bessely(n, x),
    "i0": lambda mp, x: mp.besseli(0, x),
    "i1": lambda mp, x: mp.besseli(1, x),
    "iv": lambda mp, v, x: mp.besseli(v, x),
    "i0e": lambda mp, x: mp.besseli(0, x) * mp.exp(-abs(x)),
    "i1e": lambda mp, x: mp.besseli(1, x) * mp.exp(-abs(x)),
    "ive": lambda mp, v, x: mp.besseli(v, x) * mp.exp(-abs(x.real)),
    "k0": lambda mp, x: mp.besselk(0, x),
    "k1": lambda mp, x: mp.besselk(1, x),
    "kv": lambda mp, v, x: mp.besselk(v, x),
    "kn": lambda mp, n, x: mp.besselk(n, x),
    "k0e": lambda mp, x: mp.besselk(0, x) * mp.exp(x),
    "k1e": lambda mp, x: mp.besselk(1, x) * mp.exp(x),
    "kve": lambda mp, v, x: mp.besselk(v, x) * mp.exp(x),
    # integrals
    "expi": lambda mp, x: mp.ei(x),
    "exp1": lambda mp, x: mp.e1(x),
    "expn": lambda mp, n, x: mp.expint(n, x),
    "spence": lambda mp, x: mp.polylog(2, 1 - x),
    "ellipk": lambda mp, m: mp.ellipk(m),
    "ellipkm1": _complete_elliptic,
    "ellipe": lambda mp, m: mp.ellipe(m),
    # hypergeometric
    "hyp0f1": lambda mp, v, z: mp.hyp0f1(v, z),
    "hyp1f1": lambda mp, a, b, z: mp.hyp1f1(a, b, z),
    "hyp2f1": lambda mp, a, b, c, z: mp.hyp2f1(a, b, c, z),
    "lambertw": lambda mp, z, k: mp.lambertw(z, int(k)),
    # elementary functions
    "cbrt": ELEMENTWISE[np.cbrt],
    "exp2": ELEMENTWISE[np.exp2],
    "expm1": ELEMENTWISE[np.expm1],
    "log1p": ELEMENTWISE[np.log1p],
    "exp10": lambda mp, x: mp.power(10, x),
    "exprel": lambda mp, x: mp.expm1(x) / x if x else mp.one,
    "cosm1": lambda mp, x: -2 * mp.sin(x / 2) ** 2,
    "powm1": lambda mp, a, b: mp.powm1(a, b),
    "sindg": lambda mp, x: mp.sin(_degrees(mp, x)),
    "cosdg": lambda mp, x: mp.cos(_degrees(mp, x)),
    "tandg": lambda mp, x: mp.tan(_degrees(mp, x)),
    "cotdg": lambda mp, x: mp.cot(_degrees(mp, x)),
    "boxcox": _boxcox,
    "boxcox1p": lambda mp, x, k: _boxcox(mp, 1 + x, k),
    "inv_boxcox": _inverse_boxcox,
    "inv_boxcox1p": lambda mp, y, k: _inverse_boxcox(mp, y, k) - 1,
}

SPECIAL: dict[str, Operation] = {
    **{f"scipy.special.{name}": function for name, function in _OF_SPECIAL.items()},
    "math.frexp": lambda mp, x: mp.frexp(x)[1],  # the exponent
}
"""Dotted name -> the value, given the mpmath context and the numbers."""


def special_value(name: str, mp: Any, *operands: Any) -> Any:
    """The value, NaN at a pole, and of real numbers NaN where mpmath has gone complex."""
    try:
        y = mp.convert(SPECIAL[name](mp, *operands))
    except (ValueError, ZeroDivisionError):  # a pole
        return mp.nan
    is_complex = any(isinstance(operand, mp.mpc) for operand in operands)
    return y if is_complex or isinstance(y, mp.mpf) else mp.nan
