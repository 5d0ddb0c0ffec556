"""Everyday functions that print what they compute, and ask what kind of thing they were given."""

import contextlib
import io
import logging
import math
import numbers
from collections.abc import Iterable

import numpy as np
from everyday_table import follows, never_wrong

LOG = logging.getLogger("everyday")
LOG.addHandler(logging.NullHandler())
LOG.propagate = False


@follows("text", [0.7, 1.9])
def formats_and_prints(x):
    with contextlib.redirect_stdout(io.StringIO()):
        print("x =", x, x[0], f"{x[0]:.3f} {x[1]!r:>10} {x[0]:+e}")
        print("%.2f and %s" % (x[0], x[1]), "{:8.3g}".format(x[1] * 2))  # noqa: UP031, UP032
    return x[0] * math.exp(x[1])


@follows("text", [0.7, 1.9])
def logs_its_iterates(x):
    value = x[0]
    for k in range(3):
        value = math.sin(value) + x[1]
        LOG.debug("iteration %d: %.6f", k, value)
        LOG.info(f"now {value}, of type {type(value).__name__}")
    return value


@follows("text", [0.7, 1.9])
def error_message_holds_the_value(x):
    if x[0] > 5:
        raise ValueError(f"x[0] = {x[0]:.2f} is too large")
    report = {"first": f"{x[0]:.1f}", "repr": repr(x), "text": str(x[1])}
    return len(report) * x[0] * x[1]


@follows("text", [0.7, 1.9])
def printed_by_numpy(x):
    with np.printoptions(precision=3, suppress=True):
        text = np.array2string(x) + str(x.round(2))
    return (x**2).sum() + 0.0 * len(text)


@never_wrong("text", [0.7, 12.0], gradient=lambda x: [3.0, 0.0])
def length_of_a_text(x):
    return x[0] * len(f"{x[1]:.0f}") + x[0]


@follows("checks", [0.7, 1.9])
def asserts_it_is_an_array(x):
    assert isinstance(x, np.ndarray)
    assert type(x) is np.ndarray
    assert x.ndim == 1
    assert x.shape == (2,)
    assert x.dtype == float
    return x[0] ** x[1]


@follows("checks", 0.7)
def asserts_it_is_a_float(x):
    assert isinstance(x, float)
    assert type(x) is float
    assert np.isscalar(x)
    assert np.ndim(x) == 0
    return math.sin(x) / x if isinstance(x, (int, float)) else None


@follows("checks", [0.7, 1.9])
def elements_are_numpy_floats(x):
    v = x[0]
    assert isinstance(v, np.float64)
    assert isinstance(v, np.floating)
    assert isinstance(v, float)
    assert np.isscalar(v)
    assert v.dtype == np.float64
    return float(v) * x[1] if type(v) is np.float64 else 0.0


@follows("checks", [0.7, 1.9])
def exact_type_decides(x):
    v = float(x[0])
    return v * x[1] if type(v) is float else v**3


@follows("checks", [0.7, 1.9])
def scalar_or_sequence(x):
    def magnitude(v):
        return math.sqrt(sum(c * c for c in v)) if hasattr(v, "__len__") else abs(v)

    return magnitude(x) + 3 * magnitude(x[0]) + magnitude(list(x)) + magnitude(tuple(x))


@follows("checks", [0.7, 1.9])
def iterable_or_not(x):
    def flattened(v):
        if isinstance(v, Iterable):
            return [leaf for part in v for leaf in flattened(part)]
        return [v]

    return sum(leaf**2 for leaf in flattened([x[0], [x[1], [x, 1.0]]]))


@follows("checks", [0.7, 1.9])
def abstract_number(x):
    def doubled(v):
        if isinstance(v, numbers.Real):
            return 2 * v
        raise TypeError(f"not a number: {v!r}")

    return doubled(float(x[0])) * doubled(x[1])


@follows("checks", [0.7, 1.9])
def dtype_checks(x):
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError("floating point input expected")
    if x.dtype.kind == "f" and x.dtype.itemsize == 8 and not np.iscomplexobj(x):
        return np.finfo(x.dtype).max * 0.0 + x.prod()
    return x.sum()


@follows("checks", [0.7, 1.9], gradient=lambda x: 4 * x)
def flags_and_sizes(x):
    assert x.flags.writeable
    assert x.flags["C_CONTIGUOUS"]
    assert x.size == len(x) == np.size(x)
    assert x.nbytes == 16
    return x.size * x.dot(x) - 0.0 * x.itemsize


@follows("checks", [0.7, 1.9])
def finite_and_in_range(x):
    if not np.all(np.isfinite(x)) or np.any(np.isnan(x)) or math.isnan(x[0]) or math.isinf(x[1]):
        return 0.0
    if math.isclose(x[0], 0.7, rel_tol=0.5) and np.allclose(x[1], 1.9, atol=0.5):
        return x[0] / x[1]
    return x[0] * x[1]


@follows("checks", [0.7, 1.9])
def accepts_lists_and_arrays(x):
    def rms(values):
        values = np.asarray(values, dtype=float)
        if values.ndim == 0:
            values = values[np.newaxis]
        return float(np.sqrt(np.mean(values**2)))

    return rms(x) + rms([x[0], 1.0]) * rms(x[1])


@follows("checks", [0.7, 1.9])
def truth_value_of_a_number(x):
    damping = x[0] if x[0] else 1.0
    shift = x[1] and 2.0 * x[1]
    return damping * shift + (not x[0])


@follows("checks", [0.7, 1.9])
def attributes_by_name(x):
    total = getattr(x, "sum")()  # noqa: B009
    middle = getattr(x, "mean", None)
    missing = getattr(x, "no_such_attribute", 2.0)
    return total * middle() * missing if callable(middle) else 0.0


@follows("checks", [0.7, 1.9], gradient=lambda x: [1.9, 0.7])
def validated_by_exceptions(x):
    try:
        iter(x[0])
    except TypeError:
        return x[0] * x[1]
    return 0.0


@follows("checks", [0.7, 1.9])
def is_integer_and_ratio(x):
    if x[0].is_integer() or float(x[1]).is_integer():
        return 0.0
    return x[0].real * x[1].conjugate() + x[0].imag
