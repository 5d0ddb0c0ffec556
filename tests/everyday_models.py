"""Everyday models of science: integrators, filters, likelihoods, networks, splines."""

import math
from itertools import pairwise

import numpy as np
from everyday_table import follows

OBSERVED = np.array([1.1, 0.9, 1.6, 2.2, 1.9, 2.8])
STOICHIOMETRY = np.array([[-1, 0], [1, -1], [0, 1]])


@follows("models", [0.8, 0.3, 1.1], nested=True)
def runge_kutta_pendulum(x):
    angle, speed, length = x

    def slope(state):
        return np.array([state[1], -9.81 / length * math.sin(state[0])])

    dt, steps = 0.05, 20
    path = np.zeros((steps + 1, 2))
    path[0] = angle, speed
    for n in range(steps):
        k1 = slope(path[n])
        k2 = slope(path[n] + dt / 2 * k1)
        k3 = slope(path[n] + dt / 2 * k2)
        k4 = slope(path[n] + dt * k3)
        path[n + 1] = path[n] + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return path[-1, 0] ** 2 + path[:, 1].max()


@follows("models", [0.3, 0.1])
def adaptive_steps_until_the_end(x):
    rate, tolerance = x[0], 1e-6
    t, y, h = 0.0, x[1], 0.1
    while t < 1.0:
        h = min(h, 1.0 - t)
        euler = y + h * rate * (1 - y) * y
        middle = y + h / 2 * rate * (1 - y) * y
        better = middle + h / 2 * rate * (1 - middle) * middle
        if abs(better - euler) > tolerance * 100:
            h = h / 2
            continue
        t, y = t + h, better
    return y


@follows("models", [0.4, 0.2, 1.5])
def epidemic_with_lists(x):
    contact, recovery, first = x
    susceptible, infected, recovered = [99.0], [first], [0.0]
    for _ in range(15):
        s, i, r = susceptible[-1], infected[-1], recovered[-1]
        new, healed = contact * s * i / 100, recovery * i
        susceptible.append(s - new)
        infected.append(i + new - healed)
        recovered.append(r + healed)
    return max(infected) / 10 + recovered[-1] / 100


@follows("models", [0.3, 0.5, 1.0])
def kalman_filter_likelihood(x):
    process, measurement, first = x
    mean, variance = first, 1.0
    total = 0.0
    for z in OBSERVED:
        variance += process**2
        innovation, spread = z - mean, variance + measurement**2
        total += 0.5 * (np.log(2 * np.pi * spread) + innovation**2 / spread)
        gain = variance / spread
        mean += gain * innovation
        variance *= 1 - gain
    return total


@follows("models", [0.1, 0.4])
def kalman_filter_with_matrices(x):
    F, H = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[1.0, 0.0]])
    Q = np.array([[x[0] ** 2, 0.0], [0.0, x[0] * x[1]]])
    R = np.array([[x[1]]])
    state, P = np.zeros((2, 1)), np.eye(2)
    loss = 0.0
    for z in OBSERVED:
        state, P = F @ state, F @ P @ F.T + Q
        S = H @ P @ H.T + R
        K = P @ H.T @ np.linalg.inv(S)
        residual = z - H @ state
        loss += float(residual[0, 0]) ** 2 / S[0, 0] + np.log(np.linalg.det(S))
        state, P = state + K @ residual, (np.eye(2) - K @ H) @ P
    return loss


@follows("models", [1.0, 2.0, 0.5, 1.5])
def natural_cubic_spline(x):
    n = len(x)
    second = np.zeros(n)
    upper, right = [0.0] * n, [0.0] * n
    for i in range(1, n - 1):
        pivot = 4.0 - upper[i - 1]
        upper[i] = 1.0 / pivot
        right[i] = (6 * (x[i + 1] - 2 * x[i] + x[i - 1]) - right[i - 1]) / pivot
    for i in reversed(range(1, n - 1)):
        second[i] = right[i] - upper[i] * second[i + 1]
    t, k = 0.3, 1
    left = x[k] * (1 - t) + x[k + 1] * t
    return left + ((t**3 - t) * second[k + 1] + ((1 - t) ** 3 - (1 - t)) * second[k]) / 6


