"""What a simulation of a machine said beside what the machine did."""

import math
import re

import pandas

from lockgauge_tools import cells, runs, stats
from lockgauge_tools.errors import InputError
from lockgauge_tools.tables import Table, number, team

GOOD = 0.25  # error under which a prediction is called good
_KEY = [name for name in runs.CASE if name != "target"]
_HEADER = ["load", "backend", "threads", "measured ns/op", "predicted",
           "error %"]


def pairs(measured: runs.Run, predicted: runs.Run) -> pandas.DataFrame:
    """One row a case with figures on both sides, the largest error first."""
    truths, guesses = (stats.medians(run.trials, _KEY)
                       for run in (measured, predicted))
    found = pandas.DataFrame({
        "measured_ns_per_op": truths["median"],
        "measured_low_ns_per_op": truths.low,
        "measured_high_ns_per_op": truths.high,
        "predicted_ns_per_op": guesses["median"].reindex(truths.index)})
    found["error_ratio"] = (
        found.predicted_ns_per_op / found.measured_ns_per_op - 1)
    found["disturbed_count"] = runs.is_disturbed(measured.trials).groupby(
        [measured.trials[name] for name in _KEY], sort=False).sum()
    found["measured_text"] = cells.medians(measured.trials, by=_KEY)
    found = found.dropna().reset_index()
    if found.empty:
        raise InputError("no case has figures both measured and simulated")
    return found.sort_values(
        "error_ratio", key=abs, ascending=False, ignore_index=True)


def unpaired(measured: runs.Run, predicted: runs.Run):
    """Backends that no trial of one side has figures for, and why."""
    notes = []
    for side, run in (("measured", measured), ("simulated", predicted)):
        for backend, trials in run.trials.groupby("backend"):
            if trials.ns_per_op.isna().all():
                notes.append(f"not {side}: {backend} ({trials.validity.iloc[0]})")
    return notes


def table(rows) -> Table:
    loads = _loads(rows)
    marked = rows.disturbed_count.sum()
    return Table(
        f"prediction over measurement, {len(rows)} cases, worst first",
        _HEADER,
        [[load, row.backend, str(row.threads), row.measured_text,
          number(row.predicted_ns_per_op), f"{100 * row.error_ratio:+.0f}"]
         for load, row in zip(loads, rows.itertuples())],
        [_errors("all", rows.error_ratio)]
        + [_errors(f"{load}, {team(threads)}", errors)
           for (load, threads), errors
           in rows.error_ratio.groupby([loads, rows.threads])]
        + ([f"{cells.MARK} {marked} disturbed trials, kept"] if marked else []))


def _errors(of, errors):
    return (f"{of}: median absolute error {100 * errors.abs().median():.0f} %, "
            f"under {100 * GOOD:.0f} % in {(errors.abs() < GOOD).sum()} of "
            f"{len(errors)} cases")


def _loads(rows):
    """Scenario and the parameters that tell its cases apart."""
    def named(scenario, params):
        all_params = [set(other.split(";")) for other
                      in set(rows.params[rows.scenario == scenario])]
        common = set.intersection(*all_params) if len(all_params) > 1 else set()
        own = [pair for pair in params.split(";") if pair not in common]
        return f"{scenario} {';'.join(own)}".rstrip()
    return pandas.Series([named(row.scenario, row.params)
                          for row in rows.itertuples()])


def transfers(text) -> list[float]:
    """The transfer costs of a machine file, nearest first."""
    found = re.search(r"^transfer_ns((?:\s+[0-9.]+)+)", text, re.MULTILINE)
    if not found:
        raise InputError("machine file: no line transfer_ns with numbers")
    return list(map(float, found[1].split()))


def probes(run: runs.Run) -> list[float]:
    """Core-to-core times that the trials found: the median of each round."""
    both = run.trials[["core_to_core_before_ns", "core_to_core_after_ns"]]
    found = both.mean(axis=1).groupby(run.trials.invocation).median().dropna()
    return found.to_list()


def drift(before, after) -> float:
    """By how much the most changed distance did, at least 1."""
    return max(math.exp(abs(math.log(b / a))) for a, b in zip(before, after))
