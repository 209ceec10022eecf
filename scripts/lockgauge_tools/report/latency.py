"""Latency by percentile: from histograms where a run has them."""

import numpy

from lockgauge_tools.report import figures, loads
from lockgauge_tools.tables import number, team

_PERCENTILES = {"p50_ns": 0.5, "p90_ns": 0.9, "p99_ns": 0.99,
                "p999_ns": 0.999, "p9999_ns": 0.9999}
_KINDS = {"wait": "the wait for the lock", "hold": "the hold of the lock",
          "operation": "an operation", "failed": "a failed attempt"}
_MOST_POINTS = 60
_TAIL = 0.999


def from_percentiles(trials):
    """Medians over the trials of a case, for the largest team with any."""
    measured = trials.dropna(subset=[*_PERCENTILES, "max_ns"])
    if measured.empty:
        return []
    most = measured[measured.threads == measured.threads.max()]
    series = {
        backend: sorted([(1 / (1 - share), case[column].dropna().median())
                         for column, share in _PERCENTILES.items()]
                        # The largest of n is met once in n.
                        + [(case.ops_count.median(), case.max_ns.median())])
        for backend, case in loads.by_backend(most)}
    tails = most.groupby("backend").p999_ns.median().to_dict()
    return [_figure("a wait or operation", most.threads.max(), tails, series)]


def from_buckets(buckets):
    """A figure a kind. `buckets`: the rows of latency.csv of one load."""
    result = []
    for kind, rows in buckets.groupby("kind", sort=False):
        most = rows[rows.threads == rows.threads.max()]
        series, tails = {}, {}
        for backend, case in loads.by_backend(most):
            counts = case.groupby("bucket_high_ns")["count"].sum()
            counts = counts[counts > 0].sort_index()
            if len(counts):
                series[backend] = _curve(counts)
                tails[backend] = _quantile(counts, _TAIL)
        if series:
            result.append(_figure(_KINDS.get(kind, kind), most.threads.max(),
                                  tails, series))
    return result


def _figure(what, threads, tails, series):
    said = loads.of_extremes(tails, _time, "under")
    return figures.lines(
        f"1 in 1000 times {what} is longer than {said}, at {team(threads)}",
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
