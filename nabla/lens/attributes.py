"""What stands in a class of the user's, as the twin of the class has it."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any, cast

from nabla.lens.python_functions import DispatchingMethod

_CODE = (
    types.FunctionType,
    staticmethod,
    classmethod,
    property,
    functools.cached_property,
    functools.partialmethod,
    functools.singledispatchmethod,
)


def is_code(value: Any) -> bool:
    """Whether an attribute of a class looks the same in every run."""
    return isinstance(value, _CODE)


def seen_attribute(name: str, value: Any, see: Callable[[Any], Any]) -> Any:
    """An attribute of a class, with the functions in it seen through.

    Args:
        name: its name.
        value: what stands in the user's class.
        see: how a value looks.
    """
    if isinstance(value, staticmethod | classmethod):
        kind = cast("Any", staticmethod if isinstance(value, staticmethod) else classmethod)
        return kind(see(cast("Any", value).__func__))
    if isinstance(value, property):
        fget, fset, fdel = (
            accessor and see(accessor) for accessor in (value.fget, value.fset, value.fdel)
        )
        return property(fget, fset, fdel, value.__doc__)
    if isinstance(value, functools.cached_property):
        cached: Any = functools.cached_property(see(cast("Any", value).func))
        cached.__set_name__(None, name)
        return cached
    if isinstance(value, functools.partialmethod):
        options = {key: see(option) for key, option in value.keywords.items()}
        function = seen_attribute(name, cast("Any", value).func, see)
        return functools.partialmethod(function, *map(see, value.args), **options)
    if isinstance(value, functools.singledispatchmethod):
        return DispatchingMethod(value, lambda chosen: seen_attribute(name, chosen, see))
    return value if name.startswith("__") and not is_code(value) else see(value)
