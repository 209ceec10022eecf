"""The first screen: what won, by how much, on which machine, how sure."""

import pandas

from lockgauge_tools import cells, levels
from lockgauge_tools.report import glossary, loads
from lockgauge_tools.report import winners as won
from lockgauge_tools.tables import EMPTY, Table, number, percent, team

_HEADER = ["load", "threads", "fastest", "ns/op", "too close to call", "next",
           "takes", "noise"]
_HEADINGS = ("ns/op: time an operation, of the fastest. next: the fastest of "
             "the locks that are called slower; it takes so many times as "
             "long, with the 95 % interval. noise: how far apart equal locks "
             "may measure.")


def machine(run):
    """One line: what the machine is and how much was measured."""
    facts = run.facts.get("machine", {})
    cpus = facts.get("cpus_count") or sum(
        map(len, levels.cpus_by_cache(run.path)))
    world = glossary.worlds(run.trials.target)
    words = [world, facts.get("cpu_model"),
             f"{cpus} CPUs" if cpus else "",
             facts.get("kernel"),
             f"{len(run.trials)} trials",
             f"{run.trials.invocation.nunique()} invocations"
             if run.trials.target.iloc[0] != "sim" else ""]
    return ", ".join(str(word) for word in words if word)


def sentences(run, winners):
    return [*_won(winners), *_refused(run.trials)]


def table(winners) -> Table:
    """The smallest and the largest team of each load, where a lock is called
    slower than the fastest."""
    ends = winners.groupby(won.LOAD).threads.transform if len(winners) else None
    shown = winners if ends is None else winners[
        (winners.threads == ends("min")) | (winners.threads == ends("max"))]
    called = [row for row in shown.itertuples() if row.next]
    left = len(shown) - len(called)
    return Table(
        "Fastest locks of each load, smallest and largest team", _HEADER,
        [[loads.short_name(row, winners), str(row.threads), row.fastest,
          number(row.ns_per_op), ", ".join(row.tied) or EMPTY, row.next,
          won.times(row), percent(row.noise_floor_ratio)] for row in called],
        [_HEADINGS] + ([f"{left} of {len(shown)} are not here: no lock is "
                        "called faster than another."] if left else []))


def _won(winners):
    if winners.empty:
        return []
    sizes = winners.groupby(won.LOAD).threads
    largest = winners[(winners.threads == sizes.transform("max"))
                      & (winners.threads > 1)]
    alone = winners[winners.threads == 1]
    return [f"{when}, {_leaders(rows)}." for when, rows
            in (("With the most threads", largest), ("With one thread", alone))
            if len(rows)]


def _leaders(rows):
    """In how many loads each lock is among the fastest."""
    called = rows[rows.next != ""]
    if called.empty:
        return f"no lock is called faster than another, in {_loads(len(rows))}"
    counts = pandas.Series([name for row in called.itertuples()
                            for name in [row.fastest, *row.tied]]
                           ).value_counts()
    names = [f"{', '.join(same.index)} in {count}" for count, same
             in counts.groupby(counts, sort=False)]
    names[0] += f" of {_loads(len(rows))}"
    worst = called.loc[called.slowest_ratio.idxmax()]
    left = len(rows) - len(called)
    return (f"fastest or tied: {'; '.join(names)}. Farthest behind: "
            f"{worst.slowest}, {worst.slowest_ratio:.3g} × the time of the "
            f"fastest ({loads.short_name(worst, rows)})"
            + (f". Too close to call: {_loads(left)}" if left else ""))


def _loads(count):
    return f"{count} load{'s' if count > 1 else ''}"


def _refused(trials):
    """The worst share of each backend that refused without cause."""
    if not trials.spurious_count.notna().any():
        return []
    worst = {}
    shares = cells.spurious_shares(trials, ["backend", "scenario", "threads"])
    for (backend, scenario, threads), share in shares.items():
        if share > worst.get(backend, (0, ""))[0]:
            worst[backend] = share, f"{scenario}, {team(threads)}"
    if not worst:
        return ["No lock refused a caller without cause."]
    order = sorted(worst.items(), key=lambda item: -item[1][0])
    return ["Refused without cause, of attempts: " + "; ".join(
        f"{name} up to {percent(share)} ({where})"
        for name, (share, where) in order)
        + ("; no other lock." if len(worst) < trials.backend.nunique()
           else ".")]
