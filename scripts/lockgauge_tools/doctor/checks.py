"""Every check, in the order shown.

A check is a function of a Machine. It answers with a Finding, or with None
where the machine does not show what it looks at; its name is what people read.
"""

from lockgauge_tools.doctor import (clocks, counters, cpus, frequency, memory,
                                    neighbours)
from lockgauge_tools.doctor.finding import LEVELS

CHECKS = [
    frequency.governor, frequency.boost, frequency.smt,
    memory.huge_pages, memory.aslr,
    cpus.allowed_cpus, cpus.cpu_quota, cpus.isolated_cpus, cpus.nohz_full,
    counters.pmu, counters.perf_event_paranoid, counters.nmi_watchdog,
    clocks.clock_source, clocks.cycle_counter, clocks.clock_rate,
    neighbours.hypervisor, neighbours.steal, neighbours.load,
]


def judge(machine):
    """The finding, or None, of each check by its name."""
    return {check.__name__: check(machine) for check in CHECKS}


def worst(verdict):
    return max((finding.level for finding in verdict.values() if finding),
               key=LEVELS.index, default=LEVELS[0])
