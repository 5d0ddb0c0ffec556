"""Everyday functions on whose way the derivative is lost: forward mode must refuse them."""

import ast
import csv
import ctypes
import io
import json
import math
import pickle
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
from everyday_table import never_wrong, refuses

CACHE = {}


@refuses([0.7, 1.9])
def through_a_text(x):
    return float(str(x[0])) * x[1]


@refuses([0.7, 1.9])
def through_a_formatted_text(x):
    return float(f"{x[0]:.17g}") ** 2 * x[1]


@refuses([0.7, 1.9])
def through_several_texts(x):
    line = ",".join(str(v) for v in x)
    return math.prod(float(part) for part in line.split(","))


@refuses([0.7, 1.9])
def through_percent_formatting(x):
    return float("%.17g" % x[0]) + x[1] ** 2  # noqa: UP031


@refuses([0.7, 1.9])
def through_repr_and_eval(x):
    return eval(repr(float(x[0]))) * ast.literal_eval(repr(float(x[1])))


@refuses([0.7, 1.9])
def through_hexadecimal(x):
    return float.fromhex(x[0].hex()) * x[1]


@refuses([0.7, 1.9])
def through_json(x):
    return json.loads(json.dumps({"x": x.tolist()}))["x"][0] * x[1]


@refuses([0.7, 1.9])
def through_csv(x):
    stream = io.StringIO()
    csv.writer(stream).writerow(x.tolist())
    stream.seek(0)
    (row,) = csv.reader(stream)
    return float(row[0]) * float(row[1])


@refuses([0.7, 1.9])
def through_struct(x):
    return struct.unpack("<d", struct.pack("<d", x[0]))[0] * x[1]


@refuses([0.7, 1.9])
def through_bytes_of_an_array(x):
    return np.frombuffer(x.tobytes())[0] * x[1]


@refuses([0.7, 1.9])
def through_a_memoryview(x):
    return sum(v**2 for v in memoryview(np.ascontiguousarray(x * 2)))


@refuses([0.7, 1.9])
def through_a_view_of_the_bits(x):
    bits = x.view(np.int64)
    return bits.view(np.float64).prod()


@refuses([0.7, 1.9])
def through_compression(x):
    packed = zlib.compress(x.tobytes())
    return np.frombuffer(zlib.decompress(packed)).sum() * x[1]


@refuses([0.7, 1.9])
def through_decimal(x):
    return float(Decimal(repr(float(x[0]))).exp()) * x[1]


@refuses([0.7, 1.9])
def through_a_fraction(x):
    return float(Fraction(float(x[0])) * 3) * x[1]


@refuses([0.7, 1.9])
def through_a_text_file_of_numpy(x):
    stream = io.StringIO()
    np.savetxt(stream, x, fmt="%.18e")
    stream.seek(0)
    return np.loadtxt(stream).prod()


@refuses([0.7, 1.9])
def through_a_binary_file_of_numpy(x):
    stream = io.BytesIO()
    np.save(stream, x)
    stream.seek(0)
    return np.load(stream).prod()


@refuses([0.7, 1.9])
def through_a_file(x):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.txt"
        path.write_text(f"{float(x[0])!r}\n", encoding="utf-8")
        return float(path.read_text(encoding="utf-8")) * x[1]


@refuses([0.7, 1.9], gradient=lambda x: [2 * x[0], 1.0], slow=True)
def through_another_process(x):
    command = [sys.executable, "-S", "-c", f"print(repr({float(x[0])!r} ** 2))"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(printed.stdout) + x[1]


@refuses([0.7, 1.9])
def through_a_database(x):
    connection = sqlite3.connect(":memory:")
    try:
        (row,) = connection.execute("select ? * 2", (float(x[0]),))
    finally:
        connection.close()
    return row[0] * x[1]


@refuses([0.7, 1.9])
def through_ctypes(x):
    return ctypes.c_double(x[0]).value * x[1]


@refuses([0.7, 1.9])
def through_a_buffer_of_ctypes(x):
    buffer = (ctypes.c_double * 2)(*x)
    return np.ctypeslib.as_array(buffer).prod()


@refuses([0.7, 1.9], writes=True)
def cache_keyed_on_text(x):
    key = f"{x[0]:.17g}"
    if key not in CACHE:
        CACHE.clear()
        CACHE[key] = math.sin(float(key))
    return CACHE[key] * x[1]


@refuses([0.7, 1.9])
def numbers_read_by_numpy_from_text(x):
    return np.array([repr(float(v)) for v in x]).astype(float).prod()


@never_wrong("cannot follow", [0.7, 1.9])
def drawn_by_a_seeded_generator(x):
    return np.random.default_rng(0).normal(x[0], x[1])


@never_wrong("cannot follow", [0.7, 1.9])
def drawn_by_the_standard_library(x):
    return random.Random(3).gauss(x[0], x[1])


@never_wrong("cannot follow", [0.7, 1.9])
def through_pickle(x):
    return pickle.loads(pickle.dumps(x))[0] * x[1]


@never_wrong("cannot follow", [0.7, 1.9])
def cache_keyed_on_floats(x):
    memo = {}

    def wave(v):
        if v not in memo:
            memo[v] = math.sin(v)
        return memo[v]

    return wave(x[0]) * wave(x[1]) + wave(x[0])


@never_wrong("cannot follow", [0.7, 1.9])
def nudged_to_the_next_float(x):
    return math.nextafter(x[0], 10.0) * x[1] + 0.0 * math.ulp(x[0])


@never_wrong("cannot follow", [0.7, 1.9])
def as_a_ratio_of_integers(x):
    top, bottom = x[0].as_integer_ratio()
    return top / bottom * x[1]
