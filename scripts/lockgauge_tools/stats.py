"""Medians, intervals and tests that know a run is a hierarchy.

A process (invocation) differs from the next by more than its own repetitions
do, so the invocation is the unit of replication (Kalibera & Jones, "Rigorous
Benchmarking in Reasonable Time", ISMM 2013). A sample is therefore a list of
arrays, one an invocation.
"""

import numpy

from lockgauge_tools import runs

LEVEL = 0.95
_RESAMPLES = 2000
_SEED = 1  # the same run gives the same interval every time


def sample(trials, column="ns_per_op"):
    """The measured values of a case's trials, by invocation or seed."""
    values = trials[column].to_numpy()
    measured = ~numpy.isnan(values)
    values, processes = values[measured], runs.processes(trials)[measured]
    return [values[processes == process] for process in numpy.unique(processes)]


def median(groups):
    return float(numpy.median(numpy.concatenate(groups)))


def median_interval(groups):
    rng = numpy.random.default_rng(_SEED)
    return _interval(_resampled_medians(groups, rng))


def ratio_interval(numerator, denominator):
    """Interval of the ratio of two medians."""
    rng = numpy.random.default_rng(_SEED)
    return _interval(_resampled_medians(numerator, rng)
                     / _resampled_medians(denominator, rng))


def adjusted(p_values):
    """Benjamini & Hochberg (1995): p values corrected for their number."""
    p_values = numpy.asarray(p_values, dtype=float)
    order = numpy.argsort(p_values)[::-1]
    ranks = numpy.arange(len(p_values), 0, -1)
    scaled = p_values[order] * len(p_values) / ranks
    result = numpy.empty_like(p_values)
    result[order] = numpy.minimum(numpy.minimum.accumulate(scaled), 1)
    return result


def _resampled_medians(groups, rng):
    """Medians of resamples: first of invocations, then of their trials."""
    counts = numpy.array([len(group) for group in groups])
    table = numpy.full((len(groups), counts.max()), numpy.nan)
    for row, group in zip(table, groups):
        row[:len(group)] = group
    shape = (_RESAMPLES, len(groups), counts.max())
    invocation = rng.integers(len(groups), size=shape[:2])[:, :, None]
    trial = (rng.random(shape) * counts[invocation]).astype(int)
    drawn = table[invocation, trial].reshape(_RESAMPLES, -1)
    return numpy.median(drawn, axis=1)


def _interval(values):
    tail = (1 - LEVEL) / 2
    return tuple(map(float, numpy.quantile(values, [tail, 1 - tail])))
