"""The family of np.fft in terms of one unscaled transform along one axis.

A transform of real numbers is half of the full one; the inverse of such a half first restores
the other half, the conjugate mirrored: y₋ₖ = conj(yₖ).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nabla.rules import structural
from nabla.rules.arguments import as_operand, refuse_options
from nabla.rules.composite.shapes import moving
from nabla.rules.fourier import fourier
from nabla.rules.rule import Operation, Value

_SCALES: dict[str, tuple[float, float]] = {
    "backward": (0.0, -1.0),
    "ortho": (-0.5, -0.5),
    "forward": (-1.0, 0.0),
}
"""norm= -> the power of n that scales a transform forwards and backwards."""


def _scaled(y: Value, n: int, norm: Any, sign: int) -> Value:
    power = _SCALES[norm or "backward"][sign > 0]
    return y * float(n) ** power if power else y


def _of_length(x: Value, n: int, axis: int) -> Value:
    """x cut off or filled with zeros along an axis."""
    have = x.shape[axis]
    before = (slice(None),) * (axis % x.ndim)
    if n <= have:
        return x[(*before, slice(0, n))]
    shape = [n - have if k == axis % x.ndim else length for k, length in enumerate(x.shape)]
    return np.concatenate([x, np.zeros(shape)], axis=axis)


def _transform(sign: int) -> Callable[..., Value]:
    def composite(
        a: Value, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None
    ) -> Value:
        refuse_options("fft", out=out)
        a = as_operand(a)
        n = a.shape[axis] if n is None else int(n)
        y = fourier(_of_length(a, n, axis), axis=axis % a.ndim - a.ndim, sign=sign)
        return _scaled(y, n, norm, sign)

    return composite


_fft, _ifft = _transform(-1), _transform(+1)


def _rfft(a: Value, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Value:
    y = _fft(a, n, axis, norm, out)
    return _of_length(y, y.shape[axis] // 2 + 1, axis)


def _irfft(a: Value, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Value:
    a = as_operand(a)
    n = 2 * (a.shape[axis] - 1) if n is None else int(n)
    half: Value = np.moveaxis(_of_length(a, n // 2 + 1, axis), axis, -1)
    # what stands for frequency 0, and for n / 2 where n is even, is its own mirror image
    own = np.isin(np.arange(n // 2 + 1), [0, n / 2])
    mirrored = np.conjugate(half[..., (n - 1) // 2 : 0 : -1])
    full = structural.join(np.where(own, np.real(half), half), mirrored, axis=-1)
    return np.moveaxis(np.real(_ifft(full, n, -1, norm, out)), -1, axis)


_OTHER = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


def _hfft(a: Value, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Value:
    return _irfft(np.conjugate(a), n, axis, _OTHER[norm or "backward"], out)


def _ihfft(a: Value, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Value:
    return np.conjugate(_rfft(a, n, axis, _OTHER[norm or "backward"], out))


def _along(
    first: Callable[..., Value], others: Callable[..., Value], default: Any = None
) -> Callable[..., Value]:
    """A transform along several axes: one along the last of them, others along the rest.

    Args:
        first: the transform along the last axis (done first, so it may take real numbers).
        others: the transform along each of the rest.
        default: the axes where none are given; None means all, or the last len(s).
    """

    def composite(
        a: Value, s: Any = None, axes: Any = default, norm: Any = None, out: Any = None
    ) -> Value:
        refuse_options("fft", out=out)
        a = as_operand(a)
        along = _axes_of(a.ndim, s, axes)
        lengths = [None] * len(along) if s is None else [None if n == -1 else n for n in s]
        y = first(a, lengths[-1], along[-1], norm)
        for n, axis in reversed(list(zip(lengths[:-1], along[:-1], strict=True))):
            y = others(y, n, axis, norm)
        return y

    return composite


def _axes_of(ndim: int, s: Any, axes: Any) -> Sequence[int]:
    if axes is not None:
        return [int(k) for k in axes]
    return range(-(ndim if s is None else len(s)), 0)


def _irfftn(default: Any = None) -> Callable[..., Value]:
    """The inverse comes in the other order: the axis that is real in the end comes last."""

    def composite(
        a: Value, s: Any = None, axes: Any = default, norm: Any = None, out: Any = None
    ) -> Value:
        refuse_options("fft", out=out)
        y = as_operand(a)
        along = _axes_of(y.ndim, s, axes)
        lengths = [None] * len(along) if s is None else [None if n == -1 else n for n in s]
        for n, axis in zip(lengths[:-1], along[:-1], strict=True):
            y = _ifft(y, n, axis, norm)
        return _irfft(y, lengths[-1], along[-1], norm)

    return composite


_LAST_TWO = (-2, -1)

FOURIER: dict[Operation, Callable[..., Any]] = {
    np.fft.fft: _fft,
    np.fft.ifft: _ifft,
    np.fft.rfft: _rfft,
    np.fft.irfft: _irfft,
    np.fft.hfft: _hfft,
    np.fft.ihfft: _ihfft,
    np.fft.fft2: _along(_fft, _fft, _LAST_TWO),
    np.fft.ifft2: _along(_ifft, _ifft, _LAST_TWO),
    np.fft.fftn: _along(_fft, _fft),
    np.fft.ifftn: _along(_ifft, _ifft),
    np.fft.rfft2: _along(_rfft, _fft, _LAST_TWO),
    np.fft.rfftn: _along(_rfft, _fft),
    np.fft.irfft2: _irfftn(_LAST_TWO),
    np.fft.irfftn: _irfftn(),
    np.fft.fftshift: moving(np.fft.fftshift),
    np.fft.ifftshift: moving(np.fft.ifftshift),
}
