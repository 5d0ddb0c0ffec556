"""`array.flat` of arrays that are not NumPy's own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from nabla.rules.rule import Value


class Flat:
    """The elements of an array one after the other, in C order, to be read and written.

    Attributes:
        base: the array.
        index: how many elements have been iterated over.
    """

    def __init__(self, base: Any) -> None:
        self.base = base
        self.index = 0

    @property
    def coords(self) -> tuple[int, ...]:
        """Where in the array the next element is."""
        return self._key(self.index)

    def _key(self, position: int) -> tuple[int, ...]:
        return tuple(int(k) for k in np.unravel_index(position, self.base.shape))

    def __len__(self) -> int:
        return math.prod(self.base.shape)

    def __iter__(self) -> Iterator[Value]:
        return self

    def __next__(self) -> Value:
        if self.index >= len(self):
            raise StopIteration
        self.index += 1
        return self.base[self._key(self.index - 1)]

    def __getitem__(self, key: Any) -> Value:
        positions = np.arange(len(self))[key]
        if not positions.shape:
            return self.base[self._key(int(positions))]
        return self.copy()[key]

    def __setitem__(self, key: Any, value: Value) -> None:
        positions = np.arange(len(self))[key]
        if not positions.shape:
            self.base[self._key(int(positions))] = value
            return
        # NumPy repeats the values as often as is needed
        repeated: Any = np.resize(value, positions.shape)  # type: ignore[call-overload]
        self.base[np.unravel_index(positions, self.base.shape)] = repeated

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self.copy(), dtype=dtype)

    def copy(self) -> Value:
        """The elements as a fresh array of one axis."""
        return np.ravel(self.base).copy()
