"""Everyday functions, chosen by us: plain Python and NumPy, none written with any tool in mind.

Each has one real result and the point at which it is differentiated. No function depends on
another, so that `compare_with_others.py` can show and run each on its own.
"""

import copy
import dataclasses
import functools
import json
import math
import pickle
import statistics

import numpy as np
from scipy import integrate, optimize, special

FUNCTIONS = {}


def at(*point):
    """Note the point: one number, or several as a vector."""

    def register(function):
        function.point = point[0] if len(point) == 1 else list(point)
        FUNCTIONS[function.__name__] = function
        return function

    return register


@at(1.3)
def rational(x):
    return (3 * x**2 - 2 * x) / (1 + x)


@at(0.7, 1.3, 0.4)
def numpy_expression(w):
    return np.sum(np.sin(w) ** 2) + np.log(w[0]) * np.exp(-w[1])


@at(0.6, -1.1, 2.0)
def kinked_sum(w):
    return np.sum(np.maximum(w, 0.0)) + np.sum(np.abs(w)) + np.clip(w, -0.5, 1.0)[0]


@at(1.0, 2.0, 0.5)
def small_network(w):
    inputs = np.linspace(-1.0, 1.0, 7)
    hidden = np.tanh(np.outer(inputs, w))
    return np.mean((hidden @ w - np.sin(inputs)) ** 2)


@at(0.5, -0.25, 1.0)
def dead_branch(w):
    return np.sum(np.where(w > 0, np.sqrt(w), 0.0))


@at(0.3, 0.2, 0.5, 0.9)
def ufunc_methods(w):
    return np.add.reduce(w * w) + np.multiply.accumulate(w)[-1] + np.subtract.outer(w, w).max()


@at(0.7, 1.3, 0.4, 2.0)
def spectrum(w):
    power = np.abs(np.fft.rfft(w)) ** 2
    return np.sum(power * np.arange(len(power)))


@at(1.2, 0.4, 2.5, 1.7)
def sampled_integral(w):
    times = np.array([0.0, 0.5, 1.5, 2.0])
    return np.trapezoid(np.cumsum(w), times) + np.convolve(w, [1.0, -2.0, 1.0]).max()


@at(0.4, 1.0, 3.0, 2.0)
def interpolated(w):
    return np.interp(w[0], [0.0, 1.0, 2.0], w[1:])


@at(1.4, 0.3)
def table_lookup(w):
    rates = np.array([0.1, 0.2, 0.35])
    band = np.searchsorted([1.0, 2.0], w[0])
    return rates[band] * w[0] + w[1] ** 2


@at(0.8, 1.5)
def complex_inside(w):
    z = w[0] + 1j * w[1]
    return abs(np.exp(z) + 1 / z)


@at(0.8, 1.5, -0.3)
def element_by_element(w):
    bump = np.vectorize(lambda t: t * t if t > 0 else -t)
    return np.sum(bump(w))


@at(0.8, 1.5)
def array_of_elements(w):
    path = np.array([w[0] * w[1], w[1] ** 2, 1.0])
    return np.sqrt(np.sum(path**2))


@at(0.8, 1.5, 0.2)
def zeros_then_filled(w):
    squares = np.zeros(3)
    for i in range(3):
        squares[i] = w[i] ** 2
    return np.sum(squares * np.arange(3))


@at(0.8, 1.5)
def matrix_filled(w):
    stiffness = np.eye(2) * 3.0
    stiffness[0, 1] = stiffness[1, 0] = w[0]
    return np.sum(np.linalg.solve(stiffness, np.array([1.0, 2.0]))) * w[1]


@at(0.8, 1.5, 0.2)
def in_place(w):
    y = 2.0 * w
    y[1:] += y[:-1]
    y *= y
    return np.sum(y)


@at(0.8, 1.5, 0.2)
def out_argument(w):
    buffer = np.empty(3)
    np.multiply(w, w, out=buffer)
    return np.sum(buffer)


@at(2.0, 0.1)
def oscillator(w):
    state, dt = np.array([1.0, 0.0]), 0.05
    for _ in range(40):
        state = state + dt * np.array([state[1], -w[0] * state[0] - w[1] * state[1]])
    return state[0]


