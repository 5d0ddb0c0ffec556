"""Gradient descent for teaching: the path of the ball, not only its end."""

from nabla.descent.result import Descent
from nabla.descent.roll import descend

__all__ = ["Descent", "descend"]
