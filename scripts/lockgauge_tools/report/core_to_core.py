"""The heat map of core_to_core.csv: how long a line takes from CPU to CPU."""

import itertools

import pandas

from lockgauge_tools.report import figures
from lockgauge_tools.tables import number

_LEAST_KNOWN = 0.2  # share of pairs under which a map would be mostly holes


def figure(pairs, caches):
    """`caches`: the CPUs of each, to stand side by side; see levels."""
    if pairs.empty:
        return None
    # Both ways of a pair were timed at once.
    back = pairs.rename(columns={"from_cpu": "to_cpu", "to_cpu": "from_cpu"})
    times = pandas.concat([pairs, back]).groupby(
        ["from_cpu", "to_cpu"]).one_way_ns.median()
    seen = set(pairs.from_cpu) | set(pairs.to_cpu)
    caches = [[cpu for cpu in cache if cpu in seen] for cache in caches]
    caches.append(sorted(seen - set(itertools.chain(*caches))))
    cpus = list(itertools.chain(*caches))
    ends = itertools.accumulate(len(cache) for cache in caches if cache)
    low, high = times.min(), times.max()
    if number(low) == number(high):
        return figures.words(f"A cache line takes {number(low)} ns from one "
                             "CPU to another.")
    title = (f"A cache line takes {number(low)} to {number(high)} ns from one "
             "CPU to another")
    possible = len(seen) * (len(seen) - 1)
    if len(times) < _LEAST_KNOWN * possible:
        return figures.words(f"{title}: {len(times) // 2} of "
                             f"{possible // 2} pairs were probed.")
    names = list(map(str, cpus))
    return figures.heat(
        title, "ns", names, names,
        times.unstack().reindex(index=cpus, columns=cpus).to_numpy().tolist(),
        ("from CPU", "to CPU"), breaks=list(ends)[:-1],
        note="Median of the probes, one way. Lines part last-level caches; "
             "what is blank was not probed.")