@at(0.8, 1.5)
def math_calls(w):
    return math.exp(-w[0]) * math.sin(w[1]) + math.hypot(w[0], w[1])


@at(0.8, 1.5)
def float_conversion(w):
    rate = float(w[0])
    return rate * np.exp(w[1])


@at(0.9, 0.3)
def until_convergence(w):
    anomaly = w[0]
    while True:
        step = (anomaly - w[1] * math.sin(anomaly) - w[0]) / (1 - w[1] * math.cos(anomaly))
        anomaly -= step
        if abs(step) < 1e-12:
            return anomaly


@at(2.5, 0.7, 1.9)
def sorted_values(w):
    low, middle, high = sorted(w)
    return (high - low) * middle + max(w[0], 1.0) - min(w)


@at(2.5, 0.7, 1.9)
def builtin_sum(w):
    return sum(v * v for v in w) ** 0.5 + math.fsum(w) + math.prod(w)


@at(2.5, 0.7, 1.9)
def statistics_module(w):
    return statistics.fmean(w) + statistics.stdev(w)


@at(2.37, 1.1)
def int_truncation(w):
    whole = int(w[0])
    return w[1] ** whole + (w[0] - whole)


@at(2.37, 1.1)
def divmod_and_round(w):
    laps, rest = divmod(w[0], 0.5)
    return laps * w[1] + rest**2 + round(w[1]) * w[0]


@at(0.04, 100.0)
def account(w):
    class Account:
        def __init__(self, balance, rate):
            self.balance, self.rate = balance, rate

        def year(self):
            self.balance *= 1 + self.rate

    savings = Account(w[1], w[0])
    for _ in range(10):
        savings.year()
    return savings.balance


@at(3.0, 4.0)
def data_class(w):
    @dataclasses.dataclass
    class Point:
        x: float
        y: float

        def __matmul__(self, other):
            return self.x * other.x + self.y * other.y

    p = Point(w[0], w[1])
    return (p @ dataclasses.replace(p, x=1.0)) ** 0.5


@at(0.8, 1.5)
def closure(w):
    def scaled(by):
        return lambda t: by * np.sin(t)

    return functools.reduce(lambda t, f: f(t), [scaled(w[0]), scaled(2.0)], w[1])


@at(0.8, 1.5)
def is_a_float(w):
    def area(shape):
        if isinstance(shape, float):
            return 3.0 * shape**2
        return 0.0

    return area(w[0]) + w[1]


@at(0.8, 1.5)
def caught_error(w):
    try:
        return math.sqrt(w[0]) * w[1]
    except TypeError:
        return w[1]


@at(1.1, 0.6)
def remembered(w):
    @functools.cache
    def decay(time):
        return np.exp(-w[1] * time)

    return decay(w[0]) + 2.0 * decay(w[0]) + decay(1.0)


@at(0.8, 1.5)
def through_text(w):
    line = " ".join(f"{float(v)!r}" for v in w)
    a, b = (float(word) for word in line.split())
    return a * b**2


@at(0.8, 1.5)
def through_json(w):
    settings = json.loads(json.dumps({"rate": float(w[0]), "start": 2.0}))
    return settings["rate"] * settings["start"] + w[1] ** 2


@at(0.8, 1.5)
def copied_and_pickled(w):
    return np.sum(pickle.loads(pickle.dumps(w)) ** 2) * copy.deepcopy(w)[0]


@at(0.8, 1.5)
def to_a_list(w):
    a, b = w.tolist()
    return a * b + a**2


@at(2.5, 0.4)
def special_functions(w):
    return special.gammaln(w[0]) + special.erf(w[1])


@at(1.5, 2.0)
def root_of_an_equation(w):
    return optimize.brentq(lambda t: t**3 + w[0] * t - w[1], 0.0, 2.0, xtol=1e-14)


@at(0.8, 1.5)
def quadrature(w):
    return integrate.quad(lambda t: math.exp(-w[0] * t * t), 0.0, w[1])[0]
