"""How long operations took: one row a backend and team size."""

import math

from lockgauge_tools.tables import EMPTY, Table, number, scaled

COLUMNS = {"p50_ns": "p50 ns", "p90_ns": "p90", "p99_ns": "p99",
            "p999_ns": "p99.9", "p9999_ns": "p99.99"}


def is_latency(trials):
    return trials.p50_ns.notna().any()


def tables(title, trials):
    """The median of each percentile over the trials; the largest of all."""
    rows = [[backend, str(threads),
             *(number(case[name].dropna().median()) for name in COLUMNS),
             number(case.max_ns.max()), _unserved(case),
             scaled(case.preempted_sections_count.sum())]
            for (backend, threads), case
            in trials.groupby(["backend", "threads"], sort=False)]
    header = ["backend", "threads", *COLUMNS.values(), "max", "unserved",
              "preempted"]
    if not preempted(trials):
        rows, header = [row[:-1] for row in rows], header[:-1]
    if trials.unserved_count.isna().all():  # closed loops
        at = header.index("unserved")
        rows = [row[:at] + row[at + 1:] for row in rows]
        header.remove("unserved")
    return [Table(title, header, rows)]


def preempted(trials):
    """Whether holders lost their CPUs."""
    return trials.preempted_sections_count.sum() > 0


def _unserved(case):
    return (scaled(case.unserved_count.sum())
            if case.unserved_count.notna().any() else scaled(math.nan))
