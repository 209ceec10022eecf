"""The levels of a run's machine, from its topology.xml."""

from xml.etree import ElementTree

_LEVELS = {"Core": "core", "L3Cache": "LLC", "NUMANode": "node",
           "Package": "package"}


def boundaries(folder) -> dict[int, str]:
    """CPUs of the first core, cache, ...: how many, and of what.

    With compact placement a larger team crosses into the next. Levels of one
    CPU, or of all, bound nothing. Empty without a topology.
    """
    root = _tree(folder)
    if root is None:
        return {}
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


def cpus_by_cache(folder) -> list[list[int]]:
    """OS indices of the CPUs of each last-level cache, in hwloc's order."""
    root = _tree(folder)
    if root is None:
        return []
    caches = [found for found in root.iter("object")
              if found.get("type") == "L3Cache"] or [root]
    return [[int(cpu.get("os_index")) for cpu in cache.iter("object")
             if cpu.get("type") == "PU"] for cache in caches]


def _tree(folder):
    path = folder / "topology.xml"
    return ElementTree.parse(path).getroot() if path.exists() else None


def _cpus(cpuset):
    """hwloc's "0xff,,0x3": words of 32 bits, empty ones for zero."""
    return sum(int(word, 16).bit_count()
               for word in cpuset.split(",") if word)
