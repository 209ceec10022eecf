"""The ratios that answer a scenario's question, as lines under its table."""

from lockgauge_tools import stats
from lockgauge_tools.summary import ladder
from lockgauge_tools.tables import team

# Published by the kernel's own bench local-storage-cache-seq-get with one map
# (Marchevsky, bench v6, June 2022): with its loop, and adjusted for it.
_KERNEL_GET = ("context, not a claim about this machine: the kernel's bench "
               "published 21 ns a get, 12 ns without its overhead "
               "(sequential, 1 map, Skylake, 2022)")

# Geometric means over the thread counts of each table, inverted from
# throughput to time, and their range: "[PATCH bpf-next v2 00/26] Resilient
# Queued Spin Lock" (Dwivedi, February 2025), locktorture with every spinlock of
# the kernel taking rqspinlock's slow path.
_KERNEL_HANDOFF = (
    "context, not a claim about this machine: time an acquisition of "
    "rqspinlock over qspinlock in the kernel's locktorture, as published with "
    "rqspinlock (v2, 2025), geometric mean over the thread counts: 1.06 (0.72 "
    "to 1.32) for 1 to 192 on 2 x 48 cores of Xeon 8468, 1.02 (0.72 to 1.39) "
    "for 1 to 256 on 2 x 128 cores of Ampere Max")


def ratios(load, trials, all_trials):
    notes = {"handoff": _handoff, "storage_get": _storage_get}
    find = notes.get(load["scenario"])
    return find(load, trials, all_trials) if find else []


def _handoff(load, trials, all_trials):
    lines = []
    costs = {backend: stats.median(groups)
             for backend, groups in _samples(trials[trials.threads == 1])}
    if floor := costs.pop("rmw_floor", None):
        over = [f"{name} {cost / floor:.2f}" for name, cost in costs.items()]
        lines.append(f"1 thread, over rmw_floor: {', '.join(over)}")
    versus = []
    for threads, cases in trials.groupby("threads"):
        groups = dict(_samples(cases))
        if {"rqspinlock", "qspinlock"} <= groups.keys():
            versus.append(_ratio(groups["rqspinlock"], groups["qspinlock"])
                          + f" at {threads}")
    if versus:
        lines.append(f"rqspinlock over qspinlock, by threads: "
                     f"{', '.join(versus)}")
    if versus and ladder.is_ladder(trials):
        lines.append(_KERNEL_HANDOFF)
    return lines


def _storage_get(load, trials, all_trials):
    params = load["params"].split(";")
    if not {"maps=1", "access=get"} <= set(params):
        return []
    floor_params = load["params"].replace("access=get", "access=load_pair")
    same = all_trials
    for column, value in (load | {"params": floor_params}).items():
        same = same[same[column] == value]
    lines = []
    for threads, cases in trials.groupby("threads"):
        floors = dict(_samples(same[same.threads == threads]))
        over = [f"{name} {_ratio(groups, floors[name])}"
                for name, groups in _samples(cases) if name in floors]
        if over:
            lines.append(f"{team(threads)}, get over its own floor "
                         f"(access=load_pair): {', '.join(over)}")
    return lines + [_KERNEL_GET]


def _samples(trials):
    for backend, case in trials.groupby("backend", sort=False):
        if groups := stats.sample(case):
            yield backend, groups


def _ratio(numerator, denominator):
    low, high = stats.ratio_interval(numerator, denominator)
    value = stats.median(numerator) / stats.median(denominator)
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"
