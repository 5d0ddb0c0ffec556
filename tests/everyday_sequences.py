"""Everyday functions that take x apart and walk through it."""

import bisect
import functools
import heapq
import itertools
import math
import operator
from collections import defaultdict, deque
from functools import reduce
from itertools import accumulate, pairwise

import numpy as np
from everyday_table import follows, never_wrong

PRICES = (3.5, 2.25, 4.0)
KNOTS = [0.0, 0.5, 1.0, 1.5, 2.0]


@follows("unpacking", [1.2, 0.7, 2.0], gradient=lambda x: [x[1] * x[2], x[0] * x[2], x[0] * x[1]])
def box_volume(x):
    width, height, depth = x
    return width * height * depth


@follows("unpacking", [0.5, 1.5, -0.4, 2.0])
def first_and_the_rest(x):
    head, *tail = x
    return head * sum(t**2 for t in tail) + math.exp(tail[-1])


@follows("unpacking", [0.5, 1.5, -0.4, 2.0])
def ends_and_the_middle(x):
    first, *middle, last = x
    return first * last + math.sin(middle[0]) * middle[1]


@follows(
    "unpacking",
    [[0.3, 1.2], [0.8, -0.5]],
    gradient=lambda x: [[x[1, 1], -x[1, 0]], [-x[0, 1], x[0, 0]]],
)
def determinant_of_unpacked_rows(x):
    (a, b), (c, d) = x
    return a * d - b * c


@follows("unpacking", [0.6, 1.1], nested=True)
def swapped_values(x):
    a, b = x
    a, b = b, a * b
    a, b = a + b, a - b
    return a * b


@follows("unpacking", [1.1, 0.4, 0.9])
def spread_into_arguments(x):
    def horner(t, *coefficients):
        total = 0.0
        for c in coefficients:
            total = total * t + c
        return total

    return horner(0.8, *x) + max(*x) * min(*x)


@follows("unpacking", [1.4, 0.3, 2.2])
def spread_into_keywords(x):
    def ideal_gas(*, moles, temperature, volume):
        return moles * 8.314 * temperature / volume

    return ideal_gas(**dict(zip(("moles", "temperature", "volume"), x, strict=True)))


@follows("unpacking", [0.2, 0.5, 0.3])
def merged_lists(x):
    padded = [0.0, *x, *x[::-1], 1.0]
    return sum(a * b for a, b in pairwise(padded))


@follows("iteration", [0.5, -1.5, 2.0])
def weighted_by_position(x):
    total = 0
    for i, v in enumerate(x, start=1):
        total += i * v**2
    return total


@follows("iteration", [2.0, 1.0, 3.0], gradient=lambda x: PRICES)
def shopping_bill(x):
    return sum(price * amount for price, amount in zip(PRICES, x, strict=True))


@follows("iteration", [0.5, 1.0, 1.5])
def mapped_sines(x):
    return sum(map(math.sin, x)) * sum(map(lambda a, b: a * b, x, reversed(x)))


@follows("iteration", [0.5, 1.2, 1.5], gradient=lambda x: np.prod(x) / x, nested=True)
def reduced_product(x):
    return reduce(operator.mul, x)


@follows("iteration", [0.9, 1.2, 0.7], nested=True)
def continued_fraction(x):
    return functools.reduce(lambda tail, a: a + 1 / tail, reversed(x), 1.0)


@follows("iteration", [0.5, -0.2, 0.9, 0.1])
def running_totals(x):
    return max(accumulate(x)) + list(accumulate(x, operator.mul, initial=2.0))[-1]


@follows("iteration", [0.0, 1.1, 2.3, 2.9])
def pairwise_repulsion(x):
    return sum(1 / abs(a - b) for a, b in itertools.combinations(x, 2))


@follows("iteration", [0.3, 0.6])
def outer_by_product(x):
    return sum(math.exp(a * b) for a, b in itertools.product(x, [0.5, 1.0, 2.0]))


@follows("iteration", [0.3, 0.6, 1.2])
def chained_and_sliced(x):
    values = itertools.chain(x, [1.0], (v**2 for v in x))
    return sum(itertools.islice(values, 1, 6))


@follows("iteration", [0.4, 1.2, 0.8])
def starmapped_powers(x):
    return sum(itertools.starmap(pow, zip(x, [2, 3, 4], strict=True)))


@follows("iteration", [0.4, 1.2, -0.8, 0.1])
def grouped_by_sign(x):
    groups = itertools.groupby(x, key=lambda v: v > 0)
    return sum(math.exp(sum(group)) for _, group in groups)


@follows("iteration", [0.4, 1.2, -0.8, 0.1])
def filtered_logs(x):
    positive = list(filter(lambda v: v > 0, x))
    return sum(math.log(v) for v in positive) / len(positive)


@follows("iteration", [0.4, 1.2, -0.8, 0.1])
def comprehension_with_condition(x):
    squares = {i: v * v for i, v in enumerate(x) if v > -0.5}
    return sum(squares.values()) + squares[0] * squares[3]


@follows("iteration", [0.4, 1.2, -0.8])
def list_appended_then_array(x):
    history = []
    level = 0.5
    for v in x:
        level = 0.9 * level + v
        history.append(level)
    return np.array(history).std()


