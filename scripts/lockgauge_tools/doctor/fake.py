"""A machine made of files, for the tests: two CPUs without a fault."""

import itertools
import time

from lockgauge_tools.doctor.machine import Machine

_STAT = "cpu  {0} 0 0 {1} 0 0 0 {2} 0 0\n" \
        "cpu0 {0} 0 0 {1} 0 0 0 {2} 0 0\ncpu1 0 0 0 {3} 0 0 0 0 0 0\nintr 0\n"


def stat(busy=1000, idle=9000, steal=0):
    """/proc/stat; CPU 1 is idle all the time."""
    return _STAT.format(busy, idle, steal, busy + idle + steal)


def process(pid, name, ticks):
    return f"{pid} ({name}) R 1 1 1 0 -1 0 0 0 0 0 {ticks} 0 0 0 20 0 1\n"


FILES = {
    "sys/devices/system/cpu/online": "0-1\n",
    "sys/devices/system/cpu/cpufreq/policy0/scaling_governor": "performance\n",
    "sys/devices/system/cpu/cpufreq/policy1/scaling_governor": "performance\n",
    "sys/devices/system/cpu/cpufreq/boost": "0\n",
    "sys/devices/system/cpu/smt/active": "0\n",
    "sys/devices/system/cpu/isolated": "\n",
    "sys/devices/system/cpu/nohz_full": "  (null)\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    "sys/devices/system/clocksource/clocksource0/available_clocksource":
        "tsc hpet acpi_pm \n",
    "sys/bus/event_source/devices/cpu/type": "4\n",
    "sys/bus/event_source/devices/software/type": "1\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
    "sys/fs/cgroup/cgroup.controllers": "cpuset cpu\n",
    "sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
    "sys/fs/cgroup/user.slice/mine/cpu.max": "max 100000\n",
    "proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu constant_tsc nonstop_tsc\n",
    "proc/loadavg": "0.01 0.02 0.00 1/100 42\n",
    "proc/stat": stat(),
    "proc/self/stat": process(42, "doctor", 0),
    "proc/42/stat": process(42, "doctor", 0),
    "proc/self/status": "Name:\tdoctor\nCpus_allowed_list:\t0-1\n",
    "proc/self/cgroup": "0::/user.slice/mine\n",
    "proc/sys/kernel/randomize_va_space": "0\n",
    "proc/sys/kernel/perf_event_paranoid": "1\n",
    "proc/sys/kernel/nmi_watchdog": "0\n",
}
# A second later: nothing ran.
LATER = {"proc/stat": stat(idle=9100)}


def machine(root, changes=(), later=(), steered_ppm=0):
    """FILES with changes (None: not there), and LATER with those of later.

    The clock that is steered gains `steered_ppm` on the other.
    """
    write(root, FILES | dict(changes))
    raw = itertools.count(10**18, 10**6)

    def clock(which):
        ns = next(raw)
        return ns if which == time.CLOCK_MONOTONIC_RAW \
            else ns + (ns - 10**18) * steered_ppm // 10**6

    return Machine(root, lambda _: write(root, LATER | dict(later)), clock)


def write(root, files):
    for path, text in files.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
