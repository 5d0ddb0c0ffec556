"""Breadth of NumPy: what a sweep over ordinary calls cannot show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nabla

S = np.array([[3.0, 0.4, -0.2], [0.5, 2.0, 0.3], [0.1, -0.7, 1.5]])
TURNING = np.array([[0.5, -2.0, 0.1], [1.5, 0.3, 0.2], [0.3, 0.1, 1.7]])
"""A matrix with a pair of complex eigenvalues."""


def agrees_with_differences(f: Callable[[Any], Any], x: Any) -> bool:
    forward = nabla.gradient(f, x, method="forward")
    central = nabla.gradient(f, x, method="central")
    return bool(np.allclose(forward, central, rtol=1e-7, atol=1e-8))


class TestComplex:
    """Complex numbers inside a real function."""

    def test_views_of_the_parts_are_written_through(self) -> None:
        def f(x: Any) -> Any:
            z = x * (1.0 + 2.0j)
            z.real[0] = x[1] ** 2
            z.imag *= x[0]
            return np.sum(np.abs(z) ** 2)

        assert agrees_with_differences(f, np.array([0.7, -1.3]))

    def test_a_real_array_made_complex_has_room_for_complex_tangents(self) -> None:
        def f(x: Any) -> Any:
            z = x + 0j
            z[0] = np.exp(1j * x[1])
            return np.sum(z.real + 3.0 * z.imag)

        gradient = nabla.gradient(f, [0.7, 0.4], method="forward")
        np.testing.assert_allclose(gradient, [0.0, 1.0 - np.sin(0.4) + 3.0 * np.cos(0.4)])

    def test_a_complex_result_is_refused(self) -> None:
        with pytest.raises(nabla.UnsupportedResult, match=r"np\.real"):
            nabla.gradient(lambda x: np.sum(np.fft.fft(x)), [1.0, 2.0], method="forward")

    def test_the_size_of_a_complex_number_has_a_kink_at_zero(self) -> None:
        estimate = nabla.estimate(lambda x: np.abs(x[0] * 1j), [0.0], method="forward")
        assert estimate.notes[0].kind == "kink"

    def test_the_error_is_measured_too(self) -> None:
        f = lambda x: np.sum(np.abs(np.fft.fft(np.exp(1j * x))) ** 4)
        estimate = nabla.estimate(f, [0.3, 1.1, -0.4], method="forward")
        truth = nabla.estimate(f, [0.3, 1.1, -0.4], method="mpmath")
        assert (np.abs(estimate.gradient - truth.gradient) <= estimate.error).all()


class TestPhases:
    """Complex vectors keep the phase LAPACK gives them, so even their parts are NumPy's own."""

    @pytest.mark.parametrize("triangle", ["L", "U"])
    def test_hermitian(self, triangle: Any) -> None:
        def f(x: Any) -> Any:
            vectors = np.linalg.eigh(x + x.T + 1j * (x - x.T), triangle).eigenvectors
            return np.sum(S * vectors.real + S.T * vectors.imag)

        assert agrees_with_differences(f, S)

    @pytest.mark.parametrize("x", [S, TURNING])
    def test_general(self, x: Any) -> None:
        def f(x: Any) -> Any:
            vectors = np.linalg.eig(x)[1]
            return np.sum(S * np.real(vectors) + S.T * np.imag(vectors))

        assert agrees_with_differences(f, x)

    def test_singular(self) -> None:
        def f(x: Any) -> Any:
            u, s, vh = np.linalg.svd(x * (1 + 0.5j) + 0.3j * x**2, full_matrices=False)
            return np.sum(S * u.real + S.T * u.imag) + np.sum(s) + np.sum(S * vh.imag)

        assert agrees_with_differences(f, S)


