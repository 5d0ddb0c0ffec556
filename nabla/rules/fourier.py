"""The discrete Fourier transform, the one linear map behind the whole of np.fft."""

from __future__ import annotations

from typing import Any

import numpy as np

from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Rule, Value, linear

_FFT: Any = np.fft  # to a type checker, its functions take no duck arrays


@primitive
def fourier(x: Value, *, axis: int, sign: int) -> Value:
    """yⱼ = Σₖ xₖ·exp(sign·2πi·j·k/n) along one axis, which is counted from the end.

    Nothing is scaled: the inverse of sign=-1 is sign=+1 divided by n.
    """
    transform = _FFT.fft if sign < 0 else _FFT.ifft
    return transform(x, axis=axis, norm="backward" if sign < 0 else "forward")


# the matrix exp(±2πi·j·k/n) is symmetric, so its adjoint is its conjugate: the other sign
FOURIER: dict[Operation, Rule] = {
    fourier: linear(
        lambda t, y, x, *, axis, sign: fourier(t, axis=axis, sign=sign),
        lambda c, y, x, *, axis, sign: fourier(c, axis=axis, sign=-sign),
    ),
}
