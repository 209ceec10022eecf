"""Makes the run a guest left say that it is a guest's."""

import csv
import json

# A guest's time is the emulator's: nothing that is a time or a rate of
# operations may pass for a measurement.
NOT_MEASURED = [
    "ns_per_op", "ops_per_s", "handovers_per_s", "p50_ns", "p90_ns", "p99_ns",
    "p999_ns", "p9999_ns", "max_ns", "transfers_per_op",
    "core_to_core_before_ns", "core_to_core_after_ns"]
_TABLES = ["trials.csv", "threads.csv", "counters.csv"]


def apply(folder, guest):
    name = f"guest-{guest}"
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
    return row | {column: "" for column in NOT_MEASURED if column in row}


def _rewrite(path, change):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = [change(row) for row in reader]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
