"""Everyday functions that make arrays, and fill them element by element."""

import array
import math

import numpy as np
from everyday_table import follows, never_wrong


@follows("making arrays", [0.7, 1.9, -0.4])
def array_of_elements(x):
    a, b, c = x
    y = np.array([a * b, math.sin(b), c**2])
    return y @ np.array([1.0, 2.0, 3.0]) + y.max()


@follows("making arrays", [0.7, 1.9])
def matrix_of_elements_and_constants(x):
    a, b = x
    M = np.array([[a, 1.0, 0], [2, b, a * b], [0.0, math.exp(a), 3]])
    return np.linalg.det(M) + np.trace(M @ M)


@follows("making arrays", [0.4])
def rotation_of_a_stick(x):
    c, s = math.cos(x[0]), math.sin(x[0])
    R = np.array([[c, -s], [s, c]], dtype=float)
    return (R @ np.array([1.0, 0.5]))[0] ** 2


@follows("making arrays", [0.7, 1.9])
def asarray_of_nested_lists(x):
    rows = [[x[0] * i + x[1] * j for j in range(3)] for i in range(2)]
    y = np.asarray(rows, dtype=np.float64)
    return (np.asarray(rows) * y).sum() + np.asarray(x).sum() + np.array(x, copy=True)[0]


@follows("making arrays", [0.7, 1.9])
def arrays_of_arrays(x):
    y = np.array([x, 2 * x, [x[1], x[0]], (1.0, 2.0)])
    return np.linalg.norm(y) + np.array([x * k for k in range(3)]).sum()


@follows("making arrays", [0.7, 1.9])
def zero_dimensional_arrays(x):
    a, b = np.array(x[0]), np.asarray(float(x[1]))
    return a * b + np.array([a, b]).prod() + a.item() + float(b) + b[()]


@follows("making arrays", [0.7, 1.9])
def array_with_more_dimensions(x):
    column = np.array(x, ndmin=2).T
    return (column @ np.atleast_2d(x)).sum() + np.atleast_1d(x[0])[0]


@follows("making arrays", [0.7, 1.9])
def array_from_a_generator(x):
    y = np.fromiter((math.sin(k * v) for v in x for k in range(1, 4)), dtype=float, count=6)
    return y.sum() * y[0]


@follows("making arrays", [0.7, 1.9])
def array_from_a_function(x):
    table = np.fromfunction(lambda i, j: x[0] * i + x[1] ** j, (3, 2))
    return (table**2).sum()


@follows("making arrays", [0.7, 1.9])
def objects_in_an_array(x):
    y = np.array([x[0], x[1], 2.0], dtype=object)
    y[2] = x[0] * x[1]
    return (y * y).sum() + y[1]


@follows("making arrays", [0.7, 1.9], gradient=lambda x: [x[1] * 4.0, 4.0 * x[0]])
def full_of_a_value(x):
    return np.full((2, 2), x[0] * x[1]).sum()


@follows("making arrays", [0.7, 1.9])
def full_like_and_ones_times(x):
    grid = np.full_like(x, x[0]) + np.ones(2) * x[1] + np.eye(2) @ x
    return (grid**3).sum() + (np.arange(4) * x[0]).sum() * np.identity(2).sum()


@follows("making arrays", [0.7, 1.9])
def linspace_between_lifted_ends(x):
    t = np.linspace(x[0], x[1], 7)
    steps = np.linspace(0.0, x[1], 4, endpoint=False)
    return np.sin(t).sum() + (steps**2).sum() + np.linspace(x[0], 1.0, 3).prod()


@follows("making arrays", [0.7, 1.9])
def geometric_spacing(x):
    return np.geomspace(x[0], x[1], 5).sum() + np.logspace(0.0, x[0], 3).sum()


@follows("making arrays", [0.7, 1.9, -0.4])
def joined_by_r_and_c(x):
    row = np.r_[x, 1.0, x[0] * x[1], 0:3]
    table = np.c_[x, x**2]
    return (row**2).sum() + (table.T @ table)[0, 1]


@follows("making arrays", [[0.7, 1.9], [-0.4, 0.3]])
def block_matrix(x):
    K = np.block([[x, np.eye(2)], [np.zeros((2, 2)), x.T @ x + np.eye(2)]])
    return np.linalg.slogdet(K)[1] + K.sum()


@follows("making arrays", [0.7, 1.9, -0.4])
def stacked_and_concatenated(x):
    wide = np.concatenate([x, [x[0] * 2.0], np.zeros(2), (x[1],)])
    tall = np.vstack([x, np.ones(3), [x[2], 0.0, x[0]]])
    side = np.column_stack((x, x[::-1])) + np.stack([x, x], axis=1)
    return (
        (wide**2).sum() + np.linalg.det(tall + np.eye(3)) + side.prod() + np.hstack(list(x)).sum()
    )


@follows("making arrays", [0.7, 1.9, -0.4])
def matrices_from_vectors(x):
    vandermonde = np.vander(x, 3)
    banded = np.diag(x) + np.diag(x[:-1] ** 2, k=1) + np.tri(3)
    return np.linalg.det(vandermonde) + np.linalg.solve(banded, x).sum() + np.outer(x, x)[0, 2]