class TestDegenerate:
    """Where eigenvalues coincide there is no derivative, and never a silent NaN."""

    @pytest.mark.parametrize(
        ("f", "x", "says"),
        [
            (lambda x: np.linalg.eigvalsh(x)[0], np.eye(3), "at a repeated eigenvalue"),
            (lambda x: np.sum(np.linalg.eigh(x)[1]), np.eye(3), "at a repeated eigenvalue"),
            (lambda x: np.linalg.svdvals(x)[0], np.eye(3), "at a repeated or zero singular"),
            (lambda x: np.linalg.norm(x, "nuc"), np.ones((2, 2)), "at a repeated or zero singular"),
            (lambda x: np.abs(np.linalg.eigvals(x)[0]), 2.0 * np.eye(2), "at a repeated"),
            (lambda x: np.sort(x)[0], np.array([1.0, 1.0, 2.0]), "at a tie"),
            (lambda x: np.interp(x[0], [0.0, 1.0, 2.0], [0.0, 1.0, 0.0]), [1.0], "on a place"),
        ],
    )
    def test_a_note_says_so(self, f: Any, x: Any, says: str) -> None:
        estimate = nabla.estimate(f, x, method="forward")
        assert np.isfinite(estimate.gradient).all()
        assert any(says in note.sentence for note in estimate.notes)
        assert estimate.guarantee == "none"

    def test_a_smooth_function_of_repeated_eigenvalues_is_right(self) -> None:
        f = lambda x: np.sum(np.exp(np.linalg.eigvalsh(x)))
        np.testing.assert_allclose(
            nabla.gradient(f, np.eye(3), method="forward"), np.exp(1.0) * np.eye(3), atol=1e-14
        )

    def test_ties_elsewhere_are_not_held_against_the_rest(self) -> None:
        estimate = nabla.estimate(lambda x: np.sum(np.sort(x)), [1.0, 1.0, 3.0], method="forward")
        assert np.isnan(estimate.error).tolist() == [True, True, False]

    @pytest.mark.parametrize(
        "f",
        [
            lambda x: np.sum(np.abs(np.linalg.eig(np.array([[0.0, 1.0], [0.0, 0.0]]) * x[0])[0])),
            lambda x: np.sum(np.linalg.qr(np.ones((3, 2)) * 0.0 * x[0])[0]),
        ],
    )
    def test_what_is_not_determined_is_refused(self, f: Any) -> None:
        with pytest.raises(nabla.MissingRule, match="on line"):
            nabla.gradient(f, [1.0], method="forward")


class TestShapes:
    """Empty arrays, single numbers and strides."""

    @pytest.mark.parametrize(
        "f",
        [
            lambda x: np.sum(np.sort(x[:0])) + x[0],
            lambda x: np.sum(np.concatenate([x[:0], x])),
            lambda x: np.sum(np.einsum("ij,jk->ik", x[:0, None], x[None, :0])) + x[0],
            lambda x: np.sum(x[:0] @ np.ones((0, 3))) + x[0],
            lambda x: np.sum(np.tile(x, 0)) + np.sum(np.repeat(x, 0)) + x[0],
            lambda x: np.sum(np.linspace(x[0], x[1], 0)) + x[0],
            lambda x: np.sum(np.cumsum(x[0])) + np.max(x[1]) + np.mean(x[2]),
            lambda x: np.linalg.norm(x[::2]) + np.sum(np.fft.fft(x[::-2]).real),
            lambda x: np.sum(np.linalg.inv(np.eye(2) * x[0] + np.ones((3, 0, 2, 2)))) + x[0],
            lambda x: np.median(x.reshape(3, 1)[::2].T),
        ],
    )
    def test_agree_with_differences(self, f: Any) -> None:
        assert agrees_with_differences(f, np.array([0.7, -1.3, 2.1]))


def test_full_matrices_keep_the_space_of_the_rest() -> None:
    wide = np.arange(8.0).reshape(2, 4) ** 1.5

    def f(x: Any) -> Any:
        rest = np.linalg.svd(x)[2][2:]
        return np.sum((rest.T @ rest) * np.arange(16.0).reshape(4, 4))

    assert agrees_with_differences(f, wide)
