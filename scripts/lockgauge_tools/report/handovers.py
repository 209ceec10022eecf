"""How far a lock travels when it changes hands."""

from lockgauge_tools.report import figures, loads
from lockgauge_tools.tables import percent, team

_DISTANCES = {"core": "same core", "llc": "same last-level cache",
              "node": "same node", "package": "same package",
              "remote": "another package"}


def figure(trials):
    columns = [f"handover_{name}_ratio" for name in _DISTANCES]
    measured = loads.several(trials.dropna(subset=columns))
    # On a machine of one distance there is nothing to choose.
    columns = [name for name in columns if (measured[name] > 0).any()]
    if len(columns) < 2:
        return None
    most = measured.threads.max()
    panels, near = [], {}
    for heading, cases in loads.teams(measured):
        inside = []
        for backend, case in loads.by_backend(cases):
            shares = case[columns].mean()  # they add up to 1
            inside.append(figures.bar(backend, shares.to_list()))
            near[backend] = shares[columns[:-1]].sum()
        panels.append((heading, inside))
    farthest = list(_DISTANCES.values())[
        [f"handover_{name}_ratio" for name in _DISTANCES].index(columns[-1])]
    away = {backend: 1 - share for backend, share in near.items()}
    said = loads.of_extremes(away, percent, "under")
    return figures.bars(
        f"Hand-overs that go the whole way ({farthest}) at {team(most)}: "
        f"{said}", figures.axis("share of hand-overs", "share"), panels,
        [label for name, label in _DISTANCES.items()
         if f"handover_{name}_ratio" in columns])
