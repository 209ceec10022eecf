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

_COST_COLUMNS = [
    ("ns/op", lambda t: cells.ns_per_op(t)),
    ("hand/s", lambda t: scaled(t.handovers_per_s.dropna().median())),
    ("Jain", lambda t: number(t.jain_ratio.dropna().median())),
    ("short", lambda t: number(t.jain_short_ratio.dropna().median())),
    ("spur.", lambda t: percent(cells.spurious_share(t))),
    ("retries", lambda t: scaled(t.retries_max.max())),
    ("lines", lambda t: number(cells.line_transfers(t))),
    ("passed", lambda t: scaled(t.overtaken_max_count.max())),
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
    result = []
    for threads, case in trials.groupby("threads"):
        columns = _cost_columns(dict(list(case.groupby("backend"))), backends)
        if result:
            wider = result[-1].beside(team(threads), columns)
            if sum(wider.widths()) + 2 * len(wider.header) - 2 <= WIDTH:
                result[-1] = wider
                continue
        result.append(blank.beside(team(threads), columns))
    return result


def _cost_columns(cases, backends):
    """Columns no backend has a value for, as one thread's hand-overs, go."""
    columns = [[heading, *(cell(cases[name]) if name in cases else EMPTY
                           for name in backends)]
               for heading, cell in _COST_COLUMNS]
    return [column for column in columns
            if column[0] == "ns/op" or set(column[1:]) != {EMPTY}]


# --- one row a backend and thread count: who fails, how long ------------------

_FAILURE_COLUMNS = [
    ("ns/op", lambda t: cells.ns_per_op(t)),
    ("of attempts", lambda t: percent(cells.spurious_share(t))),
    ("of time", lambda t: percent(cells.over_time(t, "spurious_time_ratio"))),
    ("incidents/s",
     lambda t: scaled(cells.over_time(t, "spurious_incidents_per_s"))),
    ("longest", lambda t: scaled(t.spurious_streak_max_count.max())),
    ("longest us", lambda t: number(t.spurious_streak_max_ns.max() / 1000)),
]
# Of callers that try again: how often one operation had to, if it had to.
_RETRY_COLUMNS = [
    ("retries p50", lambda t: scaled(t.retries_p50_count.dropna().median())),
    ("p99", lambda t: scaled(t.retries_p99_count.dropna().median())),
    ("most", lambda t: scaled(t.retries_max.max())),
]


def _failure_tables(title, trials):
    columns = _FAILURE_COLUMNS + (
        _RETRY_COLUMNS if trials.retries_p50_count.notna().any() else [])
    return [Table(
        title + ": spurious failures",
        ["backend", "threads", *(heading for heading, _ in columns)],
        [[backend, str(threads), *(cell(case) for _, cell in columns)]
         for (backend, threads), case
         in trials.groupby(["backend", "threads"], sort=False)])]


# --- notes --------------------------------------------------------------------

def _marked(trials):
    tags = [f"{tag} {count}" for tag, count in runs.tags(trials).items()]
    return [f"{cells.MARK} disturbed trials, kept: {', '.join(tags)}"] if tags else []


def _without_figures(trials, why):
    rows = trials[trials.validity.str.startswith(why)]
    return [f"{reason} ({', '.join(dict.fromkeys(group.backend))}; threads: "
            f"{', '.join(map(str, dict.fromkeys(group.threads)))})"
            for reason, group in rows.groupby("validity", sort=False)]
