"""Derivative rules, each written once: plain NumPy, for every mode and every kind of number."""

from nabla.rules.primitives import primitive
from nabla.rules.rule import Elementwise, Explicit, Rule, Variadic, elementwise, linear
from nabla.rules.tables import add

__all__ = [
    "Elementwise",
    "Explicit",
    "Rule",
    "Variadic",
    "add",
    "elementwise",
    "linear",
    "primitive",
]
