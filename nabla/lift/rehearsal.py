"""f rehearsed before it meets complex numbers: duals that know the truth, and a trial of each call.

The complex step puts x + ih into f and reads the derivative off the imaginary part. That is wrong
without a word as soon as f does anything that treats imaginary parts otherwise than a derivative
rule treats tangents. So f runs once, through the lens, on values that are dual numbers inside and
look complex to f. Each function that f calls is carried out on the duals, and then tried on the
complex numbers p + ihṗ made of them: their real part has to come out as p does, and their
imaginary part as h times the tangent.

Where a result departs from that its derivative is *lost*. That is no harm as long as only
comparisons look at it (``while abs(step) > 1e-12``), so it is marked, with the line, and refused
where it would go into an array or be returned. Decisions have to fall alike for both kinds of
number, and not by a hair: at a tie complex numbers are ordered by their imaginary parts.

Further duals may run in lockstep, with each operation disturbed by half an ulp: how far they part
is the rounding error of the derivative.

Source: Vignes, Discrete stochastic arithmetic for validating results of numerical software,
Numerical Algorithms 37, 377-390 (2004), for runs in lockstep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from typing import cast as cast_type

import numpy as np

from nabla.errors import NotAnalytic
from nabla.lift import refusals
from nabla.lift.departure import Moving, complex_of, departure, same_decision
from nabla.lift.dispatch import apply, bare, evaluate, lifted_in, mapped
from nabla.lift.dual import Dual
from nabla.lift.lifted import Lifted
from nabla.lift.trace import Meetings, Trace, operation_name
from nabla.rules.analyticity import (
    ANALYTIC,
    DECIDES_NOTHING,
    LOOKS_AT_TYPES,
    instead_of,
    takes_only_reals,
)
from nabla.rules.composite.loops import LOOPS
from nabla.rules.kinks import kink_of
from nabla.rules.rule import Operation, Value, is_complex
from nabla.rules.structural import cast, copy


class Rehearsed(Lifted):
    """A value that looks complex to the user's function.

    Attributes:
        primal: the first of the duals: the value and its tangents, in real arithmetic.
        run: the run of f it belongs to.
        duals: the first, and those of the disturbed runs in lockstep.
        lost: why complex numbers would carry another derivative, or None if they would not.
    """

    __slots__ = ("duals", "lost")

    takes_calls_whole: ClassVar[bool] = True

    def __init__(
        self, duals: tuple[Dual, ...], run: Trace, lost: NotAnalytic | None = None
    ) -> None:
        self.primal = duals[0]
        self.run = run
        self.duals = duals
        self.lost = lost

    @property
    def is_python_number(self) -> bool:
        """Never: a number that f gets is one of NumPy's complex ones."""
        return False

    @property
    def dtype(self) -> np.dtype[Any]:
        """The complex type that holds such numbers."""
        return np.result_type(self.primal.dtype, np.complex64)

    def plainly(self) -> Value:
        """The complex numbers p + ihṗ of the first seed."""
        primal, tangent = self.primal.primal, self.primal.tangent
        if isinstance(primal, Lifted) or isinstance(tangent, Lifted):
            self.run.refuse(refusals.inside_another())
        return complex_of(_moving(self.primal))

    def follow(
        self, operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
    ) -> Value:
        """The call on the duals, and its trial on complex numbers."""
        if operation in LOOPS:  # these call a function of the user's: what it does is looked at
            return LOOPS[operation](*operands, **parameters)
        call = _Call(self, operation, operands, parameters)
        return call.decided() if call.is_decision else call.followed()

    def assign(self, key: Any, value: Value) -> None:
        """Write into all duals; what has lost its derivative must not spread unseen."""
        lost = value.lost if isinstance(value, Rehearsed) else None
        if lost is not None and self.lost is None:
            self.run.refuse(lost)
        for k, dual in enumerate(self.duals):
            dual.assign(key, on_dual(value, self.run, k))

    def constant(self, value: Value) -> Rehearsed:
        """The value as one that does not move, in an array that has room for complex numbers."""
        if isinstance(value, Rehearsed) and value.run is self.run:
            return value
        if not is_complex(value):
            self.run.refuse(refusals.array_of_floats(value.dtype))
        numbers = np.real(value).copy(order="K")
        return Rehearsed(tuple(dual.constant(numbers.copy()) for dual in self.duals), self.run)


