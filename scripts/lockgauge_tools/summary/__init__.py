"""The tables scripts/bench prints: one a scenario and set of parameters."""

import functools
import textwrap

from lockgauge_tools import cells, runs
from lockgauge_tools.doctor import record
from lockgauge_tools.summary import (answers, findings, kernel, ladder,
                                     latency, notes, teardown)
from lockgauge_tools.tables import (EMPTY, WIDTH, Table, number, percent,
                                    scaled, team)

# One table holds what was measured under the same load on the same machine.
LOAD = ["target", "machine", "scenario", "placement", "params"]


def text(run):
    printed = [table.text() for tables, _ in loads(run) for table in tables]
    printed += [table.text() for table in kernel.tables(run.trials)]
    said = [*record.lines(run.facts), legend(run)]
    return "\n".join([*printed, *(textwrap.fill(line, WIDTH)
                                  for line in said if line), ""])


def legend(run):
    """What the headings of these tables mean, and no others."""
    said = {}
    for (_, _, scenario, *_), trials in run.trials.groupby(LOAD, sort=False):
        shape = _shape(scenario, trials)
        if shape not in _WITHOUT_COST and trials.ns_per_op.notna().any():
            said["ns/op"] = ("median of the team's time an operation, ± half "
                             "its 95 % interval")
        if shape is latency.tables and latency.preempted(trials):
            said["preempted"] = "sections whose holder lost its CPU in them"
        if shape is findings.tables:
            said["±"] = "half the 95 % interval of a median"
        if shape is _cost_tables:
            said |= {heading: meaning for heading, column, meaning in _MEANINGS
                     if trials[column].notna().any()}
    if "sim" in set(run.trials.target):
        said["[sim]"] = "simulated; ± is over seeds"
    return " ".join(f"{heading}: {meaning}." for heading, meaning
                    in said.items())


@functools.cache  # what is printed is in the report again
def loads(run):
    """The tables of each load, and the trials they are of."""
    result = []
    for key, trials in run.trials.groupby(LOAD, sort=False):
        load = dict(zip(LOAD, key))
        shape = _shape(load["scenario"], trials)
        tables = shape(_title(load), trials)
        tables[-1].notes = (notes.ratios(load, trials, run.trials)
                            + _without_figures(trials, runs.FAILED)
                            + _without_figures(trials, runs.HUNG)
                            + _marked(trials)
                            + _without_figures(trials, runs.SKIPPED))
        result.append((tables, trials))
    return result


def _shape(scenario, trials):
    """What shows its trials best: by the scenario, or by what they hold."""
    shapes = {"same_cpu": _failure_tables,
              "reentry": answers.interrupts,
              "deadlock": answers.cycles,
              "teardown": teardown.tables}
    if scenario in shapes:
        return shapes[scenario]
    if latency.is_latency(trials):
        return latency.tables
    if findings.columns(trials):
        return findings.tables
    if ladder.is_ladder(trials):
        return ladder.tables
    return _cost_tables


def _title(load):
    # A host number is what a reader expects; any other must say so first.
    world = "" if load["target"] == "host" else f"[{load['target']}] "
    return (f"{world}{load['scenario']} {load['params']}".rstrip()
            + f"   {load['placement']}, {load['machine']}")


# --- backends down, thread counts across --------------------------------------

# Heading, and the cell of every case.
_COST_COLUMNS = [
    ("ns/op", cells.medians),
    ("hand/s", lambda t: cells.cases(t).handovers_per_s.median().map(scaled)),
    ("Jain", lambda t: cells.cases(t).jain_ratio.median().map(number)),
    ("short", lambda t: cells.cases(t).jain_short_ratio.median().map(number)),
    ("spur.", lambda t: cells.spurious_shares(t).map(percent)),
    ("retries", lambda t: cells.cases(t).retries_max.max().map(scaled)),
    ("lines", lambda t: cells.line_transfers(t).map(number)),
    ("passed", lambda t: cells.cases(t).overtaken_max_count.max().map(scaled)),
]


# Heading, the column without which it is not there, and what it means.
_MEANINGS = [
    ("hand/s", "handovers_per_s", "hand-overs a second"),
    ("short", "jain_short_ratio",
     "Jain's index of windows of 8 to 15 operations a thread"),
    ("spur.", "spurious_count", "share of attempts refused without cause"),
    ("retries", "retries_max", "most that one operation needed"),
    ("lines", cells.LINE_TRANSFERS[0],
     "cache lines that moved from CPU to CPU, per operation"),
    ("passed", "overtaken_max_count",
     "most operations of others that one operation waited through"),
]
_WITHOUT_COST = [latency.tables, findings.tables,
                 teardown.tables]


def _cost_tables(title, trials):
    """As many tables as the thread counts need at WIDTH columns."""
    backends = list(dict.fromkeys(trials.backend))
    blank = Table(title, ["backend"], [[name] for name in backends],
                  groups=[("", 1)])
    found = {heading: cell(trials) for heading, cell in _COST_COLUMNS}
    result = []
    for threads in sorted(set(trials.threads)):
        columns = _cost_columns(found, threads, backends)
        if result:
            wider = result[-1].beside(team(threads), columns)
            if sum(wider.widths()) + 2 * len(wider.header) - 2 <= WIDTH:
                result[-1] = wider
                continue
        result.append(blank.beside(team(threads), columns))
    return result


def _cost_columns(found, threads, backends):
    """Columns no backend has a value for, as one thread's hand-overs, go."""
    columns = [[heading, *(column.get((name, threads), EMPTY)
                           for name in backends)]
               for heading, column in found.items()]
    return [column for column in columns
            if column[0] == "ns/op" or set(column[1:]) != {EMPTY}]


# --- one row a backend and thread count: who fails, how long ------------------

_FAILURE_COLUMNS = [
    ("ns/op", cells.medians),
    ("of attempts", lambda t: cells.spurious_shares(t).map(percent)),
    ("of time",
     lambda t: cells.over_time(t, "spurious_time_ratio").map(percent)),
    ("incidents/s",
     lambda t: cells.over_time(t, "spurious_incidents_per_s").map(scaled)),
    ("longest", lambda t: cells.cases(t).spurious_streak_max_count.max().map(scaled)),
    ("longest us",
     lambda t: (cells.cases(t).spurious_streak_max_ns.max() / 1000).map(number)),
]
# Of callers that try again: how often one operation had to, if it had to.
_RETRY_COLUMNS = [
    ("retries p50", lambda t: cells.cases(t).retries_p50_count.median().map(scaled)),
    ("p99", lambda t: cells.cases(t).retries_p99_count.median().map(scaled)),
    ("most", lambda t: cells.cases(t).retries_max.max().map(scaled)),
]


def _failure_tables(title, trials):
    columns = _FAILURE_COLUMNS + (
        _RETRY_COLUMNS if trials.retries_p50_count.notna().any() else [])
    return [Table(
        title + ": spurious failures",
        ["backend", "threads", *(heading for heading, _ in columns)],
        cells.rows([cell(trials) for _, cell in columns]))]


# --- notes --------------------------------------------------------------------

def _marked(trials):
    tags = [f"{tag} {count}" for tag, count in runs.tags(trials).items()]
    return [f"{cells.MARK} disturbed trials, kept: {', '.join(tags)}"] if tags else []


def _without_figures(trials, why):
    rows = trials[trials.validity.str.startswith(why)]
    return [f"{reason} ({', '.join(dict.fromkeys(group.backend))}; threads: "
            f"{', '.join(map(str, dict.fromkeys(group.threads)))})"
            for reason, group in rows.groupby("validity", sort=False)]
