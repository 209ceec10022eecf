"""One guest: the command line of QEMU, and a life under watch."""

import asyncio
import ctypes
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from lockgauge_tools.errors import InputError
from lockgauge_tools.guests.kernels import Kernel, numbers
from lockgauge_tools.guests.topology import Topology

PROGRAM = "qemu-system-x86_64"
# Debian 12's 7.2 lets another CPU run an instruction that the kernel has
# patched meanwhile ("Oops: int3"), and loses itself after cmpxchg16b.
OLDEST = (10,)

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Guest:
    """Of one of three kinds. As usual its CPUs take turns and its clock counts
    their instructions, 1 ns each: whatever else this machine does, the guest
    does not feel it. "parallel": they run at once, in real time, for those that
    wait for each other. "paravirt": that, and it may know that it is a guest;
    its rqspinlock then falls back to test-and-set and never enters its queue.
    """
    kernel: Kernel
    topology: Topology
    preempt: str = "full"  # as the kernel's parameter; empty: its default
    kind: str = ""
    accel: str = "tcg"

    def __str__(self):
        words = [self.kernel.version, str(self.topology), self.preempt,
                 self.kind]
        return "-".join(word for word in words if word)

    @property
    def counts_instructions(self):
        return self.accel == "tcg" and not self.kind

    @property
    def seconds_a_second(self):
        """About how long one of the guest's takes out here: for forecasts."""
        return 40 if self.counts_instructions else 1

    def arguments(self, image, initramfs, console, results):
        """QEMU's; `image`: the kernel's; `console` and `results`: files of its
        two serial ports."""
        parameters = ["console=ttyS0", "quiet", "panic=-1", "oops=panic",
                      # In real time a busy host lets too few ticks through.
                      "no_timer_check",
                      f"preempt={self.preempt}" if self.preempt else ""]
        # Intel's way to tell caches: AMD's gives each thread an L2 of its own.
        # Emulated, a copy by bytes takes, and counts, an instruction for each.
        cpu = "max,vendor=GenuineIntel,-erms,-fsrm"
        return [*self._accelerator(),
                "-cpu", cpu if self.kind == "paravirt" else f"{cpu},-hypervisor",
                *self.topology.arguments(),
                "-nodefaults", "-no-user-config", "-no-reboot",
                "-display", "none", "-monitor", "none",
                "-serial", f"file:{console}", "-serial", f"file:{results}",
                "-kernel", str(image), "-initrd", str(initramfs),
                "-append", " ".join(filter(None, parameters))]

    def _accelerator(self):
        if self.accel == "kvm":
            return ["-accel", "kvm"]
        if self.counts_instructions:
            return ["-accel", "tcg,thread=single",
                    "-icount", "shift=0,sleep=off"]
        return ["-accel", "tcg,thread=multi"]


def version(program):
    """(10, 0, 2); less than any if it does not run here."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True,
                              text=True).stdout
    except OSError:
        return ()
    match = re.search("version ([0-9.]+)", said)
    return numbers(match[1]) if match else ()


def find(archive) -> list[str]:
    """The command of the first QEMU that will do: of this system, or of the
    archive."""
    if (program := shutil.which(PROGRAM)) and version(program) >= OLDEST:
        return [program]
    found = archive.qemu()
    if version(found[0]) >= OLDEST:
        return found
    raise InputError("no QEMU of version 10 or newer, here or for this system "
                     "in Debian; guests die in older ones")


class GuestDied(Exception):
    """One line: how the guest ended, if not by itself."""


class GuestHung(GuestDied):
    """It was given up."""


_PANIC = re.compile(r"Kernel panic - not syncing: (.*)")
_CAUSE = re.compile(r"((?:BUG|Oops|double fault|general protection fault)"
                    r"\b.*)")


def last_words(console) -> str:
    """What the kernel died of, in one line; empty if it did not."""
    panic = _PANIC.search(console)
    if not panic:
        return ""
    cause = _CAUSE.search(console, 0, panic.start())
    return f"kernel panic: {panic[1].strip()}" + (
        f" ({cause[1].strip()})" if cause else "")


async def run(command, console: Path, follower):
    """Runs the guest to its end, or until cancelled; `follower.line()` gets each
    line of its console, `follower.limit_s` says how long it may take so far.

    Raises GuestDied.
    """
    console.write_text("")
    begin = time.monotonic()
    qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True,
                            preexec_fn=_die_with_parent)
    seen = 0
    alive = True
    try:
        while alive:
            alive = qemu.poll() is None
            lines = _text(console).split("\n")[:-1]
            for line in lines[seen:]:
                follower.line(line.rstrip())
            seen = len(lines)
            if alive and time.monotonic() - begin > follower.limit_s:
                raise GuestHung(f"not done after {follower.limit_s:.0f} s")
            await asyncio.sleep(0.1)
    finally:
        qemu.kill()
        errors = qemu.communicate()[1].strip().splitlines()
    if words := last_words(_text(console)):
        raise GuestDied(words)
    if qemu.returncode:
        raise GuestDied(errors[-1] if errors else
                        f"QEMU ended with {qemu.returncode}")


def _text(console):
    return console.read_bytes().decode("ascii", "replace")


def _die_with_parent():
    """Also if that is killed."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
