"""One load on many machines: how far each lock is behind the fastest there."""

from lockgauge_tools.report import figures
from lockgauge_tools.report.glossary import CONTROLS
from lockgauge_tools.tables import team

_SAME_LOAD = ["target", "scenario", "placement", "params"]
_ALIKE = 1.005  # over this, two decimals show that somebody is behind


def heats(trials):
    """(load, figure) of loads that several machines ran.

    `trials`: of all runs; `place` names machine and run.
    """
    contended = trials[(trials.threads > 1) & trials.ns_per_op.notna()
                       & ~trials.backend.isin(CONTROLS.keys())]
    for _, load in contended.groupby(_SAME_LOAD, sort=False):
        if load.place.nunique() > 1 and load.backend.nunique() > 1:
            yield load.iloc[0][_SAME_LOAD], _heat(load)


def _heat(load):
    largest = load.groupby("place", sort=False).threads.max()
    most = load[load.threads == load.place.map(largest)]
    medians = most.groupby(["place", "backend"]).ns_per_op.median().unstack()
    medians = medians.reindex(index=largest.index)
    behind = medians.div(medians.min(axis=1), axis=0)
    if behind.max().max() < _ALIKE:
        return figures.words("All locks take the same time on each of "
                             f"{len(largest)} machines.")
    behind = behind[behind.max().sort_values().index]
    nearest = behind.dropna(axis=1).max()  # over all machines, at worst
    firsts = medians.idxmin(axis=1).value_counts()
    title = (f"{firsts.index[0]} takes the least time on {firsts.iloc[0]} of "
             f"{len(largest)} machines")
    if len(nearest) and firsts.iloc[0] < len(largest):
        who = "" if nearest.index[0] == firsts.index[0] else \
            f"{nearest.index[0]} "
        title += (f"; {who}at most {nearest.iloc[0]:.2f} × the least on any")
    return figures.heat(
        title, "×", [f"{place}, {team(threads)}"
                     for place, threads in largest.items()],
        list(behind.columns), behind.to_numpy().tolist(),
        ("machine, its largest team", "lock"), list(largest.index),
        note="Time an operation over that of the fastest lock on the same "
             "machine: 1 is the fastest.")
