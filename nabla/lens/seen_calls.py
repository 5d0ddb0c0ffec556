"""Functions of libraries as the user's function sees them: they follow lifted values.

NumPy's protocols reach a function only if one of its array arguments is lifted itself. A list of
lifted values, a keyword, or a function of `math` never asks; called through here, they do.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, cast

import numpy as np

from nabla.lens.seen_types import real_type
from nabla.lift.buffer import boxed, called_plainly
from nabla.lift.dispatch import apply, lifted_in, packed
from nabla.rules.composite.python_functions import PYTHON_FUNCTIONS as ITERATING
from nabla.rules.constant import CONSTANT
from nabla.rules.tables import composite_of, rule_of

Reader = Callable[[Any], Any]


class SeenCall:
    """A function of a library that follows lifted values.

    Equal to the function itself, so that a table keyed on functions finds it.
    """

    __slots__ = ("__wrapped__", "_read")

    def __init__(self, function: Callable[..., Any], read: Reader) -> None:
        """Wrap a function.

        Args:
            function: the library's.
            read: gives a version of a Python function of the library in which every call it
                makes is seen in turn; for functions that no rule knows.
        """
        self.__wrapped__ = function
        self._read = read

    def __call__(self, *args: Any, **options: Any) -> Any:
        """The function's result, with the derivative if there is one to follow."""
        for value in args:
            if type(value) not in _PLAIN:
                return self._followed(*args, **options)
        if options and not all(type(value) in _PLAIN for value in options.values()):
            return self._followed(*args, **options)
        y = self.__wrapped__(*args, **options)
        return y if type(y) in _NUMBERS else boxed(y, args)

    def _followed(self, *args: Any, **options: Any) -> Any:
        function: Any = self.__wrapped__
        if function in ITERATING:
            args = tuple(_listed(value) for value in args)
        args = tuple(real_type(value) for value in args)
        options = {name: real_type(value) for name, value in options.items()}
        is_plain = not lifted_in((args, options))
        if is_plain and "out" not in options and not _is_method(function):
            return called_plainly(function, args, options)
        if is_plain or isinstance(function, np.ufunc):
            # NumPy asks the lifted values and the buffers
            return boxed(function(*map(_as_operand, args), **options), args)
        if not is_known(function):
            body = getattr(function, "_implementation", function)
            if inspect.isfunction(body):
                return self._read(body)(*args, **options)
        if hasattr(function, "__self__") and isinstance(function.__self__, np.ufunc):
            return boxed(function(*map(_as_operand, args), **options), args)  # np.add.reduce
        return boxed(apply(function, args, options), args)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.__wrapped__, name)
        return SeenCall(attribute, self._read) if callable(attribute) else attribute

    def __eq__(self, other: object) -> bool:
        return self.__wrapped__ == getattr(other, "__wrapped__", other)

    def __hash__(self) -> int:
        return hash(self.__wrapped__)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)


_NUMBERS = frozenset({int, float, complex, bool, np.float64, np.int64, np.bool_})
_PLAIN = _NUMBERS | {str, type(None), np.ndarray}
"""What an argument may be that needs no looking into."""


def is_known(function: Any) -> bool:
    """Whether there is a rule, or a definition in terms of what has one."""
    return bool(rule_of(function) or composite_of(function)) or function in CONSTANT


def _is_method(function: Any) -> bool:
    """Whether it is bound to something, as np.add.at is."""
    holder = getattr(function, "__self__", None)
    return holder is not None and not isinstance(holder, ModuleType)


def _listed(value: Any) -> Any:
    """A generator or another iterator as a list, to be looked into."""
    return cast("Any", list(value) if isinstance(value, Iterator) else value)


def _as_operand(value: Any) -> Any:
    return packed(value) if type(value) in (list, tuple) and lifted_in(value) else value
