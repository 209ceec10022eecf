"""How the two samples of each case differ, by three things that must agree: an
interval of its own, the noise floor of all cases under the same load, and a
rank test."""

import numpy
import pandas
from scipy.stats import t

from lockgauge_tools import runs, stats
from lockgauge_tools.compare import estimates


def rows(a, b, labels, shapes):
    """A row a case. `a` and `b` are alike: a row a sample, as
    estimates.summary() has it, with what else is known of it; empty where a
    side has none."""
    found = pandas.DataFrame({
        f"{side}_{name}": of[name] for name in
        ("trials_count", "invocations_count", "median")
        for side, of in (("a", a), ("b", b))})
    for name in found.columns[:4]:
        found[name] = found[name].fillna(0).astype(int)
    found["ratio"] = b["median"] / a["median"]
    found["ratio_low"], found["ratio_high"] = _interval(found.ratio, a, b)
    found["p_rank"] = _by_shapes(a, b, shapes, estimates.rank_tests)
    noise, freedom = _noise(a, b)
    found["p_noise"] = _beyond(found.ratio, noise, freedom)
    # Both must hold, so the larger is the p of their conjunction.
    found["p_value"] = found[["p_rank", "p_noise"]].max(axis=1, skipna=False)
    found["p_adjusted"] = numpy.nan
    found["noise_floor_ratio"] = numpy.expm1(
        noise * t.ppf((1 + stats.LEVEL) / 2, freedom))
    found["core_to_core_ratio"] = (
        b.core_to_core_ns / a.core_to_core_ns).where(
            a.on_machine == b.on_machine)
    found["verdict"] = _unpaired(a, b, labels)
    _settle_exact(found, a, b, shapes)
    return found


def _interval(ratio, a, b):
    """From the bootstrap's standard error, which a few invocations make too
    small by n - 1 over n and which is then Student's (Hesterberg, "What
    Teachers Should Know About the Bootstrap", 2015)."""
    squares = sum(of.log_variance * of.invocations_count / (
        of.invocations_count - 1).replace(0, numpy.nan) for of in (a, b))
    freedom = a.invocations_count + b.invocations_count - 2
    half = numpy.sqrt(squares) * t.ppf((1 + stats.LEVEL) / 2, freedom)
    return ratio * numpy.exp(-half), ratio * numpy.exp(half)


def _by_shapes(a, b, shapes, test):
    """What `test` says of each pair's trials; NaN where a side has none."""
    result = numpy.full(len(a), numpy.nan)
    both = a["median"].notna() & b["median"].notna()
    places = pandas.DataFrame({"a": a["shape"], "b": b["shape"]})[both]
    for (in_a, in_b), rows in places.groupby(["a", "b"]).groups.items():
        result[rows] = test(shapes[int(in_a)].values[a.row[rows].astype(int)],
                            shapes[int(in_b)].values[b.row[rows].astype(int)])
    return result


def _noise(a, b):
    """Standard error of a log ratio of equal cases, its degrees of freedom."""
    squares = (a.noise_variance / a.invocations_count
               + b.noise_variance / b.invocations_count)
    return numpy.sqrt(squares), numpy.minimum(a.noise_freedom, b.noise_freedom)


def _beyond(ratio, noise, freedom):
    """p that noise alone makes a ratio at least this far from 1."""
    with numpy.errstate(divide="ignore", invalid="ignore"):
        difference = numpy.log(ratio).abs()
        p_values = 2 * t.sf(difference / noise, freedom)
    # Without any noise, as a simulation may be, every difference is real.
    return numpy.where(noise == 0, (difference == 0).astype(float), p_values)


def _settle_exact(rows, a, b, shapes):
    """Where no noise has a say. Trial for trial the same is the same. Counts
    may be all zero, and then have no ratio that noise is a share of: zero is
    zero, and zero in all trials is not something in all invocations."""
    none_in_a, none_in_b = a.largest == 0, b.largest == 0
    same = _by_shapes(a, b, shapes, lambda a, b: (a == b).all(axis=1)
                      if a.shape == b.shape else False) == 1
    rows.loc[same | (none_in_a & none_in_b), [
        "ratio", "ratio_low", "ratio_high", "p_value"]] = 1.0
    differ = (none_in_a & (b.least_median > 0)) \
        | (none_in_b & (a.least_median > 0))
    differ &= numpy.minimum(a.invocations_count, b.invocations_count) > 1
    rows.loc[differ, "p_value"] = rows.p_rank
    rows.loc[differ, "ratio_low"] = rows.ratio
    rows.loc[differ, "ratio_high"] = rows.ratio


def _unpaired(a, b, labels):
    """Why a case has no ratio, the worst reason first; empty if it has."""
    without = [of["median"].isna() for of in (a, b)]
    where = numpy.select([without[0] & without[1], without[0], without[1]],
                         ["both", *labels], "")
    reasons = [runs.HUNG, runs.FAILED, runs.SKIPPED]
    why = numpy.select(
        [sum((of[reason].fillna(False).astype(bool) & none)
             for of, none in zip((a, b), without)) > 0 for reason in reasons],
        [reason.replace(":", " in") for reason in reasons], "not measured in ")
    words = numpy.where(where == "", "", why.astype(object) + where)
    return numpy.select([a.on_machine.isna(), b.on_machine.isna()],
                        [f"only in {labels[1]}", f"only in {labels[0]}"], words)
