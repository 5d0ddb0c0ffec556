"""Everyday functions, all of them: the files they stand in, by kind."""

import everyday_callers
import everyday_checks
import everyday_classes
import everyday_closures
import everyday_control
import everyday_dispatch
import everyday_enums
import everyday_globals
import everyday_helpers
import everyday_maths
import everyday_models
import everyday_networks
import everyday_numpy
import everyday_records
import everyday_refused
import everyday_scipy
import everyday_sequences
import everyday_unusual
import everyday_writing
from everyday_table import BY_MODULE

MODULES = (
    everyday_callers,
    everyday_checks,
    everyday_classes,
    everyday_closures,
    everyday_control,
    everyday_dispatch,
    everyday_enums,
    everyday_globals,
    everyday_helpers,
    everyday_maths,
    everyday_models,
    everyday_networks,
    everyday_numpy,
    everyday_records,
    everyday_refused,
    everyday_scipy,
    everyday_sequences,
    everyday_unusual,
    everyday_writing,
)
EVERYDAY = [entry for module in MODULES for entry in BY_MODULE[module.__name__]]
BY_NAME = {entry.name: entry for entry in EVERYDAY}
