"""Runs for the tests: simulated trials written as lockgauge writes them."""

import csv
import itertools
import json

import numpy

from lockgauge_tools import runs, schema

BACKENDS = ["no_lock", "rmw_floor", "qspinlock", "rqspinlock", "percpu_busy"]


def trials(seed=1, scale=lambda case: 1.0, noise=0.01, invocations=3,
           repetitions=5, scenarios=("handoff",), params=("hold_ns=0",),
           backends=BACKENDS, threads=(1, 2), placement="compact", **cells):
    """Rows with noise between and within invocations, and a few outliers.

    `scale` is the true cost of a case, 1 by default; `cells` go into every row.
    """
    rng = numpy.random.default_rng(seed)
    rows = []
    for case in itertools.product(scenarios, params, backends, threads):
        scenario, param, backend, team = case
        truth = 20.0 * (1 + backends.index(backend)) * team * scale(case)
        for invocation in range(invocations):
            level = truth * numpy.exp(rng.normal(0, noise))
            for repetition in range(repetitions):
                outlier = 1.5 if noise and rng.random() < 0.03 else 1
                ns = level * outlier * numpy.exp(rng.normal(0, noise))
                rows.append(_row(scenario, param, backend, team, placement,
                                 invocation, repetition, ns) | cells)
    return rows


def _row(scenario, params, backend, threads, placement, invocation,
         repetition, ns):
    elapsed = 50_000_000
    ops = int(elapsed / ns)
    return {
        "target": "host", "machine": "m1", "scenario": scenario,
        "backend": backend, "threads": threads, "placement": placement,
        "params": params, "invocation": invocation, "repetition": repetition,
        "start_utc": "2026-01-01T00:00:00Z", "preemption": "native",
        "pinned": "verified", "validity": "ok", "ops_count": ops,
        "elapsed_ns": elapsed, "ns_per_op": repr(float(ns)),
        "ops_per_s": ops * 20, "jain_ratio": 0.99, "attempts_count": ops,
        "handovers_per_s": "" if threads == 1 else ops * 10,
        "spurious_count": ops // 100, "spurious_time_ratio": 0.02,
        "spurious_incidents_per_s": 1500.5, "spurious_streak_max_count": 7,
        "spurious_streak_max_ns": 4_000_000, "retries_max": 7,
        "counters_status": "no hardware counters",
    }


def skipped(row, reason):
    """The row of a trial that this machine could not run."""
    metrics = {c.name: "" for c in schema.load().files["trials.csv"]
               if c.role in ("metric", "finding")}
    return row | metrics | {"validity": runs.SKIPPED + reason}


def write_run(folder, rows, version=schema.load().version):
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({
        "schema_version": version, "run_id": folder.name,
        "machine": {"cpu_model": "Simulated CPU <1>", "cpus_count": 2},
        "build": {"version": "0.1.0", "preset": "release"},
        "invocations": [],
    }))
    names = [c.name for c in schema.load().files["trials.csv"]
             if c.since <= version]
    with open(folder / "trials.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n",
                                extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return folder
