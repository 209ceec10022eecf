"""Checks: whether a nanosecond is one."""

from lockgauge_tools.doctor.finding import note, ok, warning

_SOURCES = "sys/devices/system/clocksource/clocksource0"
AVAILABLE = f"{_SOURCES}/available_clocksource"
_SLOW = {"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"}
_PARAVIRTUAL = ("kvm-clock", "hyperv_", "xen")
# What the finest comparison could take for a difference.
_STEERED_PPM = 1000


def clock_source(machine):
    current = machine.read(f"{_SOURCES}/current_clocksource")
    if current in _SLOW:
        return warning(current, "The kernel gave up the cycle counter that "
                       "lockgauge reads, so its durations may be wrong, and "
                       "reading the kernel's clock takes microseconds.",
                       _back_to_tsc(machine))
    if current and current.startswith(_PARAVIRTUAL):
        return note(current, "The host corrects time for this guest; lockgauge "
                    "reads the counter itself, without the corrections.",
                    _back_to_tsc(machine))
    return ok(current) if current else None


def cycle_counter(machine):
    flags = machine.field("proc/cpuinfo", "flags")
    if flags is None:  # no x86
        return None
    missing = {"constant_tsc", "nonstop_tsc"} - set(flags.split())
    if not missing:
        return ok("one rate, in every power state")
    return warning(f"no {', '.join(sorted(missing))}",
                   "The counter runs slower, or not, in some power states: "
                   "durations are wrong where the clock moved.",
                   "the governor performance, and processor.max_cstate=1 on "
                   "the kernel's command line")


def clock_rate(machine):
    ppm = machine.window.clock_ppm()
    if ppm is None:
        return None
    found = f"{ppm:+.0f} ppm against the hardware's"
    if abs(ppm) < _STEERED_PPM:
        return ok(found)
    return warning(found, "The system's time is being corrected while it is "
                   "read: durations are off by as much, and in each invocation "
                   "by another amount.",
                   "wait until it is settled (chronyc tracking, timedatectl)")


def _back_to_tsc(machine):
    available = machine.read(AVAILABLE) or ""
    if "tsc" in available.split():
        return f"echo tsc | sudo tee /{_SOURCES}/current_clocksource"
    return "dmesg | grep -i -e tsc -e clocksource says why"
