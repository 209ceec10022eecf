"""Hardware events an operation, from counters.csv."""

from lockgauge_tools import runs
from lockgauge_tools.report import figures, loads
from lockgauge_tools.tables import team

_CLOCK = "-CLOCK"  # software events that count nanoseconds
_TRIAL = ["machine", *runs.CASE, "invocation", "repetition"]


def per_operation(counters, trials):
    """A figure an event that happens. Both are of one load."""
    counted = counters.dropna(subset=["count_value"]).merge(
        trials[[*_TRIAL, "ops_count"]], on=_TRIAL)
    counted = counted[counted.ops_count > 0]
    counted = counted.assign(each=counted.count_value / counted.ops_count)
    return [_figure(event, rows) for event, rows
            in counted.groupby("event", sort=False)]


def _figure(event, rows):
    # Rare events in a number of operations that shows them.
    most = rows[rows.threads == rows.threads.max()]
    medians = most.groupby("backend").each.median()
    if not medians.any():
        return None
    many = next((many for many in (1, 1000) if many * medians.max() >= 0.1),
                1_000_000)
    per = f"in {many:,} operations" if many > 1 else "an operation"
    unit = "ns" if event.endswith(_CLOCK) else ""
    panels = [(heading, [_bar(backend, case.each * many)
                         for backend, case in loads.by_backend(cases)])
              for heading, cases in loads.teams(rows)]
    said = loads.of_extremes((many * medians).to_dict(),
                             lambda value: f"{value:.3g} {unit}".rstrip())
    return figures.bars(
        f"{event.removeprefix('perf::')} {per} at "
        f"{team(rows.threads.max())}: {said}",
        figures.axis(f"{event} {per}; whiskers are quartiles", unit), panels)


def _bar(backend, values):
    return figures.bar(backend, [values.median()], values.quantile(0.25),
                       values.quantile(0.75))