class _Call:
    """One call of the user's function, on duals and on complex numbers."""

    def __init__(
        self,
        latest: Rehearsed,
        operation: Operation,
        operands: Sequence[Value],
        parameters: Mapping[str, Any],
    ) -> None:
        self.run, self.operation = latest.run, operation
        self.traces = [dual.run for dual in latest.duals]
        self.arguments = (list(operands), dict(parameters))
        self.moving = [it for it in lifted_in(self.arguments) if isinstance(it, Rehearsed)]
        if takes_only_reals(operation):
            self.run.refuse(self._refusal("takes no complex numbers", "it is for real ones only"))
        self.met = self.traces[0].met = Meetings()  # of this call alone
        self.truth = self._on_dual(0)
        self.run.met.decisions |= self.met.decisions
        self.run.met.roundings |= self.met.roundings

    @property
    def is_decision(self) -> bool:
        """Whether the result carries no derivative."""
        return not lifted_in(self.truth)

    def decided(self) -> Value:
        """The result, if it is the same for complex numbers."""
        if self.operation in DECIDES_NOTHING:
            return self.truth
        self._require_clear_decision()
        z = self._on_complex()
        if self.operation in LOOKS_AT_TYPES:
            return z
        if not same_decision(self.truth, z):
            answers = f"f decides something by it, and it is {z} instead of {self.truth}"
            self.run.refuse(self._refusal("answers otherwise for complex numbers", answers))
        return self.truth

    def followed(self) -> Value:
        """The result on all duals, marked where complex numbers would carry another derivative."""
        lost = next((it.lost for it in self.moving if it.lost is not None), None)
        notes = self.met.notes()
        if lost is None and notes:
            lost = refusals.no_derivative(notes[0].sentence)
        untried = lost is not None or self.operation in ANALYTIC
        z = None if untried else self._on_complex()
        results = [self.truth, *(self._disturbed(k) for k in range(1, len(self.traces)))]
        return self._joined(results, z, lost)

    def _require_clear_decision(self) -> None:
        """Refuse a decision on its boundary, where imaginary parts would turn the scale."""
        notes = self.met.notes()
        if notes:
            self.run.refuse(refusals.no_derivative(notes[0].sentence))
        kink = kink_of(self.operation)
        lost = next((it.lost for it in self.moving if it.lost is not None), None)
        if lost is not None and kink is not None:
            operands, parameters = shown(self.arguments, self.run, lambda it: it.primal.primal)
            if np.any(kink.at(self.truth, *operands, **parameters)):
                self.run.refuse(lost)

    def _on_dual(self, k: int) -> Value:
        operands, parameters = on_dual(self.arguments, self.run, k)
        if self.operation is cast and parameters["dtype"].kind == "c":
            return apply(copy, operands, {})
        operation = np.positive if self.operation is complex else self.operation
        return evaluate(operation, operands, parameters)

    def _disturbed(self, k: int) -> Value:
        try:
            with np.errstate(all="ignore"):
                return self._on_dual(k)
        except (ArithmeticError, ValueError):
            # half an ulp away there is no value: nothing is known about the rounding
            return _unknown(self.truth, self.traces[k])

    def _on_complex(self) -> Value:
        operands, parameters = shown(self.arguments, self.run, Rehearsed.plainly)
        try:
            with np.errstate(all="ignore"):
                if self.operation is cast and parameters["dtype"].kind == "f":
                    return np.real(*operands).astype(parameters["dtype"])
                return self.operation(*operands, **parameters)
        except Exception as error:  # whatever it says, f would hear it
            said = f"it raises {type(error).__name__}: {error}"
            self.run.refuse(self._refusal("takes no complex numbers", said))

    def _joined(self, results: list[Any], z: Any, lost: NotAnalytic | None) -> Value:
        truth = results[0]
        if isinstance(truth, Dual):
            if is_complex(truth):
                self.run.refuse(refusals.own_complex_numbers())
            lost = lost if z is None else self._departure(truth, z)
            return Rehearsed(tuple(results), self.run, lost)
        if not isinstance(truth, tuple | list):
            return truth
        count = len(cast_type("Sequence[Any]", truth))
        joined = iter(
            [
                self._joined([result[k] for result in results], None if z is None else z[k], lost)
                for k in range(count)
            ]
        )
        return mapped(lambda _: next(joined), truth)

    def _departure(self, truth: Dual, z: Any) -> NotAnalytic | None:
        operands = [_moving(it.primal) for it in self.moving]
        found = departure(self.operation, operands, _moving(truth), z)
        if found is None and np.any(np.isnan(truth.primal) & ~np.isnan(z)):
            self.run.leave_the_reals(self.operation)  # a mask may hide it: the outcome will tell
        return None if found is None else self._refusal(*found)

    def _refusal(self, how: str, why: str) -> NotAnalytic:
        name = "the conversion" if self.operation is cast else operation_name(self.operation)
        return refusals.not_analytic(f"{name} {how}", why, instead_of(self.operation))


def shown(
    tree: Any, run: Trace, show: Callable[[Rehearsed], Value], plain: Callable[[Any], Any] = bare
) -> Any:
    """Nested arguments with the values of this run as `show` gives them, and others as `plain`."""
    if isinstance(tree, Rehearsed) and tree.run is run:
        return show(tree)
    if isinstance(tree, Lifted):
        run.refuse(refusals.inside_another())
    if isinstance(tree, tuple | list | dict):
        return mapped(lambda branch: shown(branch, run, show, plain), tree)
    return plain(tree)


def on_dual(tree: Any, run: Trace, k: int) -> Any:
    """Nested arguments as the k-th of the duals has them: real."""

    def real(value: Any) -> Any:
        if not is_complex(value):
            return value
        if np.any(np.imag(value)):
            run.refuse(refusals.own_complex_numbers())
        return cast_type("Any", np.array(np.real(value)))[()]

    return shown(tree, run, lambda it: it.duals[k], real)


def _moving(dual: Dual) -> Moving:
    return Moving(np.asarray(dual.primal), np.asarray(dual.tangent[0]))


def _unknown(truth: Any, trace: Trace) -> Any:
    """The same result in a disturbed run, where nothing is known of its tangents."""
    if isinstance(truth, Dual):
        return Dual(np.copy(truth.primal)[()], np.full_like(truth.tangent, np.nan), trace)
    return mapped(lambda part: _unknown(part, trace), truth)
