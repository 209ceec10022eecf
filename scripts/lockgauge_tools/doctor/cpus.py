"""Checks: which CPUs a run gets, and how much of them."""

from lockgauge_tools.doctor.finding import note, ok, warning
from lockgauge_tools.doctor.machine import CPUS, cpu_list, cpu_set

_MIXED = ("A curve over threads goes from CPUs with {} to CPUs without: it "
          "bends there by that, not by the lock.")


def allowed_cpus(machine):
    online, allowed = machine.online(), machine.allowed()
    if not (online and allowed):
        return None
    kept_away = _quiet(machine, "isolated")  # isolated_cpus() speaks of these
    if not online - allowed - kept_away:
        return ok(f"all of {len(online)}")
    return note(f"{len(allowed)} of {len(online)} online: {cpu_list(allowed)}",
                "What runs on the others shares caches, memory and the power "
                "budget, and the larger machine is not measured.",
                f"taskset -c {cpu_list(online)} scripts/bench, or the cpuset "
                "of the cgroup")


def cpu_quota(machine):
    """Of cgroup v2: of this group or any it is in."""
    group = machine.field("proc/self/cgroup", "0:")
    allowed = machine.allowed()
    unified = machine.read("sys/fs/cgroup/cgroup.controllers") is not None
    if group is None or not (unified and allowed):
        return None
    parts = group.strip("/").split("/")
    limits = [_quota_cpus(machine, "/".join(parts[:depth]))
              for depth in range(len(parts) + 1)]
    quota = min(filter(None, limits), default=None)
    if quota is None or quota >= len(allowed):
        return ok("none" if quota is None else f"{quota:g} CPUs")
    return warning(f"{quota:g} CPUs' time on {len(allowed)} CPUs",
                   "A team that used it up stands still until the next period, "
                   "up to 100 ms, with the lock held.",
                   f"allow {len(allowed)} CPUs (docker run --cpus="
                   f"{len(allowed)}, or CPUQuota= of the unit)")


def isolated_cpus(machine):
    return _same_for_all(machine, "isolated", "isolation")


def nohz_full(machine):
    return _same_for_all(machine, "nohz_full", "a stopped tick")


def _quiet(machine, kind):
    return cpu_set(machine.read(f"{CPUS}/{kind}")) or set()


def _same_for_all(machine, kind, quality):
    quiet, allowed = _quiet(machine, kind), machine.allowed()
    if not allowed or machine.read(f"{CPUS}/{kind}") is None:
        return None
    if not quiet:
        return ok("none")
    if allowed <= quiet:
        return ok(cpu_list(allowed))
    found = f"{cpu_list(quiet)}; the run gets {cpu_list(allowed)}"
    fix = f"taskset -c {cpu_list(quiet)} scripts/bench"
    if quiet & allowed:
        return note(found, _MIXED.format(quality), fix)
    return note(found, "The quiet CPUs are not measured, those that everything "
                "else runs on are.", fix)


def _quota_cpus(machine, group):
    limit = machine.read(f"sys/fs/cgroup/{group}/cpu.max") or "max"
    quota, _, period = limit.partition(" ")
    return None if quota == "max" else int(quota) / int(period)
