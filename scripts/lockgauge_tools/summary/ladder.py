"""A load over many thread counts: these down, backends across."""

from lockgauge_tools import cells
from lockgauge_tools.tables import EMPTY, WIDTH, Table, number, percent, scaled

MOST_ACROSS = 3  # team sizes; more go down

# A table each. Host trials have no values for some of them.
_METRICS = [
    ("ns/op", cells.medians),
    ("cache lines that moved, per operation",
     lambda trials: cells.line_transfers(trials).map(number)),
    ("Jain's fairness index",
     lambda trials: cells.cases(trials).jain_ratio.median().map(number)),
    ("longest wait, in operations of others",
     lambda trials: cells.cases(trials).overtaken_max_count.max()
     .map(scaled)),
    ("refused without cause, of attempts",
     lambda trials: cells.spurious_shares(trials).map(percent)),
]
_NOTHING = {EMPTY, "0 %"}


def is_ladder(trials):
    return trials.threads.nunique() > MOST_ACROSS


def tables(title, trials):
    """A table a metric, continued in another where WIDTH is not enough."""
    measured = trials[trials.ns_per_op.notna()]
    if measured.empty:  # the rows alone: its notes say why
        measured = trials
    teams = sorted(set(measured.threads))
    result = []
    for name, cell in _METRICS:
        found = cell(measured)
        columns = {
            backend: [found.get((backend, team), EMPTY) for team in teams]
            for backend in dict.fromkeys(measured.backend)}
        if name == "ns/op" or not all(_NOTHING.issuperset(column)
                                      for column in columns.values()):
            result += _fitting(title, name, teams, columns)
    return result


def _fitting(title, name, teams, columns):
    pages = []
    for backend, column in columns.items():
        width = 2 + max(map(len, [backend, *column]))
        if not pages or pages[-1][0] + width > WIDTH:
            pages.append((len("threads"), {}))
        used, page = pages.pop()
        pages.append((used + width, page | {backend: column}))
    return [Table(title, ["threads", *page],
                  [[str(team), *row] for team, row
                   in zip(teams, zip(*page.values()))],
                  groups=[("", 1), (name, len(page))])
            for _, page in pages]
