"""NumPy's functions in terms of the few operations that have a rule.

A composite is plain NumPy and has no derivative of its own: it takes a call as NumPy's
signature allows it (axis, keepdims, ddof, lists, …) and answers in canonical operations, which
are followed one by one. So one definition serves every mode and every kind of number.
"""

from collections.abc import Callable
from typing import Any

from nabla.rules.composite.choices import CHOICES
from nabla.rules.composite.complex_numbers import COMPLEX_NUMBERS, OF_COMPLEX
from nabla.rules.composite.decompositions import DECOMPOSITIONS
from nabla.rules.composite.elementwise import ELEMENTWISE
from nabla.rules.composite.fourier import FOURIER
from nabla.rules.composite.loops import LOOPS
from nabla.rules.composite.nans import NANS
from nabla.rules.composite.norms import NORMS
from nabla.rules.composite.padding import PADDING
from nabla.rules.composite.polynomials import POLYNOMIALS
from nabla.rules.composite.products import PRODUCTS
from nabla.rules.composite.python_functions import PYTHON_FUNCTIONS
from nabla.rules.composite.reductions import REDUCTIONS
from nabla.rules.composite.scipy_linalg import SCIPY_LINALG
from nabla.rules.composite.scipy_special import SCIPY_SPECIAL
from nabla.rules.composite.sequences import SEQUENCES
from nabla.rules.composite.shapes import SHAPES
from nabla.rules.composite.statistics import STATISTICS
from nabla.rules.rule import Operation

__all__ = ["COMPOSITES", "OF_COMPLEX", "OF_SCIPY"]

COMPOSITES: dict[Operation, Callable[..., Any]] = {
    **ELEMENTWISE,
    **COMPLEX_NUMBERS,
    **REDUCTIONS,
    **SHAPES,
    **PRODUCTS,
    **NORMS,
    **DECOMPOSITIONS,
    **FOURIER,
    **CHOICES,
    **LOOPS,
    **NANS,
    **PADDING,
    **POLYNOMIALS,
    **SEQUENCES,
    **STATISTICS,
    **PYTHON_FUNCTIONS,
}
"""Function -> the same in terms of operations that have a rule."""

OF_SCIPY: dict[str, Callable[..., Any]] = {**SCIPY_SPECIAL, **SCIPY_LINALG}
"""Dotted name -> the same; SciPy itself is not needed to have them."""
