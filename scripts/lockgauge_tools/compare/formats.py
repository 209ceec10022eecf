"""A comparison as text for a mail, or as CSV, JSON or Markdown."""

import json
import textwrap

from lockgauge_tools import runs
from lockgauge_tools.compare import tables as compare_tables
from lockgauge_tools.compare import verdicts
from lockgauge_tools.tables import WIDTH


def text(rows, sides):
    wrapped = [textwrap.fill(note, WIDTH, subsequent_indent="  ",
                             break_long_words=False, break_on_hyphens=False)
               for note in notes(rows, sides)]
    tables = compare_tables.tables(rows, sides)
    return "\n".join([*(table.text() for table in tables), *wrapped, ""])


def markdown(rows, sides):
    parts = []
    for table in compare_tables.tables(rows, sides):
        header = table.header
        if table.groups:
            names = [name for name, count in table.groups
                     for _ in range(count)]
            header = [f"{name} {cell}".strip()
                      for name, cell in zip(names, header)]
        lines = [f"**{table.title}**", "", _bar(header),
                 _bar(["---"] * len(header)), *map(_bar, table.rows)]
        parts.append("\n".join(lines))
    parts.append("\n".join(f"- {note}" for note in notes(rows, sides)))
    return "\n\n".join(parts) + "\n"


def csv(rows, sides):
    return rows.to_csv(index=False, lineterminator="\n")


def as_json(rows, sides):
    # pandas writes an empty cell as null; a bare NaN would not be JSON.
    cases = json.loads(rows.to_json(orient="records", double_precision=15))
    return json.dumps({"sides": [{"label": label, "source": source}
                                 for label, source
                                 in zip(sides.labels, sides.sources)],
                       "notes": notes(rows, sides), "cases": cases},
                      indent=2) + "\n"


FORMATS = {"text": text, "csv": csv, "json": as_json, "markdown": markdown}


def notes(rows, sides):
    """What a reader must know beside the numbers."""
    lines = [*_describe(sides), _LEGEND]
    if len(sides.labels) > 2:
        lines.append(f"{compare_tables.SAME} the same within "
                     f"{100 * verdicts.WIDEST_SAME:.0f} %, "
                     f"{compare_tables.UNDECIDED} undecided.")
    lines += sides.notes
    paired = rows[rows.p_rank.notna()]
    if paired.p_value.isna().any():
        lines.append("Without two invocations of a run there is no noise "
                     "floor, and nothing is called.")
    if few := (paired.a_trials_count + paired.b_trials_count < 8).sum():
        lines.append(f"{few} cases have too few trials for a rank test to "
                     "call them: it needs 4 on each side, more for many "
                     "cases.")
    if moved := verdicts.moved(paired).sum():
        lines.append(f"{moved} cases are undecided because the machine's own "
                     "core-to-core time changed between the sides.")
    return lines


_LEGEND = (
    "A ratio is of medians, to the first side's. It is called when it lies "
    "beyond the noise floor (what invocations of one run differ by), its "
    "interval does not hold 1, and the corrected p is under 0.05.")


def _describe(sides):
    for place, (label, source) in enumerate(zip(sides.labels, sides.sources)):
        trials = sides.trials.loc[sides.trials.side == place, [
            "target", "measured_on", "seed", "process", "validity"]]
        tags = "".join(f", {count} {tag}"
                       for tag, count in runs.tags(trials).items())
        yield (f"{label}: {source}{' ' if source else ''}on "
               f"{', '.join(sorted(set(trials.measured_on)))}: {len(trials)} "
               f"trials of {trials.process.nunique()} "
               f"{'seeds' if runs.is_seeded(trials).any() else 'invocations'}"
               f"{tags}")


def _bar(cells):
    return f"| {' | '.join(cells)} |"
