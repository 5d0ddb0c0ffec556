"""Memory that changes its kind: plain, until a lifted value is written into it.

A function that fills ``np.zeros(n)`` element by element creates a plain array and writes lifted
values into it. NumPy has no room for them there, so under the lens such an array is plain, and as
fast as that allows, until the first lifted value is written, then lifted.

A view remembers how it was taken. When the content changes its kind, the view is taken again, so
that both go on sharing memory as NumPy's do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeAlias

import numpy as np

from nabla.lift import refusals
from nabla.lift.dispatch import Container, Traced
from nabla.result import Array
from nabla.rules.rule import Value

View: TypeAlias = Callable[[Value], Value]


class Memory(Container):
    """The memory of an array that is plain until a lifted value is written into it.

    Attributes:
        content: the array as it is now, plain or lifted.
    """

    __slots__ = ("_array", "_base", "_borrowed", "_root", "_shared", "_version", "_view")

    def __init__(
        self,
        array: Array,
        *,
        borrowed: bool = False,
        shared: bool = False,
        base: Memory | None = None,
        view: View | None = None,
    ) -> None:
        """Hold an array.

        Args:
            array: the plain array.
            borrowed: whether it is the user's own, to be copied before anything is written.
            shared: whether others, who are not seen through, hold it too.
            base: the buffer of which this is a view.
            view: how to take the view again from what the base holds.
        """
        self._array: Value = array
        self._borrowed = borrowed
        self._shared = shared
        self._base = base
        self._view = view
        self._root: Memory = self if base is None else base._root
        self._version: int = 0 if base is None else base._root._version

    @property
    def content(self) -> Value:
        """The array as it is now, plain or lifted."""
        if self._version != self._root._version and self._base is not None and self._view:
            self._array = self._view(self._base.content)
            self._version = self._root._version
        return self._array

    def writable(self) -> Value:
        """The content, for plain values to be written into: the user's own array is copied."""
        root = self._root
        if root._borrowed and root._array.flags.writeable:
            root._replace(np.array(root._array, order="K"))
        return self.content

    def room_for(self, value: Traced) -> Value:
        """The content, lifted so that this value can be written into it."""
        root = self._root
        if not isinstance(root._array, Traced) and not root._array.flags.writeable:
            raise ValueError("assignment destination is read-only")
        if root._shared:
            value.run.refuse(
                refusals.loss(
                    "writes a lifted value into an array that code outside f holds too",
                    "write into a copy, np.array(…)",
                )
            )
        lifted = value.constant(root.writable())
        if lifted is not root._array:
            root._replace(lifted)
        return self.content

    def _replace(self, array: Value) -> None:
        self._array = array
        self._borrowed = False
        self._version += 1

    def seen_as(self, y: Value, view: View) -> Self:
        """A view of this memory.

        Args:
            y: the view of what it holds now.
            view: how to take it again from what it will hold.
        """
        return type(self)(y, base=self, view=view)
