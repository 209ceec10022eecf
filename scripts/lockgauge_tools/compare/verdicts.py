"""Faster, slower, same within x %, undecided: the words of a comparison."""

import re

import numpy

from lockgauge_tools.errors import InputError

SAME_WITHIN = 0.02  # a smaller difference matters to nobody
SIGNIFICANCE = 0.05
# Two cases that may be this far apart are not called the same.
WIDEST_SAME = 0.10
# Cores of a guest move between sockets of its host and then talk up to four
# times slower; across such a change the locks are not what differs.
REGIME = 1.25

UNDECIDED = "undecided"
CALLED = ["faster", "slower", "higher", "lower"]
# Less of these is faster, more of those is; of others there is just more.
_TIME = re.compile(r"ns_per_op|(p[0-9]+|max)_ns")
_SPEED = re.compile(r"ops_per_s|ops_count")


def of(rows):
    """The verdict on each row; rows that are no pair keep theirs."""
    band = 1 + numpy.fmax(SAME_WITHIN, rows.noise_floor_ratio)
    sure = (rows.p_adjusted < SIGNIFICANCE) & ~moved(rows)
    more = sure & (rows.ratio > band) & (rows.ratio_low > 1)
    less = sure & (rows.ratio < 1 / band) & (rows.ratio_high < 1)
    within = numpy.fmax(rows.ratio_high, 1 / rows.ratio_low) - 1
    same = (within <= WIDEST_SAME) & rows.p_value.notna() & ~moved(rows)
    words = [_words(metric) for metric in rows.metric]
    return numpy.select(
        [rows.p_rank.isna(), more, less, same],
        [rows.verdict, [word[1] for word in words],
         [word[0] for word in words], within.map(_same)], UNDECIDED)


def moved(rows):
    """Whether the machine's own core-to-core time changed between the sides."""
    change = rows.core_to_core_ratio
    return numpy.fmax(change, 1 / change) > REGIME


def _words(metric):
    """What less of it is called, and more."""
    if _TIME.fullmatch(metric):
        return "faster", "slower"
    return ("slower", "faster") if _SPEED.fullmatch(metric) \
        else ("lower", "higher")


def _same(within):
    return f"same within {max(0.1, numpy.ceil(1000 * within) / 10):.2g} %"


def threshold(text):
    """"slower:3%" as ("slower", 0.03)."""
    found = re.fullmatch(rf"({'|'.join(CALLED)})(?::([0-9]+(?:\.[0-9]+)?)%)?",
                         text)
    if not found:
        raise InputError(f"--fail-on: '{text}'; expected one of "
                         f"{', '.join(CALLED)}, or with a least difference "
                         "as slower:3%")
    return found[1], float(found[2] or 0) / 100


def beyond(rows, word, least):
    """Rows with that verdict and at least that difference."""
    return rows[(rows.verdict == word)
                & ((rows.ratio - 1).abs() >= least)]
