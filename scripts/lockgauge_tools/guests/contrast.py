"""Kernels beside each other: what each refuses, what each executes."""

import pandas

from lockgauge_tools.runs import SKIPPED
from lockgauge_tools.tables import EMPTY, Table, number, percent, scaled

# The kernel's storage is named by what it is like, which is the contrast.
_STORAGE = ["kernel:merged", "kernel:percpu_busy", "kernel:storage"]
_CODES = ["busy", "deadlock", "timeout", "again", "nomem"]
_CASE = ["scenario", "backend", "kind", "params", "threads"]
_LACK = f"{SKIPPED}this kernel "
# Scenarios about who is refused. Of the others the cost is of interest.
_CONTESTS = ["reentry", "same_cpu", "deadlock"]


def tables(guests) -> list[Table]:
    """Of pairs of a guest and its trials."""
    if not guests:
        return []
    trials = pandas.concat([_cases(*pair) for pair in guests])
    contest = (trials.scenario.isin(_CONTESTS)
               | ~trials.params.str.contains("stall_ns=0|^(?!.*stall_ns)"))
    return [table for table in (
        _table("refused, of attempts", trials[contest], _refusals),
        _table("instructions an operation, the loop (no_lock) included",
               trials[~contest], _instructions)) if table.rows]


def lacks(guests) -> list[str]:
    """Why cells are empty, a line each, where a kernel is the reason."""
    found = {}  # scenarios
    for guest, trials in guests:
        for row in trials[trials.validity.str.startswith(_LACK)].itertuples():
            reason = row.validity.removeprefix(_LACK)
            line = f"{guest.kernel.version} {reason}"
            found.setdefault(line, set()).add(row.scenario)
    return [f"{line}: {', '.join(sorted(scenarios))}"
            for line, scenarios in sorted(found.items())]


def _cases(guest, trials):
    shape = [str(guest.topology), guest.preempt]
    return trials.assign(
        kernel=" ".join(filter(None, [guest.kernel.version, *shape])),
        kind=guest.kind,
        backend=trials.backend.where(~trials.backend.isin(_STORAGE), ""))


def _table(title, trials, cell):
    kernels = list(dict.fromkeys(trials.kernel))
    rows = []
    for case, alike in trials.groupby(_CASE, sort=False):
        cells = [cell(alike[alike.kernel == kernel]) for kernel in kernels]
        if set(cells) != {EMPTY}:
            rows.append([_name(case, trials), *cells])
    return Table(f"[guest] {title}", ["", *kernels], rows)


def _name(case, trials):
    """With those parameters only that tell cases of the scenario apart."""
    scenario, backend, kind, params, threads = case
    alike = trials[(trials.scenario == scenario) & (trials.kind == kind)]
    every = [set(other.split(";")) for other in set(alike.params)]
    common = set.intersection(*every)
    words = [scenario, backend.removeprefix("kernel:"), kind,
             *(word for word in params.split(";") if word not in common),
             f"{threads} threads" if threads > 1 else ""]
    return " ".join(filter(None, words))


def _refusals(trials):
    # Of re-entry, those that came in between are of interest.
    attempts = trials.interrupts_count.fillna(trials.attempts_count).sum()
    if not attempts:
        return EMPTY
    refused = {code: trials[f"fail_{code}_count"].sum() for code in _CODES}
    told = [f"{scaled(count)} {code}" for code, count in refused.items()
            if count]
    text = f"{', '.join(told) or '0'} of {scaled(attempts)}"
    if trials.spurious_streak_max_count.max() > 1:
        text += (f" ({percent(sum(refused.values()) / attempts)}), "
                 f"{scaled(trials.spurious_streak_max_count.max())} in a row")
    return text + _patience(trials, refused["timeout"])


def _patience(trials, timeouts):
    """How long one waits whose lock is not given back: it gave up so often in
    that time, and was waiting again. A constant of the kernel, no cost."""
    given_back = trials.min_max_ratio.fillna(0).any()
    if not timeouts or given_back:
        return ""
    waited_ms = trials.elapsed_ns.sum() / 1e6
    return (f", each after {waited_ms / (timeouts + len(trials)):.0f} to "
            f"{waited_ms / timeouts:.0f} ms")


def _instructions(trials):
    return number(trials.instructions_per_op.dropna().median())
