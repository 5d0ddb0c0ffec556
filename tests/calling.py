"""Calls of Python's own and SciPy's functions, as they arrive from a traced function."""

from __future__ import annotations

from typing import Any

import mpmath

from nabla.lens.seen_calls import SeenCall
from nabla.lift.dispatch import evaluate

MP = mpmath.MPContext()
MP.dps = 30


def call(operation: Any, *operands: Any, **parameters: Any) -> Any:
    """The call as the lens hands it on, whether or not an operand is lifted."""
    if isinstance(operation, SeenCall):  # the caller is seen through, and has handed it on
        return operation(*operands, **parameters)
    return evaluate(operation, operands, parameters)


def plainly(operation: Any, *operands: Any, **parameters: Any) -> Any:
    """The call of the plain run."""
    return operation(*operands, **parameters)
