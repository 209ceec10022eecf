"""Makes the run a guest left say that it is a guest's."""

import csv
import json

from lockgauge_tools import schema

_TABLES = ["trials.csv", "threads.csv", "counters.csv"]

# What is left of its times: how long was looked, and how long callers were
# refused, which the kernel's time slices decide.
_KEPT = ["elapsed_ns", "spurious_streak_max_ns"]


def not_measured():
    """Columns of trials.csv that would say how fast something was. A guest's
    clock is the emulator's: they stay empty."""
    return [column.name for column in schema.load().files["trials.csv"]
            if column.unit == "ns" and column.name not in _KEPT
            or column.name in ("ops_per_s", "handovers_per_s",
                               "transfers_per_op")]


def apply(folder, guest):
    name = f"guest-{guest}"
    (folder / "latency.csv").unlink(missing_ok=True)
    for table in _TABLES:
        if (folder / table).exists():
            _rewrite(folder / table, lambda row: _labelled(row, name, guest))
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    facts |= {"run_id": folder.name, "target": "guest"}
    facts["machine"]["id"] = name
    (folder / "run.json").write_text(json.dumps(facts, indent=2) + "\n",
                                     encoding="utf-8")


def _labelled(row, name, guest):
    row |= {"target": "guest", "machine": name}
    if (guest.counts_instructions and row["threads"] == "1"
            and row.get("ns_per_op")):
        row["instructions_per_op"] = row["ns_per_op"]
    return row | {column: "" for column in not_measured() if column in row}


def _rewrite(path, change):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = [change(row) for row in reader]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
