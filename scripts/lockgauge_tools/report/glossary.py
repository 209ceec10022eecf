"""What the words of a run mean, for readers who never saw them.

A word that is not here is shown without: locks and scenarios need no line.
The order of the locks gives each the same colour in every report.
"""

TAGS = {
    "unpinned": "a thread could not be pinned",
    "migrated": "a thread was on another CPU at the end",
    "idle": "nothing was done",
    "preempted": "a thread was off its CPU for a while",
    "holder_preempted": "one was while it held the lock",
    "stolen": "the hypervisor gave a CPU to others",
    "moved": "the time between two cores changed by half",
    "clock_stepped": "the clock and the system's disagree",
    "multiplexed": "counters were off the PMU for a tenth of the time or more",
}

LOCKS = {
    "qspinlock": "the Linux kernel's queued spinlock: fair, cannot fail",
    "rqspinlock": "the kernel's resilient one: qspinlock that notices "
                  "deadlocks and gives up after a time",
    "percpu_busy": "the kernel before 7.0: qspinlock behind a busy counter of "
                   "each CPU, which refuses whoever finds it taken",
    "raw_spin": "test and test-and-set: the simplest spinlock, unfair",
    "percpu_busy_rqspinlock": "rqspinlock with the busy counter still there",
    "std_mutex": "what applications use: sleeps when it must wait",
    "pthread_spin": "the C library's spinlock, unfair",
    "qspinlock_virt": "qspinlock as guests run it: test-and-set",
    "rqspinlock_virt": "rqspinlock as guests run it: test-and-set",
    "before": "step of the kernel's change: none of it, Linux up to 6.19",
    "merged": "the change as merged in Linux 7.0",
    "v3": "the change as posted the third time",
    "v2": "the change as posted the second time",
    "rfc_v1": "the change as first posted",
    "bucket_by_owner": "step of it: buckets chosen by owner",
    "failable": "step of it: callers ready for locks that fail",
    "rqspinlock_gated": "step of it: rqspinlock, busy counter still there",
    "gate_removed": "step of it: the busy counter gone",
    "kernel:spin_lock": "bpf_spin_lock of the running kernel",
    "kernel:res_spin_lock": "bpf_res_spin_lock of the running kernel",
    "kernel:percpu_busy": "storage of the running kernel, from before 7.0",
    "kernel:merged": "storage of the running kernel, 7.0 or later",
}
CONTROLS = {  # they exclude nobody, so they win nothing; they are gray
    "no_lock": "control: nothing, so that what remains is the loop around it",
    "rmw_floor": "control: one atomic compare-exchange and one store, the "
                 "least a free lock can cost",
    "kernel:no_lock": "control: the loop of a BPF program without a lock",
}

SCENARIOS = {
    "handoff": "One lock that all threads take in turn",
    "handoff_data": "One lock that all threads take in turn, to write lines of "
                    "data while they hold it",
    "remote_uncontested": "A lock that is free, but was last held elsewhere",
    "deadlock": "Threads that wait for each other's locks in a cycle: who is "
                "told, and how soon",
    "storage_get": "Threads look up values of their own",
    "storage_create": "Threads create values for owners of their own, and "
                      "destroy them",
    "storage_churn": "Threads create, replace and delete values on shared "
                     "ground",
    "storage_mix": "Threads look up values and now and then write one; some "
                   "owners and maps are more popular than others",
    "storage_gap": "One kind of write, by threads that meet or do not",
    "storage_costs": "Each operation of the storage engine, timed apart",
    "teardown": "Maps freed and owners destroyed while locks fail",
    "same_cpu": "Threads that take turns on one CPU, each with values of its "
                "own: no refusal has a reason",
    "reentry": "Interrupts that create a value in the middle of another "
               "creation",
    "core_to_core": "A cache line passed between every two CPUs",
}

_PLACEMENTS = {
    "compact": "threads fill one core, then its neighbours",
    "scatter": "threads as far apart as they can be",
    "one-per-core": "one thread a core",
    "one-per-node": "one thread a NUMA node",
    "same-cpu": "all threads on one CPU",
}

_WORLDS = {"host": "measured", "sim": "simulated", "kernel": "in the kernel",
           "guest": "in a guest"}

_LATENCY = "_latency"


def tag(name) -> str:
    """What a trial's tag says, in brackets."""
    return f" ({TAGS[name]})" if name in TAGS else ""


def worlds(targets):
    found = set(targets)
    return " and ".join(words for target, words in _WORLDS.items()
                        if target in found)


def load(scenario, placement):
    """A sentence; what is unknown is left out."""
    name = scenario.removesuffix(_LATENCY)
    what = SCENARIOS.get(name, "")
    if what and name != scenario:
        what += ", every operation timed"
    said = "; ".join(filter(None, [what, _PLACEMENTS.get(placement, "")]))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def looks(locks):
    """{lock: number of its colour and shape}; under zero: gray. What is known
    has the same in every report."""
    strangers = sorted({*locks} - {*LOCKS} - {*CONTROLS})
    numbers = {name: -1 - number for number, name in enumerate(CONTROLS)}
    numbers |= {name: number for number, name
                in enumerate([*LOCKS, *strangers])}
    return {name: number for name, number in numbers.items() if name in locks}


def locks(names):
    """{lock: what it is}, of those that are known."""
    return {name: words for name, words in (LOCKS | CONTROLS).items()
            if name in names}
