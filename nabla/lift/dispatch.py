"""The one place of dispatch: every operation on lifted values comes through `apply`.

Two kinds of operand are neither plain nor the operation's own business. A `Traced` value follows
operations itself. A `Container` is an array of the user's function that is plain until a lifted
value is written into it; operations see its content.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, cast

import numpy as np

from nabla.errors import MissingRule
from nabla.lift import refusals
from nabla.lift.trace import Trace, operation_name
from nabla.result import is_array
from nabla.rules import structural
from nabla.rules.composite import OF_COMPLEX
from nabla.rules.namesakes import as_called
from nabla.rules.rule import Operation, Value, is_complex
from nabla.rules.tables import composite_of, rule_of


class Traced(ABC):
    """A value that carries more than a number through the user's function.

    Attributes:
        primal: the value itself: a number, an array, or again something lifted.
        run: the run of f it belongs to.
        takes_calls_whole: whether it follows a function of NumPy's as it is called, instead of
            the operations with a rule that the function is made of.
    """

    __slots__ = ("primal", "run")

    takes_calls_whole: ClassVar[bool] = False
    primal: Value
    run: Trace

    @property
    @abstractmethod
    def is_python_number(self) -> bool:
        """Whether it stands for a number of Python's own, not for one of NumPy's."""

    @abstractmethod
    def plainly(self) -> Value:
        """The plain number or array, laid out in memory like the primal."""

    @abstractmethod
    def follow(
        self, operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
    ) -> Value:
        """Apply an operation of which this trace's values are operands."""

    @abstractmethod
    def assign(self, key: Any, value: Value) -> None:
        """Write a value of any kind into self[key]."""

    @abstractmethod
    def constant(self, value: Value) -> Traced:
        """A value as one of this kind that does not move, with room for what moves in this one."""


class Container(ABC):
    """An array of the user's function, plain until a lifted value is written into it."""

    __slots__ = ()

    @property
    @abstractmethod
    def content(self) -> Value:
        """A plain array, or something lifted."""

    @abstractmethod
    def writable(self) -> Value:
        """The content, for plain values to be written into."""

    @abstractmethod
    def room_for(self, value: Traced) -> Value:
        """The content, lifted so that this value can be written into it."""


def apply(operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]) -> Value:
    """Apply an operation to operands of which at least one is lifted."""
    if "out" in parameters:
        return _into(operation, operands, parameters)
    if operation in WRITING and isinstance(operands[0], Container):
        target = operands[0].content
        if not isinstance(target, Traced) and target.dtype.kind in "iub":
            # whole numbers: NumPy truncates, or complains, and either way nothing goes on to move
            plain = [representative(packed(value)) for value in operands[1:]]
            return operation(operands[0].writable(), *plain, **bare(dict(parameters)))
    latest = latest_in((operands, parameters))
    given: Sequence[Value] = [
        _operand(operation, value, k, latest) for k, value in enumerate(operands)
    ]
    options = {name: bare(value) for name, value in parameters.items()}
    if latest.run.is_over:
        raise refusals.left_over()
    if latest.takes_calls_whole:
        return latest.follow(operation, given, options)
    rule = rule_of(operation)
    if rule is not None and lifted_in(options):
        refuse_operation(latest, f"{operation_name(operation)} with a lifted keyword argument")
    if operation in OF_COMPLEX and any(map(is_complex, given)):
        return OF_COMPLEX[operation](*given)
    given = as_called(operation, given)
    composite = None if rule is not None else composite_of(operation)
    try:
        if composite is None:
            return latest.follow(operation, given, options)
        return composite(*given, **options)
    except MissingRule as error:  # what is not followed; the rules know no lines
        latest.run.refuse(refusals.located(error))
    except TypeError:
        if composite is None or _takes(composite, given, options):
            raise
        said = ", ".join(options) or f"{len(given)} arguments"
        refuse_operation(latest, f"{operation_name(operation)} called with {said}")


def evaluate(
    operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]
) -> Value:
    """The value of an operation, at the next level if an operand is lifted there.

    Python's own functions and SciPy's do not hand the call over by themselves.
    """
    if lifted_in(operands) or (parameters and lifted_in(tuple(parameters.values()))):
        return apply(operation, operands, parameters)
    return operation(*operands, **parameters)


def refuse_operation(value: Traced, name: str) -> Any:
    """Refuse an operation for which there is no rule."""
    value.run.refuse(refusals.no_rule(name))


def _into(operation: Operation, operands: Sequence[Value], parameters: Mapping[str, Any]) -> Value:
    """The operation with its result written into `out`, as far as there is one."""
    rest = {name: value for name, value in parameters.items() if name != "out"}
    out = parameters["out"]
    target = cast("Any", out[0] if type(out) is tuple and len(out) == 1 else out)
    y = apply(operation, operands, rest)
    if target is None:
        return y
    if is_array(target) and lifted_in(y):
        lifted_in(y)[0].run.refuse(
            refusals.loss("writes a lifted value into a plain array", "leave out= out")
        )
    target[...] = y
    return target


