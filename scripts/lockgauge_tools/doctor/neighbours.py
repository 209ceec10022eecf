"""Checks: who else is on this machine."""

from lockgauge_tools.doctor.clocks import AVAILABLE
from lockgauge_tools.doctor.finding import note, ok, warning

_DMI = "sys/class/dmi/id"
_VIRTUAL = ("KVM", "QEMU", "VMware", "VirtualBox", "Virtual Machine", "HVM",
            "Google Compute Engine", "Bochs", "Xen")
_STOLEN_SINCE_BOOT = 0.01
_OTHERS_CPUS = 0.1


def hypervisor(machine):
    flags = machine.field("proc/cpuinfo", "flags")
    product = " ".join(filter(None, (
        machine.read(f"{_DMI}/{name}")
        for name in ("sys_vendor", "product_name"))))
    kind = machine.read("sys/hypervisor/type")
    kvm = "kvm-clock" in (machine.read(AVAILABLE) or "")
    # Only x86 says so itself.
    guest = (kind or "hypervisor" in flags.split() if flags
             else kind or any(word in product for word in _VIRTUAL))
    if not guest:
        return ok("none") if flags or product else None
    named = kind or product or ("kvm" if kvm else "it does not say which")
    return note(f"a virtual machine ({named})",
                "The host may take a CPU away or move it at any time, and the "
                "caches and nodes shown may be made up.",
                "measure on bare metal, or have the virtual CPUs pinned")


def steal(machine):
    cpus, now = _cpus(machine), machine.window
    share = now.steal_share(cpus) if cpus else None
    if share is None:
        return None
    ran = now.end.busy(cpus) + now.end.steal(cpus)
    since_boot = now.end.steal(cpus) / ran if ran else 0
    if not (share or since_boot):
        return ok("none")
    judge = warning if share or since_boot >= _STOLEN_SINCE_BOOT else note
    return judge(f"{100 * share:.2g} % now, {100 * since_boot:.2g} % of the "
                 "time that was wanted since boot",
                 "The host ran others on these CPUs: a holder that is not "
                 "running makes all wait, and its trials are tagged stolen.",
                 "another hour, another host, or dedicated CPUs")


def load(machine):
    cpus = _cpus(machine)
    others = machine.window.others_cpus(cpus) if cpus else None
    average = machine.read("proc/loadavg")
    if others is None or average is None:
        return None
    last_minute = float(average.split()[0])
    found = (f"others use {others:.2f} of {len(cpus)} CPUs; load average "
             f"{last_minute:g}")
    if others >= _OTHERS_CPUS:
        busiest = machine.window.busiest()
        return warning(found + (f"; most: {busiest}" if busiest else ""),
                       "They take CPUs away from pinned threads, caches and "
                       "memory from all: times are longer and scatter.",
                       "end them, or wait")
    if last_minute >= 1:
        return note(found, "It was busy a minute ago; what runs from time to "
                    "time may come back in the middle of a run.", "wait")
    return ok(found)


def _cpus(machine):
    """Those of this process of which the kernel counts the time."""
    return (machine.allowed() or set()) & machine.window.end.cpus.keys()
