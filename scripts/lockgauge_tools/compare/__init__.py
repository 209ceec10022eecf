"""Compares every case of a comparison's sides with the baseline's.

scripts/README.md has the columns, and how far verdicts can be trusted.
"""

import numpy
import pandas

from lockgauge_tools import runs, samples, stats
from lockgauge_tools.compare import estimates, pairs, verdicts
from lockgauge_tools.compare.sides import Sides

# What comparing needs of a run besides its keys and the metrics.
COLUMNS = ["preemption", "validity", "seed", "core_to_core_before_ns",
           "core_to_core_after_ns"]


def compare(sides: Sides, metrics=("ns_per_op",)) -> pandas.DataFrame:
    """A row a metric, side and case: that side over the baseline."""
    same_case = sides.trials.groupby(sides.case, sort=False)
    numbers = same_case.ngroup().to_numpy()
    cases = same_case.head(1)[sides.case].reset_index(drop=True)
    # A sample is one side's trials of a case.
    ids = numbers * len(sides.labels) + sides.trials.side.to_numpy()
    states = _states(sides.trials, ids)
    parts = []
    for metric in metrics:
        shapes, measured = _measured(sides.trials, ids, metric)
        for side in range(1, len(sides.labels)):
            of_a = numpy.arange(len(cases)) * len(sides.labels)
            a, b = (states.reindex(of).join(measured).reset_index(drop=True)
                    for of in (of_a, of_a + side))
            labels = [sides.labels[0], sides.labels[side]]
            parts.append(pandas.concat(
                [_constant(len(cases), metric, labels), cases,
                 pairs.rows(a, b, labels, shapes)], axis=1))
    rows = pandas.concat(parts, ignore_index=True)
    # Most cases have no figure for most metrics: they are no part of it.
    rows = rows[~rows.verdict.isin(["", "not measured in both"])
                | rows.p_rank.notna()].reset_index(drop=True)
    tested = rows.p_value.notna()
    rows.loc[tested, "p_adjusted"] = stats.adjusted(rows.p_value[tested])
    rows["verdict"] = verdicts.of(rows)
    return rows


def _constant(count, metric, labels):
    return pandas.DataFrame({"metric": [metric] * count, "a": labels[0],
                             "b": labels[1]})


def _states(trials, ids):
    """What is known of samples that have no figures, too."""
    probes = pandas.concat([trials.core_to_core_before_ns,
                            trials.core_to_core_after_ns])
    return pandas.DataFrame({
        **{why: _begins(trials.validity, why) for why in runs.NO_FIGURES},
        "on_machine": trials.on_machine,
    }).groupby(ids).max().assign(
        core_to_core_ns=probes.groupby(numpy.tile(ids, 2)).median())


def _begins(words, with_what):
    return words.isin([word for word in words.unique()
                       if word.startswith(with_what)])


def _measured(trials, ids, metric):
    """Figures of the samples that have some, and their values by shape."""
    there = trials[metric].notna().to_numpy()
    shapes = samples.shapes(ids[there], trials.process.to_numpy()[there],
                            trials[metric].to_numpy()[there])
    table = estimates.summary(shapes)
    # Invocations of all cases under one load make up its noise floor.
    table["load"] = trials.load.groupby(ids).first()
    usable = numpy.isfinite(table.squares)
    pooled = table[usable].groupby("load")[["squares", "freedom"]].sum()
    table["noise_freedom"] = table.load.map(pooled.freedom).fillna(0)
    table["noise_variance"] = (
        table.load.map(pooled.squares)
        / table.noise_freedom.replace(0, numpy.nan))
    return shapes, table
