"""Prediction beside measurement."""

from lockgauge_tools import prediction
from lockgauge_tools.report import figures
from lockgauge_tools.tables import percent, team


def section(measured, predicted):
    """The figure and the table of what scripts/predict left."""
    rows = prediction.pairs(measured, predicted)
    good = (rows.error_ratio.abs() < prediction.GOOD).sum()
    points = [(row.measured_ns_per_op, row.predicted_ns_per_op, row.backend,
               f"{row.scenario} {row.params}, {team(row.threads)}")
              for row in rows.itertuples()]
    figure = figures.scatter(
        f"The simulation is within {percent(prediction.GOOD)} of the "
        f"measurement in {good} of {len(rows)} cases",
        figures.axis("measured time an operation", "ns", "log"),
        figures.axis("simulated", "ns", "log"), points, prediction.GOOD,
        "A point is a case. On the dotted line the simulation is right, above "
        "it too slow; the band is where it is called good.")
    table = prediction.table(rows)
    table.notes += prediction.unpaired(measured, predicted)
    return figure, table
