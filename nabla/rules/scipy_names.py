"""What SciPy's functions are called, without importing SciPy.

nabla does not depend on SciPy. Whoever calls one of its functions has imported it, so a
function is looked for, under its own name, in the modules that are loaded.
"""

from __future__ import annotations

import functools
import sys

from nabla.rules.rule import Operation

_MODULES = ("scipy.special", "scipy.linalg")


@functools.lru_cache(maxsize=1024)
def scipy_name(operation: Operation) -> str | None:
    """The dotted public name of a function of SciPy, or None for any other function.

    Examples:
        >>> import scipy.special
        >>> scipy_name(scipy.special.digamma)
        'scipy.special.psi'
    """
    name = getattr(operation, "__name__", "")
    for module in _MODULES:
        if getattr(sys.modules.get(module), name, None) is operation:
            return f"{module}.{name}"
    return None
