"""What a comparison estimates from each sample, and tests of each two."""

from dataclasses import replace

import numpy
import pandas
from scipy import stats

_RESAMPLES = 1000  # a standard error to some 3 %
_SUMMARY = ["shape", "row", "trials_count", "invocations_count", "median",
            "least_median", "largest", "log_variance", "squares", "freedom"]
_EXACT = 8  # trials a side up to which the rank test has its exact tables


def summary(all_shapes) -> pandas.DataFrame:
    """A row a sample, by its id; `shape` and `row` say where its values are.

    `squares` and `freedom` are of its invocations' log medians: what a pooled
    variance is made of.
    """
    tables = [pandas.DataFrame(columns=_SUMMARY, dtype=float)]
    with numpy.errstate(divide="ignore", invalid="ignore"):
        for place, shape in enumerate(all_shapes):
            middles = shape.invocation_medians()
            logs = numpy.log(middles)
            tables.append(pandas.DataFrame({
                "shape": place, "row": numpy.arange(len(shape.ids)),
                "trials_count": shape.values.shape[1],
                "invocations_count": len(shape.sizes),
                "median": shape.medians(),
                "least_median": middles.min(axis=1),
                "largest": shape.values.max(axis=1),
                "log_variance": _log_variances(shape),
                "squares": logs.var(axis=1) * len(shape.sizes),
                "freedom": len(shape.sizes) - 1}, index=shape.ids))
    return pandas.concat(tables)


def _log_variances(shape):
    """Of the median's logarithm, by resampling."""
    logs = replace(shape, values=numpy.log(shape.values))
    return logs.resampled(lambda medians: medians.var(axis=1), _RESAMPLES)


def rank_tests(a, b):
    """p of Mann-Whitney's U for each row: do values of one side tend higher?"""
    p_values = numpy.ones(len(a))
    both = numpy.hstack([a, b])
    order = numpy.argsort(both, axis=1)
    gaps = numpy.diff(numpy.take_along_axis(both, order, axis=1), axis=1)
    # Without ties p follows from the sum of ranks, of which there are few.
    untied = numpy.flatnonzero(gaps.all(axis=1))
    ranks = ((order[untied] < a.shape[1]) * numpy.arange(both.shape[1]))
    _, first, again = numpy.unique(ranks.sum(axis=1), return_index=True,
                                   return_inverse=True)
    small = max(a.shape[1], b.shape[1]) <= _EXACT
    p_values[untied] = _mann_whitney(
        a, b, untied[first], "exact" if small else "asymptotic")[again]
    tied = numpy.flatnonzero(gaps.any(axis=1) & ~gaps.all(axis=1))
    p_values[tied] = _mann_whitney(a, b, tied, "asymptotic")
    return p_values


def _mann_whitney(a, b, rows, method):
    if not len(rows):
        return numpy.ones(0)
    return stats.mannwhitneyu(a[rows], b[rows], axis=1, method=method).pvalue
