"""What only some scenarios measure: backends down, their own columns across."""

from lockgauge_tools import cells, schema
from lockgauge_tools.tables import WIDTH, Table, team

_COLUMNS = [column.name for column in schema.load().files["trials.csv"]
            if column.role == "finding"]


def columns(trials):
    measured = trials[_COLUMNS].notna().any()
    return measured.index[measured].to_list()


def tables(title, trials):
    """One for each team size, continued in another where WIDTH is not enough."""
    result = []
    for threads, case in trials.groupby("threads"):
        backends = case.backend.unique()
        blank = Table(title, ["backend"], [[name] for name in backends],
                      groups=[("", 1)])
        pages = [blank]
        for name in columns(case):
            column = [name, *cells.medians(case, name)]
            wider = pages[-1].beside("", [column])
            if len(pages[-1].header) > 1 and \
                    sum(wider.widths()) + 2 * len(wider.header) - 2 > WIDTH:
                pages.append(blank.beside("", [column]))
            else:
                pages[-1] = wider
        for page in pages:
            page.groups = [("", 1), (team(threads), len(page.header) - 1)]
        result += pages
    return result
