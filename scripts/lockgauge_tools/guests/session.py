"""Calls of programs made inside a guest, and the folder they left."""

import gzip
import io
import shlex
import shutil
import tarfile
import tempfile
from pathlib import Path

from lockgauge_tools.guests import initramfs, labels, qemu, vmlinux

# Of this guest's user space: where it keeps what the host is to get.
RUN = "/results/run"
_BEGIN = "lockgauge: begins call "

# What a call takes beyond its trials, and a boot: on a quiet machine, and by
# how much a busy one may be slower.
_CALL_S, _BOOT_S, _PATIENCE = 2.0, 3.0, 10


async def run(emulator, guest, calls, folder, show):
    """Leaves the run in the folder, and what the kernel said; `show` is told of
    each call. Returns (call, exit code) of those that failed.

    Raises GuestDied.
    """
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        archive, results = Path(scratch, "initramfs"), Path(scratch, "results")
        programs = {Path(call.command[0]) for call in calls}
        initramfs.write(archive, programs, script(calls))
        console = folder / "console.txt"
        image = vmlinux.unpacked(guest.kernel.image, Path(scratch))
        await live(
            [*emulator, *guest.arguments(image, archive, console, results)],
            console, calls, show, guest)
        codes, said = unpack(results.read_bytes(), folder)
        for line in dict.fromkeys(said):
            show.say(line)
    if (folder / "run.json").exists():
        labels.apply(folder, guest)
    return [(call, code) for call, code in zip(calls, codes) if code]


async def live(command, console, calls, show, guest):
    """Runs the guest. If its CPUs run in parallel, where QEMU loses a boot in
    some hundred: once more, should it hang before it begins a call. (One that
    counts instructions would go the same way again.)"""
    boot_s = _PATIENCE * _BOOT_S
    whole_s = boot_s + _PATIENCE * sum(call.seconds + _CALL_S for call in calls)
    if not guest.counts_instructions:
        follower = _Follower(calls, show, boot_s, whole_s)
        try:
            return await qemu.run(command, console, follower)
        except qemu.GuestHung as error:
            if follower.begun:
                raise
            show.say(f"kernel-guests: {guest}: hung in its boot, {error}; "
                     "boots once more")
    await qemu.run(command, console, _Follower(calls, show, whole_s, whole_s))


def script(calls):
    """What the guest runs: each call, its words and its exit code kept."""
    lines = [f"mkdir -p {RUN} /results/calls"]
    for place, call in enumerate(calls):
        kept = f"/results/calls/{place:03}"
        command = [f"/{Path(call.command[0]).name}", *call.command[1:]]
        lines += [f"echo {_BEGIN}{place}",
                  f"{shlex.join(command)} >/dev/null 2>{kept}.stderr",
                  f"echo $? >{kept}.code"]
    return "\n".join(lines) + "\n"


def unpack(sent, folder):
    """The run into `folder`; returns exit codes and lines of stderr."""
    try:
        archive = tarfile.open(fileobj=io.BytesIO(gzip.decompress(sent)))
        with tempfile.TemporaryDirectory() as scratch:
            archive.extractall(scratch)
            for file in Path(scratch, "run").glob("*"):
                shutil.move(file, folder)
            kept = sorted(Path(scratch, "calls").glob("*"))
            return ([int(file.read_text()) for file in kept
                     if file.suffix == ".code"],
                    [line for file in kept if file.suffix == ".stderr"
                     for line in file.read_text().splitlines()])
    except (tarfile.TarError, EOFError, gzip.BadGzipFile):
        raise qemu.GuestDied("its results did not arrive whole")


class _Follower:
    """Reads on the console which call the guest is at, and shows that."""

    def __init__(self, calls, show, boot_s, whole_s):
        self._calls, self._show, self._whole_s = calls, show, whole_s
        self.begun = False
        self.limit_s = boot_s  # until the first call begins

    def line(self, line):
        if not line.startswith(_BEGIN):
            return
        self.begun, self.limit_s = True, self._whole_s
        place = int(line.removeprefix(_BEGIN))
        if place:
            self._show.end(self._calls[place - 1])
        self._show.begin(self._calls[place])
