"""What is said when a derivative cannot be followed: what, on which line, why, and what to do."""

from __future__ import annotations

from nabla.errors import LostDerivative, MissingRule, NotAnalytic
from nabla.lift.source import line_of, users_line


def no_rule(name: str) -> MissingRule:
    """For an operation that nabla does not know."""
    return located(
        MissingRule(
            f"{name} has no derivative rule",
            why="nabla follows f operation by operation and does not know this one",
            remedy="add a rule with nabla.rules.add, write it with operations nabla knows, or "
            "use method='central', which needs only values",
        )
    )


def located(error: MissingRule) -> MissingRule:
    """The same error with the user's line in it; the rules know no lines."""
    line = users_line()
    what = f"{error.what} ({line})" if line else error.what
    return MissingRule(what, why=error.why, remedy=error.remedy)


def loss(what: str, instead: str) -> LostDerivative:
    """For what would keep the number and drop the rest, such as float()."""
    return LostDerivative(
        f"{users_line() or 'f'} {what}",
        why="only the number would go on, without its derivative, and the gradient would be "
        "wrong without a word",
        remedy=f"{instead}; or use method='central', which needs only values",
    )


def left_over() -> LostDerivative:
    """For a value whose run of f is over."""
    return LostDerivative(
        f"{users_line() or 'f'} uses a lifted value that is left over from another run of f",
        why="its derivative belongs to that run: a list, a cache or a global variable has kept it",
        remedy="compute the value anew in each call, or use method='central', which needs only "
        "values",
    )


def dislike(error: Exception) -> LostDerivative:
    """For code that raises on lifted values and does not on plain ones."""
    line = line_of(error)
    return LostDerivative(
        f"{line or 'f'} raised {type(error).__name__} on a lifted value: {error}",
        why="on plain numbers f raises nothing here, so this code takes nothing else and cannot "
        "be followed",
        remedy="use NumPy's or Python's own functions there, or method='central', which needs "
        "only values",
    )


_FOLLOWS_IT = "use method='forward', which follows it"


def not_analytic(what: str, why: str, instead: str | None = None) -> NotAnalytic:
    """For what f would do otherwise, or could not do, with complex numbers."""
    remedy = f"{instead}; or {_FOLLOWS_IT}" if instead else _FOLLOWS_IT
    return NotAnalytic(f"{users_line() or 'f'}: {what}", why=why, remedy=remedy)


def array_of_floats(dtype: object) -> NotAnalytic:
    """For a complex number on its way into an array that keeps its real part only."""
    return not_analytic(
        f"the array has room for {dtype} only, not for complex numbers",
        "NumPy would drop the imaginary part, and the derivative with it",
        "create it with the type of x, np.zeros(n, dtype=x.dtype)",
    )


def own_complex_numbers() -> NotAnalytic:
    """For the imaginary unit of f itself."""
    return not_analytic(
        "f computes with complex numbers of its own",
        "the step goes along the imaginary axis, and the two imaginary parts would mix",
    )


def no_derivative(sentence: str) -> NotAnalytic:
    """For a kink, a jump, or a comparison on its boundary, from the sentence of its note."""
    return NotAnalytic(
        sentence.partition(";")[0],
        why="there is no derivative here, and at a tie complex numbers are ordered by their "
        "imaginary parts, which mean nothing to f",
        remedy="ask at a point beside this one, or use method='forward', which returns one of "
        "the one-sided slopes, or their mean, with a note",
    )


def inside_another() -> NotAnalytic:
    """For values of an outer derivative."""
    return not_analytic(
        "values that are being differentiated already meet the complex step",
        "it takes plain numbers: their imaginary parts are free for the step",
    )
