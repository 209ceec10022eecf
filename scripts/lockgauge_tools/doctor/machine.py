"""The machine as the files of /sys and /proc show it, or a tree of files."""

import functools
import re
import time
from pathlib import Path

from lockgauge_tools.doctor import window

CPUS = "sys/devices/system/cpu"


class Machine:
    """Paths are relative to `root`. None: the kernel does not show it here.

    `wait` and `clock` stand for time.sleep and time.clock_gettime_ns.
    """

    def __init__(self, root="/", wait=time.sleep, clock=time.clock_gettime_ns):
        self.root = Path(root)
        self._wait = wait
        self._clock = clock

    def read(self, path) -> str | None:
        try:
            return (self.root / path).read_text(errors="replace").strip()
        except OSError:
            return None

    def files(self, pattern) -> list[str]:
        return sorted(str(path.relative_to(self.root))
                      for path in self.root.glob(pattern))

    def value(self, path) -> str | None:
        """What is set: of "always [madvise] never" madvise."""
        text = self.read(path)
        chosen = re.search(r"\[(\S+)\]", text or "")
        return chosen[1] if chosen else text

    def values(self, pattern) -> list[str]:
        found = map(self.value, self.files(pattern))
        return [value for value in found if value]

    def field(self, path, name) -> str | None:
        """The first line "name : value" of a file."""
        line = re.search(rf"^{name}[ \t]*:(.*)$", self.read(path) or "", re.M)
        return line and line[1].strip()

    def online(self) -> set[int] | None:
        return cpu_set(self.read(f"{CPUS}/online"))

    def allowed(self) -> set[int] | None:
        """Where this process, and a run it starts, may be."""
        return cpu_set(self.field("proc/self/status", "Cpus_allowed_list"))

    @functools.cached_property
    def window(self) -> window.Window:
        """What goes on for a second, from the first look at it."""
        begin = window.read(self, self._clock)
        self._wait(window.LENGTH_S)
        return window.Window(begin, window.read(self, self._clock))


def cpu_set(text) -> set[int] | None:
    """The kernel's "0-2,5"; without CPUs it prints nothing or (null)."""
    if text is None:
        return None
    ranges = re.findall(r"(\d+)(?:-(\d+))?", text)
    return {cpu for first, last in ranges
            for cpu in range(int(first), int(last or first) + 1)}


def cpu_list(cpus) -> str:
    """{0, 1, 2, 5} as the kernel and taskset write it: 0-2,5."""
    ranges = []
    for cpu in sorted(cpus):
        if ranges and ranges[-1][1] == cpu - 1:
            ranges[-1][1] = cpu
        else:
            ranges.append([cpu, cpu])
    return ",".join(str(first) if first == last else f"{first}-{last}"
                    for first, last in ranges)
