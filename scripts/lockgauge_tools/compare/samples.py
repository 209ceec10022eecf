"""The samples of many cases at once, as arrays.

A sample is what one side measured of one case: trials, by invocation. A large
sweep has a hundred thousand of them; those of one shape share every step.
"""

from dataclasses import dataclass

import numpy
import pandas
from scipy import stats

_RESAMPLES = 1000  # a standard error to some 3 %
_SEED = 1  # the same run gives the same interval every time
_SUMMARY = ["shape", "row", "trials_count", "invocations_count", "median",
            "least_median", "largest", "log_variance", "squares", "freedom"]
_CHUNK = 1_000_000  # array elements at a time: what caches hold
_EXACT = 8  # trials a side up to which the rank test has its exact tables


@dataclass(frozen=True)
class Shape:
    """Samples with the same number of trials in each invocation."""
    ids: numpy.ndarray
    values: numpy.ndarray  # a row a sample, invocation after invocation
    sizes: numpy.ndarray  # trials of each invocation

    def medians(self):
        return numpy.median(self.values, axis=1)

    def invocation_medians(self):
        parts = numpy.split(self.values, numpy.cumsum(self.sizes)[:-1], axis=1)
        return numpy.column_stack([numpy.median(part, axis=1)
                                   for part in parts])

    def log_variances(self):
        """Of the median's logarithm, by resampling invocations, then trials."""
        times = _times_drawn(self.sizes)
        total = times.sum(axis=0, dtype=int)[0]
        below, beyond = numpy.array([(total + 1) // 2, total // 2 + 1],
                                    dtype=times.dtype)
        upper_differs = below != beyond  # of an even number, two are middle
        rows = max(1, _CHUNK // _RESAMPLES)
        result = []
        for start in range(0, len(self.values), rows):
            values = self.values[start:start + rows]
            order = numpy.argsort(values, axis=1)
            logs = numpy.log(numpy.take_along_axis(values, order, axis=1))
            # A resample is how often it drew each value; its median is where
            # the running total, from the smallest value on, passes half.
            drawn = numpy.zeros((len(values), _RESAMPLES), times.dtype)
            lower, upper = numpy.zeros((2, *drawn.shape), _fit(order.shape[1]))
            for place in order.T:
                drawn += times[place]
                lower += drawn < below
                if upper_differs:
                    upper += drawn < beyond
            firsts = logs.shape[1] * numpy.arange(len(logs))[:, None]
            medians = logs.take(firsts + lower)
            if upper_differs:
                medians = (medians + logs.take(firsts + upper)) / 2
            result.append(medians.var(axis=1))
        return numpy.concatenate(result)


def shapes(ids, invocations, values) -> list[Shape]:
    """Sorts trials, given by three arrays, into samples and these by shape."""
    if not len(ids):
        return []
    order = numpy.lexsort((invocations, ids))
    ids, invocations, values = ids[order], invocations[order], values[order]
    first = numpy.flatnonzero(_changes(ids) | _changes(invocations))
    sizes = numpy.diff(numpy.append(first, len(ids)))
    bounds = numpy.append(numpy.flatnonzero(_changes(ids[first])), len(first))
    alike = {}
    for start, end in zip(bounds, bounds[1:]):
        alike.setdefault(sizes[start:end].tobytes(), []).append((start, end))
    result = []
    for places in alike.values():
        start, end = places[0]
        trials = first[[place[0] for place in places]]
        each = sizes[start:end]
        result.append(Shape(ids[trials], values[
            trials[:, None] + numpy.arange(each.sum())], each))
    return result


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
                "log_variance": shape.log_variances(),
                "squares": logs.var(axis=1) * len(shape.sizes),
                "freedom": len(shape.sizes) - 1}, index=shape.ids))
    return pandas.concat(tables)


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


def _times_drawn(sizes):
    """How often each trial (a row) is drawn by each resample. That draws as
    many invocations as there are, from each as many trials as the largest has.
    """
    rng = numpy.random.default_rng(_SEED)
    invocations = rng.integers(len(sizes), size=(_RESAMPLES, len(sizes)))
    share = rng.random((*invocations.shape, sizes.max()))
    within = (share * sizes[invocations][:, :, None]).astype(int)
    trials = (numpy.cumsum(sizes) - sizes)[invocations][:, :, None] + within
    total = sizes.sum()
    flat = trials.reshape(_RESAMPLES, -1) \
        + total * numpy.arange(_RESAMPLES)[:, None]
    times = numpy.bincount(flat.ravel(), minlength=total * _RESAMPLES)
    return numpy.ascontiguousarray(
        times.reshape(_RESAMPLES, total).T.astype(_fit(flat.shape[1])))


def _fit(most):
    """The smallest type, for arrays of a hundred million counts."""
    return numpy.min_scalar_type(most)


def _changes(column):
    """Where a sorted column has another value than in the row before."""
    return numpy.append(True, column[1:] != column[:-1])
