"""Everyday functions built on math, cmath, statistics and complex numbers."""

import cmath
import math
import math as m
import statistics
from cmath import exp as cexp
from cmath import phase
from math import atan2, hypot, pi, tau
from math import sin as s
from statistics import fmean, stdev

import numpy as np
from everyday_table import follows, never_wrong

SQRT_2PI = math.sqrt(2 * math.pi)


@follows("math", 0.6, digits=True, nested=True)
def every_trigonometric_function(x):
    direct = math.sin(x) + 2 * math.cos(x) + 3 * math.tan(x)
    inverse = math.asin(x) + 2 * math.acos(x) ** 2 + math.atan(x) * math.atan2(x, 2.0)
    return direct * inverse


@follows("math", 1.6, digits=True, nested=True)
def every_hyperbolic_function(x):
    direct = math.sinh(x) + 2 * math.cosh(x) + 3 * math.tanh(x)
    return direct * (math.asinh(x) + math.acosh(x) + math.atanh(x / 3))


@follows("math", 1.3, digits=True)
def every_exponential_and_logarithm(x):
    grows = math.exp(x) + math.expm1(x / 2) + math.exp2(x) + math.pow(x, 2.5) + math.pow(1.5, x)
    return grows * (math.log(x) + math.log(x, 7) + math.log2(x) + math.log10(x) + math.log1p(x))


@follows("math", 2.3, digits=True)
def every_root(x):
    return math.sqrt(x) * math.cbrt(x) + math.hypot(x) + math.fabs(-x) + math.copysign(x, -2.0)


@follows("math", 1.7)
def every_special_function(x):
    return math.erf(x / 2) * math.erfc(x / 3) + math.gamma(x) * math.lgamma(x + 2)


@follows("math", [0.7, -1.9], gradient=lambda x: [math.degrees(1) + x[1], math.radians(1) + x[0]])
def angles_converted(x):
    return math.degrees(x[0]) + math.radians(x[1]) + x[0] * x[1]


@follows("math", [0.7, -1.9, 2.4])
def sums_and_products_of_math(x):
    return math.fsum(x) * math.prod(x) + math.prod([2, *x], start=3) + math.fsum(v * v for v in x)


@follows("math", [0.7, -1.9, 2.4, 0.3])
def distances_of_math(x):
    p, q = x[:2], x[2:]
    return math.dist(p, q) + math.hypot(*x) + math.dist([x[0], 1.0], (0.5, x[3]))


@follows("math", [0.7, -1.9])
def imported_by_name(x):
    return s(x[0]) * hypot(x[0], x[1]) + atan2(x[1], x[0]) * pi / tau + m.exp(m.cos(x[1]))


@follows("math", [7.7, 3.2], gradient=lambda x: [1 + x[1], -2.0 + x[0]])
def remainder_of_fmod(x):
    return math.fmod(x[0], x[1]) + x[0] * x[1]


@follows("math", [7.7, 3.2], gradient=lambda x: [1 + 0.0 * x[0], -2.0 + 1.0])
def ieee_remainder(x):
    return math.remainder(x[0], x[1]) + x[1]


@follows("math", 2.75, gradient=lambda x: 2.0 + 1.0)
def fractional_part(x):
    fraction, whole = math.modf(x)
    return fraction * whole + fraction


@never_wrong("math", 2.75, gradient=lambda x: 1.0)
def mantissa_and_exponent(x):
    mantissa, exponent = math.frexp(x)
    return math.ldexp(mantissa, exponent)


@follows("math", 4.2, gradient=lambda x: 24.0)
def integers_from_math(x):
    n = int(x)
    return math.factorial(n) * x + math.comb(n, 2) + math.gcd(n, 6) + math.isqrt(n)


@follows("math", [0.35, 1.2, 0.8])
def black_scholes_call(x):
    volatility, spot, years = x
    strike, rate = 1.1, 0.03

    def normal_cdf(z):
        return 0.5 * (1 + math.erf(z / math.sqrt(2)))

    total = volatility * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / total
    discounted = strike * math.exp(-rate * years)
    return spot * normal_cdf(d1) - discounted * normal_cdf(d1 - total)


@follows("math", [52.2, 13.4, 48.1, 11.6])
def great_circle_distance(x):
    lat1, lon1, lat2, lon2 = map(math.radians, x)
    a = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(a))


@follows("math", [2.5, 1.3, 0.9])
def gamma_density_log_likelihood(x):
    shape, rate, t = x
    return shape * math.log(rate) + (shape - 1) * math.log(t) - rate * t - math.lgamma(shape)


