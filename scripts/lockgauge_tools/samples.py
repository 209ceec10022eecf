"""The samples of many cases at once, as arrays.

A sample is what was measured of one case: trials, by invocation. A large sweep
has a hundred thousand of them; those of one shape share every step.
"""

from dataclasses import dataclass

import numpy

_CHUNK = 1_000_000  # array elements at a time: what caches hold


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

    def resampled(self, statistic, resamples, rng=None):
        """`statistic` of the medians, a row a sample, of that many resamples:
        first of invocations, then of their trials."""
        times = _times_drawn(self.sizes, resamples,
                             rng or generator())
        rows = max(1, _CHUNK // resamples)
        return numpy.concatenate([
            statistic(_medians(self.values[start:start + rows], times))
            for start in range(0, len(self.values), rows)])


def generator():
    """The same run gives the same interval every time."""
    return numpy.random.default_rng(seed=1)


def one(groups) -> Shape:
    """Of one sample, an array an invocation."""
    return Shape(numpy.zeros(1, int), numpy.concatenate(groups)[None],
                 numpy.array(list(map(len, groups))))


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


def _medians(values, times):
    """Of each row, over resamples that drew its values so many `times`."""
    total = times.sum(axis=0, dtype=int)[0]
    below, beyond = numpy.array([(total + 1) // 2, total // 2 + 1],
                                dtype=times.dtype)
    upper_differs = below != beyond  # of an even number, two are middle
    order = numpy.argsort(values, axis=1)
    ascending = numpy.take_along_axis(values, order, axis=1)
    # The median is where the running total of what was drawn, from the
    # smallest value on, passes half.
    drawn = numpy.zeros((len(values), times.shape[1]), times.dtype)
    lower, upper = numpy.zeros((2, *drawn.shape), _fit(order.shape[1]))
    for place in order.T:
        drawn += times[place]
        lower += drawn < below
        if upper_differs:
            upper += drawn < beyond
    firsts = order.shape[1] * numpy.arange(len(values))[:, None]
    medians = ascending.take(firsts + lower)
    if upper_differs:
        medians = (medians + ascending.take(firsts + upper)) / 2
    return medians


def _times_drawn(sizes, resamples, rng):
    """How often each trial (a row) is drawn by each resample. That draws as
    many invocations as there are, from each as many trials as the largest has.
    """
    invocations = rng.integers(len(sizes), size=(resamples, len(sizes)))
    share = rng.random((*invocations.shape, sizes.max()))
    within = (share * sizes[invocations][:, :, None]).astype(int)
    trials = (numpy.cumsum(sizes) - sizes)[invocations][:, :, None] + within
    total = sizes.sum()
    flat = trials.reshape(resamples, -1) \
        + total * numpy.arange(resamples)[:, None]
    times = numpy.bincount(flat.ravel(), minlength=total * resamples)
    return numpy.ascontiguousarray(
        times.reshape(resamples, total).T.astype(_fit(flat.shape[1])))


def _fit(most):
    """The smallest type, for arrays of a hundred million counts."""
    return numpy.min_scalar_type(most)


def _changes(column):
    """Where a sorted column has another value than in the row before."""
    return numpy.append(True, column[1:] != column[:-1])
