"""All tables in one visible place, and the door by which users add a rule of their own."""

from __future__ import annotations

import math
import operator
import threading
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from nabla.errors import DuplicateRule, InvalidOption
from nabla.rules.composite import COMPOSITES, OF_SCIPY
from nabla.rules.constant import CONSTANT
from nabla.rules.decompositions import DECOMPOSITIONS
from nabla.rules.fourier import FOURIER
from nabla.rules.linalg import LINALG
from nabla.rules.matrix_functions import MATRIX_FUNCTIONS
from nabla.rules.parts import PARTS
from nabla.rules.polygamma import POLYGAMMA
from nabla.rules.products import PRODUCTS
from nabla.rules.reductions import REDUCTIONS, largest, smallest
from nabla.rules.rule import Elementwise, Operation, Rule
from nabla.rules.samples import SAMPLES
from nabla.rules.scalar_functions import SCALAR_FUNCTIONS
from nabla.rules.scipy_names import scipy_name
from nabla.rules.special_functions import SPECIAL_FUNCTIONS, SPECIAL_PRIMITIVES
from nabla.rules.structural import STRUCTURAL
from nabla.rules.ufuncs import ELEMENTWISE

RULES: dict[Operation, Rule] = {
    **ELEMENTWISE,
    **PARTS,
    **STRUCTURAL,
    **REDUCTIONS,
    **PRODUCTS,
    **FOURIER,
    **LINALG,
    **DECOMPOSITIONS,
    **SCALAR_FUNCTIONS,
    **POLYGAMMA,
    **SAMPLES,
    **SPECIAL_PRIMITIVES,
    **MATRIX_FUNCTIONS,
}
"""Operation -> its derivative rule. The one deliberately mutable table, through `add`."""

EXACT: frozenset[Operation] = frozenset(
    {
        *STRUCTURAL,
        *PARTS,
        np.negative,
        np.positive,
        np.absolute,
        np.fabs,
        np.copysign,
        np.maximum,
        np.minimum,
        np.fmax,
        np.fmin,
        largest,
        smallest,
        operator.neg,
        operator.pos,
        operator.abs,
        math.fabs,
        math.copysign,
        float,
        complex,
    }
)
"""Operations that pick or move numbers and do not round."""

_LOCK = threading.Lock()


def rule_of(operation: Operation) -> Rule | None:
    """The derivative rule of an operation, if it has one: also of SciPy's, which go by name."""
    return RULES.get(operation) or SPECIAL_FUNCTIONS.get(scipy_name(operation) or "")


def composite_of(operation: Operation) -> Callable[..., Any] | None:
    """The operation in terms of others that have a rule, if it is made of such."""
    return COMPOSITES.get(operation) or OF_SCIPY.get(scipy_name(operation) or "")


def add(operation: Operation, rule: Rule, *, replace: bool = False) -> None:
    """Add a derivative rule for an operation, for all exact methods.

    Args:
        operation: a NumPy ufunc (`scipy.special` has many) or a function made by `primitive`.
        rule: what `elementwise` or `linear` returns, or any `Rule`.
        replace: whether to replace a rule that stands already.

    Raises:
        InvalidOption: if the operation never asks for a rule, or the rule is none or does not
            fit the operation.
        DuplicateRule: if another rule for the operation stands and replace is False. Adding
            the same definition again, as a notebook cell does when run twice, is allowed.

    Examples:
        >>> import numpy as np
        >>> import nabla
        >>> @nabla.rules.primitive
        ... def softplus(x):
        ...     return np.logaddexp(x, 0.0)
        >>> nabla.rules.add(softplus, nabla.rules.elementwise(lambda y, x: 1 / (1 + np.exp(-x))))
        >>> print(f"{nabla.gradient(softplus, 0.5, method='forward'):.12f}")
        0.622459331202
    """
    _require_fit(operation, rule)
    with _LOCK:
        standing = rule_of(operation)
        taken = standing is not None or composite_of(operation) or operation in CONSTANT
        if taken and not replace and not (standing and _same_definition(standing, rule)):
            name = getattr(operation, "__name__", repr(operation))
            raise DuplicateRule(
                f"{name} has a rule already",
                why="two rules for one operation would make a gradient depend on import order",
                remedy="pass replace=True if yours is to take its place",
            )
        RULES[operation] = rule


def _require_fit(operation: Any, rule: Any) -> None:
    if not isinstance(rule, Rule):
        raise InvalidOption(
            f"the rule is {rule!r}",
            why="a rule pushes tangents and pulls cotangents",
            remedy="make one: nabla.rules.elementwise(…), nabla.rules.linear(…)",
        )
    name = getattr(operation, "__name__", repr(operation))
    if not isinstance(operation, np.ufunc) and not hasattr(operation, "__wrapped__"):
        raise InvalidOption(
            f"{name} is a plain function",
            why="lifted values pass through a plain function without asking for a rule",
            remedy="decorate it with @nabla.rules.primitive, or add a rule for a ufunc",
        )
    takes = operation.nin if isinstance(operation, np.ufunc) else None
    if isinstance(rule, Elementwise) and takes not in (None, len(rule.partials)):
        raise InvalidOption(
            f"{name} has {takes} operands and the rule {len(rule.partials)} partial derivatives",
            why="there is one partial derivative for each operand",
            remedy="pass them in the order of the operands",
        )


def _same_definition(one: Any, other: Any) -> bool:
    """Whether two rules (or functions in them) were written alike, line for line."""
    if isinstance(one, types.FunctionType) and isinstance(other, types.FunctionType):
        return (
            one.__code__.co_code == other.__code__.co_code
            and one.__code__.co_consts == other.__code__.co_consts
            and one.__code__.co_names == other.__code__.co_names
            and one.__defaults__ == other.__defaults__
            and _captured(one) == _captured(other)
        )
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same_definition, one, other))
    if is_dataclass(one):
        return all(
            _same_definition(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)
        )
    return bool(one == other)


def _captured(function: types.FunctionType) -> list[Any]:
    return [cell.cell_contents for cell in function.__closure__ or ()]
