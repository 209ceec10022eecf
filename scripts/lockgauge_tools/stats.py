"""Medians, intervals and tests that know a run is a hierarchy.

A process (invocation) differs from the next by more than its own repetitions
do, so the invocation is the unit of replication (Kalibera & Jones, "Rigorous
Benchmarking in Reasonable Time", ISMM 2013). A sample is therefore a list of
arrays, one an invocation.
"""

import numpy
import pandas

from lockgauge_tools import runs, samples

LEVEL = 0.95
_RESAMPLES = 2000


def sample(trials, column="ns_per_op"):
    """The measured values of a case's trials, by invocation or seed."""
    values = trials[column].to_numpy()
    measured = ~numpy.isnan(values)
    values, processes = values[measured], runs.processes(trials)[measured]
    return [values[processes == process] for process in numpy.unique(processes)]


def median(groups):
    return float(numpy.median(numpy.concatenate(groups)))


def medians(trials, by, column="ns_per_op") -> pandas.DataFrame:
    """A row a case, by the columns `by`: its `median` and that one's interval,
    `low` and `high`; of how many trials. Empty where it was not measured."""
    cases = trials.groupby(by, sort=False)
    ids, values = cases.ngroup().to_numpy(), trials[column].to_numpy()
    measured = ~numpy.isnan(values)
    found = numpy.full((cases.ngroups, 4), [0, *[numpy.nan] * 3])
    for shape in samples.shapes(ids[measured],
                                runs.processes(trials)[measured],
                                values[measured]):
        found[shape.ids] = numpy.column_stack([
            numpy.full(len(shape.ids), shape.sizes.sum()), shape.medians(),
            shape.resampled(_intervals, _RESAMPLES)])
    return pandas.DataFrame(found, cases.size().index,
                            ["trials_count", "median", "low", "high"])


def ratio_interval(numerator, denominator):
    """Interval of the ratio of two medians."""
    rng = samples.generator()  # of both: each varies on its own
    numerators, denominators = (
        samples.one(groups).resampled(numpy.asarray, _RESAMPLES, rng)
        for groups in (numerator, denominator))
    return tuple(_intervals(numerators / denominators)[0].tolist())


def adjusted(p_values):
    """Benjamini & Hochberg (1995): p values corrected for their number."""
    p_values = numpy.asarray(p_values, dtype=float)
    order = numpy.argsort(p_values)[::-1]
    ranks = numpy.arange(len(p_values), 0, -1)
    scaled = p_values[order] * len(p_values) / ranks
    result = numpy.empty_like(p_values)
    result[order] = numpy.minimum(numpy.minimum.accumulate(scaled), 1)
    return result


def _intervals(values):
    """A row each."""
    tail = (1 - LEVEL) / 2
    return numpy.quantile(values, [tail, 1 - tail], axis=1).T