@follows("making arrays", [0.7, 1.9])
def grids_of_coordinates(x):
    X, Y = np.meshgrid(np.linspace(0, 1, 4) * x[0], np.linspace(0, x[1], 3))
    i, j = np.ix_([0, 2], [1, 3])
    return np.exp(-(X**2) - Y**2)[i, j].sum()


@follows("making arrays", [0.7, 1.9], gradient=lambda x: [x[1], x[0]])
def structured_by_a_view(x):
    y = np.array([x[0], 0.0, x[1], 0.0]).reshape(2, 2).T.ravel()
    return y[0] * y[1]


@follows("filling arrays", [0.7, 1.9])
def filled_one_by_one(x):
    y = np.zeros(5)
    y[0], y[1] = x
    for k in range(2, 5):
        y[k] = math.sin(y[k - 1]) * y[k - 2]
    return y.sum()


@follows("filling arrays", [0.7, 1.9], nested=True)
def euler_steps_in_a_table(x):
    path = np.zeros((21, 2))
    path[0] = x
    for k in range(20):
        prey, predators = path[k]
        path[k + 1, 0] = prey + 0.05 * (prey - prey * predators)
        path[k + 1, 1] = predators + 0.05 * (prey * predators - predators)
    return path[-1, 0] * path[:, 1].mean()


@follows("filling arrays", [0.7, 1.9])
def empty_and_like(x):
    y = np.empty((2, 3))
    y[:, 0] = x
    y[:, 1:] = 1.0
    y[1, 1:] = x[::-1]
    z = np.zeros_like(y)
    z[...] = y * 2
    w = np.empty_like(x)
    w[:] = z[0, 0]
    return (y * z).sum() + np.ones_like(x) @ w


@follows("filling arrays", [0.7, -1.9, 0.4, -0.2])
def filled_through_masks(x):
    y = np.zeros(4)
    y[x > 0] = np.sqrt(x[x > 0])
    y[x <= 0] = x[x <= 0] ** 2
    y[np.abs(x) < 0.3] *= 3.0
    return y @ [1.0, 2.0, 3.0, 4.0]


@follows("filling arrays", [0.7, -1.9, 0.4, -0.2])
def filled_through_index_arrays(x):
    y = np.ones((3, 3))
    y[[0, 1, 2], [2, 0, 1]] = x[:3]
    y[np.ix_([0, 2], [0, 2])] += x[3]
    y[::2, 1] = x[[1, 1]]
    return np.linalg.det(y) + y[np.tril_indices(3)].sum()


@follows("filling arrays", [0.7, -1.9, 0.4])
def scattered_by_ufunc_at(x):
    bins = np.zeros(4)
    np.add.at(bins, [0, 3, 0], x**2)
    np.multiply.at(bins, [3], x[0])
    return (bins**2).sum()


@follows("filling arrays", [0.7, -1.9, 0.4])
def filled_by_numpy_functions(x):
    y, z, w = np.zeros((3, 3)), np.zeros(3), np.zeros(3)
    np.fill_diagonal(y, x)
    np.put(z, [0, 2], x[:2] ** 2)
    np.copyto(w, x)
    np.place(w, w < 0, x[0])
    np.putmask(z, z == 0, x[2])
    return (y @ z) @ w


@follows("filling arrays", [0.7, -1.9, 0.4])
def filled_by_method(x):
    y = np.zeros(3)
    y.fill(x[0])
    z = np.zeros(4)
    z.put([1, 2], x[1:])
    z.flat[0] = x[0]
    return y @ x + z.prod() + (z**2).sum()


@follows("filling arrays", [0.7, 1.9])
def along_the_columns_in_fortran_order(x):
    y = np.zeros((2, 3), order="F")
    y[:, 0] = x
    for j in range(1, 3):
        y[:, j] = y[:, j - 1] * x + j
    return (y.ravel(order="K") @ np.arange(6.0)) + y.T.reshape(-1)[1]


@follows("filling arrays", [0.73, 1.9], gradient=lambda x: [0.0, 2.0])
def integer_buffer_truncates(x):
    counts = np.zeros(2, dtype=int)
    counts[0] = x[0] * 10
    return counts[0] + 2 * x[1]


@follows("filling arrays", [0.7, 1.9], gradient=lambda x: [2 * 0.7, 0.7], tolerance=1e-6)
def single_precision_buffer(x):
    y = np.zeros(2, dtype=np.float32)
    y[0] = x[0]
    return float(y[0]) ** 2 + 0.7 * x[1]


@follows("filling arrays", [0.7, 1.9])
def complex_buffer(x):
    z = np.zeros(3, dtype=complex)
    z[0] = x[0] + 1j * x[1]
    z[1] = np.exp(1j * x[0])
    z[2] = x[1]
    z.imag[2] = x[0]
    return np.abs(z @ z) ** 2 + z.real.sum()


@never_wrong("filling arrays", [0.7, 1.9])
def record_array(x):
    bodies = np.zeros(2, dtype=[("mass", float), ("position", float)])
    bodies["mass"] = x
    bodies[0]["position"] = x[1]
    return bodies["mass"] @ bodies["position"]


@never_wrong("filling arrays", [0.7, 1.9])
def array_of_the_standard_library(x):
    return sum(array.array("d", x)) ** 2
