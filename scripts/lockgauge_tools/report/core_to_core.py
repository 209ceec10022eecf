"""The heat map of core_to_core.csv: how long a line takes from CPU to CPU."""

import itertools

from lockgauge_tools.report import figures
from lockgauge_tools.tables import number


def figure(pairs, caches):
    """`caches`: the CPUs of each, to stand side by side; see levels."""
    if pairs.empty:
        return None
    times = pairs.groupby(["from_cpu", "to_cpu"]).one_way_ns.median()
    seen = {cpu for pair in times.index for cpu in pair}
    caches = [[cpu for cpu in cache if cpu in seen] for cache in caches]
    caches.append(sorted(seen - set(itertools.chain(*caches))))
    cpus = list(itertools.chain(*caches))
    ends = itertools.accumulate(len(cache) for cache in caches if cache)
    low, high = times.min(), times.max()
    names = list(map(str, cpus))
    return figures.heat(
        f"A cache line takes {number(low)} to {number(high)} ns from one CPU "
        "to another", "ns", names, names,
        times.unstack().reindex(index=cpus, columns=cpus).to_numpy().tolist(),
        ("from CPU", "to CPU"), breaks=list(ends)[:-1],
        note="Median of the probes, one way. Lines part last-level caches.")
