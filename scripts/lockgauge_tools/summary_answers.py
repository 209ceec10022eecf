"""What those who interrupt the engine are told: a row a backend."""

from lockgauge_tools import cells, runs
from lockgauge_tools.tables import EMPTY, Table, percent, scaled

_ANSWERS = ["busy", "deadlock", "timeout", "again", "nomem"]


def tables(title, trials):
    given = [answer for answer in _ANSWERS
             if trials[f"fail_{answer}_count"].sum() > 0]
    header = ["backend", "threads", "ns/op", "interrupts", "inside", *given,
              "spurious", "real"]
    rows = [[backend, str(threads), *_row(case, given)]
            for (backend, threads), case
            in trials.groupby(["backend", "threads"], sort=False)]
    return [Table(f"{title}: what interrupts are told", header, rows)]


def _row(trials, given):
    if trials.validity.str.startswith(runs.HUNG).any():
        return ["hung", *[EMPTY] * (len(given) + 4)]
    total = trials.sum(numeric_only=True)
    interrupts = total.interrupts_count
    return [cells.ns_per_op(trials), scaled(interrupts),
            percent(total.interrupts_inside_count / interrupts)
            if interrupts else EMPTY,
            *(scaled(total[f"fail_{answer}_count"]) for answer in given),
            scaled(total.spurious_count), scaled(total.real_count)]
