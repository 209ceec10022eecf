"""What every figure of a load asks of its trials."""

from lockgauge_tools.report import glossary
from lockgauge_tools.summary import ladder
from lockgauge_tools.tables import team

# Operations a thread under which nothing can be said of how even they are.
ENOUGH_EACH = 10


def by_backend(trials):
    return [(name, case) for name, case
            in trials.groupby("backend", sort=False)]


def teams(trials):
    """[(heading, trials)] of each team size; of the largest if they are
    many."""
    found = list(trials.groupby("threads"))
    if len(found) > ladder.MOST_ACROSS:
        found = found[-1:]
    return [(team(threads), case) for threads, case in found]


def several(trials):
    """Trials of more than one thread: others have nobody to share with."""
    return trials[trials.threads > 1]


def of_extremes(values, written, joined="of"):
    """"2.1 of a, 30 of b": the smallest and the largest of {name: value}."""
    low, high = min(values, key=values.get), max(values, key=values.get)
    if low == high:
        return f"{written(values[low])} {joined} {low}"
    return (f"{written(values[low])} {joined} {low}, "
            f"{written(values[high])} {joined} {high}")


def short_name(load, loads):
    """Scenario, and what tells it from the other `loads` of that scenario."""
    world = [] if load.target == "host" or loads.target.nunique() == 1 else [
        glossary.worlds([load.target])]
    same = loads[(loads.scenario == load.scenario)
                 & (loads.target == load.target)]
    sets = [set(params.split(";")) for params in same.params]
    own = [pair for pair in load.params.split(";")
           if not all(pair in pairs for pairs in sets)]
    where = [load.placement] if same.placement.nunique() > 1 else []
    return " ".join([load.scenario, *own, *where, *world])