@follows("iteration", [0.5, 1.5, 1.0])
def moving_average_of_a_deque(x):
    window, total = deque(maxlen=2), 0.0
    for v in x:
        window.append(v)
        total += (sum(window) / len(window)) ** 2
    return total


@follows("iteration", [0.5, 1.5, 1.0, 0.7])
def grouped_in_a_defaultdict(x):
    by_parity = defaultdict(list)
    for i, v in enumerate(x):
        by_parity[i % 2].append(v)
    return sum(by_parity[0]) * sum(by_parity[1])


@follows("iteration", [[0.5, 1.5], [1.0, 0.7]], gradient=lambda x: [[1, 2], [3, 4]])
def rows_then_columns(x):
    total = 0.0
    for i, row in enumerate(x):
        for j, v in enumerate(row):
            total += (2 * i + j + 1) * v
    return total


@follows("iteration", [[0.5, 1.5, 0.2], [1.0, 0.7, 0.9]])
def transposed_by_zip(x):
    return sum(math.hypot(*column) for column in zip(*x, strict=True))


@follows("iteration", [0.5, 1.5, 1.0], gradient=lambda x: np.arange(3) * 2 * x)
def indexed_by_range_of_len(x):
    result = 0
    for i in range(len(x)):
        result = result + i * x[i] ** 2
    return result


@follows("iteration", [0.5, 1.5, 1.0])
def iterator_by_hand(x):
    it = iter(x)
    total = next(it)
    while (v := next(it, None)) is not None:
        total = total * v + 1
    return total


@follows("builtins", [3.0, 1.0, 2.0], gradient=lambda x: [3, 1, 2])
def ranked(x):
    return sum(rank * v for rank, v in enumerate(sorted(x), start=1))


@follows("builtins", [3.0, -1.0, 2.0])
def sorted_by_size_descending(x):
    largest, second, *_ = sorted(x.tolist(), key=abs, reverse=True)
    return largest**2 / second


@follows("builtins", [0.3, 1.4, 0.9], gradient=lambda x: [2 * x[0] * x[1], x[0] ** 2, 0])
def extremes(x):
    return min(x) ** 2 * max(x)


@follows("builtins", [0.3, -1.4, 0.9])
def farthest_from_target(x):
    return (max(x, key=lambda v: abs(v - 0.5)) - 0.5) ** 2 + min([v**2 for v in x], default=0.0)


@follows("builtins", [0.3, -1.4, 0.9])
def absolute_and_power(x):
    return sum(abs(v) for v in x) + pow(x[0], 3) + pow(2.0, x[1]) + abs(x[2] - 2) ** 1.5


@follows("builtins", [3.7, 2.3], gradient=lambda x: [4.0, 2.0])
def quotient_and_remainder(x):
    whole, rest = divmod(x[0], 1.0)
    return whole * x[1] + rest + x[0] * 3 + x[1] % 1.0 - 2 * x[1]


@follows("builtins", [2.46, 1.3], gradient=lambda x: [1.3, 2.0])
def rounded_to_the_nearest(x):
    return round(x[0]) * x[1] + x[0] * round(x[1], 1)


@follows("builtins", [0.8, 1.7])
def through_float_and_complex(x):
    a, b = float(x[0]), complex(x[1])
    return a**2 * b.real + abs(complex(a, x[1]))


@follows("builtins", [[0.5, 1.5], [1.0, 0.7]])
def sum_of_lists_and_start(x):
    return sum(sum(row) ** 2 for row in x) + sum(x[0], 10.0) + sum([[v] for v in x[1]], [])[0]  # noqa: RUF017


@follows("builtins", [0.5, 1.5, 1.0])
def any_all_as_switches(x):
    scale = 2.0 if all(v > 0 for v in x) else 1.0
    shift = 1.0 if any(v > 5 for v in x) else 3.0
    return scale * x[0] * x[1] + shift * x[2]


@follows("iteration", [4.0, 1.5, 3.0, 2.0])
def huffman_cost_with_a_heap(x):
    heap = list(x)
    heapq.heapify(heap)
    cost = 0.0
    while len(heap) > 1:
        merged = heapq.heappop(heap) + heapq.heappop(heap)
        cost += merged
        heapq.heappush(heap, merged)
    return cost + heapq.nsmallest(1, x)[0] * heapq.nlargest(2, x)[1]


@follows("iteration", [0.7, 1.8])
def bracket_found_by_bisect(x):
    total = 0.0
    for v in x:
        k = bisect.bisect_right(KNOTS, v) - 1
        t = (v - KNOTS[k]) / (KNOTS[k + 1] - KNOTS[k])
        total += (1 - t) * k**2 + t**2 * (k + 1)
    return total


@follows("iteration", [0.7, 1.8, 0.3])
def operator_functions(x):
    pick = operator.itemgetter(0, 2)
    a, c = pick(x)
    return operator.add(a, operator.truediv(c, x[1])) + operator.neg(operator.pow(a, 2))


@never_wrong("iteration", [0.7, 1.8, 0.7])
def duplicates_dropped_by_a_set(x):
    return sum(v**2 for v in set(x[1:]))
