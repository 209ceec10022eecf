"""How long operations took: one row a backend and team size."""

from lockgauge_tools import cells
from lockgauge_tools.tables import Table, number, scaled

COLUMNS = {"p50_ns": "p50 ns", "p90_ns": "p90", "p99_ns": "p99",
            "p999_ns": "p99.9", "p9999_ns": "p99.99"}


def is_latency(trials):
    return trials.p50_ns.notna().any()


def tables(title, trials):
    """The median of each percentile over the trials; the largest of all."""
    cases = cells.cases(trials)
    rows = cells.rows([
        *(cases[name].median().map(number) for name in COLUMNS),
        cases.max_ns.max().map(number),
        cases.unserved_count.sum(min_count=1).map(scaled),
        cases.preempted_sections_count.sum().map(scaled)])
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
