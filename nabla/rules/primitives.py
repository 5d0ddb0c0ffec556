"""Functions of our own that dispatch on their operands just as NumPy's do.

The tables treat `np.sin` and, say, our `gather` alike: both, called with lifted operands, hand
the call over to them. NumPy does it for its own functions (NEP 13 and NEP 18); `primitive` does
it for ours, through the same protocol, so that the rules need to know nothing of lifting.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nabla.rules.rule import Value


def primitive(function: Callable[..., Value]) -> Callable[..., Value]:
    """Make a function of arrays differentiable, once a rule for it is in the tables.

    Operands come first and by position, everything else by keyword. On plain arrays the
    function runs as it is; an operand with its own ``__array_function__`` gets the call.

    Args:
        function: plain NumPy code, ``(operand, …, *, parameter=…)``.
    """

    @functools.wraps(function)
    def dispatching(*operands: Value, **parameters: Any) -> Value:
        protocol = _protocol_of(operands)
        if protocol is None:
            return function(*operands, **parameters)
        return protocol(dispatching, (), operands, parameters)

    return dispatching


def call(function: Callable[..., Value], *operands: Value) -> Value:
    """Call a function that asks no protocol, such as math.hypot, as if it did.

    Examples:
        >>> import math
        >>> call(math.hypot, 3.0, 4.0)
        5.0
    """
    protocol = _protocol_of(operands)
    return function(*operands) if protocol is None else protocol(function, (), operands, {})


def _protocol_of(operands: Sequence[Value]) -> Any:
    for operand in operands:
        if hasattr(operand, "__array_function__") and not isinstance(operand, np.ndarray):
            return operand.__array_function__
    return None
