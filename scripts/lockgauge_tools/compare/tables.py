"""The tables of a comparison."""

import math

from lockgauge_tools.compare import verdicts
from lockgauge_tools.tables import EMPTY, WIDTH, Table, number, scaled

SAME, UNDECIDED = "=", "~"  # marks of a ratio where there is no room for words

UNITS = {"ns_per_op": "ns/op", "ops_per_s": "op/s"}
_TITLE = ["target", "machine", "scenario", "params", "placement"]


def tables(rows, sides):
    paired = rows[rows.p_rank.notna()]
    titled = [name for name in _TITLE if name in sides.case
              and (name != "machine" or rows.machine.nunique() > 1)]
    shape = _two if len(sides.labels) == 2 else _many
    by_title = {}
    for case in paired.itertuples():
        title = tuple(getattr(case, name) for name in ["metric", *titled])
        by_title.setdefault(title, []).append(case)
    for (metric, *where), cases in by_title.items():
        title = " ".join(filter(None, where))
        if metric != "ns_per_op":
            title += f": {metric}"
        lines = [name for name in sides.case if name not in _TITLE]
        yield from shape(title, lines, cases, UNITS.get(metric, metric),
                         sides.labels)
    unpaired = rows[rows.p_rank.isna()]
    if len(unpaired):
        yield Table("not on both sides", ["case", "found"], [
            [" ".join(str(case[name]) for name in sides.case if case[name]),
             case.verdict] for _, case in unpaired.iterrows()])


def _two(title, lines, cases, unit, labels):
    yield Table(
        title, [*lines, unit, unit, "ratio", "95 % interval", "verdict"],
        [[*(str(getattr(case, name)) for name in lines),
          figure(case.a_median), figure(case.b_median), f"{case.ratio:.3f}",
          _interval(case), case.verdict]
         for case in cases],
        groups=[("", len(lines)), (labels[0], 1), (labels[1], 4)])


def _many(title, lines, cases, unit, labels):
    """The baseline, then a group of columns a side; as many tables as WIDTH
    asks for."""
    by_line = {}
    for case in cases:
        line = tuple(str(getattr(case, name)) for name in lines)
        by_line.setdefault(line, {})[case.b] = case
    baseline = [figure(next(iter(found.values())).a_median)
                for found in by_line.values()]
    blank = Table(title, lines, list(map(list, by_line)),
                  groups=[("", len(lines))]).beside(
                      labels[0], [[unit, *baseline]])
    table = blank
    for label in labels[1:]:
        found = [others.get(label) for others in by_line.values()]
        if not any(found):
            continue
        columns = [
            [unit, *(figure(case.b_median) if case else EMPTY
                     for case in found)],
            ["ratio", *(marked_ratio(case) if case else EMPTY
                        for case in found)]]
        wider = table.beside(label, columns)
        if sum(wider.widths()) + 2 * len(wider.header) - 2 > WIDTH:
            yield table
            wider = blank.beside(label, columns)
        table = wider
    yield table


def marked_ratio(row):
    """With room for a word; without, see SAME and UNDECIDED."""
    mark = UNDECIDED if row.verdict == verdicts.UNDECIDED else \
        SAME if row.verdict.startswith("same") else ""
    return f"{row.ratio:.2f} {mark:1}"


def _interval(case):
    """Zeros, and one invocation, leave none."""
    if math.isnan(case.ratio_low):
        return EMPTY
    return f"{case.ratio_low:.3f} to {case.ratio_high:.3f}"


def figure(value):
    return scaled(value) if value >= 1e6 else number(value)
