"""The sources of a program, to be built on computers that its libraries are
not on."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from lockgauge_tools.errors import InputError

BUILD_SH = Path(__file__).with_name("build.sh")


@dataclass(frozen=True)
class Sources:
    root: Path
    commit: str
    revision: str  # as the program's --version has it

    def command(self, folder):
        """Builds there, of archive() on stdin."""
        return ["bash", "-c", BUILD_SH.read_text(encoding="utf-8"), "build.sh",
                folder, self.revision]

    def archive(self):
        return subprocess.run(
            ["git", "-C", self.root, "archive", self.commit],
            capture_output=True, check=True).stdout


def of(program) -> Sources:
    """Those of the checkout that the program is built in."""
    try:
        root = Path(_git(program.parent, "rev-parse", "--show-toplevel"))
        revision = _git(root, "describe", "--always", "--dirty", "--abbrev=12")
    except (OSError, subprocess.CalledProcessError):
        raise InputError("build = true: no git checkout here to send")
    if revision.endswith("-dirty"):
        raise InputError("build = true: what is not committed can not be sent; "
                         "commit it, or take build away")
    return Sources(root, _git(root, "rev-parse", "HEAD"), revision)


def _git(folder, *words):
    return subprocess.run(["git", "-C", folder, *words], capture_output=True,
                          text=True, check=True).stdout.strip()
