"""Dual numbers, vectorised: a primal and its tangents along several seeds at once.

x + ε·ẋ with ε² = 0: whatever is done to x, the coefficient of ε comes out multiplied by the
derivative. Here primal and tangents are whole arrays, so one run of f pushes many seeds.

Source: Griewank & Walther, Evaluating Derivatives (2nd ed.), section 3.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nabla.lift.dispatch import (
    evaluate,
    ground,
    is_number,
    is_python_number,
    mapped,
    representative,
)
from nabla.lift.lifted import Lifted
from nabla.lift.trace import Trace, operation_name
from nabla.result import Array, is_array
from nabla.rules.constant import CONSTANT, ROUNDINGS
from nabla.rules.kinks import Kink, kink_of
from nabla.rules.rule import Elementwise, Operation, Value, aligned, is_complex
from nabla.rules.structural import may_be_view
from nabla.rules.tables import EXACT, rule_of


class Dual(Lifted):
    """A value of the user's function with its tangents.

    Attributes:
        primal: the value, shape s.
        tangent: its derivative along each seed, shape (seeds, *s), laid out in memory like
            the primal, so that a view of one is a view of the other.
        run: the run of f it belongs to.
    """

    __slots__ = ("tangent",)

    def __init__(self, primal: Value, tangent: Value, trace: Trace) -> None:
        self.primal = primal
        self.tangent = tangent
        self.run = trace

    @property
    def is_python_number(self) -> bool:
        """Whether the primal is a number of Python's own."""
        return is_python_number(self.primal)

    def plainly(self) -> Value:
        """The number or array under all levels of lifting."""
        return representative(self.primal)

    def follow(
        self, operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
    ) -> Value:
        """The operation on the primals, and its derivative on the tangents."""
        rule = rule_of(operation)
        if rule is None and operation not in CONSTANT:
            self.refuse_operation(operation_name(operation))
        bare, kink = self._bare(operands), kink_of(operation)
        if rule is None or kink is not None:
            self.run.met.decisions.add(operation)
        if rule is None:
            y = evaluate(operation, bare, self._bare(parameters))
            if kink is not None:
                self._look_for_kink(kink, operation, y, bare, parameters, operands)
            if operation in ROUNDINGS and any(np.any(o.tangent) for o in self._mine(operands)):
                self.run.round_off(operation)
            return y
        tangents = [o.tangent if self._is_mine(o) else None for o in operands]
        rounds = self.run.rounding is not None and operation not in EXACT
        if rounds and not isinstance(rule, Elementwise):
            # a sum inside one operation rounds too: disturb what goes into it
            bare = [self.run.disturbed(o) if _is_floating(o) else o for o in bare]
        y = evaluate(operation, bare, parameters)
        if rounds:
            y = self.run.disturbed(y)
        self.run.largest = max(self.run.largest, np.size(y))
        with np.errstate(all="ignore"):  # an infinite slope is reported by a note, not a warning
            if kink is not None:
                self._look_for_kink(kink, operation, y, bare, parameters, operands)
            tangent = rule.push(tangents, y, bare, parameters)
            if self.run.hunting:
                self._look_for_nan(operation, tangent, tangents)
        if may_be_view(operation, parameters):
            # a number read from an array does not follow later writes into that array
            return Dual(y, np.copy(tangent) if is_number(y) else tangent, self.run)
        if rounds:
            tangent = self.run.disturbed(tangent)
        moving = [t for t in tangents if t is not None]
        return Dual(y, _own(tangent, y, moving), self.run)

    def assign(self, key: Any, value: Value) -> None:
        """Write primal and tangents; what a plain value overwrites stops moving."""
        if isinstance(value, Lifted) and value.run.level > self.run.level:
            # a value of a nested derivative cannot live in an array of the outer one
            value.refuse_loss(
                "writes a value of an inner derivative into an array of the outer one",
                "create the array inside the inner function",
            )
        mine = self._is_mine(value)
        self.primal[key] = value.primal if mine else value
        # seed by seed: with an axis in front, NumPy would read some keys differently
        for seed in range(np.shape(self.tangent)[0]):
            self.tangent[seed, ...][key] = value.tangent[seed] if mine else 0.0

    def constant(self, value: Value) -> Dual:
        """The value with tangents of zero, and the levels of this one that it lacks."""
        if isinstance(value, Dual) and value.run.level >= self.run.level:
            lower = self if value.run is not self.run else self.primal
            primal = _with_room(value.primal, lower)
            tangent = _with_room(value.tangent, lower)
            unchanged = primal is value.primal and tangent is value.tangent
            return value if unchanged else Dual(primal, tangent, value.run)
        primal = _with_room(value, self.primal)
        kind = complex if is_complex(value) else float
        still = np.zeros((np.shape(self.tangent)[0], *np.shape(value)), dtype=kind)
        if is_array(ground(value)):
            still = _laid_out_like(ground(value), still)
        return Dual(primal, _with_room(still, primal), self.run)

    def _look_for_kink(
        self,
        kink: Kink,
        operation: Operation,
        y: Value,
        bare: Sequence[Value],
        parameters: Mapping[str, Any],
        operands: Sequence[Value],
    ) -> None:
        mask = kink.at(ground(y), *map(ground, bare), **parameters)
        if not np.any(mask):
            return
        concerned: Any = False
        for operand in operands:
            if self._is_mine(operand):
                moving = np.not_equal(ground(operand.tangent), 0)
                if kink.vertical and not np.any(moving):
                    moving = ~moving  # 0 · inf: the root of x·x stands still at 0 and is a kink
                at_kink = aligned(moving, operand.ndim, np.ndim(mask)) & mask
                concerned |= np.any(at_kink, axis=tuple(range(1, at_kink.ndim)))
        if np.any(concerned):
            self.run.meet(kink.kind, operation, kink.place, kink.answer, concerned)

    def _look_for_nan(
        self, operation: Operation, tangent: Value, before: Sequence[Value | None]
    ) -> None:
        is_nan = np.isnan(ground(tangent))
        if np.any(is_nan) and not any(np.any(np.isnan(ground(t))) for t in before if t is not None):
            seeds = np.any(is_nan, axis=tuple(range(1, is_nan.ndim)))
            self.run.meet("non_finite", operation, "has no finite slope here", "nan", seeds)

    def _mine(self, operands: Sequence[Value]) -> list[Dual]:
        return [operand for operand in operands if self._is_mine(operand)]

    def _is_mine(self, value: Value) -> bool:
        # by identity: isinstance asks an abstract class, for every operand
        return type(value) is Dual and value.run is self.run

    def _bare(self, tree: Any) -> Any:
        """Nested arguments with this trace's values replaced by their primals."""
        if self._is_mine(tree):
            return tree.primal
        return mapped(self._bare, tree)


