"""What a summary's tables say of each case: a row a case, by the columns BY.

Of trials of one load; others name what tells their cases apart.
"""

import numpy
import pandas

from lockgauge_tools import runs, stats
from lockgauge_tools.tables import EMPTY, number, plus_minus

MARK = "*"
BY = ["backend", "threads"]
LINE_TRANSFERS = [f"line_transfers_{distance}_per_op" for distance
                  in ("core", "llc", "node", "package", "remote")]


def medians(trials, column="ns_per_op", by=BY) -> pandas.Series:
    """With half their intervals, and MARK where trials were disturbed."""
    found = stats.medians(trials, by, column)
    found["mark"] = numpy.where(
        _by_case(runs.is_disturbed(trials), trials, by).any(), MARK, "")
    return pandas.Series(list(map(_median, found.itertuples())), found.index,
                         dtype=object)


def _median(case):
    if case.trials_count == 0:
        return EMPTY
    if case.trials_count == 1:  # one value says nothing of the next
        return number(case.median) + case.mark
    return plus_minus(case.median, (case.high - case.low) / 2) + case.mark


def line_transfers(trials, by=BY) -> pandas.Series:
    """Medians over the trials of all transfers, whatever their distance."""
    moved = trials[LINE_TRANSFERS].sum(axis=1, skipna=False)
    return _by_case(moved, trials, by).median()


def spurious_shares(trials, by=BY) -> pandas.Series:
    """Of attempts."""
    counts = ["spurious_count", "attempts_count"]
    sums = trials.groupby(by, sort=False)[counts].sum(min_count=1)
    return sums.spurious_count / sums.attempts_count.where(
        sums.attempts_count > 0)


def over_time(trials, column, by=BY) -> pandas.Series:
    """The value over all trials together: a share or rate weighs by time."""
    elapsed = trials.elapsed_ns.where(trials[column].notna())
    weighed = trials[column] * elapsed
    return (_by_case(weighed, trials, by).sum()
            / _by_case(elapsed, trials, by).sum())


def _by_case(values, trials, by):
    return values.groupby([trials[name] for name in by], sort=False)


def cases(trials):
    return trials.groupby(BY, sort=False)


def rows(columns) -> list[list[str]]:
    """Of a table with a row a case, in the order of the trials."""
    return [[backend, str(threads), *row] for (backend, threads), *row
            in zip(columns[0].index, *columns)]