@follows("models", [0.6, 0.3, 0.8])
def hidden_markov_forward(x):
    stay, p, q = x
    transition = [[stay, 1 - stay], [1 - stay, stay]]
    emission = [{"a": p, "b": 1 - p}, {"a": q, "b": 1 - q}]
    alpha = [0.5 * emission[s]["a"] for s in range(2)]
    for symbol in "abba":
        alpha = [
            sum(alpha[r] * transition[r][s] for r in range(2)) * emission[s][symbol]
            for s in range(2)
        ]
    return math.log(sum(alpha))


@follows("models", [1.0, 0.7, 1.4])
def edit_distance_with_weights(x):
    insert, delete, change = x
    a, b = "kitten", "sitting"
    table = np.zeros((len(a) + 1, len(b) + 1))
    for i in range(1, len(a) + 1):
        table[i, 0] = i * delete
    for j in range(1, len(b) + 1):
        table[0, j] = j * insert
    for i, u in enumerate(a, 1):
        for j, v in enumerate(b, 1):
            same = table[i - 1, j - 1] + (0.0 if u == v else change)
            table[i, j] = min(same, table[i - 1, j] + delete, table[i, j - 1] + insert)
    return table[-1, -1] ** 2


@follows("models", [1.0, 2.5, 0.7, 3.0])
def shortest_path_through_a_graph(x):
    roads = {"a": {"b": x[0], "c": x[1]}, "b": {"c": x[2], "d": x[3]}, "c": {"d": x[0] * x[2]}}
    distance = {"a": 0.0, "b": math.inf, "c": math.inf, "d": math.inf}
    for town in "abc":
        for neighbour, length in roads[town].items():
            distance[neighbour] = min(distance[neighbour], distance[town] + length)
    return distance["d"] ** 2


@follows("models", [0.5, -0.2, 0.3, 0.8, 0.1, -0.4], nested=True)
def recurrent_network(x):
    W, U = x[:4].reshape(2, 2), x[4:]
    hidden = np.zeros(2)
    for letter in (0.5, -1.0, 0.3):
        hidden = np.tanh(W @ hidden + U * letter)
    return hidden @ hidden


@follows("models", [0.5, -0.2, 0.3, 0.8])
def attention_over_a_sequence(x):
    tokens = np.array([[x[0], 1.0], [x[1], x[2]], [0.5, x[3]]])
    scores = tokens @ tokens.T / math.sqrt(2)
    mask = np.triu(np.ones((3, 3), dtype=bool), k=1)
    scores[mask] = -np.inf
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return (weights @ tokens).prod()


@follows("models", [0.5, -0.2], nested=True)
def logistic_regression_in_a_loop(x):
    loss = 0.0
    for features, label in [((1.0, 0.5), 1), ((1.0, -1.5), 0), ((1.0, 2.0), 1)]:
        z = sum(w * f for w, f in zip(x, features, strict=True))
        p = 1 / (1 + math.exp(-z))
        loss -= label * math.log(p) + (1 - label) * math.log(1 - p)
    return loss


@follows("models", [1.2, 0.8])
def gaussian_mixture_likelihood(x):
    total = 0.0
    for v in OBSERVED:
        parts = [math.log(0.5) - 0.5 * (v - m) ** 2 - 0.5 * math.log(math.tau) for m in x]
        largest = max(parts)
        total += largest + math.log(sum(math.exp(p - largest) for p in parts))
    return total


@follows("models", [0.6, 1.2, 0.2])
def gaussian_process_evidence(x):
    length, height, noise = x
    t = np.arange(6.0)
    K = np.empty((6, 6))
    for i in range(6):
        for j in range(6):
            K[i, j] = height**2 * math.exp(-((t[i] - t[j]) ** 2) / (2 * length**2))
    K[np.diag_indices(6)] += noise
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, OBSERVED))
    return 0.5 * OBSERVED @ alpha + np.log(np.diag(L)).sum()


