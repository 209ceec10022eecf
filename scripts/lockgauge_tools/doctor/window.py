"""Who used the CPUs, and how the clocks ran, between two readings."""

import re
import time
from dataclasses import dataclass

LENGTH_S = 1.0

# proc(5): "cpu3 user nice system idle iowait irq softirq steal guest ...";
# guest is in user already.
_BUSY, _STEAL, _COUNTED = (0, 1, 2, 5, 6), 7, 8


@dataclass(frozen=True)
class Reading:
    cpus: dict[int, list[int]]  # ticks by kind, as /proc/stat has them
    processes: dict[str, tuple[str, int]]  # pid: (name, ticks it ran)
    own_pid: str | None
    raw_ns: int
    monotonic_ns: int

    def steal(self, cpus):
        return sum(self.cpus[cpu][_STEAL] for cpu in cpus)

    def busy(self, cpus):
        return sum(self.cpus[cpu][kind] for cpu in cpus for kind in _BUSY)

    def total(self, cpus):
        return sum(sum(self.cpus[cpu]) for cpu in cpus)


@dataclass(frozen=True)
class Window:
    begin: Reading
    end: Reading

    def steal_share(self, cpus) -> float | None:
        return self._share(self.end.steal(cpus) - self.begin.steal(cpus), cpus)

    def others_cpus(self, cpus) -> float | None:
        """How many of these CPUs all but this process kept busy."""
        ran = self.end.busy(cpus) - self.begin.busy(cpus)
        own = self.ran().get(self.end.own_pid, 0)
        share = self._share(max(0, ran - own), cpus)
        return share and share * len(cpus)

    def busiest(self) -> str | None:
        """The process that ran longest, this one apart: "name (pid)"."""
        ran = self.ran()
        ran.pop(self.end.own_pid, None)
        pid = max(ran, key=ran.get, default=None)
        return f"{self.end.processes[pid][0]} ({pid})" if pid and ran[pid] \
            else None

    def ran(self) -> dict[str, int]:
        """Ticks of each process that was there all the time."""
        return {pid: ticks - self.begin.processes[pid][1]
                for pid, (_, ticks) in self.end.processes.items()
                if pid in self.begin.processes}

    def clock_ppm(self) -> float | None:
        """How much faster CLOCK_MONOTONIC ran than CLOCK_MONOTONIC_RAW."""
        raw = self.end.raw_ns - self.begin.raw_ns
        steered = self.end.monotonic_ns - self.begin.monotonic_ns
        return (steered / raw - 1) * 1e6 if raw > 0 else None

    def _share(self, ticks, cpus):
        total = self.end.total(cpus) - self.begin.total(cpus)
        return ticks / total if total > 0 else None


def read(machine, clock) -> Reading:
    stat = machine.read("proc/stat") or ""
    cpus = {int(cpu): [int(ticks) for ticks in kinds.split()[:_COUNTED]]
            for cpu, kinds in re.findall(r"^cpu(\d+) (.*)$", stat, re.M)}
    own = machine.read("proc/self/stat")
    return Reading(cpus, _processes(machine), own and own.split()[0],
                   *_clocks(clock))


def _processes(machine):
    found = {}
    for path in machine.files("proc/[0-9]*/stat"):
        # "pid (name) state ...": a name may hold blanks and parentheses.
        head, _, tail = (machine.read(path) or "").rpartition(") ")
        pid, _, name = head.partition(" (")
        if pid:  # it may have ended since
            user, system = tail.split()[11:13]
            found[pid] = name, int(user) + int(system)
    return found


def _clocks(clock):
    """Both at one moment: of several tries the one least disturbed."""
    def attempt():
        before = clock(time.CLOCK_MONOTONIC_RAW)
        steered = clock(time.CLOCK_MONOTONIC)
        after = clock(time.CLOCK_MONOTONIC_RAW)
        return after - before, (before + after) // 2, steered
    return min(attempt() for _ in range(16))[1:]
