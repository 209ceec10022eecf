"""What callers are told who could wait for ever: a row a backend."""

from lockgauge_tools import cells, runs
from lockgauge_tools.tables import EMPTY, Table, number, percent, scaled

_ANSWERS = ["busy", "deadlock", "timeout", "again", "nomem"]


def interrupts(title, trials):
    """Those that come in the middle of an operation (scenario reentry)."""
    return _tables(f"{title}: what interrupts are told",
                   ["interrupts", "inside"], _interrupts, trials)


def cycles(title, trials):
    """Those that close a cycle of locks (scenario deadlock)."""
    return _tables(f"{title}: what a cycle is told",
                   ["rounds", "told after us", "at most"], _cycles, trials)


def _tables(title, counted, count, trials):
    given = [answer for answer in _ANSWERS
             if trials[f"fail_{answer}_count"].sum() > 0]
    header = ["backend", "threads", "ns/op", *counted, *given, "spurious",
              "real"]
    cases = cells.cases(trials)
    costs, totals = cells.medians(trials), cases.sum(numeric_only=True)
    rows = [[backend, str(threads),
             *(_without_figures(case, len(header) - 2)
               or [costs[backend, threads],
                   *_row(case, totals.loc[backend, threads], count, given)])]
            for (backend, threads), case in cases]
    return [Table(title, header, rows)]


def _without_figures(trials, cells_count):
    if trials.validity.str.startswith(runs.HUNG).any():
        return ["hung", *[EMPTY] * (cells_count - 1)]
    if trials.attempts_count.isna().all():  # skipped
        return [EMPTY] * cells_count
    return []


def _row(trials, total, count, given):
    return [*count(trials, total),
            *(scaled(total[f"fail_{answer}_count"]) for answer in given),
            scaled(total.spurious_count), scaled(total.real_count)]


def _interrupts(_, total):
    seen = total.interrupts_count
    return [scaled(seen), percent(total.interrupts_inside_count / seen)
            if seen else EMPTY]


def _cycles(trials, total):
    told = trials.failed_p50_ns.dropna().median() / 1000
    return [scaled(total.ops_count), number(told),
            number(trials.failed_max_ns.max() / 1000)]