@follows("models", [0.4, 0.9])
def reaction_network(x):
    concentrations = np.array([1.0, 0.5, 0.0])
    for _ in range(10):
        rates = np.array([x[0] * concentrations[0], x[1] * concentrations[1] ** 2])
        concentrations = concentrations + 0.1 * STOICHIOMETRY @ rates
    return concentrations[2] * concentrations[0]


@follows("models", [1.0, 0.0, 0.0, 0.9])
def leapfrog_orbit_energy(x):
    position, velocity = x[:2], x[2:]
    for _ in range(6):
        velocity = velocity - 0.1 * position / np.linalg.norm(position) ** 3
        position = position + 0.1 * velocity
    return 0.5 * velocity @ velocity - 1 / math.hypot(*position)


@follows("models", [100.0, 0.2, 0.03])
def american_put_on_a_tree(x):
    spot, volatility, rate = x
    steps, dt = 6, 1 / 6
    up = math.exp(volatility * math.sqrt(dt))
    p = (math.exp(rate * dt) - 1 / up) / (up - 1 / up)
    values = [max(103.0 - spot * up ** (2 * j - steps), 0.0) for j in range(steps + 1)]
    for n in range(steps - 1, -1, -1):
        for j in range(n + 1):
            held = math.exp(-rate * dt) * (p * values[j + 1] + (1 - p) * values[j])
            values[j] = max(held, 103.0 - spot * up ** (2 * j - n))
    return values[0]


@follows("models", [0.1, 0.35, 0.8], nested=True)
def ray_through_layers(x):
    angle, depth = 0.4, 0.0
    for thin, thick in pairwise([1.0, *(1 + 0.5 * v for v in x)]):
        angle = math.asin(thin / thick * math.sin(angle))
        depth += math.tan(angle)
    return depth


@follows("models", [0.9, 0.2, -0.1])
def power_iteration(x):
    M = np.array([[2.0, x[0], 0.0], [x[0], 1.0, x[1]], [0.0, x[1], x[2]]])
    v = np.ones(3)
    for _ in range(40):
        v = M @ v
        v = v / np.linalg.norm(v)
    return v @ M @ v


@follows("models", [[0.5, 1.0], [0.2, -0.4]])
def matrix_exponential_by_series(x):
    term, total, k = np.eye(2), np.eye(2), 1
    while np.abs(term).max() > 1e-17:
        term = term @ x / k
        total = total + term
        k += 1
    return total.sum()


@follows("models", [[0.1, 0.2], [0.9, 0.3], [0.5, 0.8]])
def polygon_area_and_perimeter(x):
    area = perimeter = 0.0
    for (x0, y0), (x1, y1) in zip(x, np.roll(x, -1, axis=0), strict=True):
        area += (x0 * y1 - x1 * y0) / 2
        perimeter += math.dist((x0, y0), (x1, y1))
    return abs(area) / perimeter**2


@follows("models", [0.1, 1.3, 2.9])
def ising_like_chain(x):
    total = 0.0
    for spins in np.ndindex(2, 2, 2):
        signs = [2 * s - 1 for s in spins]
        energy = -sum(h * s for h, s in zip(x, signs, strict=True))
        energy -= sum(a * b for a, b in pairwise(signs))
        total += math.exp(-energy / 2)
    return -2 * math.log(total)


@follows("models", [0.4, 0.8])
def simpson_integral_with_a_parameter(x):
    integrand = lambda t: math.exp(-x[0] * t**2) * math.cos(x[1] * t)
    n, total = 20, 0.0
    for k in range(n + 1):
        weight = 1 if k in (0, n) else 4 if k % 2 else 2
        total += weight * integrand(k / n)
    return total / (3 * n)
