"""What a cell of a summary's table says about the trials of a case."""

import math

from lockgauge_tools import runs, stats
from lockgauge_tools.tables import EMPTY, number, plus_minus

MARK = "*"
LINE_TRANSFERS = [f"line_transfers_{distance}_per_op" for distance
                  in ("core", "llc", "node", "package", "remote")]


def ns_per_op(trials):
    return median(trials, "ns_per_op")


def median(trials, column):
    """With half its interval, and MARK where trials were disturbed."""
    groups = stats.sample(trials, column)
    if not groups:
        return EMPTY
    mark = MARK if runs.tags(trials) else ""
    if sum(map(len, groups)) == 1:  # one value says nothing of the next
        return number(stats.median(groups)) + mark
    low, high = stats.median_interval(groups)
    return plus_minus(stats.median(groups), (high - low) / 2) + mark


def line_transfers(trials):
    """Median over the trials of all transfers, whatever their distance."""
    return trials[LINE_TRANSFERS].sum(axis=1, skipna=False).dropna().median()


def spurious_share(trials):
    attempts = trials.attempts_count.sum()
    counted = trials.spurious_count.notna().any()
    return trials.spurious_count.sum() / attempts if attempts and counted \
        else math.nan


def over_time(trials, column):
    """The value over all trials together: a share or rate weighs by time."""
    elapsed = trials.elapsed_ns.where(trials[column].notna())
    if elapsed.isna().all():
        return math.nan
    return (trials[column] * elapsed).sum() / elapsed.sum()
