"""SciPy's functions, without SciPy as a dependency, and the derivatives of log Γ below them."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special
from calling import MP, call, plainly
from hypothesis import given, settings
from hypothesis import strategies as st

import nabla
from nabla.lift.dual import Dual
from nabla.lift.trace import Trace
from nabla.rules.composite import OF_SCIPY
from nabla.rules.polygamma import digamma_difference, polygamma
from nabla.rules.special_functions import SPECIAL_FUNCTIONS
from nabla.rules.tables import composite_of, rule_of
from nabla.systems.multiprecision_special import SPECIAL

DATA = [0.7, 1.9, 2.3, 0.4, 1.1]
OTHER = [0.3, 2.0, 1.0, -1.0, 0.5]

# -- digamma and its kin --------------------------------------------------------------------------


@pytest.mark.parametrize("order", range(5))
@settings(max_examples=25)
@given(x=st.floats(-20.0, 200.0).filter(lambda x: abs(x - round(x)) > 1e-3 or x > 1e-3))
def test_polygamma(order: int, x: float) -> None:
    exact = MP.psi(order, MP.mpf(x))
    # the sum of the parts' sizes: reflected, a derivative of cot cancels
    size = abs(exact) + abs(MP.psi(order, abs(MP.mpf(x)) + 1)) + (x < 0.5) * 4.0**order
    assert abs(float(polygamma(x, order=order)) - exact) <= 2e-14 * size


def test_polygamma_of_complex_numbers() -> None:
    for z in (0.3 + 0.8j, -2.3 + 0.4j, 5.0 - 3.0j):
        np.testing.assert_allclose(
            complex(polygamma(z, order=0)), complex(MP.psi(0, z)), rtol=1e-13
        )


def test_close_digammas_keep_their_difference() -> None:
    for x, step in [(1e5, 1.0), (3.0, 1e-9), (0.7, 40.0), (-1.3, 0.4)]:
        exact = MP.psi(0, MP.mpf(x) + MP.mpf(step)) - MP.psi(0, MP.mpf(x))
        assert float(digamma_difference(x, step)) == pytest.approx(float(exact), rel=1e-13)


# -- scipy.special --------------------------------------------------------------------------------


def each(names: str, points: Any) -> dict[str, Any]:
    return dict.fromkeys(names.split(), points)


POINTS: dict[str, list[float]] = {
    **each("erfinv", [-0.9, 0.3]),
    **each("erfcinv ndtri logit", [0.01, 0.3, 0.9]),
    **each("y0 y1 k0 k1 k0e k1e", [0.3]),
    **each("exp1", [0.3, 5.0]),
    **each("i0e i1e", [-60.0, 0.3, 5.0]),
    **each("gamma gammaln psi", [0.3, 4.5, -1.5]),
    **each("rgamma", [0.3, 4.5, -1.5, -2.0]),
    **each("loggamma entr ellipkm1", [0.3, 4.5]),
    **each("erfcx dawsn", [-2.0, 0.3, 7.9, 8.1, 1e4]),
    **each("exprel", [-20.0, 0.0, 1e-8, 5.0]),
    **each("spence", [0.3, 1.0, 1.3, 5.0]),
    **each("ellipk ellipe", [-1e4, -0.5, 0.0, 0.3, 0.999]),
    **each("cotdg", [20.0, 70.0]),
    **each("log_ndtr", [-100.0, -0.3, 5.0]),
}
OPERANDS: dict[str, list[tuple[float, ...]]] = {
    **each("beta betaln", [(0.7, 2.3), (50.0, 1.0)]),
    **each("gammainc gammaincc", [(2.3, 0.7), (100.0, 95.0)]),
    **each("xlogy xlog1py kl_div rel_entr", [(0.7, 2.3)]),
    **each("huber pseudo_huber", [(1.0, 0.3), (1.0, -2.0)]),
    **each("jv yv iv kv kve", [(2.0, 0.7), (0.5, 3.0)]),
    **each("ive", [(2.0, 0.7), (2.0, 200.0)]),
    **each("yn kn", [(2, 0.7)]),
    **each("boxcox boxcox1p", [(1.7, 0.5), (1.7, 0.0), (0.3, -2.0)]),
    **each("inv_boxcox inv_boxcox1p", [(1.7, 0.5), (1.7, 0.0), (0.3, -2.0)]),
    **each("betainc betaincc", [(2.0, 3.0, 0.4)]),
    "expn": [(3, 0.7), (1, 0.7), (0, 0.7)],
    "hyp0f1": [(0.7, 2.0)],
    "hyp1f1": [(2.0, 3.0, 0.4)],
    "hyp2f1": [(2.0, 3.0, 1.5, 0.4)],
    "powm1": [(0.7, 2.0), (1.0001, 1e-3)],
}
CLOSED_ONLY_IN_THE_LAST = {
    *"gammainc gammaincc jv yv iv kv ive kve yn kn".split(),
    *"betainc betaincc expn hyp0f1 hyp1f1 hyp2f1".split(),
}
INVERSES = {"gammaincinv": 1, "gammainccinv": 1, "betaincinv": 2, "ndtri_exp": 0}
"""Not in mpmath: compared with central differences."""


def special_cases() -> list[tuple[str, tuple[float, ...]]]:
    names = [name.removeprefix("scipy.special.") for name in SPECIAL_FUNCTIONS]
    default = [(x,) for x in (-0.7, 0.3, 1.7)]
    return [
        (name, operands)
        for name in names
        if name not in INVERSES
        for operands in OPERANDS.get(name, [(x,) for x in POINTS.get(name, [])] or default)
        if not (name == "log1p" and operands == (-1.7,))
        and not (name == "cbrt" and operands[0] < 0)
    ]


@pytest.mark.parametrize(("name", "operands"), special_cases(), ids=str)
def test_special_functions(name: str, operands: tuple[float, ...]) -> None:
    function = getattr(scipy.special, name)
    truth: Any = lambda *x: SPECIAL[f"scipy.special.{name}"](MP, *x)
    for position in range(len(operands)):
        if name in CLOSED_ONLY_IN_THE_LAST and position < len(operands) - 1:
            with pytest.raises(nabla.MissingRule, match=name):
                nabla.gradient(lambda x: function(x, *operands[1:]), operands[0], method="forward")
            continue

        def f(x: Any, k: int = position) -> Any:
            return function(*operands[:k], x, *operands[k + 1 :])

        def on_line(x: Any, k: int = position) -> Any:
            return truth(*operands[:k], x, *operands[k + 1 :])

        x = float(operands[position])
        exact = float(MP.diff(on_line, MP.mpf(x)))
        forward = nabla.estimate(f, x, method="forward")
        assert float(forward.gradient) == pytest.approx(exact, rel=2e-13, abs=1e-300)
        assert forward.value == f(x)
        assert float(nabla.gradient(f, x, method="mpmath")) == pytest.approx(exact, rel=1e-13)
        slope = lambda x: nabla.gradient(f, x, method="forward") + 0.0 * x
        second = float(nabla.gradient(slope, x, method="forward"))
        expected = float(MP.diff(on_line, MP.mpf(x), 2))
        assert second == pytest.approx(expected, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("x", [0.7, 54.9, 55.1, 1e3, 1e9])
def test_scaled_bessel_functions_far_out(x: float) -> None:
    # of order one half they are elementary, DLMF 10.39.2; mpmath is slow out there
    slope = nabla.gradient(lambda x: scipy.special.kve(0.5, x), x, method="forward")
    assert slope == pytest.approx(-0.5 * math.sqrt(math.pi / 2) * x**-1.5, rel=5e-14)
    for name in ("k0e", "k1e"):
        forward = nabla.gradient(getattr(scipy.special, name), x, method="forward")
        central = nabla.gradient(getattr(scipy.special, name), x, method="central")
        assert forward == pytest.approx(central, rel=1e-7)


@pytest.mark.parametrize("name", INVERSES)
def test_inverse_functions(name: str) -> None:
    fixed = (2.3, 1.7)[: INVERSES[name]]
    x = -0.7 if name == "ndtri_exp" else 0.3
    f = lambda x: getattr(scipy.special, name)(*fixed, x)
    forward = nabla.gradient(f, x, method="forward")
    assert forward == pytest.approx(nabla.gradient(f, x, method="central"), rel=1e-8)


@pytest.mark.parametrize("name", SPECIAL_FUNCTIONS)
def test_pulls_of_special_functions(name: str) -> None:
    rule: Any = SPECIAL_FUNCTIONS[name]
    name = name.removeprefix("scipy.special.")
    last = len(rule.partials) - 1
    first = (
        [np.array([2, 3])] * last if name in ("yn", "kn", "expn") else [np.array([0.4, 0.7])] * last
    )
    operands = [*first, np.array([0.3, 0.6])]
    y = getattr(scipy.special, name)(*operands)
    t, c = np.array([[1.3, -0.4]]), np.array([0.9, 2.0])
    pushed = rule.push([None] * last + [t], y, operands, {})
    pulled = rule.pull(last, c, y, operands, {})
    np.testing.assert_allclose(np.sum(pushed * c), np.sum(t * pulled), rtol=1e-13)


PLAIN_PYTHON: dict[str, tuple[Callable[[Any, Any], Any], Any]] = {
    "logsumexp": (lambda c, x: c("special.logsumexp", x), np.array([0.7, 900.0, 899.0])),
    "logsumexp b": (lambda c, x: c("special.logsumexp", x, axis=0, b=DATA), np.array(OTHER)),
    "softmax": (lambda c, x: c("special.softmax", x)[1], np.array(DATA)),
    "log_softmax": (lambda c, x: c("special.log_softmax", x, axis=-1)[0], np.array(DATA)),
    "polygamma": (lambda c, x: c("special.polygamma", 2, x), 0.7),
    "zeta": (lambda c, x: c("special.zeta", 3.0, x), 0.7),
    "lambertw": (lambda c, x: np.real(c("special.lambertw", x)), 0.7),
    "lambertw at 0": (lambda c, x: np.real(c("special.lambertw", x)), 0.0),
}
S = np.array([[3.0, 0.4, -0.2], [0.5, 2.0, 0.3], [0.1, -0.7, 1.5]])
SPD = S @ S.T
M = np.array([[0.7, -1.3, 2.1], [0.4, 1.9, -0.5]])
RIGHT = np.array([1.0, 2.0, -0.5])
WEIGHTS = np.random.default_rng(0).normal(size=36)


def _combined(y: Any) -> Any:
    parts = y if isinstance(y, tuple) else (y,)
    return sum(np.sum(v * WEIGHTS[: np.size(v)].reshape(np.shape(v))) for v in parts)


OF_LINALG: dict[str, tuple[Callable[[Any, Any], Any], Any]] = {
    "solve": (lambda c, x: c("solve", x, RIGHT), S),
    "solve pos": (lambda c, x: c("solve", x, RIGHT, assume_a="pos"), SPD),
    "solve sym": (lambda c, x: c("solve", x, x, assume_a="sym", lower=True), SPD),
    "solve transposed": (lambda c, x: c("solve", x, RIGHT, transposed=True), S),
    "solve_triangular": (lambda c, x: c("solve_triangular", x, RIGHT), S),
    "solve_triangular unit": (
        lambda c, x: c("solve_triangular", x, RIGHT, trans=1, lower=True, unit_diagonal=True),
        S,
    ),
    "inv": (lambda c, x: c("inv", x), S),
    "det": (lambda c, x: c("det", x), S),
    "norm": (lambda c, x: c("norm", x), S),
    "norm 1": (lambda c, x: c("norm", x, 1), S),
    "cholesky": (lambda c, x: c("cholesky", x), SPD),
    "cholesky lower": (lambda c, x: c("cholesky", x, lower=True), SPD),
    "cho_solve": (lambda c, x: c("cho_solve", c("cho_factor", x), RIGHT), SPD),
    "cho_factor": (lambda c, x: c("cho_factor", x, lower=True)[0], SPD),
    "lstsq": (lambda c, x: c("lstsq", x, RIGHT)[:2], M.T),
    "pinv": (lambda c, x: c("pinv", x), M),
    "expm": (lambda c, x: c("expm", x), S),
    "eigh": (lambda c, x: c("eigh", x)[1][0] ** 2, SPD),
    "eigvalsh": (lambda c, x: c("eigvalsh", x, lower=False), SPD),
    "eigvals": (lambda c, x: np.real(np.sum(c("eigvals", x) ** 3)), S),
    "svd": (lambda c, x: c("svd", x, full_matrices=False), M),
    "svd full": (lambda c, x: c("svd", x)[:2], M),
    "svdvals": (lambda c, x: c("svdvals", x), M),
    "qr": (lambda c, x: c("qr", x), M),
    "qr economic": (lambda c, x: c("qr", x, mode="economic"), M.T),
    "qr r": (lambda c, x: c("qr", x, mode="r"), M.T),
}


def _follow(function: Any, x: Any) -> None:
    lifted = lambda x: _combined(function(_by_name(call), x))
    plain = lambda x: _combined(function(_by_name(plainly), x))
    forward = nabla.estimate(lifted, x, method="forward")
    assert forward.value == pytest.approx(plain(x), rel=1e-13)
    referee = nabla.gradient(lifted, x, method="mpmath")
    np.testing.assert_allclose(forward.gradient, referee, rtol=1e-11, atol=1e-12)
    central = nabla.gradient(plain, x, method="central")
    np.testing.assert_allclose(forward.gradient, central, rtol=1e-6, atol=1e-8)
    slope = lambda x: np.sum(nabla.gradient(lifted, x, method="forward") * x)
    second = nabla.gradient(slope, x, method="forward")
    central = nabla.gradient(slope, x, method="central")
    np.testing.assert_allclose(second, central, rtol=1e-5, atol=1e-6)


def _by_name(how: Any) -> Any:
    def named(name: str, *operands: Any, **parameters: Any) -> Any:
        module = scipy.special if name.startswith("special.") else scipy.linalg
        return how(getattr(module, name.removeprefix("special.")), *operands, **parameters)

    return named


@pytest.mark.parametrize("label", PLAIN_PYTHON)
def test_special_functions_written_in_python(label: str) -> None:
    _follow(*PLAIN_PYTHON[label])


@pytest.mark.parametrize("label", OF_LINALG)
def test_linear_algebra_of_scipy(label: str) -> None:
    _follow(*OF_LINALG[label])


def test_names_of_scipy_are_found() -> None:
    for table, find in ((SPECIAL_FUNCTIONS, rule_of), (OF_SCIPY, composite_of)):
        for name, entry in table.items():
            _, module, function = name.split(".")
            if hasattr(getattr(scipy, module), function):  # softplus is there since SciPy 1.15
                assert find(getattr(getattr(scipy, module), function)) is entry


def test_options_of_scipy_that_are_not_followed_are_refused() -> None:
    for operation, options in [
        (scipy.linalg.eigh, {"subset_by_index": [0, 1]}),
        (scipy.linalg.qr, {"pivoting": True}),
        (scipy.special.logsumexp, {"return_sign": True}),
        (scipy.linalg.logm, {}),
    ]:
        with pytest.raises(nabla.MissingRule, match="scipy"), Trace() as run:
            call(operation, Dual(SPD, np.ones((1, 3, 3)), run), **options)


def test_the_tables_are_built_without_scipy() -> None:
    program = "import sys, nabla; print(any(name.startswith('scipy') for name in sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
