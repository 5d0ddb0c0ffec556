"""Whose code it is: the user's, a library's, or Python's own."""

from __future__ import annotations

import functools
import sys
import sysconfig
from pathlib import Path
from types import FunctionType
from typing import Any

_OPAQUE = sys.stdlib_module_names | {"nabla", "mpmath", "_pytest", "pytest", "hypothesis"}
_TWINNED = ("numpy.polynomial", "numpy.lib._polynomial_impl")


def is_readable(function: FunctionType) -> bool:
    """Whether it is Python code worth re-creating: the user's, or a numerical library's."""
    return not is_opaque(function.__globals__.get("__name__") or "")


def is_library(name: str | None) -> bool:
    """Whether a module belongs to NumPy or SciPy, whose own type checks ask for lifted values."""
    return top_level(name) in ("numpy", "scipy")


def is_opaque(name: str) -> bool:
    """Whether a module's code is not looked into: Python's own, nabla's, and its tools'."""
    return top_level(name) in _OPAQUE


def top_level(name: str | None) -> str:
    """The package of a module."""
    return (name or "").partition(".")[0]


def is_users_class(cls: type) -> bool:
    """Whether it is the user's own, or one of NumPy's that are plain Python over arrays."""
    name = cls.__module__
    if name.startswith(_TWINNED):
        return True
    return not is_opaque(name) and not _is_installed(name)


@functools.cache
def _is_installed(name: str) -> bool:
    """Whether a module was installed as a package, and is not the user's own code."""
    module: Any = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if file is None:
        return is_library(name)
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return any(Path(folder) in Path(file).parents for folder in folders)
