"""What those who interrupt the engine are told: a row a backend."""

from lockgauge_tools import cells, runs
from lockgauge_tools.tables import EMPTY, Table, percent, scaled

_ANSWERS = ["busy", "deadlock", "timeout", "again", "nomem"]
_HEADER = ["backend", "threads", "ns/op", "interrupts", "inside", *_ANSWERS,
           "spurious", "real"]


def tables(title, trials):
    return [Table(f"{title}: what interrupts are told", _HEADER,
                  [[backend, str(threads), *_row(case)]
                   for (backend, threads), case
                   in trials.groupby(["backend", "threads"], sort=False)])]


def _row(trials):
    if trials.validity.str.startswith(runs.HUNG).any():
        return ["hung", *[EMPTY] * (len(_HEADER) - 3)]
    total = trials.sum(numeric_only=True)
    counts = [total[f"fail_{answer}_count"] for answer in _ANSWERS]
    return [cells.ns_per_op(trials), scaled(total.interrupts_count),
            percent(total.interrupts_inside_count / total.interrupts_count
                    if total.interrupts_count else float("nan")),
            *map(scaled, [*counts, total.spurious_count, total.real_count])]