@follows("complex", [0.7, -1.9], gradient=lambda x: 2 * x)
def squared_modulus(x):
    z = complex(x[0], x[1])
    return abs(z) ** 2


@follows("complex", [0.7, -0.4])
def every_cmath_function(x):
    z = complex(x[0], x[1])
    waves = cmath.sin(z) + cmath.cos(z) * cmath.tan(z) + cmath.sinh(z) * cmath.cosh(z)
    inverses = cmath.asin(z) + cmath.acos(z) * cmath.atan(z) + cmath.asinh(z) + cmath.acosh(z)
    rest = cmath.tanh(z) * cmath.atanh(z) + cmath.exp(z) * cmath.log(z) * cmath.sqrt(z)
    return (waves * inverses + rest + cmath.log10(z) + cmath.log(z, 3)).real


@follows("complex", [0.7, -0.4])
def polar_and_back(x):
    radius, angle = cmath.polar(complex(*x))
    z = cmath.rect(radius**2, angle / 2) + radius * cexp(1j * angle)
    return z.real * z.imag + phase(z)


@follows("complex", [1.0, 2.0, 3.5])
def impedance_of_a_circuit(x):
    resistance, inductance, omega = x
    z = resistance + 1j * omega * inductance + 1 / (1j * omega * 0.2)
    return abs(z) * cmath.phase(z)


@follows("complex", [0.3, 0.2])
def mandelbrot_orbit(x):
    c, z = x[0] + 1j * x[1], 0j
    for _ in range(6):
        z = z * z + c
    return (z * z.conjugate()).real


@follows("complex", [1.0, -3.0, 4.5])
def quadratic_roots(x):
    a, b, c = x
    root = cmath.sqrt(b * b - 4 * a * c)
    first, second = (-b + root) / (2 * a), (-b - root) / (2 * a)
    return first.imag * second.imag + abs(first - second)


@follows("complex", [0.4, 1.1, -0.3])
def discrete_fourier_by_hand(x):
    n = len(x)
    spectrum = [
        sum(v * cmath.exp(-2j * math.pi * k * t / n) for t, v in enumerate(x)) for k in range(n)
    ]
    return sum((k + 1) * abs(c) ** 2 for k, c in enumerate(spectrum))


@follows("complex", [0.4, 1.1])
def complex_power_and_parts(x):
    z = complex(x[0]) + complex(0, 1) * x[1]
    w = z**2.5 + z**3 + 2**z - 1 / z
    return w.real + w.imag**2 + np.real(w) * np.imag(z) + np.angle(z)


@follows("statistics", [0.7, -1.9, 2.4, 0.3])
def means(x):
    weighted = statistics.fmean(x, weights=[1, 2, 3, 4])
    return statistics.mean(x) * fmean(x) + weighted + statistics.mean([x[0], 1.0]) ** 2


@follows("statistics", [0.7, 1.9, 2.4, 0.3])
def geometric_and_harmonic_means(x):
    return statistics.geometric_mean(x) * statistics.harmonic_mean(x)


@follows("statistics", [0.7, -1.9, 2.4, 0.3])
def spreads(x):
    population = statistics.pvariance(x) + statistics.pstdev(x)
    return population + statistics.variance(list(x)) * stdev(x)


@follows("statistics", [0.7, -1.9, 2.4, 0.3])
def medians(x):
    low, high = statistics.median_low(x), statistics.median_high(x)
    return statistics.median(x) ** 2 + low * high + statistics.median(x[:3])


@never_wrong("statistics", [0.7, -1.9, 2.4, 0.3])
def quartiles(x):
    first, _, third = statistics.quantiles(x, n=4)
    return third - first


@never_wrong("statistics", [0.7, -1.9, 2.4, 0.3])
def regression_and_correlation(x):
    t = [0.0, 1.0, 2.0, 3.0]
    slope, intercept = statistics.linear_regression(t, x)
    return slope * intercept + statistics.correlation(t, x) + statistics.covariance(t, x)


@never_wrong("statistics", [0.7, 1.9, 0.4])
def normal_distribution_object(x):
    normal = statistics.NormalDist(mu=x[0], sigma=x[1])
    return normal.pdf(x[2]) + normal.cdf(x[2]) * normal.mean


@follows("statistics", [0.7, 1.9, 0.4])
def standardised(x):
    centre, spread = statistics.mean(x), statistics.stdev(x)
    return sum(((v - centre) / spread) ** 3 for v in x)
