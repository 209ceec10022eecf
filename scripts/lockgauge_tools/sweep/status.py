"""What became of each cell of a sweep: status.csv, one line a cell."""

import csv
import os
from dataclasses import asdict, dataclass, fields

from lockgauge_tools.sweep.cell import Cell

WAITING = "waiting"  # has not run yet
DONE = "done"        # its results are there and valid
FAILED = "failed"    # it ran, or should have, and they are not; see detail
LOST = "lost"        # it could not run: its queue ended early; see detail

_COLUMNS = ["queue", "cell", "state", "detail", "node",
            *(field.name for field in fields(Cell))]


@dataclass
class Line:
    queue: str  # of cells that run one after the other: a computer's, mostly
    cell: Cell | None  # none: which cells the queue has is not known
    state: str = WAITING
    detail: str = ""
    node: str = ""  # the computer it ran on


def write(path, lines):
    """Replaces the file in one step."""
    fresh = path.with_suffix(".new")
    with open(fresh, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, _COLUMNS, restval="",
                                lineterminator="\n")
        writer.writeheader()
        for line in lines:
            of_cell = asdict(line.cell) | {"cell": line.cell.id} \
                if line.cell else {}
            writer.writerow(of_cell | {
                "queue": line.queue, "state": line.state,
                "detail": line.detail, "node": line.node})
    os.replace(fresh, path)


def read(path) -> list[Line]:
    with open(path, newline="", encoding="utf-8") as file:
        return [Line(row["queue"],
                     Cell.from_texts(row) if row["cell"] else None,
                     row["state"], row["detail"], row["node"])
                for row in csv.DictReader(file)]
