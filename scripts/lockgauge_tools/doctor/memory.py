"""Checks: where pages and addresses come from."""

from lockgauge_tools.doctor.finding import NOTE, Setting, ok, settable

_HUGE_PAGES = "sys/kernel/mm/transparent_hugepage/enabled"
_LAYOUT = "proc/sys/kernel/randomize_va_space"


def huge_pages(machine):
    chosen = machine.value(_HUGE_PAGES)
    if chosen != "always":
        return ok(chosen) if chosen else None
    return settable(
        NOTE, "always", "The kernel merges pages of a running trial when it "
        "finds some: an operation waits for that, and later ones miss the TLB "
        "less than in the run before.", Setting(_HUGE_PAGES, "madvise"))


def aslr(machine):
    level = machine.value(_LAYOUT)
    if not level or level == "0":
        return ok("off") if level else None
    return settable(
        NOTE, f"on ({level})", "Each invocation has another layout of code and "
        "data: part of the noise between invocations. Without it there is "
        "less noise, and a bias of the one layout instead.",
        Setting(_LAYOUT, "0"))
