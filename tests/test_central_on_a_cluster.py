"""Central differences on a Dask cluster of this machine: real workers, each its own process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from functions_for_a_cluster import Odd, deadly, odd_beside_one, wavy
from numpy.testing import assert_array_equal

import nabla
from nabla.methods.central import Central
from nabla.methods.differences.blocks import Workers
from nabla.methods.differences.calls import PointByPoint
from nabla.methods.differences.inquiry import Reply
from nabla.methods.function import Function

distributed = pytest.importorskip("distributed", reason="pip install 'nabla-gradients[dask]'")

X = np.append(np.random.default_rng(1).normal(size=6), 0.0)


@pytest.fixture(scope="module")
def client(root: Path) -> Iterator[Any]:
    # the workers import what they are sent by name, from here
    path = os.pathsep.join([str(root), str(root / "tests")])
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            env={"PYTHONPATH": path},
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.mark.parametrize("batch", [False, True])
def test_a_cluster_changes_no_bit(client: Any, batch: bool) -> None:
    here = nabla.estimate(wavy, X, method="central")
    central = Central(executor=client.get_executor(), batch=batch)
    there = nabla.estimate(wavy, X, method=central)
    assert_array_equal(there.gradient, here.gradient)
    assert_array_equal(there.error, here.error)
    assert (there.value, there.notes) == (here.value, here.notes)
    assert there.evaluations == here.evaluations + batch


def test_the_same_point_is_evaluated_as_often_as_it_is_asked(client: Any) -> None:
    def random(x: Any) -> float:
        return float(np.random.default_rng().normal())

    replies: dict[int, Reply] = {}
    # f takes long, so that each point is a task of its own
    workers = Workers(client.get_executor(), PointByPoint(Function(random)), seconds=1.0)
    workers(np.ones((4, 1)), replies.update)
    assert len({reply.value for reply in replies.values()}) == 4


def test_what_f_raises_on_a_cluster_arrives_as_itself(client: Any) -> None:
    with pytest.raises(Odd, match="not at 1") as caught:
        nabla.estimate(odd_beside_one, [1.0], method=Central(executor=client.get_executor()))
    assert "odd_beside_one" in caught.value.__notes__[0]


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
def test_a_worker_that_is_killed_changes_no_bit(client: Any, tmp_path: Path) -> None:
    marker, journal = tmp_path / "calls", tmp_path / "run.nabla"
    workers = set(client.scheduler_info()["workers"])
    f = partial(deadly, here=os.getpid(), marker=str(marker))
    central = Central(executor=client.get_executor(), journal=journal)
    there = nabla.estimate(f, X, method=central)
    here = nabla.estimate(f, X, method="central")
    assert set(client.scheduler_info()["workers"]) != workers
    assert_array_equal(there.gradient, here.gradient)
    assert_array_equal(there.error, here.error)
    assert there.evaluations == here.evaluations
    # what the killed worker was doing was done again
    assert marker.stat().st_size >= there.evaluations
    assert nabla.estimate(f, X, method=central).evaluations == 1
