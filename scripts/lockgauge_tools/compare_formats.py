"""A comparison as text for a mail, or as CSV, JSON or Markdown."""

import json
import textwrap

from lockgauge_tools import compare, runs
from lockgauge_tools.tables import WIDTH, Table, number

_HEADER = ["backend", "threads", "A ns/op", "B ns/op", "B/A", "95 % interval",
           "verdict"]


def text(rows, a, b):
    wrapped = [textwrap.fill(note, WIDTH, subsequent_indent="  ",
                             break_long_words=False, break_on_hyphens=False)
               for note in notes(rows, a, b)]
    return "\n".join([*(table.text() for table in _tables(rows)),
                      *wrapped, ""])


def markdown(rows, a, b):
    parts = []
    for table in _tables(rows):
        lines = [f"**{table.title}**", "", _bar(table.header),
                 _bar(["---"] * len(table.header)), *map(_bar, table.rows)]
        parts.append("\n".join(lines))
    parts.append("\n".join(f"- {note}" for note in notes(rows, a, b)))
    return "\n\n".join(parts) + "\n"


def csv(rows, a, b):
    return rows.to_csv(index=False, lineterminator="\n")


def as_json(rows, a, b):
    # pandas writes an empty cell as null; a bare NaN would not be JSON.
    cases = json.loads(rows.to_json(orient="records", double_precision=15))
    return json.dumps({"a": str(a.path), "b": str(b.path),
                       "notes": notes(rows, a, b), "cases": cases},
                      indent=2) + "\n"


FORMATS = {"text": text, "csv": csv, "json": as_json, "markdown": markdown}


def notes(rows, a, b):
    """What a reader must know beside the numbers."""
    lines = [_describe("A", a), _describe("B", b),
             "B/A is the ratio of medians of ns/op: under 1, B is faster. It "
             "is called when its whole interval lies beyond the noise floor "
             "(what invocations of one run differ by) and the rank test's "
             "corrected p is under 0.05."]
    if set(a.trials.machine) != set(b.trials.machine):
        lines.append("The machines differ: this compares them, not only "
                     "the locks.")
    paired = rows[~rows.verdict.isin(compare.UNPAIRED)]
    if paired.noise_floor_ratio.isna().any():
        lines.append("Without two invocations of a run there is no noise "
                     "floor, and nothing is called.")
    if moved := sum(map(compare.moved, paired.itertuples())):
        lines.append(f"{moved} cases are undecided because the machine's own "
                     "core-to-core time changed between A and B.")
    return lines


def _describe(name, run):
    machines = ", ".join(sorted(set(run.trials.machine)))
    marked = "".join(f", {count} {tag}"
                     for tag, count in runs.tags(run.trials).items())
    return (f"{name}: {run.path} on {machines}: {len(run.trials)} trials of "
            f"{run.trials.invocation.nunique()} invocations{marked}")


def _tables(rows):
    paired = rows[~rows.verdict.isin(compare.UNPAIRED)]
    where = ["target", "scenario", "params", "placement"]
    for key, cases in paired.groupby(where, sort=False):
        yield Table(" ".join(filter(None, key)), _HEADER, [
            [case.backend, str(case.threads), number(case.a_ns_per_op),
             number(case.b_ns_per_op), f"{case.ratio:.3f}",
             f"{case.ratio_low:.3f} to {case.ratio_high:.3f}", case.verdict]
            for case in cases.itertuples()])
    unpaired = rows[rows.verdict.isin(compare.UNPAIRED)]
    if len(unpaired):
        yield Table("not on both sides", ["case", "threads", "found"], [
            [" ".join(filter(None, [case.target, case.scenario, case.params,
                                    case.placement, case.backend])),
             str(case.threads), case.verdict]
            for case in unpaired.itertuples()])


def _bar(cells):
    return f"| {' | '.join(cells)} |"
