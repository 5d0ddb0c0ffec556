"""Everyday functions that call helpers: closures, decorators, caches, tables of functions."""

import contextlib
import copy
import functools
import math
import operator
from functools import cache, lru_cache, partial, singledispatch, wraps

import numpy as np
import numpy.linalg as la
from everyday_helpers import saturate
from everyday_table import follows, never_wrong


@follows("functions", [0.6, 1.4])
def closure_over_a_list(x):
    seen = []

    def remember(v):
        seen.append(v)
        return sum(seen)

    return remember(x[0]) * remember(x[1]) * remember(x[0] * x[1])


@follows("functions", [0.6, 1.4])
def nonlocal_counter(x):
    calls = 0
    total = 0.0

    def charge(v):
        nonlocal calls, total
        calls += 1
        total += v**calls

    for v in [*x, *x]:
        charge(v)
    return total * calls


def make_polynomial(*coefficients):
    def polynomial(t):
        return sum(c * t**k for k, c in enumerate(coefficients))

    return polynomial


def make_counter():
    count = 0

    def counted(v):
        nonlocal count
        count += 1
        return v * v

    return counted


CUBIC = make_polynomial(0.3, -1.0, 0.5, 2.0)


@follows("functions", 0.6, gradient=lambda x: -1.0 + x + 6 * x**2, nested=True)
def closure_made_at_import(x):
    return CUBIC(x)


COUNTED_SQUARE = make_counter()


@follows("functions", [0.6, 1.4], gradient=lambda x: 2 * x, writes=True)
def closure_that_counts_its_calls(x):
    return sum(COUNTED_SQUARE(v) for v in x)


def logged(f):
    calls = []

    @wraps(f)
    def wrapper(*args, **kwargs):
        calls.append(f.__name__)
        del calls[:]
        return f(*args, **kwargs)

    return wrapper


def scaled_by(factor):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(v):
            return factor * f(v)

        return wrapper

    return decorate


@logged
@scaled_by(2.5)
def decorated_helper(v):
    """Both decorators keep this text."""
    return math.sqrt(v) + v


@follows("functions", [0.6, 1.4])
def calls_decorated_helpers(x):
    assert decorated_helper.__doc__ == "Both decorators keep this text."
    return decorated_helper(x[0]) * decorated_helper(x[1])


@follows("functions", [0.6, 1.4])
@logged
def decorated_itself(x):
    return math.sin(x[0]) * x[1]


half_power = partial(math.pow, 0.5)
clipped = partial(np.clip, a_min=0.0, a_max=1.0)
decay = partial(lambda rate, t, *, start: start * math.exp(-rate * t), 0.3, start=2.0)


@follows("functions", [0.6, 1.4])
def looked_up_by_name(x):
    sine = getattr(math, "sin")  # noqa: B009
    return sine(x[0]) * globals()["saturate"](x[1]) * vars(math)["exp"](x[0])


@follows("functions", [0.6, 1.4])
def partially_applied(x):
    return half_power(x[0]) * decay(x[1]) + clipped(x).sum() + partial(saturate, limit=3.0)(x[1])


@lru_cache(maxsize=256)
def cached_wave(v):
    return math.sin(v) * v


@cache
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


@follows("functions", [0.6, 1.4, 0.6])
def cached_by_value(x):
    return cached_wave(x[0]) * cached_wave(x[1]) + cached_wave(float(x[2]))


@follows("functions", 0.6, nested=True)
def bernstein_with_memoised_binomials(x):
    return sum(binomial(5, k) * math.sqrt(k + 1) * x**k * (1 - x) ** (5 - k) for k in range(6))


@follows("functions", [0.6, 1.4])
def memo_keyed_on_integers(x):
    memo = {0: x[0], 1: x[1]}

    def chebyshev(n):
        if n not in memo:
            memo[n] = 2 * x[0] * chebyshev(n - 1) - chebyshev(n - 2)
        return memo[n]

    return chebyshev(7)


@singledispatch
def size_of(v):
    return abs(v)


@size_of.register
def _(v: list):
    return math.fsum(size_of(item) for item in v)


@size_of.register(np.ndarray)
def _(v):
    return la.norm(v)


@follows("functions", [0.6, -1.4])
def dispatched_by_type(x):
    return size_of(x) * size_of([x[0], [x[1], 2.0]]) + size_of(float(x[1]))


def smooth_step(v, *, sharpness=2.0, shape=math.tanh, offsets=(0.1, 0.2)):
    return shape(sharpness * v) + sum(offsets) * v


@follows("functions", [0.6, -1.4])
def keyword_defaults_that_are_functions(x, activation=math.atan, steps=(1, 2)):
    return activation(x[0]) * smooth_step(x[1]) + smooth_step(x[0], shape=np.sin) * steps[1]


@follows("functions", [0.6, 1.4])
def imports_inside(x):
    import math as local_math
    from math import exp as e
    from operator import mul

    import numpy as local_np
    from everyday_helpers import saturate as squash

    values = local_np.zeros(2)
    values[0], values[1] = e(x[0]), local_math.sqrt(x[1])
    return mul(*values) + squash(x[0])


def composed(*functions):
    return functools.reduce(lambda f, g: lambda v: f(g(v)), functions)


@follows("functions", 0.6)
def functions_composed(x):
    caller = operator.methodcaller("__add__", 1.0)
    cubed = lambda v, k=3: v**k
    return composed(math.exp, math.sin, math.sqrt)(x) + caller(x) * cubed(x)


@contextlib.contextmanager
def temporary_scale(table, factor):
    table["scale"] = factor
    yield table
    table["scale"] = 1.0


@follows("functions", [0.6, 1.4])
def inside_a_context_manager(x):
    table = {"scale": 1.0}
    with temporary_scale(table, x[0]) as active:
        value = active["scale"] * math.exp(x[1])
    return value * table["scale"]


@follows("functions", [0.6, 1.4])
def copies_of_x(x):
    shallow, deep = copy.copy(x), copy.deepcopy([x, {"first": x[0]}])
    shallow[0] *= 2
    return shallow.prod() + deep[0].sum() * deep[1]["first"]


@never_wrong("functions", [0.6, 1.4])
def evaluated_from_text(x):
    namespace = {"math": math, "a": x[0], "b": x[1]}
    return eval("math.sin(a) * b", namespace) + eval("x[0] * math.cos(x[1])")
