"""Checks: whether hardware counters can be read."""

from lockgauge_tools.doctor.finding import NOTE, Setting, note, ok, settable

# x86, its hybrids, and the names that arm's drivers take.
_PMUS = "sys/bus/event_source/devices/"
_PMU_NAMES = ("cpu", "cpu_*", "armv*", "apple_*pmu*")
_PARANOID = "proc/sys/kernel/perf_event_paranoid"
_WATCHDOG = "proc/sys/kernel/nmi_watchdog"


def pmu(machine):
    if not machine.files(_PMUS + "*"):
        return None
    found = [path.removeprefix(_PMUS) for name in _PMU_NAMES
             for path in machine.files(_PMUS + name)]
    if found:
        return ok(", ".join(found))
    return note("none: no hardware counters",
                "Cycles, instructions and cache misses stay empty cells; times "
                "and rates are not affected.",
                "in a guest, its host has to pass one on (QEMU: -cpu "
                "host,pmu=on)")


def perf_event_paranoid(machine):
    level = machine.value(_PARANOID)
    if not level or int(level) <= 1:
        return ok(level) if level else None
    return settable(
        NOTE, level, "Without root, counters leave out the kernel, where "
        "contended threads sleep (2), or do not count at all (above 2, with "
        "some distributions).", Setting(_PARANOID, "1"))


def nmi_watchdog(machine):
    active = machine.value(_WATCHDOG)
    if not active or active == "0":
        return ok("off") if active else None
    return settable(
        NOTE, "on", "It holds one hardware counter of each CPU, so groups of "
        "counters take turns, and interrupts each CPU every few seconds.",
        Setting(_WATCHDOG, "0"))
