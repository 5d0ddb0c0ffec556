"""Everyday functions that read, and sometimes write, what stands in their own file or another's."""

# ruff: noqa: PLW0603 - users do rebind globals

import math

import everyday_helpers
import everyday_helpers as tools
import numpy as np
from everyday_helpers import WEIGHTS, rotated, saturate
from everyday_table import follows

CONSTANTS = {"G": 6.674, "c": 2.998, "masses": [1.989, 5.972], "unit": {"length": 1.496}}
ACTIVATIONS = {"tanh": math.tanh, "soft": lambda v: math.log1p(math.exp(v)), "none": None}
STAGES = [np.exp, math.sin, lambda v: v * v]
KERNEL = np.array([0.25, 0.5, 0.25])
SCRATCH = np.zeros(3)
damping = 0.5
evaluations = 0
HISTORY = []


@follows("functions", [0.6, 1.4])
def gravity_from_constants(x):
    separation = x[0] * CONSTANTS["unit"]["length"]
    return CONSTANTS["G"] * math.prod(CONSTANTS["masses"]) / separation**2 * x[1]


@follows("functions", [0.6, 1.4])
def functions_from_a_table(x):
    hidden = ACTIVATIONS["tanh"](x[0]) * ACTIVATIONS["soft"](x[1])
    return hidden if ACTIVATIONS["none"] is None else 0.0


@follows("functions", 0.6, nested=True)
def pipeline_of_stages(x):
    for stage in STAGES:
        x = stage(x)
    return x


@follows("functions", [0.6, 1.4, -0.2])
def convolved_with_a_global_kernel(x):
    smooth = np.zeros(3)
    for i in range(3):
        for j, weight in enumerate(KERNEL):
            smooth[i] += weight * x[(i + j - 1) % 3] ** 2
    return smooth @ [1.0, 2.0, 3.0]


@follows("functions", [0.6, 1.4, -0.2])
def helpers_from_another_file(x):
    turned = rotated(x[:2], x[2])
    return saturate(turned[0]) * tools.unit(x)[1] + everyday_helpers.weighted(x) * WEIGHTS[0]


@follows("functions", [0.6, 1.4])
def state_of_another_file(x):
    mean = tools.Accumulator().add(x[0]).add(x[1] ** 2).mean
    return tools.surface_gravity("mars", x[0]) + (tools.TABLE @ x).prod() * mean


@follows("functions", [0.6, 1.4], writes=True)
def global_evaluation_counter(x):
    global evaluations
    evaluations += 1
    return x[0] * math.exp(x[1])


@follows("functions", [0.6, 1.4])
def global_rebound_and_restored(x):
    global damping
    before, damping = damping, 0.25
    try:
        return damped(x[0]) * x[1]
    finally:
        damping = before


def damped(v):
    return math.exp(-damping * v)


@follows("functions", [0.6, 1.4], writes=True)
def history_kept_in_a_global_list(x):
    HISTORY.append(float(x[0]))
    del HISTORY[:-3]
    return x[0] * x[1] + x[1] ** 2


@follows("functions", [0.6, 1.4], gradient=lambda x: [2 * x[0] * x[1], x[0] ** 2], writes=True)
def global_scratch_array(x):
    SCRATCH[0] = x[0] * x[1]
    SCRATCH[1] = x[0]
    return SCRATCH[0] * SCRATCH[1]
