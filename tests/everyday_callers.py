"""Everyday functions that hand functions, tables and polynomials to NumPy."""

import math

import numpy as np
import numpy.polynomial.polynomial as poly
from everyday_table import follows, never_wrong
from numpy.polynomial import Polynomial

NOISE = np.random.default_rng(0).normal(size=6)
DAYS = np.array([0.0, 1.0, 2.5, 4.0])
LEVELS = np.array([1.0, 3.0, 2.0, 5.0])


def softened(v):
    if v > 1:
        return 2 * v - 1
    return v * v


@np.vectorize
def damped_wave(t, rate):
    return math.exp(-rate * t) * math.cos(t)


@follows("numpy callers", [0.7, 1.9, -0.4])
def vectorized_with_a_branch(x):
    return np.vectorize(softened)(x).sum() + np.vectorize(softened, otypes=[float])(x * 2).prod()


@follows("numpy callers", [0.7, 1.9])
def vectorized_by_decorator(x):
    return damped_wave(np.linspace(0, 1, 5), x[0]).sum() + damped_wave(x, 0.5) @ x


@follows("numpy callers", [0.7, 1.9])
def vectorized_with_two_results(x):
    sums, products = np.vectorize(lambda a, b: (a + b, a * b))(x, [2.0, 3.0])
    return sums @ products


@follows("numpy callers", [0.7, 1.9, 0.4])
def vectorized_over_rows(x):
    length = np.vectorize(lambda row: math.hypot(*row), signature="(n)->()")
    return length(np.array([x, 2 * x[::-1]])).sum() * x[0]


@follows("numpy callers", [0.7, 1.9, -0.4])
def ufunc_from_python(x):
    gate = np.frompyfunc(lambda v: v * 3 if v > 0 else math.exp(v), 1, 1)
    return gate(x).astype(float).sum() + sum(gate(x))


@follows("numpy callers", [[0.7, 1.9], [0.4, -0.3]])
def applied_along_an_axis(x):
    norms = np.apply_along_axis(np.linalg.norm, 1, x)
    ranges = np.apply_along_axis(lambda column: column.max() - column.min(), 0, x)
    return norms @ ranges + np.apply_along_axis(lambda row: row**2, 1, x).sum()


@follows("numpy callers", [0.7, 1.9, -0.4])
def polynomial_with_lifted_coefficients(x):
    p = Polynomial(x)
    return p(0.8) + p.deriv()(0.3) * p.integ()(1.0) + (p * p)(0.5) + p.coef[1]


@follows("numpy callers", [0.7, 1.9, -0.4])
def polynomials_of_every_family(x):
    chebyshev = np.polynomial.Chebyshev(x)(0.3) + np.polynomial.chebyshev.chebval(x[0], [1, 2, 3])
    legendre = np.polynomial.Legendre([1.0, 0.5, 0.2])(x[1])
    hermite = np.polynomial.hermite_e.hermeval(x[2], [1.0, x[0], 0.5])
    return chebyshev * legendre + hermite + poly.polyval(x[1], [x[0], 1.0, x[2]])


@follows("numpy callers", [0.7, 1.9, -0.4])
def polyval_and_its_relatives(x):
    slope = np.polyder(np.array([1.0, 2.0, 3.0, 4.0]))
    product = np.polymul(x, [1.0, x[0]])
    return np.polyval(x, 1.3) + np.polyval(slope, x[1]) + np.polyval(product, 0.5)


@follows("numpy callers", [0.7, 1.9, -0.4])
def poly1d_object(x):
    p = np.poly1d(x)
    return p(0.6) * p.deriv()(x[0]) + p.c[0] + p.order


@follows("numpy callers", [0.7, 1.9, -0.4, 2.0])
def least_squares_line(x):
    slope, intercept = np.polyfit(DAYS, x, 1)
    residuals = x - (slope * DAYS + intercept)
    return slope**2 * intercept + residuals @ residuals


@follows("numpy callers", [0.7, 1.9, -0.4, 2.0])
def interpolated_values(x):
    by_value = np.interp([0.5, 3.0, 9.0], DAYS, x)
    by_place = np.interp(x[0], DAYS, LEVELS) + np.interp(x[3], [0.0, x[1], 5.0], [x[2], 1.0, 2.0])
    return by_value.sum() * by_place


@follows("numpy callers", [0.7, 1.9, -0.4, 2.0])
def integrals_of_samples(x):
    area = np.trapezoid(x, DAYS) + np.trapezoid(x**2, dx=0.5)
    return area + np.trapezoid(np.sin(x[0] * DAYS), DAYS * x[1])


@follows("numpy callers", [0.7, 1.9, -0.4, 2.0])
def slopes_of_samples(x):
    return (np.gradient(x) ** 2).sum() + np.gradient(x**2, DAYS)[1] + np.diff(x, n=2) @ [1.0, 2.0]


