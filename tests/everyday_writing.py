"""Everyday functions that write in place, and call the methods of arrays."""

import math

import numpy as np
from everyday_table import follows, never_wrong


@follows("in place", [0.7, 1.9])
def x_itself_overwritten(x):
    x *= 2.0
    x[0] += x[1] ** 2
    x[1:] = np.sin(x[1:])
    return x.prod()


@follows("in place", [0.7, 1.9, -0.4])
def every_in_place_operator(x):
    y = np.ones(3)
    y += x
    y *= x + 2
    y -= 0.5 * x
    y /= x**2 + 1
    y **= 2
    y %= 50.0
    return y @ [1.0, 2.0, 3.0]


@follows("in place", [0.7, 1.9, -0.4])
def in_place_on_elements_and_slices(x):
    y = np.arange(4.0)
    y[0] += x[0]
    y[1:3] *= x[:2]
    y[-1] -= x[2] * y[1]
    y[::2] **= 2
    return y.sum() * y[3]


@follows("in place", [0.7, 1.9], gradient=lambda x: [3 * x[0] ** 2 * 2 * x[0] ** 3, 2 * x[1]])
def written_through_a_view(x):
    y = np.zeros(4)
    view = y[1:3]
    view[:] = x
    column = y.reshape(2, 2)[:, 1]
    column[0] = x[0] ** 3
    return y @ y


@follows("in place", [0.7, 1.9])
def aliases_see_the_change(x):
    a = x * 1.0
    b = a
    c = a.copy()
    b += c
    a[0] = b[1] * c[0]
    return (a * b * c).sum()


@follows("in place", [0.7, 1.9])
def names_rebound_not_written(x):
    total = x[0]
    before = total
    total += x[1]
    total *= 2
    return before * total


@follows("in place", [0.7, 1.9])
def results_put_into_out(x):
    out, other = np.zeros(2), np.empty(2)
    np.multiply(x, x, out=out)
    np.sin(out, out=other)
    np.add(other, 1.0, other)
    np.exp(x, out=out, where=x > 1)
    return out @ other + np.dot(x, x, out=np.zeros(())) + np.cumsum(x, out=np.zeros(2))[1]


@follows("in place", [0.7, 1.9, 0.4])
def lists_written_in_place(x):
    y = list(x)
    y[0] = y[1] * y[2]
    y += [x[0]]
    y.extend(v**2 for v in x)
    y.insert(0, y.pop())
    y[1:3] = [math.exp(y[1])]
    y.sort()
    y.reverse()
    return sum((k + 1) * v for k, v in enumerate(y))


@follows("in place", [3.0, 1.0, 2.0])
def sorted_in_place(x):
    y = x.copy()
    y.sort()
    order = np.argsort(x)
    return y @ [1.0, 2.0, 3.0] + x[order] @ [3.0, 2.0, 1.0] + x[np.argmax(x)] ** 2


