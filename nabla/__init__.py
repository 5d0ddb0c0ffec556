"""nabla: gradients of plain NumPy functions, several ways, each with its error.

Write a function once; `gradient` differentiates that very function, `estimate` says how far
the answer can be trusted, `compare` lays all the ways side by side.
"""

from nabla import rules
from nabla.comparison import Comparison, compare
from nabla.descent import Descent, descend
from nabla.differentiate import (
    NonFiniteGradient,
    directional_derivative,
    estimate,
    grad,
    gradient,
    partial,
    value_and_gradient,
)
from nabla.errors import (
    CannotFollow,
    CrossCheckFailed,
    DuplicateRule,
    InvalidOption,
    LostDerivative,
    MissingExtra,
    MissingRule,
    NablaError,
    NonFinitePoint,
    NonFiniteResult,
    NotAnalytic,
    PrecisionNotReached,
    UnknownMethod,
    UnsupportedPoint,
    UnsupportedResult,
)
from nabla.methods.auto import Auto
from nabla.methods.central import Central
from nabla.methods.complex_step import ComplexStep
from nabla.methods.forward import Forward
from nabla.methods.high_precision import Multiprecision
from nabla.methods.method import Method, OffersSlope, OffersValueAndGradient
from nabla.result import Estimate, Note
from nabla.v_curve import ErrorCurve, error_curve

__all__ = [
    "Auto",
    "CannotFollow",
    "Central",
    "Comparison",
    "ComplexStep",
    "CrossCheckFailed",
    "Descent",
    "DuplicateRule",
    "ErrorCurve",
    "Estimate",
    "Forward",
    "InvalidOption",
    "LostDerivative",
    "Method",
    "MissingExtra",
    "MissingRule",
    "Multiprecision",
    "NablaError",
    "NonFiniteGradient",
    "NonFinitePoint",
    "NonFiniteResult",
    "NotAnalytic",
    "Note",
    "OffersSlope",
    "OffersValueAndGradient",
    "PrecisionNotReached",
    "UnknownMethod",
    "UnsupportedPoint",
    "UnsupportedResult",
    "compare",
    "descend",
    "directional_derivative",
    "error_curve",
    "estimate",
    "grad",
    "gradient",
    "partial",
    "rules",
    "value_and_gradient",
]
