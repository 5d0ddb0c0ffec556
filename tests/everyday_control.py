"""Everyday functions whose way through the code depends on values."""

import math

import numpy as np
from everyday_table import follows

TOLERANCE = 1e-13


@follows("control flow", 2.0, gradient=lambda x: 0.5 / math.sqrt(x), digits=True)
def square_root_by_heron(x):
    guess = x
    while abs(guess * guess - x) > TOLERANCE * x:
        guess = (guess + x / guess) / 2
    return guess


@follows("control flow", [0.5, 0.8])
def kepler_equation_by_newton(x):
    eccentricity, mean_anomaly = x
    anomaly = mean_anomaly
    for _ in range(50):
        step = (anomaly - eccentricity * math.sin(anomaly) - mean_anomaly) / (
            1 - eccentricity * math.cos(anomaly)
        )
        anomaly -= step
        if abs(step) < 1e-14:
            break
    else:
        raise RuntimeError("Kepler's equation did not converge")
    return anomaly


@follows("control flow", 0.7)
def fixed_point_of_cosine(x):
    value, change = 1.0, 1.0
    while change > 1e-15:
        new = math.cos(x * value)
        change, value = abs(new - value), new
    return value


@follows("control flow", [1.3, 0.8], gradient=lambda x: agm_slopes(x))
def arithmetic_geometric_mean(x):
    a, g = x
    while abs(a - g) > 1e-15 * a:
        a, g = (a + g) / 2, math.sqrt(a * g)
    return a


def agm_slopes(x):
    (a, g), slopes = x, np.eye(2)
    for _ in range(8):
        root = math.sqrt(a * g)
        slopes = np.array([slopes.sum(axis=0) / 2, (g * slopes[0] + a * slopes[1]) / (2 * root)])
        a, g = (a + g) / 2, root
    return slopes[0]


@follows("control flow", 5.0, gradient=lambda x: 1.05**5)
def compound_until_doubled(x):
    years = 0
    amount = x
    while amount < 6.3:
        amount *= 1.05
        years += 1
    return amount + years


@follows("control flow", [0.9, 1.4, 0.3])
def determinant_by_cofactors(x):
    def det(rows):
        if len(rows) == 1:
            return rows[0][0]
        return sum(
            (-1) ** j * rows[0][j] * det([row[:j] + row[j + 1 :] for row in rows[1:]])
            for j in range(len(rows))
        )

    a, b, c = x
    return det([[a, 2.0, b], [1.0, c, a * b], [b, 0.5, 3.0]])


@follows("control flow", 1.1, nested=True)
def hermite_by_recursion(x):
    def hermite(n):
        if n == 0:
            return 1.0
        if n == 1:
            return 2 * x
        return 2 * x * hermite(n - 1) - 2 * (n - 1) * hermite(n - 2)

    return hermite(5)


@follows("control flow", 0.9)
def deep_recursion(x):
    def relax(v, steps):
        return v if steps == 0 else relax(v + 0.01 * math.sin(v), steps - 1)

    return relax(x, 200)


@follows("control flow", [52_000.0, 0.08])
def income_tax_by_brackets(x):
    income, surcharge = x
    tax = 0.0
    for low, high, rate in [(0, 10e3, 0.0), (10e3, 40e3, 0.2), (40e3, math.inf, 0.42)]:
        if income > high:
            tax += rate * (high - low)
        elif income > low:
            tax += rate * (income - low)
    return tax * (1 + surcharge) / 1000


@follows("control flow", [0.4, 2.5, -1.2])
def huber_loss_in_a_loop(x):
    loss = 0.0
    for r in x:
        if abs(r) <= 1.0:
            loss += 0.5 * r**2
            continue
        loss += abs(r) - 0.5
    return loss


@follows("control flow", [0.4, 2.5], gradient=lambda x: [2.5, 0.4])
def conditional_expression_chain(x):
    a, b = x
    return a * b if 0 < a < 1 < b else a + b if a > b else a - b


