"""One sweep over the tables: every rule, in both directions, against truth of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from calls import CALLS, Call

import nabla
from nabla.lift.dual import Dual
from nabla.lift.lifted import Lifted
from nabla.lift.trace import Trace
from nabla.methods.function import Function
from nabla.rules.composite import COMPOSITES
from nabla.rules.constant import CONSTANT
from nabla.rules.kinks import KINKS
from nabla.rules.matrix_functions import MATRIX_FUNCTIONS
from nabla.rules.polygamma import POLYGAMMA
from nabla.rules.samples import SAMPLES
from nabla.rules.scalar_functions import SCALAR_FUNCTIONS
from nabla.rules.special_functions import SPECIAL_PRIMITIVES
from nabla.rules.tables import RULES


class Recorder(Lifted):
    """Runs f and writes down every operation that has a rule, with what it was applied to."""

    def __init__(self, primal: Any, run: Trace, log: list[tuple[Any, ...]]) -> None:
        self.primal, self.run, self.log = primal, run, log

    is_python_number = False

    def plainly(self) -> Any:
        return self.primal

    def constant(self, value: Any) -> Any:
        return value

    def follow(self, operation: Any, operands: Sequence[Any], parameters: Mapping[str, Any]) -> Any:
        bare = [o.primal if isinstance(o, Recorder) else o for o in operands]
        mine = [isinstance(o, Recorder) for o in operands]
        y = operation(*bare, **parameters)
        if operation in CONSTANT:
            return y
        self.log.append((operation, bare, parameters, y, mine))
        return Recorder(y, self.run, self.log)

    def assign(self, key: Any, value: Any) -> None:
        self.primal[key] = value.primal if isinstance(value, Recorder) else value


def operations_in(call: Call) -> list[tuple[Any, ...]]:
    _, f, x = call
    log: list[tuple[Any, ...]] = []
    with Trace() as run, np.errstate(all="ignore"):
        f(Recorder(x.copy(), run, log))
    return log


def random_like(value: Any, rng: np.random.Generator, seeds: int) -> Any:
    shape = (seeds, *np.shape(value))
    real = rng.normal(size=shape)
    return real + 1j * rng.normal(size=shape) if np.iscomplexobj(value) else real


by_label = pytest.mark.parametrize("call", CALLS, ids=[label for label, _, _ in CALLS])


@by_label
def test_push_and_pull_are_transposes(call: Call) -> None:
    # <push t, c> = <t, pull c> for random t and c is what makes pull the transpose of push;
    # the inner product of complex numbers is that of their parts, <a, b> = Re sum(conj(a) * b)
    rng = np.random.default_rng(7)
    for operation, operands, parameters, y, mine in operations_in(call):
        for position in np.flatnonzero(mine):
            rule, seeds = RULES[operation], 2
            tangent = random_like(operands[position], rng, seeds)
            cotangent = random_like(y, rng, 1)[0]
            tangents = [tangent if k == position else None for k in range(len(operands))]
            with np.errstate(all="ignore"):
                pushed = rule.push(tangents, y, operands, parameters)
                pulled = rule.pull(int(position), cotangent, y, operands, parameters)
            assert np.shape(pulled) == np.shape(operands[position])
            assert np.iscomplexobj(operands[position]) or not np.iscomplexobj(pulled)
            pushed = np.broadcast_to(pushed, (seeds, *np.shape(y)))
            axes = tuple(range(1, pushed.ndim))
            forward = np.sum(pushed.conj() * cotangent, axis=axes).real
            backward = np.sum((tangent.conj() * pulled).reshape(seeds, -1), axis=1).real
            np.testing.assert_allclose(forward, backward, rtol=1e-11, atol=1e-12)


@by_label
def test_lifted_values_are_numpys_own(call: Call) -> None:
    _, f, x = call
    plain = np.asarray(f(x.copy()))
    seeds = np.eye(x.size).reshape(x.size, *x.shape)
    with Trace() as run:
        lifted = f(Dual(x.copy(), seeds, run))
    assert isinstance(lifted, Dual)
    assert lifted.shape == plain.shape
    assert lifted.tangent.shape == (x.size, *plain.shape)
    np.testing.assert_allclose(lifted.primal, plain, rtol=1e-13, atol=1e-300)


@by_label
def test_forward_agrees_with_the_referee(call: Call) -> None:
    # the referee runs the same call on mpmath numbers and uses no derivative rule
    _, f, x = call
    rng = np.random.default_rng(11)
    weights = rng.normal(size=np.shape(f(x.copy())))
    u = rng.normal(size=x.shape)

    def g(x: Any) -> Any:
        return np.sum(weights * f(x))

    forward = nabla.Forward().slope(Function(g), x, u)
    truth = nabla.Multiprecision(digits=20).slope(Function(g), x, u)
    assert np.isfinite(truth.gradient)
    scale = max(1.0, abs(float(truth.gradient)))
    assert abs(float(forward.gradient) - float(truth.gradient)) <= 2e-12 * scale
    assert forward.value == pytest.approx(truth.value, rel=1e-12, abs=1e-12)


def test_every_rule_is_exercised_by_some_call() -> None:
    used = {entry[0] for call in CALLS for entry in operations_in(call)}
    elsewhere = {*SCALAR_FUNCTIONS, *SAMPLES, *SPECIAL_PRIMITIVES, *POLYGAMMA, *MATRIX_FUNCTIONS}
    unused = {operation.__name__ for operation in set(RULES) - used - elsewhere}
    # rules users add (the doctests do) stand in the table too
    assert unused <= {"scatter", "softplus"}, "give each of these a line in calls.py"


def test_scatter_is_the_transpose_of_gather() -> None:
    from nabla.rules.structural import gather, scatter

    rng = np.random.default_rng(3)
    positions = np.array([[0, 5, -1], [5, 2, 2]])
    x, c = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    moved = gather(x, positions=positions, shape=(2, 3))
    back = scatter(c, positions=positions, shape=(2, 3))
    assert np.sum(moved * c) == pytest.approx(np.sum(x * back))
    assert moved[0, 2] == 0.0
    rule = RULES[scatter]
    options = {"positions": positions, "shape": (2, 3)}
    pushed = rule.push([x[None]], back, [c], options)
    pulled = rule.pull(0, c, back, [c], options)
    assert np.sum(pushed * c) == pytest.approx(np.sum(x * pulled))


NOT_DIFFERENTIABLE = set(
    "bitwise_and bitwise_or bitwise_xor bitwise_count invert left_shift right_shift gcd lcm "
    "isnat nextafter".split()
)
"""Ufuncs on whole numbers, dates, or neighbours in float64: lifted values are refused."""


def test_every_ufunc_of_numpy_has_its_place() -> None:
    ufuncs = {name: f for name, f in vars(np).items() if isinstance(f, np.ufunc)}
    known = set(RULES) | set(COMPOSITES) | CONSTANT
    homeless = {
        name
        for name, f in ufuncs.items()
        if f not in known and f.__name__ not in NOT_DIFFERENTIABLE
    }
    assert not homeless


def test_an_operation_stands_in_one_table_only() -> None:
    assert not set(COMPOSITES) & CONSTANT
    assert not set(RULES) & CONSTANT
    assert not set(RULES) & set(COMPOSITES)
    assert set(KINKS) <= set(RULES) | CONSTANT


def test_second_derivatives_by_nesting() -> None:
    # d/dx of (d/dx sum f(x)^2 · u) for every call: each rule is differentiated once more
    failures = []
    for label, f, x in CALLS:
        rng = np.random.default_rng(5)
        u = rng.normal(size=x.shape)

        def energy(x: Any, f: Any = f) -> Any:
            return np.sum(np.square(f(x)))

        def slope(x: Any, u: Any = u, energy: Any = energy) -> Any:
            return np.sum(nabla.gradient(energy, x, method="forward") * u)

        with np.errstate(all="ignore"):
            second = nabla.gradient(slope, x, method="forward")
            central = nabla.directional_derivative(slope, x, u, method="central")
        got = float(np.sum(second * u))
        if not abs(got - central) <= 1e-5 * max(1.0, abs(got)):
            failures.append((label, got, central))
    assert not failures