@follows("in place", [0.7, 1.9, -0.4, 0.2])
def heat_equation_on_a_rod(x):
    u = np.zeros(8)
    u[2:6] = x
    for _ in range(6):
        u[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return (u**2).sum()


@follows("in place", [0.7, 1.9, -0.4, 0.2])
def gauss_seidel_sweeps(x):
    A = np.diag(x + 4.0) + np.ones((4, 4)) * 0.5
    u = np.zeros(4)
    for _ in range(5):
        for i in range(4):
            u[i] = (1.0 - A[i, :i] @ u[:i] - A[i, i + 1 :] @ u[i + 1 :]) / A[i, i]
    return u.sum()


@follows("in place", [0.7, 1.9, 0.4], nested=True)
def cholesky_by_hand(x):
    A = np.outer(x, x) + 2 * np.eye(3)
    L = np.zeros_like(A)
    for i in range(3):
        for j in range(i + 1):
            rest = A[i, j] - np.dot(L[i, :j], L[j, :j])
            L[i, j] = np.sqrt(rest) if i == j else rest / L[j, j]
    return np.log(np.diag(L)).sum() + L[2, 0]


@follows("in place", [0.7, 1.9, 0.4])
def enumerated_by_numpy(x):
    y = np.zeros((3, 2))
    for (i, j), _ in np.ndenumerate(y):
        y[i, j] = x[i] ** (j + 1)
    for index in np.ndindex(2, 2):
        y[index] += x[0]
    return y.prod()


@never_wrong("in place", [0.7, 1.9, 0.4])
def walked_by_nditer(x):
    total = 0.0
    for v in np.nditer(x):
        total += float(v) ** 2
    return total


@follows("array methods", [0.7, 1.9, 0.4])
def lists_from_arrays(x):
    values = x.tolist()
    assert isinstance(values, list)
    assert type(values[0]) is float
    nested = x.reshape(3, 1).tolist()
    return sum(v**2 for v in values) * nested[1][0] + x[2].item() * x.item(0)


@follows("array methods", [0.7, 1.9, 0.4])
def copies_and_conversions(x):
    y = x.copy().astype(float)
    z = x.astype(np.float64, copy=False) * np.float64(2)
    w = x.astype(complex) * 1j
    return (y * z).sum() + w.imag.prod() + float(x.sum()) + x.view().sum()


@follows("array methods", [0.73, 1.96], gradient=lambda x: [1.0, 0.0])
def astype_int_is_piecewise_constant(x):
    return x[0] + (x * 10).astype(int).sum()


@follows("array methods", [[0.7, 1.9], [0.4, -0.3]])
def products_and_transposes(x):
    return x.dot(x.T).trace() + (x @ x).T[0, 1] + np.dot(x[0], x[1]) * x.T.dot([1.0, 2.0]).sum()


@follows("array methods", [[0.7, 1.9], [0.4, -0.3]])
def flat_in_every_way(x):
    first = sum(v**2 for v in x.flat)
    return first + x.flat[1] * x.ravel()[2] + x.flatten().prod() + x.reshape(-1)[3]


@follows("array methods", [[0.7, 1.9], [0.4, -0.3]])
def reductions_along_axes(x):
    sums = x.sum(axis=0) * x.mean(axis=1) + x.max(axis=0) - x.min(axis=1)
    return sums.prod() + x.std() + x.var(axis=0, ddof=1).sum() + x.prod() + x.cumsum()[2]


@follows("array methods", [0.7, 1.9, 0.4, -0.3])
def reshaped_and_repeated(x):
    grid = x.reshape(2, 2).swapaxes(0, 1).squeeze()
    return grid.repeat(2, axis=0)[1:3].sum() * x.take([0, 3]).prod() + x.clip(0, 1).sum()


@follows("array methods", [0.7, 1.9, 0.4])
def compared_and_counted(x):
    above = (x > 0.5).sum()
    return above * x[0] + np.count_nonzero(x < 1) * x[1] + (x > 1).mean() * x[2] + x[x > 0.5].sum()


@follows("array methods", [0.7, 1.9, 0.4])
def broadcast_differences(x):
    gaps = x[:, None] - x[None, :]
    far = gaps + np.eye(3)
    return (1 / far**2).sum() + np.triu(gaps, k=1).sum() ** 2


@follows("array methods", [0.7, 1.9, 0.4])
def shifted_and_wrapped(x):
    return (
        np.roll(x, 1) @ x + np.diff(x).prod() + np.ediff1d(x)[0] + np.pad(x, 1)[1:] @ [1, 2, 3, 4]
    )


@follows("array methods", [0.7, 1.9, 0.4], nested=True)
def contracted_by_einsum(x):
    gram = np.einsum("i,j->ij", x, x)
    return np.einsum("ij,jk,k->i", gram, gram, x).sum() + np.einsum("ii", gram)


@follows("array methods", [0.7, 1.9, 0.4])
def rounded_arrays(x):
    return np.floor(x * 3) @ x + x.round(1) @ x + np.sign(x).sum() * x[0] + np.rint(x[1]) * x[2]
