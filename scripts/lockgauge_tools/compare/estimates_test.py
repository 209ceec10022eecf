import numpy
import pytest
from scipy import stats as reference

from lockgauge_tools import samples, stats
from lockgauge_tools.compare import estimates


def groups(seed, sizes):
    rng = numpy.random.default_rng(seed)
    return [100 * numpy.exp(rng.normal(0, 0.05) + rng.normal(0, 0.02, size))
            for size in sizes]


def arrays(cases):
    """The trials of all cases, in no order."""
    rows = [(case, invocation, value) for case, found in enumerate(cases)
            for invocation, values in enumerate(found) for value in values]
    numpy.random.default_rng(1).shuffle(rows)
    ids, invocations, values = map(numpy.array, zip(*rows))
    return ids.astype(int), invocations, values


CASES = [groups(seed, sizes) for seed, sizes
         in enumerate([(5, 5, 5), (4, 5), (1,), (5, 5, 5), (2, 2, 2, 2)])]


def test_samples_come_by_shape_with_their_medians():
    table = estimates.summary(samples.shapes(*arrays(CASES))).sort_index()
    assert list(table["shape"]) == [0, 1, 2, 0, 3]
    assert list(table.invocations_count) == [3, 2, 1, 3, 4]
    assert list(table["median"]) == pytest.approx(
        list(map(stats.median, CASES)))
    logs = [numpy.log(numpy.median(group)) for group in CASES[1]]
    assert table.squares[1] == pytest.approx(2 * numpy.var(logs))


def test_of_nothing_there_is_no_shape():
    assert samples.shapes(*[numpy.array([])] * 3) == []
    assert estimates.summary([]).empty


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_variance_is_that_of_drawn_samples(case, monkeypatch):
    monkeypatch.setattr(estimates, "_RESAMPLES", 20000)
    table = estimates.summary(samples.shapes(*arrays(CASES)))
    rng = numpy.random.default_rng(2)
    drawn = [numpy.median(numpy.concatenate([
        rng.choice(CASES[case][place], max(map(len, CASES[case])))
        for place in rng.integers(len(CASES[case]), size=len(CASES[case]))]))
        for _ in range(4000)]
    assert table.log_variance[case] == pytest.approx(
        numpy.log(drawn).var(), rel=0.1, abs=1e-12)


@pytest.mark.parametrize("count, ties", [(4, False), (15, False), (6, True)])
def test_rank_tests_are_scipys(count, ties):
    rng = numpy.random.default_rng(3)
    a, b = rng.normal(size=(2, 50, count))
    if ties:
        a, b = a.round(), b.round()
    expected = [reference.mannwhitneyu(*row).pvalue for row in zip(a, b)]
    assert list(estimates.rank_tests(a, b)) == pytest.approx(expected)


def test_equal_values_have_no_rank():
    assert list(estimates.rank_tests(numpy.ones((2, 5)), numpy.ones((2, 5)))) \
        == [1, 1]
