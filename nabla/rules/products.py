"""Products of arrays: linear in each operand, so each pushes a tangent in its operand's place."""

from __future__ import annotations

import string
from collections.abc import Sequence

import numpy as np

from nabla.rules.primitives import primitive
from nabla.rules.rule import (
    Operation,
    Rule,
    Value,
    Variadic,
    adjoint,
    aligned,
    conjugated,
    total_of,
    unbroadcast,
)


def _as_matrices(a: Value, b: Value) -> tuple[Value, Value]:
    """Vectors as matmul reads them: a row on the left, a column on the right."""
    left = np.reshape(a, (1, -1)) if np.ndim(a) == 1 else a
    right = np.reshape(b, (-1, 1)) if np.ndim(b) == 1 else b
    return left, right


def _matmul_push(tangents: Sequence[Value | None], y: Value, operands: Sequence[Value]) -> Value:
    a, b = operands
    left, right = _as_matrices(a, b)
    ndim = max(np.ndim(left), np.ndim(right))
    shape = np.shape(y)

    def of_left(t: Value) -> Value:
        t = np.reshape(t, (np.shape(t)[0], *np.shape(left)))
        return np.matmul(aligned(t, np.ndim(left), ndim), right)

    def of_right(t: Value) -> Value:
        if np.ndim(b) == 1 and np.ndim(a) <= 2:
            return np.matmul(t, np.transpose(a))  # one product of matrices for all seeds
        t = np.reshape(t, (np.shape(t)[0], *np.shape(right)))
        return np.matmul(left, aligned(t, np.ndim(right), ndim))

    return total_of(
        np.reshape(push(t), (np.shape(t)[0], *shape))
        for push, t in zip((of_left, of_right), tangents, strict=True)
        if t is not None
    )


def _matmul_pull(position: int, c: Value, y: Value, operands: Sequence[Value]) -> Value:
    a, b = operands
    left, right = _as_matrices(a, b)
    batch = np.shape(y)[: np.ndim(y) - (np.ndim(a) > 1) - (np.ndim(b) > 1)]
    c = np.reshape(c, (*batch, np.shape(left)[-2], np.shape(right)[-1]))
    if position == 0:
        pulled = unbroadcast(np.matmul(c, adjoint(right)), np.shape(left))
    else:
        pulled = unbroadcast(np.matmul(adjoint(left), c), np.shape(right))
    return np.reshape(pulled, np.shape(operands[position]))


@primitive
def contract(*operands: Value, subscripts: str) -> Value:
    """Einstein summation in explicit form, ``"ij,jk->ik"``, without ellipsis.

    Source: numpy.einsum; Laue, Mitterreiter & Giesen, Computing Higher Order Derivatives of
    Matrix and Tensor Expressions, section 3.
    """
    return np.einsum(subscripts, *operands)


def _contract_push(
    tangents: Sequence[Value | None], y: Value, operands: Sequence[Value], *, subscripts: str
) -> Value:
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    # a capital for the axis of seeds; the user's letters are small, those of outer seeds are not
    seed = next(letter for letter in string.ascii_uppercase if letter not in subscripts)

    def with_seed(position: int) -> str:
        moved = [seed + term if i == position else term for i, term in enumerate(terms)]
        return ",".join(moved) + "->" + seed + output

    return total_of(
        contract(*operands[:position], t, *operands[position + 1 :], subscripts=with_seed(position))
        for position, t in enumerate(tangents)
        if t is not None
    )


def _contract_pull(
    position: int, c: Value, y: Value, operands: Sequence[Value], *, subscripts: str
) -> Value:
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    shape = np.shape(operands[position])
    own = terms.pop(position)
    length = dict(zip(own, shape, strict=True))
    once = "".join(length)
    others = [conjugated(x) for i, x in enumerate(operands) if i != position]
    seen = set(output).union(*terms)
    alone = "".join(letter for letter in once if letter not in seen)
    if alone:  # summed out by this operand alone: every element gets the same share
        terms.append(alone)
        others.append(np.ones([length[letter] for letter in alone]))
    pulled = contract(c, *others, subscripts=",".join([output, *terms]) + "->" + once)
    # a letter of length 1 here may have been stretched by the other operands
    pulled = unbroadcast(pulled, tuple(length[letter] for letter in once))
    if once == own:
        return pulled
    # a repeated letter reads a diagonal; its transpose writes one
    grid = np.indices([length[letter] for letter in once])
    along = dict(zip(once, grid, strict=True))
    diagonal = tuple(along[letter] for letter in own)
    into = np.zeros(shape, dtype=np.result_type(pulled))
    into[diagonal] = pulled
    return into


PRODUCTS: dict[Operation, Rule] = {
    np.matmul: Variadic(_matmul_push, _matmul_pull),
    contract: Variadic(_contract_push, _contract_pull),
}
