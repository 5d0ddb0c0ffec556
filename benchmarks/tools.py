"""The tools that are compared, each with its gradient as its own documentation writes it."""

from __future__ import annotations

import importlib
import re
import sys
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import functions
import numpy as np

SOURCE = Path(functions.__file__).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Tool:
    """One column of the table.

    Attributes:
        name: how the table calls it.
        package: what has to be installed.
        gradient: of a function at a point; raises whatever the tool raises.
        replaced: import lines of functions.py that the tool's documentation asks to write
            otherwise, each with what stands there instead.
    """

    name: str
    package: str
    gradient: Callable[[Callable[..., Any], Any], Any]
    replaced: tuple[tuple[str, str], ...] = ()

    @property
    def version(self) -> str | None:
        """The version installed here; None if there is none, or if it does not import."""
        try:
            importlib.import_module(self.package)
            return metadata.version(DISTRIBUTIONS.get(self.package, self.package))
        except (ImportError, metadata.PackageNotFoundError):
            return None

    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions as this tool gets them: the source run with its import lines."""
        if not self.replaced:
            return functions.FUNCTIONS
        source = SOURCE
        for ours, theirs in self.replaced:
            source, times = re.subn(rf"^{re.escape(ours)}$", theirs, source, flags=re.M)
            if times != 1:
                raise ValueError(f"functions.py has {times} lines {ours!r}")
        # data classes look their module up by its name
        module = types.ModuleType(f"functions_for_{self.package}")
        sys.modules[module.__name__] = module
        exec(compile(source, module.__name__, "exec"), module.__dict__)
        return module.FUNCTIONS


DISTRIBUTIONS = {"nabla": "nabla-gradients"}

NUMPY = "import numpy as np"
SCIPY = "from scipy import integrate, optimize, special"


def by_nabla(method: str) -> Callable[..., Any]:
    def gradient(function: Callable[..., Any], x: Any) -> Any:
        import nabla

        return nabla.gradient(function, x, method=method)

    return gradient


def by_autograd(function: Callable[..., Any], x: Any) -> Any:
    import autograd

    return autograd.grad(function)(x)


def by_jax(function: Callable[..., Any], x: Any) -> Any:
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    return jax.grad(function)(jax.numpy.asarray(x))


def by_torch(function: Callable[..., Any], x: Any) -> Any:
    import torch

    torch.set_default_dtype(torch.float64)
    torch.set_warn_always(True)  # else only the first function that earns a warning gets it
    point = torch.tensor(x, requires_grad=True)
    function(point).backward()
    return None if point.grad is None else point.grad.numpy()


def by_advect(function: Callable[..., Any], x: Any) -> Any:
    import advect

    return advect.grad(function)(x)


def by_mygrad(function: Callable[..., Any], x: Any) -> Any:
    import mygrad

    point = mygrad.tensor(x)
    function(point).backward()
    return point.grad


TOOLS = (
    Tool("nabla, auto", "nabla", by_nabla("auto")),
    Tool("nabla, forward", "nabla", by_nabla("forward")),
    Tool(
        "Autograd",
        "autograd",
        by_autograd,
        (
            (NUMPY, "import autograd.numpy as np"),
            (SCIPY, "from autograd.scipy import integrate, special\nfrom scipy import optimize"),
        ),
    ),
    Tool(
        "JAX",
        "jax",
        by_jax,
        (
            (NUMPY, "import jax.numpy as np"),
            (SCIPY, "from jax.scipy import integrate, optimize, special"),
        ),
    ),
    Tool(
        "PyTorch",
        "torch",
        by_torch,
        (
            (NUMPY, "import torch as np"),
            (SCIPY, "from scipy import integrate, optimize\nfrom torch import special"),
        ),
    ),
    Tool(
        "advect",
        "advect",
        by_advect,
        (
            (NUMPY, "import advect.numpy as np"),
            (SCIPY, "from advect.scipy import optimize, special\nfrom scipy import integrate"),
        ),
    ),
    Tool("MyGrad", "mygrad", by_mygrad),
)


# --- what comes of it ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What one tool did with one function.

    Attributes:
        word: right; refused (raises); then, for an answer that is not the gradient: empty (a
            NaN or None, which shows), warned (a warning came with it) or wrong (nothing tells).
        answer: the gradient returned, if it is not right.
        lacks_function: whether it was refused because the tool has no function of that name.
    """

    word: str
    answer: str = ""
    lacks_function: bool = False


def outcome(tool: Tool, function: Callable[..., Any], truth: Any, uncertainty: Any) -> Outcome:
    """What the tool does with the function at its point."""
    point = np.array(function.point) if isinstance(function.point, list) else function.point
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            found = tool.gradient(function, point)
        except Exception as error:
            missing = isinstance(error, AttributeError) and str(error).startswith("module ")
            return Outcome("refused", lacks_function=missing)
    if found is None:
        return Outcome("empty", "None")
    found = np.asarray(found, dtype=float)
    allowed = np.maximum(1e-6 * (1 + np.abs(truth)), 10 * uncertainty)
    if found.shape == truth.shape and (np.abs(found - truth) <= allowed).all():
        return Outcome("right")
    answer = np.array2string(found, precision=4)
    if np.isnan(found).any():
        return Outcome("empty", answer)
    # a deprecation, or what NumPy says of √−1 on the way, tells nobody that the answer is wrong
    told = [
        note.message
        for note in warned
        if not isinstance(note.message, DeprecationWarning | FutureWarning)
        and "encountered in" not in str(note.message)
    ]
    return Outcome("warned" if told else "wrong", answer)
