"""Which locks are fastest under each load, by how much, and how sure."""

from dataclasses import replace

import pandas

from lockgauge_tools import compare
from lockgauge_tools.compare import sides
from lockgauge_tools.report.glossary import CONTROLS
from lockgauge_tools.summary import LOAD
from lockgauge_tools.tables import percent, team

_PLACE = [*LOAD, "threads"]
_FASTEST = "the fastest"
_SLOWER = "slower"  # compare's word
_MOST_NAMED = 4


def winners(run) -> pandas.DataFrame:
    """One row a load and team that two locks or more have figures for.

    `fastest` with its `ns_per_op`; `tied`: the others that are not called
    slower; `next`: the best of those that are, empty if none; `second`: that,
    or the best of all others. It takes `ratio` times as long as the fastest.
    """
    trials = run.trials[~run.trials.backend.isin(CONTROLS.keys())]
    medians = trials.groupby([*_PLACE, "backend"]).ns_per_op.median().dropna()
    order = medians.sort_values(kind="stable").reset_index().groupby(_PLACE)
    fastest = order.backend.first()[order.size() > 1].rename("fastest")
    if fastest.empty:
        return pandas.DataFrame(columns=[*_PLACE, "fastest"])
    pairs = _compared(run, trials.merge(fastest.reset_index(), on=_PLACE))
    rows = [dict(zip(_PLACE, place)) | _row(others.sort_values("ratio"))
            for place, others in pairs.groupby(_PLACE, sort=False)]
    return pandas.DataFrame(rows).sort_values(_PLACE, ignore_index=True)


def _compared(run, trials):
    """Every other lock over the fastest of its place."""
    first = trials.backend == trials.fastest
    named = trials.assign(backend=trials.backend.mask(first, _FASTEST))
    rows = pandas.concat(
        compare.compare(sides.of_column([replace(run, trials=world)],
                                        "backend", _FASTEST))
        for _, world in named.groupby("target", sort=False))
    rows = rows[rows.p_rank.notna()]  # pairs
    return rows.rename(columns={"b": "backend"}).merge(
        trials[[*_PLACE, "fastest"]].drop_duplicates(), on=_PLACE)


def _row(others):
    slower = others.verdict == _SLOWER
    shown = others[slower] if slower.any() else others
    first = shown.iloc[0]
    return {"fastest": first.fastest, "ns_per_op": first.a_median,
            "tied": list(others.backend[~slower]),
            "next": first.backend if slower.any() else "",
            "second": first.backend, "ratio": first.ratio,
            "ratio_low": first.ratio_low, "ratio_high": first.ratio_high,
            "slowest": others.backend.iloc[-1],
            "slowest_ratio": others.ratio.iloc[-1],
            "noise_floor_ratio": first.noise_floor_ratio}


def sentence(row):
    at = f"at {team(row.threads)}"
    takes = f"takes {times(row)} as long"
    if not row.next:
        return (f"No lock is called faster than another {at}: {row.fastest} "
                f"measured fastest, {row.second} {takes}; {noise(row)}")
    if not row.tied:
        return f"{row.fastest} is fastest {at}: {row.next} {takes}"
    return (f"{_and([row.fastest, *row.tied])} are fastest {at}, too close to "
            f"call; {row.next} {takes}")


def _and(names):
    if len(names) > _MOST_NAMED:
        names = [*names[:_MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} "
                                           "others"]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def times(row):
    if pandas.isna(row.ratio_low):
        return f"{row.ratio:.2f} ×"
    return f"{row.ratio:.2f} × [{row.ratio_low:.2f}, {row.ratio_high:.2f}]"


def noise(row):
    return ("noise unknown from one invocation"
            if pandas.isna(row.noise_floor_ratio)
            else f"noise {percent(row.noise_floor_ratio)}")
