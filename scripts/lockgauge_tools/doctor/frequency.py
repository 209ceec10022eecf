"""Checks: how fast a core runs, and with whom it shares its units."""

from lockgauge_tools.doctor.finding import (WARNING, Setting, note, ok,
                                            settable)
from lockgauge_tools.doctor.machine import CPUS

_GOVERNORS = f"{CPUS}/cpufreq/policy*/scaling_governor"
# Of the generic driver and of Intel's: each means "on" by another digit.
_BOOSTS = [(f"{CPUS}/cpufreq/boost", "1", "0"),
           (f"{CPUS}/intel_pstate/no_turbo", "0", "1")]


def governor(machine):
    governors = machine.values(_GOVERNORS)
    slow = [name for name in governors if name != "performance"]
    if not governors:
        return None
    if not slow:
        return ok("performance")
    return settable(
        WARNING, f"{', '.join(sorted(set(slow)))} on {len(slow)} of "
        f"{len(governors)} frequency domains",
        "A core speeds up while a trial runs and slows down in between: the "
        "first trials look slower, and cases differ by what ran before them.",
        Setting(_GOVERNORS, "performance"))


def boost(machine):
    for path, on, off in _BOOSTS:
        value = machine.value(path)
        if value == on:
            return settable(
                WARNING, "on", "The clock depends on how many cores are busy "
                "and how warm they are: a curve over threads bends by clock, "
                "not by lock.", Setting(path, off))
        if value:
            return ok("off")
    return None


def smt(machine):
    active = machine.read(f"{CPUS}/smt/active")
    if active != "1":
        return ok("off") if active else None
    return note("on: CPUs share cores",
                "Two threads on one core slow each other and pass a line "
                "cheaper than any two cores: placement decides the figures.",
                "lockgauge --placement=one-per-core")
