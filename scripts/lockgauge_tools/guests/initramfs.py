"""What a guest boots into: the program, its libraries and busybox."""

import re
import shutil
import subprocess
from pathlib import Path

from lockgauge_tools.errors import InputError

_INIT = Path(__file__).parent / "init"
_TOOLS = ["busybox", "cpio", "ldd", "strip"]

# What the build told programs the place of.
_DATA = [Path(__file__).parents[3] / "locks/platform/sim/machines"]


def check_tools():
    for tool in _TOOLS:
        if not shutil.which(tool):
            raise InputError(f"{tool} is not here, and guests take "
                             f"{', '.join(_TOOLS)}")


def write(path, programs, calls):
    """The archive the kernel unpacks and whose /init it starts.

    `programs` are found at / of the guest by their names; `calls` is the shell
    text that init runs. Not compressed: emulated, unpacking takes longest.
    """
    root = path.with_suffix(".root")
    (root / "bin").mkdir(parents=True)
    shutil.copy2(shutil.which("busybox"), root / "bin/busybox")
    for applet in ("sh", "mount"):
        (root / "bin" / applet).symlink_to("busybox")
    shutil.copy2(_INIT, root / "init")
    (root / "calls").write_text(calls, encoding="utf-8")
    for program in programs:
        _add_program(root, program)
    for folder in _DATA:
        shutil.copytree(folder, root / folder.relative_to("/"))
    names = "\n".join(str(file.relative_to(root))
                      for file in sorted(root.rglob("*")))
    with open(path, "wb") as archive:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], check=True,
                       input=names.encode(), stdout=archive, cwd=root)
    shutil.rmtree(root)


def _add_program(root, program):
    """With its libraries: Debian has no libudev, which hwloc needs, to link
    statically; and so it is the very program that runs here."""
    subprocess.run(["strip", "-o", root / program.name, program], check=True)
    for library in libraries(program):
        place = root / library.relative_to("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library, place)


def libraries(program):
    """Paths of all shared libraries, and of what loads them."""
    told = subprocess.run(["ldd", program], capture_output=True, text=True,
                          check=True).stdout
    return [Path(path) for path in re.findall(r"(/\S+) \(0x", told)]
