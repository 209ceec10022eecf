"""Our engine beside the kernel's own, where a run has both."""

from lockgauge_tools import stats
from lockgauge_tools.tables import EMPTY, Table, number, percent, scaled

# What of ours does as the kernel's does.
_COUNTERPARTS = {
    "kernel:spin_lock": "qspinlock",
    "kernel:res_spin_lock": "rqspinlock",
    "kernel:percpu_busy": "percpu_busy",
    "kernel:merged": "rqspinlock",
}
_CONTROL = "kernel:no_lock"
# What is paired by its cost. Of the others failures are what counts.
_COSTS = ["handoff", "storage_get", "storage_create", "storage_churn"]
_COST_HEADER = ["scenario", "of", "threads", "ours", "ns/op", "the kernel's",
           "ns/op", "net", "over ours"]
_NOTE = ("net: without the loop (kernel:no_lock), one thread. over ours: net, "
         "or else ns/op, by ours, with its 95 % interval. The kernel holds its "
         "locks with interrupts or preemption off; ours has neither to do.")


_ANSWERS = ["busy", "deadlock", "timeout", "again", "nomem"]
_COUNTED = [*(f"fail_{answer}_count" for answer in _ANSWERS),
            "attempts_count", "interrupts_count", "spurious_count"]
_BEHAVIOUR_HEADER = ["scenario", "backend", "threads", "tries", "refused", "as",
                     "spurious", "run"]
_BEHAVIOUR_NOTE = ("spurious: share of the refusals. run: most of them in a "
                   "row, where that is counted.")


def tables(trials):
    """What there is to set side by side: none without the kernel's trials."""
    if "kernel" not in set(trials.target):
        return []
    shapes = [
        Table("[host, kernel] engine against kernel", _COST_HEADER,
              list(_costs(trials)), notes=[_NOTE]),
        Table("[host, kernel] who is refused, and as what", _BEHAVIOUR_HEADER,
              list(_behaviour(trials)),
              notes=[_BEHAVIOUR_NOTE]),
    ]
    return [table for table in shapes if table.rows]


# --- what an operation costs --------------------------------------------------

def _costs(trials):
    kernel = trials[(trials.target == "kernel")
                    & trials.scenario.isin(_COSTS)
                    & trials.backend.isin(_COUNTERPARTS.keys())]
    cases = kernel.groupby(
        ["scenario", "params", "placement", "threads", "backend"], sort=False)
    for (scenario, params, placement, threads, backend), case in cases:
        like = trials[(trials.scenario == scenario)
                      & (trials.placement == placement)
                      & (trials.threads == threads)]
        name = _COUNTERPARTS[backend]
        host = like[(like.target == "host") & (like.backend == name)]
        control = like[(like.backend == _CONTROL) & (like.params == params)]
        ours = stats.sample(host.loc[[_agree(params, other)
                                      for other in host.params]])
        theirs = stats.sample(case)
        if ours and theirs:
            yield [scenario, _own(params), str(threads), name,
                   number(stats.median(ours)),
                   backend.removeprefix("kernel:"),
                   *_figures(theirs, ours, stats.sample(control))]


def _figures(theirs, ours, control):
    gross, loop = stats.median(theirs), stats.median(control) if control else 0
    net = [group - loop for group in theirs]
    low, high = stats.ratio_interval(net, ours)
    ratio = stats.median(net) / stats.median(ours)
    return [number(gross), number(gross - loop) if control else EMPTY,
            f"{ratio:.2f} [{low:.2f}, {high:.2f}]"]


def _agree(params, other):
    """Whether parameters that both have are equal."""
    ours, theirs = _parsed(params), _parsed(other)
    return all(theirs[name] == ours[name] for name in ours.keys() & theirs)


def _own(params):
    return _parsed(params).get("owner", "")


# --- who fails with what ------------------------------------------------------

def _behaviour(trials):
    """Of the scenarios that the kernel has, those that provoke refusals, and
    others that saw some."""
    shared = trials.scenario.isin(trials.scenario[trials.target == "kernel"])
    trials = trials[shared]
    keys = ["target", "scenario", "params", "placement", "backend", "threads"]
    for key, case in trials.groupby(keys, sort=False):
        target, scenario, params, _, backend, threads = key
        total = case[_COUNTED].sum()
        given = {answer: total[f"fail_{answer}_count"] for answer in _ANSWERS}
        refused = sum(given.values())
        # Where there are interrupts, it is they that are refused.
        tries = total.interrupts_count or total.attempts_count
        if not tries or not refused and scenario in _COSTS:
            continue
        alike = trials[(trials.target == target)
                       & (trials.scenario == scenario)]
        yield [" ".join([scenario, *_words(params, set(alike.params))]),
               backend, str(threads), scaled(tries), percent(refused / tries),
               " ".join(answer for answer in _ANSWERS if given[answer])
               or EMPTY,
               percent(total.spurious_count / refused) if refused else EMPTY,
               scaled(case.spurious_streak_max_count.max())]


def _words(params, alike):
    """The choices that tell it from others, and whether the holder stalls."""
    common = set.intersection(*({*_parsed(other).items()} for other in alike))
    parsed = _parsed(params)
    stalls = ["stall"] if parsed.pop("stall_ns", "0") != "0" else []
    return [value for name, value in parsed.items()
            if not value.isdigit() and (name, value) not in common] + stalls


def _parsed(params):
    return dict(pair.split("=") for pair in params.split(";") if pair)
