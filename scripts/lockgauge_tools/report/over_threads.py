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
                       _medians(measured, "ops_per_s"), boundaries)
    return _bars(title, figures.axis("time an operation (elapsed time over "
                                     "all threads' operations): less is better",
                                     "ns"), _medians(measured, "ns_per_op"))


def cache_lines(trials, boundaries):
    measured = loads.several(
        trials.dropna(subset=["ns_per_op", *cells.LINE_TRANSFERS]))
    if measured.empty:
        return None
    if not measured[cells.LINE_TRANSFERS].any(axis=None):
        return figures.words("No cache line moves from CPU to CPU.")
    moved = cells.line_transfers(measured).rename("median").reset_index()
    most = moved[moved.threads == moved.threads.max()]
    said = loads.of_extremes(dict(zip(most.backend, most["median"])), number)
    return _over_threads(
        f"Cache lines that an operation moves at {team(moved.threads.max())}: "
        f"{said}", figures.axis("cache lines moved an operation"),
        moved.assign(low=math.nan, high=math.nan), boundaries)


def fairness(trials, boundaries):
    measured = loads.several(trials.dropna(subset=["jain_ratio"]))
    if measured.empty:
        return None
    medians = cells.cases(measured).jain_ratio.median()
    if medians.min() >= _FAIR:
        return figures.words(
            "Every lock serves its threads evenly: Jain's fairness index is at "
            f"least {medians.min():.3f} of 1.")
    backend, threads = medians.idxmin()
    return _over_threads(
        f"{backend} serves its threads least evenly at {team(threads)}: Jain's "
        f"index is {medians.min():.2g}",
        figures.axis("Jain's fairness index: 1 is even, 1/threads is one "
                     "thread only", most=1), _medians(measured, "jain_ratio"),
        boundaries)


def _medians(trials, column):
    """A row a case: backend, threads, median and its interval."""
    return stats.medians(trials, cells.BY, column).reset_index()


def _over_threads(title, y, medians, boundaries):
    if ladder.is_ladder(medians):
        return _curves(title, y, medians, boundaries)
    return _bars(title, y, medians)


def _curves(title, y, medians, boundaries):
    point = ["threads", "median", "low", "high"]
    series = {backend: list(cases[point].itertuples(False, None))
              for backend, cases in loads.by_backend(medians)}
    low, high = medians["median"].min(), medians["median"].max()
    if "most" not in y and high > _DECADE * low > 0:
        y = y | {"scale": "log"}
    x = figures.axis("threads", scale="log2",
                     ticks=sorted(set(medians.threads)))
    return figures.lines(title, x, y, series, {
        threads: f"1 {level}" for threads, level in boundaries.items()})


def _bars(title, x, medians):
    return figures.bars(title, x, [
        (heading, [figures.bar(case.backend, [case.median], case.low, case.high)
                   for case in cases.itertuples()])
        for heading, cases in loads.teams(medians)])
