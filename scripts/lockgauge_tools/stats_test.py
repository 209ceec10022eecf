import numpy
import pandas
import pytest

from lockgauge_tools import stats


def groups(seed, invocation_noise, count=5):
    rng = numpy.random.default_rng(seed)
    return [100 * numpy.exp(rng.normal(0, invocation_noise)
                            + rng.normal(0, 0.001, size=10))
            for _ in range(count)]


def medians(*cases):
    """Of each case's groups."""
    return stats.medians(pandas.DataFrame(
        [(case, place, value, "host", numpy.nan)
         for case, groups in enumerate(cases)
         for place, values in enumerate(groups) for value in values],
        columns=["case", "invocation", "ns_per_op", "target", "seed"]),
        ["case"])


def test_noise_between_invocations_widens_the_interval():
    found = medians(groups(1, 0.0), groups(1, 0.05))
    calm, noisy = found.high - found.low
    assert noisy > 5 * calm


def test_ratio_interval_holds_the_truth_and_repeats():
    a, b = groups(1, 0.01), [2 * values for values in groups(2, 0.01)]
    low, high = stats.ratio_interval(b, a)
    assert low < 2 < high and high - low < 0.2
    assert stats.ratio_interval(b, a) == (low, high)


def test_invocations_may_have_different_sizes():
    row, = medians([numpy.array([1.0]), numpy.ones(4)]).itertuples(index=False)
    assert tuple(row) == (5, 1, 1, 1)


def test_a_case_that_was_not_measured_is_empty():
    found = medians([[3.0]], [[numpy.nan]], [[4.0, 6.0]])
    assert list(found.trials_count) == [1, 0, 2]
    assert list(found["median"].fillna(0)) == [3, 0, 5]


def test_adjusted_is_benjamini_and_hochbergs():
    # Their 1995 paper, section 4: the first 4 of 15 are significant.
    paper = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459,
             .3240, .4262, .5719, .6528, .7590, 1]
    assert sum(stats.adjusted(paper) < 0.05) == 4
    assert list(stats.adjusted([0.04, 0.01])) == pytest.approx([0.04, 0.02])
    assert list(stats.adjusted([0.03, 0.02])) == pytest.approx([0.03, 0.03])
