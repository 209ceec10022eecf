"""Time, cache lines and fairness: curves over threads, bars if they are few."""

import math

from lockgauge_tools import cells, stats
from lockgauge_tools.report import figures, loads
from lockgauge_tools.report.winners import sentence
from lockgauge_tools.summary import ladder
from lockgauge_tools.tables import number, team

_FAIR = 0.99
_DECADE = 10  # a wider range of values needs a log axis


def time(trials, boundaries, winners):
    """What this load is about. `winners`: of this load."""
    measured = trials.dropna(subset=["ns_per_op"])
    if measured.empty:
        return None
    largest = winners[winners.threads == measured.threads.max()]
    title = (sentence(next(largest.itertuples())) if len(largest)
             else "How long an operation takes")
    if ladder.is_ladder(measured):
        return _curves(title, figures.axis("operations a second, all threads "
                                           "together: more is better", "/s"),
                       measured, boundaries,
                       lambda case: _interval(case, "ops_per_s"))
    return _bars(title, figures.axis("time an operation (elapsed time over "
                                     "all threads' operations): less is better",
                                     "ns"), measured,
                 lambda case: _interval(case, "ns_per_op"))


def cache_lines(trials, boundaries):
    measured = loads.several(
        trials.dropna(subset=["ns_per_op", *cells.LINE_TRANSFERS]))
    if measured.empty:
        return None
    if not measured[cells.LINE_TRANSFERS].any(axis=None):
        return figures.words("No cache line moves from CPU to CPU.")
    said = loads.of_extremes(_at_most_threads(measured, cells.line_transfers),
                             number)
    return _over_threads(
        f"Cache lines that an operation moves {_at(measured)}: {said}",
        figures.axis("cache lines moved an operation"), measured, boundaries,
        lambda case: (cells.line_transfers(case), math.nan, math.nan))


def fairness(trials, boundaries):
    measured = loads.several(trials.dropna(subset=["jain_ratio"]))
    if measured.empty:
        return None
    medians = measured.groupby(["backend", "threads"]).jain_ratio.median()
    if medians.min() >= _FAIR:
        return figures.words(
            "Every lock serves its threads evenly: Jain's fairness index is at "
            f"least {medians.min():.3f} of 1.")
    backend, threads = medians.idxmin()
    return _over_threads(
        f"{backend} serves its threads least evenly at {team(threads)}: Jain's "
        f"index is {medians.min():.2g}",
        figures.axis("Jain's fairness index: 1 is even, 1/threads is one "
                     "thread only", most=1), measured, boundaries,
        lambda case: _interval(case, "jain_ratio"))


def _over_threads(title, y, trials, boundaries, value):
    if ladder.is_ladder(trials):
        return _curves(title, y, trials, boundaries, value)
    return _bars(title, y, trials, value)


def _curves(title, y, trials, boundaries, value):
    series = {backend: [(threads, *value(case)) for threads, case
                        in cases.groupby("threads")]
              for backend, cases in loads.by_backend(trials)}
    heights = [point[1] for points in series.values() for point in points]
    if "most" not in y and max(heights) > _DECADE * min(heights) > 0:
        y = y | {"scale": "log"}
    x = figures.axis("threads", scale="log2", ticks=sorted(set(trials.threads)))
    return figures.lines(title, x, y, series, {
        threads: f"1 {level}" for threads, level in boundaries.items()})


def _bars(title, x, trials, value):
    panels = []
    for heading, cases in loads.teams(trials):
        inside = []
        for backend, case in loads.by_backend(cases):
            middle, low, high = value(case)
            inside.append(figures.bar(backend, [middle], low, high))
        panels.append((heading, inside))
    return figures.bars(title, x, panels)


def _interval(case, column):
    groups = stats.sample(case, column)
    return (stats.median(groups), *stats.median_interval(groups))


def _at_most_threads(trials, value):
    most = trials[trials.threads == trials.threads.max()]
    return {backend: value(case) for backend, case in loads.by_backend(most)}


def _at(trials):
    return f"at {team(trials.threads.max())}"
