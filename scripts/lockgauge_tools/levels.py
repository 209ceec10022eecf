"""Where the levels of a run's machine end, from its topology.xml."""

from xml.etree import ElementTree

_LEVELS = {"Core": "core", "L3Cache": "LLC", "NUMANode": "node",
           "Package": "package"}


def boundaries(folder) -> dict[int, str]:
    """CPUs of the first core, cache, ...: how many, and of what.

    With compact placement a larger team crosses into the next. Levels of one
    CPU, or of all, bound nothing. Empty without a topology.
    """
    path = folder / "topology.xml"
    if not path.exists():
        return {}
    root = ElementTree.parse(path).getroot()
    counts = {}
    for found in root.iter("object"):
        counts.setdefault(found.get("type"), _cpus(found.get("cpuset") or ""))
    result = {}
    for level, name in _LEVELS.items():
        count = counts.get(level, 0)
        if 1 < count < counts["Machine"]:
            result[count] = f"{result[count]}, {name}" if count in result \
                else name
    return result


def _cpus(cpuset):
    """hwloc's "0xff,,0x3": words of 32 bits, empty ones for zero."""
    return sum(int(word, 16).bit_count()
               for word in cpuset.split(",") if word)
