"""One run folder out of those of many cells."""

import csv
import json
import os

from lockgauge_tools import schema


def merge(parts, into):
    """`parts`: of each cell its id, the node it ran on and its folder; each
    becomes an invocation, in this order.

    A file is replaced in one step, trials.csv last: a trial that is there is
    in the others too.
    """
    _replace(into / "run.json", json.dumps(_facts(parts, into), indent=2)
             + "\n")
    first = parts[0][2]
    _replace(into / "topology.xml",
             (first / "topology.xml").read_text(encoding="utf-8"))
    for file in sorted(schema.load().files, key="trials.csv".__eq__):
        # A simulation has no counters.csv, a trial that was skipped no
        # threads.csv.
        found = [(invocation, folder / file)
                 for invocation, (_, _, folder) in enumerate(parts)
                 if (folder / file).exists()]
        if found:
            _join(found, into / file)


def _join(found, path):
    fresh = path.with_name(path.name + ".new")
    with open(fresh, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        for invocation, file in found:
            with open(file, newline="", encoding="utf-8") as lines:
                header, *rows = csv.reader(lines)
            if file == found[0][1]:
                writer.writerow(header)
            place = header.index("invocation")
            for row in rows:
                row[place] = invocation
            writer.writerows(rows)
    os.replace(fresh, path)


def _facts(parts, into):
    all_facts = [json.loads((folder / "run.json").read_text(encoding="utf-8"))
                 for _, _, folder in parts]
    return all_facts[0] | {
        "run_id": into.name,
        "created_utc": min(facts["created_utc"] for facts in all_facts),
        "invocations": [invocation | {"cell": cell, "node": node}
                        for (cell, node, _), facts in zip(parts, all_facts)
                        for invocation in facts["invocations"]]}


def _replace(path, text):
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
