"""What won where: loads down, machines across, for many runs at once."""

import pandas

from lockgauge_tools.report import loads
from lockgauge_tools.tables import EMPTY, Table, team

_SAME_LOAD = ["target", "scenario", "placement", "params"]


def table(winners):
    """`winners`: {name of a machine: its winners()}. None unless a load was
    run on two of them."""
    rows = pandas.concat([won.assign(place=name)
                          for name, won in winners.items() if len(won)] or
                         [pandas.DataFrame(columns=[*_SAME_LOAD, "place"])])
    rows = rows[rows.threads > 1] if len(rows) else rows
    found = [load for _, load in rows.groupby(_SAME_LOAD, sort=False)
             if load.place.nunique() > 1]
    if not found:
        return None
    known = pandas.concat(found)
    places = list(dict.fromkeys(known.place))
    return Table(
        "Which lock is fastest, by load and machine", ["load", *places],
        [[loads.short_name(load.iloc[0], known),
          *(_cell(load[load.place == place]) for place in places)]
         for load in found],
        ["Each machine's largest team. =: too close to call. ×: time of the "
         "next lock over that of the fastest."])


def _cell(rows):
    """Of the largest team."""
    if rows.empty:
        return EMPTY
    row = rows.loc[rows.threads.idxmax()]
    if not row.next:
        return f"too close to call; {team(row.threads)}"
    return (f"{' = '.join([row.fastest, *row.tied])}; {row.next} takes "
            f"{row.ratio:.2f} ×; {team(row.threads)}")
