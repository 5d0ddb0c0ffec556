"""The matrix exponential.

Source: Higham, Functions of Matrices (2008): the Fréchet derivative stands in the upper right
block of the exponential of [[A, E], [0, A]] (3.16); its adjoint is the derivative at Aᴴ.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Rule, Value, adjoint, linear


@primitive
def matrix_exponential(a: Value) -> Value:
    """The exponential of each matrix, shape (..., n, n), by SciPy."""
    linalg: Any = importlib.import_module("scipy.linalg")
    return linalg.expm(a)


def _moved(a: Value, direction: Value) -> Value:
    """The derivative of the exponential at a, along directions of shape (..., n, n)."""
    n = np.shape(a)[-1]
    here: Value = np.broadcast_to(a, np.shape(direction))
    above = np.concatenate([here, direction], axis=-1)
    below = np.concatenate([np.zeros(np.shape(direction)), here], axis=-1)
    return matrix_exponential(np.concatenate([above, below], axis=-2))[..., :n, n:]


MATRIX_FUNCTIONS: dict[Operation, Rule] = {
    matrix_exponential: linear(lambda t, y, a: _moved(a, t), lambda c, y, a: _moved(adjoint(a), c)),
}
"""Operation -> its rule."""
