"""Functions of our own that dispatch on their operands just as NumPy's do.

The tables treat `np.sin` and, say, our `gather` alike: both, called with lifted operands, hand
the call over to them. NumPy does it for its own functions (NEP 13 and NEP 18); `primitive` does
it for ours, through the same protocol, so that the rules need to know nothing of lifting.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
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
        for operand in operands:
            if hasattr(operand, "__array_function__") and not isinstance(operand, np.ndarray):
                protocol: Any = operand.__array_function__
                return protocol(dispatching, (type(operand),), operands, parameters)
        return function(*operands, **parameters)

    return dispatching
