"""Everyday functions that call SciPy."""

import math

import numpy as np
import scipy.linalg
import scipy.linalg as sla
import scipy.special as sp
from everyday_table import follows, never_wrong
from scipy import integrate, interpolate, optimize, stats
from scipy.special import erf, expit, gammaln, logsumexp, softmax

COUNTS = np.array([3.0, 0.0, 5.0, 2.0])


@follows("scipy", [0.7, 1.9, -0.4], digits=True)
def log_sum_exp_and_softmax(x):
    return logsumexp(x) + softmax(x)[0] * softmax(2 * x) @ x + sp.log_softmax(x)[1]


@follows("scipy", [0.7, 1.9])
def error_functions(x):
    return erf(x[0]) * sp.erfc(x[1]) + sp.ndtr(x[0]) + sp.erfcx(x[1]) + sp.log_ndtr(x[0])


@follows("scipy", [0.7, 1.9])
def gamma_functions(x):
    ratios = sp.gamma(x[0]) * sp.digamma(x[1]) + gammaln(x).sum() + sp.loggamma(x[1])
    return ratios * sp.beta(x[0], x[1]) + sp.betaln(x[0], 2.0) + sp.psi(x[0])


@follows("scipy", [0.7, 0.2])
def logistic_functions(x):
    return expit(x[0]) * sp.logit(x[1]) + sp.log_expit(x[0]) + sp.expit(-x).sum()


@follows("scipy", [0.7, 1.9])
def bessel_functions(x):
    return sp.j0(x[0]) * sp.j1(x[1]) + sp.i0(x[0]) + sp.k0(x[1]) + sp.jv(2, x[0]) + sp.y0(x[1])


@follows("scipy", [0.7, 1.9])
def entropy_functions(x):
    mixed = sp.xlogy(x[0], x[1]) + sp.xlog1py(2.0, x[0]) + sp.entr(x[0]) + sp.rel_entr(*x)
    return mixed + sp.cbrt(x[1]) * sp.exp2(x[0]) + sp.log1p(x[0]) + sp.huber(1.0, x[0])


@follows("scipy", [0.7, 1.9])
def poisson_likelihood(x):
    rate = np.exp(x[0] + x[1] * np.arange(4) / 4)
    return np.sum(COUNTS * np.log(rate) - rate - gammaln(COUNTS + 1))


@follows("scipy", [0.7, 1.9, 0.4])
def scipy_solves(x):
    A = np.array([[2.0, x[0], 0.0], [x[0], 3.0, x[1]], [0.0, x[1], 4.0]])
    L = sla.cholesky(A, lower=True)
    z = sla.solve_triangular(L, x, lower=True)
    return scipy.linalg.solve(A, x).sum() + z @ z + sla.det(A) + sla.inv(A)[0, 2]


@follows("scipy", [0.7, 1.9, 0.4])
def scipy_matrix_exponential(x):
    generator = np.zeros((2, 2))
    generator[0] = -x[0], x[0]
    generator[1] = x[1] * x[2], -x[1] * x[2]
    return sla.expm(generator)[0] @ [1.0, 2.0]


@follows("scipy", [0.7, 1.9, 0.4])
def scipy_norms(x):
    return sla.norm(x) * x.sum() + sla.norm(np.outer(x, x)) + sla.norm(x, 1)


@never_wrong("scipy", [0.7, 1.9, 0.4])
def scipy_builders(x):
    return sla.toeplitz(x)[0] @ x + sla.block_diag(x[:2], [[x[2]]]).sum()


@never_wrong("scipy", [0.7, 1.9])
def scipy_eigenvalues_and_svd(x):
    A = np.array([[2.0, x[0]], [x[0], x[1]]])
    return sla.eigh(A, eigvals_only=True)[0] + sla.svdvals(A)[0] + sla.lu_factor(A)[0][1, 1]


@never_wrong("scipy", [0.7, 1.9, 0.4])
def scipy_normal_density(x):
    return stats.norm.logpdf(x[0], loc=x[1], scale=x[2])


@never_wrong("scipy", [0.7, 1.9])
def scipy_quadrature(x):
    return integrate.quad(lambda t: math.exp(-x[0] * t) * x[1], 0.0, 1.0)[0]


@never_wrong("scipy", [0.7, 1.9])
def scipy_root_finding(x):
    return optimize.brentq(lambda t: t**3 + x[0] * t - x[1], 0.0, 3.0, xtol=1e-14)


@never_wrong("scipy", [0.7, 1.9, 0.4, 1.1])
def scipy_spline(x):
    return float(interpolate.CubicSpline([0.0, 1.0, 2.0, 3.0], x)(1.4))


@never_wrong("scipy", [0.7, 1.9])
def scipy_initial_value_problem(x):
    solution = integrate.solve_ivp(lambda t, y: [-x[0] * y[0]], (0, 1), [x[1]], t_eval=[1.0])
    return solution.y[0, -1]


@never_wrong("scipy", [0.7, 1.9, 0.4])
def scipy_simpson_and_cumulative(x):
    return integrate.simpson(x, dx=0.5) + integrate.trapezoid(x**2)