@follows("numpy callers", [0.7, 1.9, -0.4])
def selected_by_conditions(x):
    y = np.select([x < 0, x < 1], [x**2, np.sin(x)], default=3 * x)
    z = np.choose([0, 1, 0], [x, x**3])
    return y @ z


@follows("numpy callers", [0.7, 1.9, -0.4])
def piecewise_by_functions(x):
    y = np.piecewise(x, [x < 0, x >= 1], [lambda v: v**2, lambda v: np.exp(-v), 0.5])
    return y @ [1.0, 2.0, 3.0] + np.piecewise(x[0], [x[0] > 0], [lambda v: v * 2, 0.0])


@follows("numpy callers", [0.7, 1.9, -0.4])
def where_outside_the_domain(x):
    with np.errstate(invalid="ignore", divide="ignore"):
        roots = np.where(x > 0, np.sqrt(x), 0.0)
        logs = np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), x)
    return roots.sum() * logs.sum()


@follows("numpy callers", [0.7, 1.9, -0.4])
def guarded_by_where_argument(x):
    ratio = np.divide(1.0, x, out=np.zeros(3), where=x > 0)
    return ratio.sum() + np.sum(x, where=x > 0, initial=1.0) ** 2


@follows("numpy callers", [0.7, 1.9])
def constant_noise_in_the_data(x):
    data = 2.0 + 3.0 * np.arange(6) + NOISE
    local = np.random.default_rng(1).uniform(size=6)
    residuals = data - (x[0] + x[1] * np.arange(6)) + 0.1 * local
    return np.mean(residuals**2)


@follows("numpy callers", [0.7, 1.9, -0.4, 2.0])
def statistics_of_numpy(x):
    spread = np.var(x, ddof=1) + np.median(x) * np.ptp(x) + np.percentile(x, 30)
    weighted = np.average(x, weights=[1, 2, 3, 4]) + np.quantile(x, 0.75)
    return spread * weighted + np.cov(x, DAYS)[0, 1] + np.corrcoef(x, LEVELS)[0, 1]


@follows("numpy callers", [0.7, 1.9, -0.4])
def reductions_by_ufuncs(x):
    running = np.multiply.accumulate(x) + np.add.accumulate(x)
    return np.multiply.reduce(x) + running @ x + np.multiply.outer(x, x)[0, 1] + np.hypot.reduce(x)


@follows("numpy callers", [0.7, 1.9, -0.4])
def sorted_and_searched(x):
    place = np.searchsorted(DAYS, x[1])
    ranked = np.sort(x)[::-1] @ [3.0, 2.0, 1.0]
    return ranked + DAYS[place] * x[1] + np.digitize(x[0], DAYS) * x[0] + np.partition(x, 1)[1]


@never_wrong("numpy callers", [0.7, 1.9, -0.4])
def weighted_histogram(x):
    counts, _ = np.histogram([0.1, 0.6, 0.7], bins=[0.0, 0.5, 1.0], weights=x)
    return counts[0] * counts[1] + np.bincount([0, 1, 1], weights=x)[1]


@follows("numpy callers", [0.7, 1.9, -0.4])
def signals_convolved(x):
    smooth = np.convolve(x, [0.25, 0.5, 0.25], mode="same")
    return (smooth**2).sum() + np.correlate(x, [1.0, -1.0])[0] * np.convolve(x, x)[2]


@follows("numpy callers", [0.7, 1.9, -0.4])
def vectors_in_space(x):
    return np.cross(x, [1.0, 2.0, 3.0]) @ [1.0, 0.5, 2.0] + np.kron(x, x)[1] + np.vdot(x, x)


@follows("fft", [0.7, 1.9, -0.4, 2.0])
def spectral_energy(x):
    spectrum = np.fft.fft(x)
    return (np.abs(spectrum) ** 2 * np.fft.fftfreq(4) ** 2).sum() + np.angle(spectrum[1])


@follows("fft", [0.7, 1.9, -0.4, 2.0])
def low_pass_filter(x):
    spectrum = np.fft.rfft(x)
    spectrum[2:] = 0
    return (np.fft.irfft(spectrum, n=4) ** 3).sum()


@follows("fft", [0.7, 1.9, -0.4, 2.0])
def spectral_derivative_of_a_filled_signal(x):
    signal = np.zeros(8)
    signal[::2] = x
    k = 2j * np.pi * np.fft.fftfreq(8)
    return (np.fft.ifft(k * np.fft.fft(signal)).real ** 2).sum()


@follows("fft", [[0.7, 1.9], [-0.4, 2.0]])
def two_dimensional_transform(x):
    shifted = np.fft.fftshift(np.fft.fft2(x))
    return np.abs(shifted[0, 0]) * shifted[1, 1].real + np.fft.ifft2(shifted).imag.sum()
