"""Kernels to boot: their images, their versions, and which one is meant."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from lockgauge_tools.errors import InputError

# Task and cgroup local storage lost their per-CPU busy counters in it.
CHANGED_IN = (7, 0)

# Where the boot protocol of x86 keeps what it is, and what it calls itself.
_MAGIC_AT, _MAGIC, _NAME_AT, _NAME_BASE = 0x202, b"HdrS", 0x20e, 0x200

_PACKAGE = re.compile(r"linux-(binary|image)-"
                      r"([0-9]+\.[0-9]+\.[0-9]+\S*)-cloud-amd64")


@dataclass(frozen=True)
class Kernel:
    version: str  # such as 6.19.14+deb13
    image: Path  # its vmlinuz

    @property
    def has_counter(self):
        """Whether it is from before the change."""
        return numbers(self.version) < CHANGED_IN


def numbers(version):
    """To compare and to sort by: (6, 19, 14, 13) of 6.19.14+deb13."""
    return tuple(map(int, re.findall("[0-9]+", version)))


def from_file(path) -> Kernel:
    """A vmlinuz says itself which version it is."""
    try:
        with open(path, "rb") as file:
            head = file.read(0x10000)
    except OSError as error:
        raise InputError(f"--kernel: {path}: {error.strerror}")
    if head[_MAGIC_AT:_MAGIC_AT + 4] != _MAGIC:
        raise InputError(f"--kernel: {path}: no kernel image of x86; expected "
                         "a vmlinuz")
    start = struct.unpack_from("<H", head, _NAME_AT)[0] + _NAME_BASE
    name = head[start:start + 128].split(b"\0")[0].decode("ascii", "replace")
    return Kernel(name.split()[0], Path(path))


def packages(names) -> dict[str, str]:
    """Which of all packages has the image of each version."""
    found = {}
    # Since 6.19 an image is a package of its own that linux-image only
    # depends on; "binary" sorts first.
    for name in sorted(names):
        if match := _PACKAGE.fullmatch(name):
            found.setdefault(match[2], name)
    return found


def choose(wanted, known) -> str:
    """The newest version that `wanted` names: before, after, 6.12, 6.12.90."""
    fitting = [version for version in known if _fits(wanted, version)]
    if not fitting:
        raise InputError(f"--kernel: no {wanted}; Debian has "
                         f"{', '.join(_newest_of_series(known))}")
    return max(fitting, key=numbers)


def _fits(wanted, version):
    if wanted in ("before", "after"):
        return (numbers(version) < CHANGED_IN) == (wanted == "before")
    return re.match(re.escape(wanted) + "(?![0-9])", version) is not None


def _newest_of_series(known):
    return {numbers(version)[:2]: version
            for version in sorted(known, key=numbers)}.values()