@follows("control flow", [1.5, 0.2])
def matched_by_pattern(x):
    match len(x):
        case 0:
            return 0.0
        case 2 if x[0] > x[1]:
            scale = 3.0
        case _:
            scale = 1.0
    match ("circle", x[0]):
        case ("circle", radius) if radius > 0:
            return scale * math.pi * radius**2 * x[1]
        case _:
            return scale


@follows("control flow", [0.5, 2.0], gradient=lambda x: [1.0, 0.0])
def division_by_zero_caught(x):
    def ratio(a, b):
        try:
            return a / b
        except ZeroDivisionError:
            return 0.0

    return ratio(float(x[1]), 0.0 * 1) + x[0]


@follows("control flow", [0.5, 2.0])
def negative_root_caught(x):
    try:
        root = math.sqrt(float(x[0] - x[1]))
    except ValueError:
        root = -math.sqrt(float(x[1] - x[0]))
    return root * x[1]


@follows("control flow", 800.0, gradient=lambda x: 1.0)
def overflow_caught(x):
    try:
        return math.log1p(math.exp(x))
    except OverflowError:
        return x


@follows("control flow", [0.7, 1.9])
def walrus_in_a_condition(x):
    if (discriminant := x[1] ** 2 - 4 * x[0] * 0.5) > 0:
        return (-x[1] + math.sqrt(discriminant)) / (2 * x[0])
    return discriminant


@follows("control flow", [0.4, 0.7])
def sum_of_a_generator(x):
    def terms(a, b):
        k, term = 0, 1.0
        while abs(term) > 1e-17:
            yield term
            k += 1
            term *= a * b / k

    return sum(terms(*x))


@follows("control flow", [0.4, 0.7])
def generator_that_delegates(x):
    def waves(v):
        yield math.sin(v)
        yield from (math.cos(k * v) for k in range(1, 4))

    return sum(w * (k + 1) for v in x for k, w in enumerate(waves(v)))


@follows("control flow", [0.4, 0.7])
def coroutine_fed_by_send(x):
    def smoother():
        level = 0.0
        while True:
            level = 0.5 * level + (yield level)

    filtered = smoother()
    next(filtered)
    for v in x:
        level = filtered.send(v)
    return level**2


@follows("control flow", 3.7, gradient=lambda x: 6.0)
def table_looked_up_by_int(x):
    slopes = [1.0, 2.0, 4.0, 6.0, 8.0]
    k = int(x)
    return 10 * k + slopes[k] * (x - k)


@follows("control flow", [2.3, 4.6], gradient=lambda x: [4.0, 2.0])
def floors_and_ceilings(x):
    return math.floor(x[0]) * x[1] + x[0] * math.trunc(x[1]) + 0 * math.ceil(x[0])


@follows("control flow", 0.37, gradient=lambda x: 16.0)
def doubling_map(x):
    for _ in range(4):
        x = 2 * x if x < 0.5 else 2 * x - 1
    return x


@follows("control flow", [1.0, 1.5, 0.8])
def gauss_elimination_with_pivoting(x):
    a, b, c = x
    rows = [[0.1 * a, 2.0, 1.0, b], [3.0, b, c, 1.0], [1.0, 0.5, a * c, 2.0]]
    n = len(rows)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            for j in range(k, n + 1):
                rows[i][j] -= factor * rows[k][j]
    solution = [0.0] * n
    for i in reversed(range(n)):
        known = sum(rows[i][j] * solution[j] for j in range(i + 1, n))
        solution[i] = (rows[i][n] - known) / rows[i][i]
    return sum(s**2 for s in solution)


@follows("control flow", 0.4)
def root_by_bisection_then_newton(x):
    f = lambda t: t**3 + t - x
    low, high = 0.0, 1.0
    while high - low > 0.1:
        mid = (low + high) / 2
        low, high = (mid, high) if f(mid) < 0 else (low, mid)
    root = (low + high) / 2
    for _ in range(6):
        root -= f(root) / (3 * root**2 + 1)
    return root
