"""Kernels, and a QEMU, from Debian, through the mirrors that apt uses here.

apt's state and everything downloaded are in the cache of this user; nothing
of the system is changed.
"""

import contextlib
import functools
import os
import subprocess
import tempfile
from pathlib import Path

from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import kernels

# Small indices that together go from 6.1 to the newest stable kernel, by the
# last word of the mirror's address; the last has Debian 12's newer QEMU.
_SUITES = {"debian-security": ["bookworm-security", "trixie-security"],
           "debian": ["trixie-backports", "bookworm-backports"]}
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

_QEMU = ["qemu-system-x86", "qemu-system-data"]
_FIRMWARE = "/usr/share/seabios"  # comes with any QEMU


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lockgauge"


def sources(sites):
    """The text of a sources.list, of the mirrors that apt uses."""
    lines = [f"deb [arch=amd64 signed-by={_KEYRING}] {site} {suite} main\n"
             for site in dict.fromkeys(sites)
             for suite in _SUITES.get(site.rstrip("/").split("/")[-1], [])]
    if not lines:
        raise InputError("apt has no list of a Debian mirror: try again after "
                         "`apt-get update`, or name an image: --kernel FILE")
    return "".join(lines)


class NotFetched(Exception):
    """One line: why nothing comes from the mirrors."""


class Archive:
    """Asks the mirrors when it is first asked itself."""

    def __init__(self, folder):
        self._folder = folder

    def kernel(self, wanted) -> kernels.Kernel:
        """The newest that fits, downloaded unless the cache has it."""
        try:
            return self._kernel(wanted)
        except NotFetched as error:
            raise InputError(f"no kernels from Debian: {error}; an image of "
                             "yours will do: --kernel FILE")

    def qemu(self) -> list[str]:
        """The command of Debian 12's newer QEMU, kept in the cache. Its
        libraries are those of the older one."""
        folder = self._folder / "qemu"
        try:
            if not folder.exists() and self._packages:
                with self._unpacked(*(f"{package}/bookworm-backports"
                                      for package in _QEMU)) as files:
                    files.rename(folder)
        except NotFetched as error:
            raise InputError("no QEMU of version 10 or newer, here or from "
                             f"Debian: {error}")
        return [str(folder / "usr/bin/qemu-system-x86_64"),
                "-L", str(folder / "usr/share/qemu"), "-L", _FIRMWARE]

    def _kernel(self, wanted):
        version = kernels.choose(wanted, self._packages)
        image = self._folder / "kernels" / f"vmlinuz-{version}"
        if not image.exists():
            image.parent.mkdir(exist_ok=True)
            with self._unpacked(self._packages[version]) as files:
                inside, = files.rglob("vmlinuz*")
                inside.rename(image)
        return kernels.Kernel(version, image)

    @functools.cached_property
    def _packages(self):
        """Of kernels, by version. Without a network, as last seen."""
        try:
            for part in ("lists/partial", "archives/partial"):
                (self._folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot keep kernels in {self._folder}: "
                             f"{error.strerror}; XDG_CACHE_HOME names another "
                             "place")
        sites = _run(["apt-get", "indextargets", "--format", "$(SITE)",
                      "Created-By: Packages"])
        (self._folder / "sources.list").write_text(sources(sites.split()))
        try:
            self._apt("apt-get", "-q", "--error-on=any", "update")
        except NotFetched:
            if not (known := self._known()):
                raise
            return known
        return self._known()

    def _known(self):
        names = self._apt("apt-cache", "pkgnames", "linux-")
        return kernels.packages(names.split())

    @contextlib.contextmanager
    def _unpacked(self, *packages):
        """The files of the packages, in a folder that goes away."""
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            self._apt("apt-get", "-q", "download", *packages, cwd=scratch)
            files = Path(scratch, "files")
            for deb in Path(scratch).glob("*.deb"):
                _run(["dpkg-deb", "-x", deb, files])
            yield files

    def _apt(self, program, *words, cwd=None):
        options = {"Dir::Etc::sourcelist": self._folder / "sources.list",
                   "Dir::Etc::sourceparts": "/dev/null",
                   "Dir::State::lists": self._folder / "lists",
                   "Dir::Cache": self._folder,
                   # Its own user may not write here.
                   "APT::Sandbox::User": "root"}
        set_options = [word for name, value in options.items()
                       for word in ("-o", f"{name}={value}")]
        return _run([program, *set_options, *words], cwd)


def _run(command, cwd=None):
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    except FileNotFoundError:
        raise NotFetched(f"{command[0]} is not here")
    if done.returncode:
        errors = [line.removeprefix("E: ") for line in done.stderr.splitlines()
                  if line.startswith("E: ")] or [f"{command[0]} failed"]
        raise NotFetched(errors[0])
    return done.stdout
