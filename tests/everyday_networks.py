"""Everyday functions with NumPy's linear algebra, and a small neural network as classes."""

import itertools

import numpy as np
import numpy.linalg as la
from everyday_table import follows
from numpy.linalg import norm, solve


@follows("models", [0.9, 0.2, -0.1])
def linear_algebra_on_a_built_matrix(x):
    M = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            M[i, j] = x[i] * x[j] + (2.0 if i == j else 0.0)
    return la.eigvalsh(M)[-1] + la.inv(M)[0, 1] + la.slogdet(M)[1] + la.svd(M)[1].sum() + norm(x)


@follows("models", [0.9, 0.2, -0.1])
def least_squares_by_normal_equations(x):
    A = np.column_stack([np.ones(4), np.arange(4.0), np.exp(x[0] * np.arange(4.0))])
    coefficients = solve(A.T @ A, A.T @ np.array([1.0, 2.0, x[1], x[2]]))
    projected, *_ = la.lstsq(A, np.array([x[0], 1.0, 2.0, 0.5]), rcond=None)
    return coefficients.sum() + projected @ coefficients


@follows("models", [0.9, 0.2, -0.1])
def orthogonalised_by_gram_schmidt(x):
    basis = []
    for v in (x, np.array([1.0, x[0], 0.0]), np.array([x[1], 0.0, 2.0])):
        w = v - sum((np.dot(v, b) * b for b in basis), np.zeros(3))
        basis.append(w / norm(w))
    return np.array(basis)[2] @ [1.0, 2.0, 3.0] + basis[1][0]


class ReLU:
    def forward(self, v):
        return np.maximum(v, 0.0)


class Dense:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def forward(self, v):
        return self.weights @ v + self.bias


class Network:
    def __init__(self, parameters, sizes=(2, 3, 1)):
        self.layers = []
        start = 0
        for inputs, outputs in itertools.pairwise(sizes):
            stop = start + inputs * outputs
            weights = parameters[start:stop].reshape(outputs, inputs)
            self.layers += [Dense(weights, parameters[stop : stop + outputs]), ReLU()]
            start = stop + outputs
        self.layers.pop()

    def __call__(self, v):
        for layer in self.layers:
            v = layer.forward(v)
        return v[0]

    def loss(self, inputs, targets):
        return sum((self(v) - t) ** 2 for v, t in zip(inputs, targets, strict=True))


@follows(
    "classes", [0.5, -0.3, 0.8, 0.2, -0.6, 0.4, 0.1, 0.3, 0.2, 0.7, -0.5, 0.9, 0.05], nested=True
)
def small_network_of_layers(x):
    inputs = np.array([[0.5, 1.0], [-1.0, 0.3], [0.2, -0.7]])
    return Network(x).loss(inputs, [1.0, -0.5, 0.2])
