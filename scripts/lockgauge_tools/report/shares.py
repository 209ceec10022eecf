"""Who got how much: each thread's share of the work, node by node."""

from lockgauge_tools.report import figures, loads
from lockgauge_tools.tables import percent

_TRIAL = ["backend", "invocation", "repetition"]
_FEW = 4  # threads; of fewer, Jain's index says it all
_EVEN = 0.9  # of an even share: who gets less has a reason to complain


def figure(threads, trials):
    """`threads`: rows of threads.csv, both of one load. None where all are
    even, have different jobs, or came to too few operations to tell."""
    if trials.jain_ratio.isna().all():
        return None
    counted = threads.dropna(subset=["ops_count", "node"])
    counted = counted[counted.threads >= _FEW]
    most = counted[counted.threads == counted.threads.max()]
    even = most.groupby(_TRIAL).ops_count.transform("mean")
    if most.empty or even.min() < loads.ENOUGH_EACH:
        return None
    most = most.assign(share=most.ops_count / even)
    shares = most.groupby(["backend", "node", "thread"]).share.mean()
    least = shares.groupby("backend").min()
    if least.min() >= _EVEN:
        return None
    return figures.lines(
        f"What the slowest of {most.threads.iloc[0]} threads gets of an even "
        f"share: {loads.of_extremes(least.to_dict(), percent, 'under')}",
        figures.axis("threads, one NUMA node after the other, in each the "
                     "busiest first", said="place"),
        figures.axis("operations of each thread over an even share"),
        {backend: [(place, value) for place, value
                   in enumerate(_busiest_first(of), start=1)]
         for backend, of in shares.groupby("backend")},
        _borders(shares.xs(least.idxmin())))


def _busiest_first(shares):
    return [value for _, node in shares.groupby("node")
            for value in sorted(node, reverse=True)]


def _borders(shares):
    """Before the first thread of each node but the first."""
    nodes = shares.index.get_level_values("node").astype(int)
    return {place + 0.5: f"node {node}" for place, node
            in enumerate(nodes) if place and node != nodes[place - 1]}
