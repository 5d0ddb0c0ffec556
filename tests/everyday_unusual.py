"""Everyday functions with arrays, containers and flows of less common kinds."""

import asyncio
import contextlib
import math
import queue
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from everyday_table import follows, never_wrong, refuses
from numpy.lib.stride_tricks import as_strided, sliding_window_view


@follows("making arrays", [0.3, 2.0])
def arange_from_a_lifted_start(x):
    t = np.arange(x[0], x[1] + 0.1, 0.5)
    return (t**2).sum() + x[1] * len(np.arange(0.0, 10 * x[0], 0.4))


@follows("control flow", [3.6, 0.4])
def as_many_terms_as_x_says(x):
    total = 0.0
    for k in range(int(x[0])):
        total += x[0] * x[1] ** k
    return total


@follows("array methods", [0.7, 1.9, -0.4, 0.3])
def windows_over_a_signal(x):
    means = sliding_window_view(x, 2).mean(axis=1)
    return (means**2).sum() + means.argmax() * means[0]


@follows("array methods", [0.7, 1.9, -0.4, 0.3])
def numbers_cleaned(x):
    y = np.where(np.isnan(x), 0.0, x)
    return np.nan_to_num(y).sum() * np.nansum(x) + np.nanmean(x**2) + np.nanmax(x)


@follows("array methods", [0.7, 1.9, -0.4])
def steps_and_signs(x):
    return np.heaviside(x, 0.5) @ x + np.abs(x).sum() + np.fmax(x, 0.5) @ x + np.clip(x, -1, 1) @ x


@follows("array methods", [[0.7, 1.9], [-0.4, 0.3]])
def axes_moved_and_sums_kept(x):
    cube = np.stack([x, x**2, x.T])
    moved = np.moveaxis(cube, 0, -1).transpose(1, 0, 2)
    return moved[0].cumsum(axis=1)[:, -1].prod() + np.tensordot(cube, x, axes=2) @ [1.0, 2.0, 3.0]


@follows("text", [0.7, 1.9])
def timed_and_warned(x):
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.warn(f"x is {x}", UserWarning, stacklevel=1)
        value = math.exp(x[0]) * x[1]
    return value + 0.0 * (time.perf_counter() > start)


@follows("control flow", [0.7, 1.9])
def errors_suppressed(x):
    value, factor = x.tolist()
    with contextlib.suppress(ZeroDivisionError, KeyError):
        value = value * factor
        value = value / len({})
    with contextlib.ExitStack() as stack:
        stack.callback(list)
        value = value + x[0]
    return value


class Matrix:
    """A matrix as beginners write it: lists of lists, indexed by pairs."""

    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    def __getitem__(self, index):
        i, j = index
        return self.rows[i][j]

    def __setitem__(self, index, value):
        i, j = index
        self.rows[i][j] = value

    def __matmul__(self, other):
        columns = list(zip(*other.rows, strict=True))
        return Matrix(
            [
                [math.fsum(map(math.prod, zip(r, c, strict=True))) for c in columns]
                for r in self.rows
            ]
        )

    def __pow__(self, n):
        return self if n == 1 else self @ self ** (n - 1)

    def __contains__(self, value):
        return any(value in row for row in self.rows)


@follows("classes", [0.7, 1.9])
def matrix_of_lists_to_a_power(x):
    M = Matrix([[x[0], 1.0], [0.5, 2.0]])
    M[1, 1] = x[1]
    assert 0.5 in M
    return (M**4)[0, 1]


class Countdown:
    def __init__(self, start):
        self.left = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.left < 0:
            raise StopIteration
        self.left -= 1.0
        return math.cosh(self.left)


@follows("classes", 2.6)
def iterator_class_with_values(x):
    return sum(Countdown(x))


class Signal(np.ndarray):
    def energy(self):
        return float((self**2).sum())


@never_wrong("classes", [0.7, 1.9])
def subclass_of_an_array(x):
    return x.view(Signal).energy() * x[0]


@never_wrong("making arrays", [0.7, 1.9, -0.4])
def masked_array(x):
    y = np.ma.masked_array(x, mask=[False, True, False])
    return y.sum() ** 2 + x[1]


@never_wrong("making arrays", [0.7, 1.9])
def extended_precision_array(x):
    return float((np.array(x, dtype=np.longdouble) ** 2).sum())


@never_wrong("array methods", [0.7, 1.9, -0.4])
def strides_by_hand(x):
    return as_strided(x, shape=(2, 2), strides=(8, 8)).prod() + x[2]


@never_wrong("numpy callers", [0.7, 1.9, -0.4])
def shuffled_with_a_seed(x):
    shuffled = np.random.default_rng(4).permutation(x)
    return shuffled @ [1.0, 2.0, 3.0] + np.random.default_rng(5).choice(x) ** 2


@never_wrong("functions", [0.7, 1.9])
def mapped_in_threads(x):
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(math.sin, x)) * pool.submit(math.exp, x[0]).result()


@never_wrong("functions", [0.7, 1.9])
def handed_through_a_queue(x):
    line = queue.Queue()
    for v in x:
        line.put(v * 2)
    return line.get() ** 2 * line.get()


@never_wrong("functions", [0.7, 1.9])
def awaited(x):
    async def wave(v):
        await asyncio.sleep(0)
        return math.sin(v)

    async def both():
        return sum(await asyncio.gather(*map(wave, x)))

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(both()) * x[0]
    finally:
        loop.close()


@refuses([0.7, 1.9])
def through_a_pointer(x):
    import ctypes

    pointer = x.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
    return pointer[0] * pointer[1]


@refuses([0.7, 1.9])
def through_percent_in_bytes(x):
    return float(b"%r" % float(x[0])) * x[1]


@refuses([0.7, 1.9])
def through_a_template(x):
    text = "{first:.17g};{second:.17g}".format(first=x[0], second=x[1])  # noqa: UP032
    first, second = map(float, text.split(";"))
    return first * second


@refuses([0.7, 1.9])
def through_a_text_in_an_array(x):
    return x.astype(str).astype(float).prod()