def _operand(operation: Operation, value: Value, position: int, latest: Traced) -> Value:
    if operation in WRITING and position == 0 and isinstance(value, Container):
        return value.room_for(latest)
    if operation is np.block:
        return bare(value)
    if operation in TAKES_SEQUENCES and isinstance(value, list | tuple):
        return [packed(part) for part in cast("Sequence[Any]", value)]
    return packed(value)


def _takes(composite: Operation, operands: Sequence[Value], options: Mapping[str, Any]) -> bool:
    """Whether a composite knows these arguments; NumPy's function may have more."""
    try:
        inspect.signature(composite).bind(*operands, **options)
    except TypeError:
        return False
    return True


def latest_in(tree: Any) -> Traced:
    """The value of the latest trace: a gradient inside f is taken by the inner one first."""
    return max(lifted_in(tree), key=_level)


def _level(value: Traced) -> int:
    return value.run.level


def lifted_in(tree: Any) -> list[Traced]:
    """All lifted values in nested tuples, lists and dicts, and in what containers hold."""
    found: list[Traced] = []
    _collect(tree, found)
    return found


def _collect(tree: Any, found: list[Traced]) -> None:
    if type(tree) in _PLAIN:
        return
    if isinstance(tree, tuple | list):
        for branch in cast("Sequence[Any]", tree):
            _collect(branch, found)
    elif type(tree) is np.ndarray:
        if tree.dtype == object:
            _collect(tree.ravel().tolist(), found)
    elif isinstance(tree, dict):
        for branch in cast("dict[str, Any]", tree).values():
            _collect(branch, found)
    elif isinstance(tree, Traced):
        found.append(tree)
    elif isinstance(tree, Container):
        _collect(tree.content, found)


_PLAIN = frozenset({int, float, complex, bool, str, type(None), np.float64, np.int64, np.bool_})
"""Types of which nothing need be asked; most operands are of one of them, or lifted."""


def bare(tree: Any) -> Any:
    """Nested arguments with containers replaced by what they hold."""
    if type(tree) in _PLAIN:
        return tree
    if isinstance(tree, Container):
        return tree.content
    if isinstance(tree, tuple | list | dict):
        return mapped(bare, tree)
    return tree


def packed(value: Value) -> Value:
    """Lists of lifted values as one lifted array, as NumPy makes arrays of lists of numbers."""
    if type(value) in _PLAIN or isinstance(value, Traced):
        return value
    if isinstance(value, Container):
        return packed(value.content)
    if is_array(value) and value.dtype == object and lifted_in(value):
        row = packed(value.ravel().tolist())
        return cast("Any", row if isinstance(row, list) else np.reshape(row, value.shape))
    if not isinstance(value, tuple | list) or not lifted_in(value):
        return bare(value)
    parts = [packed(part) for part in cast("Sequence[Any]", value)]
    if len({np.shape(part) for part in parts}) > 1:
        return parts  # ragged: whoever takes it knows why, or complains
    return structural.pile(*parts)


def mapped(change: Callable[[Any], Any], tree: Any) -> Any:
    """A tuple, list or dict with every entry changed; anything else as it is."""
    if isinstance(tree, dict):
        entries = cast("dict[str, Any]", tree)
        return {name: change(entry) for name, entry in entries.items()}
    if isinstance(tree, tuple):
        changed = (change(entry) for entry in cast("tuple[Any, ...]", tree))
        if hasattr(tree, "_fields"):  # a namedtuple, such as np.linalg.eigh returns
            named = cast("Any", type(cast("Any", tree)))
            return named(*changed)
        return tuple(changed)
    if isinstance(tree, list):
        return [change(entry) for entry in cast("list[Any]", tree)]
    return tree


def is_number(value: Value) -> bool:
    """Whether a value is one number, which writes into arrays do not reach."""
    return not isinstance(ground(value), np.ndarray)


def ground(value: Value) -> Value:
    """The plain value under all levels of lifting."""
    while isinstance(value, Traced):
        value = value.primal
    return value


def elements(value: Any) -> Value:
    """Lifted elements one by one in an array of objects, as NumPy keeps what it does not know."""
    if is_number(value):
        return value
    objects: Any = np.empty(value.shape, dtype=object)
    for key in np.ndindex(*value.shape):
        objects[key] = value[key]
    return objects


def is_python_number(value: Any) -> bool:
    """Whether a value is, or stands for, a number of Python's own."""
    if isinstance(value, Traced):
        return value.is_python_number
    return type(value) in (float, int, complex, bool)


def representative(value: Any) -> Any:
    """The plain value that a lifted one or a buffer stands for; anything else itself."""
    content = bare(value) if isinstance(value, Container) else value
    return content.plainly() if isinstance(content, Traced) else content


WRITING: frozenset[Operation] = frozenset(
    {np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis}
)
"""Functions that write into their first argument."""

TAKES_SEQUENCES: frozenset[Operation] = frozenset(
    {
        np.concatenate,
        np.stack,
        np.vstack,
        np.hstack,
        np.dstack,
        np.column_stack,
        np.choose,
        np.select,
        np.piecewise,
        np.lexsort,
        np.linalg.multi_dot,
    }
)
"""Functions whose argument is a list of arrays, not an array written as a list."""