def _with_room(value: Value, like: Value) -> Value:
    """The value, lifted so that values of this kind can be written into it."""
    return like.constant(value) if isinstance(like, Lifted) else value


def _is_floating(value: Value) -> bool:
    return is_array(value) and value.dtype.kind in "fc"


def _own(tangent: Value, y: Value, moving: Sequence[Value]) -> Value:
    """A tangent of full shape, in memory of its own, laid out like the primal."""
    shape = (np.shape(moving[0])[0], *np.shape(y))
    if is_complex(y) and not is_complex(tangent):
        tangent = tangent + 0j  # room for what may be written into it
    if np.shape(tangent) != shape:
        tangent = np.copy(np.broadcast_to(tangent, shape))
    if isinstance(y, Lifted) and not isinstance(tangent, Lifted):
        return y.constant(tangent)  # so that what moves in y can be written into it
    if is_array(y) and is_array(tangent):
        if y.strides != tangent.strides[1:]:
            return _laid_out_like(y, tangent)
        if any(np.may_share_memory(tangent, t) for t in moving):
            return tangent.copy()
    return tangent


def _laid_out_like(y: Array, tangent: Array) -> Array:
    """The tangent with the memory order of y behind its axis of seeds."""
    order = sorted(range(y.ndim), key=lambda axis: -y.strides[axis])
    memory = np.empty((len(tangent), *(y.shape[axis] for axis in order)), dtype=tangent.dtype)
    back = [order.index(axis) + 1 for axis in range(y.ndim)]
    mirrored = memory.transpose(0, *back)
    mirrored[...] = tangent
    return mirrored
