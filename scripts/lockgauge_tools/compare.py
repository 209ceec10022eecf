"""Pairs the cases of two runs and says which differ by more than noise."""

import math

import pandas

from lockgauge_tools import runs, stats
from lockgauge_tools.errors import InputError

SAME_WITHIN = 0.02  # a smaller difference matters to nobody
SIGNIFICANCE = 0.05
# Two cases that may be this far apart are not called the same.
WIDEST_SAME = 0.10
# Cores of a guest move between sockets of its host and then talk up to four
# times slower; across such a change the locks are not what differs.
REGIME = 1.25

UNPAIRED = ["only in A", "only in B"] + [
    f"{why} in {where}" for why in ("skipped", "failed")
    for where in ("A", "B", "both")]


def compare(a: runs.Run, b: runs.Run) -> pandas.DataFrame:
    """One row a case, in A's order: the ratio B/A of ns_per_op, the verdict."""
    _refuse_other_world(a, b)
    case = _case_columns(a, b)
    a_cases = dict(list(a.trials.groupby(case, sort=False)))
    b_cases = dict(list(b.trials.groupby(case, sort=False)))
    spreads = _spreads([*a_cases.items(), *b_cases.items()], case)
    rows = pandas.DataFrame(
        [dict(zip(case, key)) | _pair(a_cases.get(key), b_cases.get(key),
                                      spreads.get(_family(key, case)))
         for key in dict.fromkeys([*a_cases, *b_cases])])
    paired = rows.verdict == ""
    rows.loc[paired, "p_adjusted"] = stats.adjusted(rows.p_value[paired])
    rows.loc[paired, "verdict"] = [_verdict(row) for row
                                   in rows[paired].itertuples()]
    return rows


def _refuse_other_world(a, b):
    worlds = [sorted(set(run.trials.target)) for run in (a, b)]
    if not set(worlds[0]) & set(worlds[1]):
        raise InputError(
            f"{a.path} holds {'/'.join(worlds[0])} numbers and {b.path} "
            f"{'/'.join(worlds[1])}: these never share a comparison")


def _case_columns(a, b):
    """The machine may differ, unless a run itself holds several."""
    several = any(run.trials.machine.nunique() > 1 for run in (a, b))
    return (["machine"] if several else []) + runs.CASE


def _family(key, case):
    """Cases that share one noise floor: all locks under the same load."""
    return tuple(value for value, name in zip(key, case)
                 if name not in ("backend", "params"))


def _spreads(cases, case):
    families = {}
    for key, trials in cases:
        if groups := stats.sample(trials):
            families.setdefault(_family(key, case), []).append(groups)
    return {family: stats.invocation_spread(samples)
            for family, samples in families.items()}


def _pair(a, b, spread):
    row = {"a_trials_count": 0, "b_trials_count": 0, "a_ns_per_op": math.nan,
           "b_ns_per_op": math.nan, "ratio": math.nan, "ratio_low": math.nan,
           "ratio_high": math.nan, "p_value": math.nan, "p_adjusted": math.nan,
           "noise_floor_ratio": math.nan, "core_to_core_ratio": math.nan,
           "verdict": ""}
    groups = {}
    for side, trials in (("a", a), ("b", b)):
        groups[side] = [] if trials is None else stats.sample(trials)
        if groups[side]:
            row[f"{side}_trials_count"] = sum(map(len, groups[side]))
            row[f"{side}_ns_per_op"] = stats.median(groups[side])
    if a is None or b is None:
        return row | {"verdict": "only in B" if a is None else "only in A"}
    if empty := [side.upper() for side in groups if not groups[side]]:
        where = "both" if len(empty) == 2 else empty[0]
        failed = any(trials.validity.str.startswith(runs.FAILED).any()
                     for trials in (a, b))
        return row | {"verdict": f"{'failed' if failed else 'skipped'} "
                                 f"in {where}"}
    low, high = stats.ratio_interval(groups["b"], groups["a"])
    return row | {
        "ratio": row["b_ns_per_op"] / row["a_ns_per_op"],
        "ratio_low": low,
        "ratio_high": high,
        "p_value": stats.rank_test(groups["a"], groups["b"]),
        "noise_floor_ratio": stats.noise_floor(
            *spread, len(groups["a"]), len(groups["b"])),
        "core_to_core_ratio": _core_to_core(a, b),
    }


def _core_to_core(a, b):
    """How much slower the cores of one machine talk in B; else NaN."""
    if set(a.machine) != set(b.machine):
        return math.nan
    probes = [pandas.concat([trials.core_to_core_before_ns,
                             trials.core_to_core_after_ns]).dropna()
              for trials in (a, b)]
    return probes[1].median() / probes[0].median()


def same_within(row):
    """The difference below which nothing is called, as a share."""
    return max(SAME_WITHIN, row.noise_floor_ratio)


def moved(row):
    """Whether the machine's own core-to-core time changed between A and B."""
    return max(row.core_to_core_ratio, 1 / row.core_to_core_ratio) > REGIME


def _verdict(row):
    if math.isnan(row.noise_floor_ratio) or moved(row):
        return "undecided"
    band = 1 + same_within(row)
    significant = row.p_adjusted < SIGNIFICANCE
    if row.ratio_high < 1 / band and significant:
        return "faster"
    if row.ratio_low > band and significant:
        return "slower"
    if (row.ratio_low >= 1 / band and row.ratio_high <= band
            and band <= 1 + WIDEST_SAME):
        return f"same within {100 * same_within(row):.2g} %"
    return "undecided"
