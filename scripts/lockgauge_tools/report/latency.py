"""Latency by percentile: from histograms where a run has them."""

import numpy

from lockgauge_tools.report import figures, loads
from lockgauge_tools.tables import number, team

_PERCENTILES = {"p50_ns": 2, "p90_ns": 10, "p99_ns": 100,
                "p999_ns": 1000, "p9999_ns": 10_000}  # 1 in so many is longer
_KINDS = {"wait": "the wait for the lock", "hold": "the hold of the lock",
          "operation": "an operation", "failed": "a failed attempt"}
_MOST_POINTS = 60
_TAIL = "p999_ns"  # what a title tells, where there is enough to tell it


def from_percentiles(trials):
    """Medians over the trials of a case, for the largest team with any."""
    measured = trials.dropna(subset=[*_PERCENTILES, "max_ns"])
    if measured.empty:
        return []
    most = measured[measured.threads == measured.threads.max()]
    counts = most.groupby("backend").ops_count.median()
    tail = _tail(counts.min())
    series = {
        backend: sorted([(many, case[column].dropna().median())
                         for column, many in _PERCENTILES.items()
                         if many < counts[backend]]
                        # The largest of n is met once in n.
                        + [(counts[backend], case.max_ns.median())])
        for backend, case in loads.by_backend(most)}
    tails = most.groupby("backend")[tail].median().to_dict()
    return [_figure("a wait or operation", most.threads.max(), tail, tails,
                    series)]


def from_buckets(buckets):
    """A figure a kind. `buckets`: the rows of latency.csv of one load."""
    result = []
    for kind, rows in buckets.groupby("kind", sort=False):
        most = rows[rows.threads == rows.threads.max()]
        counts = {backend: case.groupby("bucket_high_ns")["count"].sum()
                  for backend, case in loads.by_backend(most)}
        counts = {backend: of[of > 0].sort_index()
                  for backend, of in counts.items() if of.any()}
        if counts:
            tail = _tail(min(of.sum() for of in counts.values()))
            tails = {backend: _quantile(of, 1 - 1 / _PERCENTILES[tail])
                     for backend, of in counts.items()}
            result.append(_figure(
                _KINDS.get(kind, kind), most.threads.max(), tail, tails,
                {backend: _curve(of) for backend, of in counts.items()}))
    return result


def _tail(samples):
    """The last percentile up to _TAIL that so many samples reach."""
    return next((column for column, many in reversed(_PERCENTILES.items())
                 if many <= min(samples, _PERCENTILES[_TAIL])), "p50_ns")


def _figure(what, threads, tail, tails, series):
    said = loads.of_extremes(tails, _time, "under")
    return figures.lines(
        f"1 in {_PERCENTILES[tail]} times {what} is longer than {said}, at "
        f"{team(threads)}",
        figures.axis("percentile: the share that is faster",
                     scale="percentile"),
        figures.axis(f"time of {what}", "ns", "log"), series)


def _curve(counts):
    """(1 / share beyond, latency), evenly over the log of the first."""
    total = counts.sum()
    # The last bucket has nothing beyond; it is drawn where half a sample is.
    beyond = numpy.maximum(total - counts.cumsum(), 0.5) / total
    points = list(zip((1 / beyond).to_list(), counts.index.to_list()))
    if len(points) <= _MOST_POINTS:
        return points
    logs = numpy.log([at for at, _ in points])
    wanted = numpy.linspace(logs[0], logs[-1], _MOST_POINTS)
    return [points[place] for place
            in sorted(set(numpy.searchsorted(logs, wanted).tolist()))
            if place < len(points)]


def _quantile(counts, share):
    reached = counts.cumsum() >= share * counts.sum()
    return float(counts.index[reached][0])


def _time(ns):
    for limit, unit in [(1e9, "s"), (1e6, "ms"), (1e3, "µs")]:
        if ns >= limit:
            return f"{ns / limit:.3g} {unit}"
    return f"{number(ns)} ns"
